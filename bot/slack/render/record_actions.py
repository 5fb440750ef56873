"""Lists the actions that a record offers, the two most likely ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.payloads.button_value import ButtonCall
from bot.slack.render.blocks import Json, call_button, fits_button, fits_menu, overflow_menu
from commands import PRESSABLE
from commands.contract.command import Command
from commands.contract.reply import Button, Record

VISIBLE = 2
# Slack allows five options in an overflow menu.
IN_MENU = 5
# Characters of labels that fill two rows of buttons on a phone; a button's border counts like `PADDING` characters.
TWO_ROWS = 60
PADDING = 5


@dataclass(frozen=True)
class RecordAction:
    """Names a call that can be made about a record, with its label."""

    label: str
    call: ButtonCall


def action_from_button(button: Button) -> RecordAction:
    """Turn a reply's button into an action."""
    # A command that needs more than the record opens its form to ask for it.
    kind = PRESSABLE.get(button.command)
    asks = kind is not None and kind.opens_form and _lacks_something(kind, button.arguments)
    return RecordAction(button.label, ButtonCall(button.command, button.arguments, opens=asks))


def _lacks_something(kind: type[Command], given: Mapping[str, Any]) -> bool:
    needed = {name for name, info in kind.model_fields.items() if info.is_required()}
    return not needed <= given.keys() or given.keys() <= {"name", "kind"}


def actions_for_record(record: Record, *, shown: bool = False) -> list[RecordAction]:
    """List what can be done with a record in its present state; `shown` says that its card is open already."""
    name = {"name": record.id}
    show = [] if shown else [RecordAction("Show", ButtonCall("show_record", name))]
    log = RecordAction("Log call", ButtonCall("log_activity", {**name, "kind": "call"}, opens=True))
    follow_up = RecordAction("Follow up", ButtonCall("set_follow_up", name, opens=True))
    history = RecordAction("History", ButtonCall("show_activity", name))
    match record.kind:
        case "lead" if record.fields.get("converted"):
            return [*show, history]
        case "lead":
            status = RecordAction("Set status", ButtonCall("set_lead_status", name, opens=True))
            more = [RecordAction("Snooze", ButtonCall("snooze_lead", name, opens=True)), *_score_actions(record)]
            if shown:
                return [
                    log,
                    status,
                    follow_up,
                    *more,
                    RecordAction("Edit", ButtonCall("update_lead", name, opens=True)),
                    history,
                ]
            return [
                *show,
                log,
                status,
                follow_up,
                *more,
                RecordAction("Convert", ButtonCall("convert_lead", name, opens=True)),
            ]
        case "opportunity" if record.fields.get("state", "open") == "open":
            return [
                *show,
                RecordAction("Update", ButtonCall("update_opportunity", name, opens=True)),
                log,
                follow_up,
                history,
            ]
        case "account":
            deals = RecordAction(
                "Opportunities", ButtonCall("list_opportunities", {"account": record.id, "owner": "everyone"})
            )
            edit = RecordAction("Edit", ButtonCall("update_account", name, opens=True))
            return [*show, deals, log, follow_up, _open_opportunity(record), edit, history]
        case "contact":
            edit = RecordAction("Edit", ButtonCall("update_contact", name, opens=True))
            return [*show, log, follow_up, _open_opportunity(record), edit, history]
        case "opportunity":
            return [*show, log, follow_up, history]
        case "follow_up" if not record.fields.get("done_at"):
            done = RecordAction("Done", ButtonCall("complete_follow_up", name))
            about = record.fields.get("about_id")
            if not about:
                return [done]
            return [
                done,
                RecordAction("Show", ButtonCall("show_record", {"name": about})),
                RecordAction("Log call", ButtonCall("log_activity", {"name": about, "kind": "call"}, opens=True)),
                RecordAction("Follow up again", ButtonCall("set_follow_up", {"name": about}, opens=True)),
            ]
        case _:
            return []


def _open_opportunity(record: Record) -> RecordAction:
    return RecordAction("New opportunity", ButtonCall("create_opportunity", {record.kind: record.id}, opens=True))


def _score_actions(record: Record) -> list[RecordAction]:
    scored = record.fields.get("score") is not None
    return [RecordAction("Why this score?", ButtonCall("explain_score", {"name": record.id}))] if scored else []


def merge_actions(first: Sequence[RecordAction], more: Sequence[RecordAction]) -> list[RecordAction]:
    """Return the actions in their order, each only once."""
    found: dict[Any, RecordAction] = {}
    for each in (*first, *more):
        found.setdefault((each.call.verb, each.call.opens, each.call.arguments.get("name")), each)
    return list(found.values())


def count_side_by_side(offers: Sequence[RecordAction], least: int, taken: Sequence[Json] = ()) -> int:
    """Return how many buttons fit in two rows on a phone beside those in `taken`; at least `least`."""
    room = TWO_ROWS - sum(len(each["text"]["text"]) + PADDING for each in taken if "text" in each)
    count = 0
    for each in offers:
        room -= len(each.label) + PADDING
        if room < 0:
            break
        count += 1
    return max(count, least)


def action_elements(offers: Sequence[RecordAction], visible: int = VISIBLE, before: Sequence[Json] = ()) -> list[Json]:
    """Build buttons for the first `visible` actions, those in `before` among them, and a menu for five more."""
    able = [each for each in offers if fits_button(each.call)]
    beside = max(visible - len(before), 0)
    shown, rest = able[:beside], able[beside:]
    # An option of a menu holds less than a button; a call that is too long for one is left out.
    rest = [each for each in rest if fits_menu(each.call)][:IN_MENU]
    found = [*before, *(call_button(each.label, each.call) for each in shown)]
    return [*found, overflow_menu([(each.label, each.call) for each in rest])] if rest else found
