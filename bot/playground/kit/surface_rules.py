"""Whole messages and views: what Slack checks across blocks, and what it fills in by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from bot.playground.kit.block_rules import MESSAGE, VIEW
from bot.playground.kit.composition_objects import check_plain_text
from bot.playground.kit.value_checks import check_boolean, check_items, check_object, check_string, format_error
from bot.playground.workspace.api_refusal import Refusal

Json: TypeAlias = dict[str, Any]
# Slack's limits (docs.slack.dev/reference/block-kit), in blocks, characters and, for the view, bytes.
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
MARKDOWN_IN_MESSAGE = 12_000
# Of all blocks together: observed, not documented (github.com/slackapi/bolt-js/issues/2509).
TEXT_IN_MESSAGE = 13_200
LARGEST_VIEW = 250_000

_VIEW_FIELDS = {
    "private_metadata": check_string(3000),
    "callback_id": check_string(255),
    "external_id": check_string(255),
    "clear_on_close": check_boolean,
    "notify_on_close": check_boolean,
}
_MODAL = check_object(
    {"title": check_plain_text(24), "blocks": check_items(VIEW, 0, BLOCKS_IN_VIEW)},
    {"submit": check_plain_text(24), "close": check_plain_text(24), "submit_disabled": check_boolean, **_VIEW_FIELDS},
)
_HOME = check_object({"blocks": check_items(VIEW, 0, BLOCKS_IN_VIEW)}, _VIEW_FIELDS)


def check_message_blocks(value: Any, new_id: Callable[[], str]) -> list[Json]:
    """Check the blocks of a message; return them as Slack keeps them. Raises Refusal, which says what is wrong."""
    blocks = _parse_json(value, list, "invalid_blocks_format")
    found = [*check_items(MESSAGE, 0, BLOCKS_IN_MESSAGE)(blocks, "/blocks")]
    if not found:
        found = [*_find_repeated_ids(blocks, "/blocks"), *_find_excess_blocks(blocks)]
    if found:
        raise Refusal("invalid_blocks", errors=found, response_metadata=_error_messages(found))
    # One table of either kind a message, containers included.
    if sum(each["type"] in ("table", "data_table") for each in _iterate_blocks(blocks)) > 1:
        raise Refusal("invalid_attachments", errors=["only_one_table_allowed"])
    if sum(len(text) for text in _iterate_texts(blocks)) > TEXT_IN_MESSAGE:
        raise Refusal("msg_blocks_too_long")
    return [_complete_block(each, new_id) for each in blocks]


def check_view(value: Any, kinds: tuple[str, ...], new_id: Callable[[], str]) -> Json:
    """Check a modal or Home view; return it as Slack keeps it. Raises Refusal, which says what is wrong."""
    given = _parse_json(value, dict, "invalid_arguments")
    if len(json.dumps(given, ensure_ascii=False).encode()) > LARGEST_VIEW:
        raise Refusal("view_too_large")
    if given.get("type") not in kinds:
        found = [format_error(f"unsupported type: {given.get('type')}", "/view/type")]
    else:
        found = [*(_MODAL if given["type"] == "modal" else _HOME)(given, "/view")]
    if not found:
        found = [*_find_repeated_ids(given["blocks"], "/view/blocks"), *_find_missing_submit(given)]
    if found:
        raise Refusal("invalid_arguments", response_metadata=_error_messages(found))
    return {**_add_defaults(given, new_id), "blocks": [_complete_block(each, new_id) for each in given["blocks"]]}


def interactive_elements(block: Json) -> list[Json]:
    """List the elements of a block that a person can use, in their order."""
    match block.get("type"):
        case "section":
            found = [block["accessory"]] if "accessory" in block else []
        case "input":
            found = [block["element"]]
        case "actions" | "context_actions":
            found = block["elements"]
        case "card":
            found = block.get("actions", [])
        case _:
            found = []
    return [each for each in found if each.get("type") != "image"]


def _parse_json(value: Any, kind: type, code: str) -> Any:
    # In a form blocks and views come as JSON text, in a JSON body as they are.
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refusal(code) from None
    if not isinstance(value, kind):
        raise Refusal(code)
    return value


def _error_messages(found: list[str]) -> Json:
    return {"messages": [f"[ERROR] {each}" for each in found]}


def _iterate_blocks(blocks: list[Json]) -> Iterator[Json]:
    for each in blocks:
        yield each
        yield from each.get("child_blocks", [])


def _find_repeated_ids(blocks: list[Json], pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if (name := block.get("block_id")) is not None:
            if name in seen:
                yield format_error(f"block_id {name!r} already exists", f"{pointer}/{index}/block_id")
            seen.add(name)
        # An action_id need only be unique inside its block.
        actions: set[str] = set()
        for place, element in enumerate(interactive_elements(block)):
            if (name := element.get("action_id")) is not None:
                if name in actions:
                    yield format_error(
                        f"action_id {name!r} already exists", f"{pointer}/{index}/elements/{place}/action_id"
                    )
                actions.add(name)


def _find_excess_blocks(blocks: list[Json]) -> Iterator[str]:
    if sum(len(each["text"]) for each in blocks if each["type"] == "markdown") > MARKDOWN_IN_MESSAGE:
        yield format_error(
            f"markdown blocks must be less than {MARKDOWN_IN_MESSAGE + 1} characters together", "/blocks"
        )
    if sum(each["type"] == "data_visualization" for each in blocks) > 2:
        yield format_error("no more than 2 data_visualization blocks allowed", "/blocks")


def _find_missing_submit(given: Json) -> Iterator[str]:
    if given["type"] == "modal" and "submit" not in given and any(each["type"] == "input" for each in given["blocks"]):
        yield format_error("missing required field: submit", "/view")


def _iterate_texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                if name == "text" and isinstance(each, str):
                    yield each
                else:
                    yield from _iterate_texts(each)
        case list():
            for each in value:
                yield from _iterate_texts(each)


def _complete_block(block: Json, new_id: Callable[[], str]) -> Json:
    kept: Json = _add_defaults(block, new_id)
    kept.setdefault("block_id", new_id())
    return kept


def _add_defaults(value: Any, new_id: Callable[[], str]) -> Any:
    """Add what Slack adds by itself: `emoji`, `verbatim`, and an `action_id` where there is none."""
    match value:
        case {"type": "plain_text", "text": str()}:
            return {"emoji": True, **value}
        case {"type": "mrkdwn", "text": str()}:
            return {"verbatim": False, **value}
        case dict():
            filled = {name: _add_defaults(each, new_id) for name, each in value.items()}
            for element in interactive_elements(filled):
                element.setdefault("action_id", new_id())
            return filled
        case list():
            return [_add_defaults(each, new_id) for each in value]
        case _:
            return value
