"""Builds the blocks that several sections of the Home tab share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.payloads.button_value import ButtonCall
from bot.slack.render.blocks import Json, actions_block, call_button, plain_text_object, rich_text_block, text_element
from bot.slack.render.escaping import one_line
from bot.slack.render.limits import LABEL
from commands.values.phrases import cut_text


def header_block(words: str) -> Json:
    """Build a header block."""
    return {"type": "header", "text": plain_text_object(words)}


def setting_blocks(title: str, words: str, buttons: Sequence[Json]) -> list[Json]:
    """Build a bold title with what holds now, and the buttons that change it."""
    return [rich_text_block(text_element(title, bold=True), text_element(f"\n{words}")), *actions_block(buttons)]


def run_button(label: str, verb: str, arguments: Mapping[str, Any] | None = None) -> Json:
    """Build a button that runs a call."""
    return call_button(cut_text(one_line(label), LABEL), ButtonCall(verb, arguments or {}))


def form_button(label: str, verb: str, arguments: Mapping[str, Any] | None = None) -> Json:
    """Build a button that opens the form of a call."""
    return call_button(cut_text(one_line(label), LABEL), ButtonCall(verb, arguments or {}, opens=True))
