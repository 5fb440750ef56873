"""What a record offers: the calls that come next, the two most likely ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.payloads.button_value import Call
from bot.slack.render.blocks import Json, fits, fits_menu, menu, press
from commands import PRESSABLE
from commands.contract.reply import Button, Record

VISIBLE = 2
IN_MENU = 5
ROOM = 60
"""Characters of labels, with the space around them, that fill two rows of buttons on a phone."""
PADDING = 5


@dataclass(frozen=True)
class Offer:
    """A call with its label."""

    label: str
    call: Call


def offer(button: Button) -> Offer:
    """A reply's button as an offer: one that lacks words opens the form for them."""
    kind = PRESSABLE.get(button.command)
    asks = kind is not None and kind.opens_form and set(button.arguments) <= {"name", "kind"}
    return Offer(button.label, Call(button.command, button.arguments, opens=asks))


def offers_of(record: Record, *, shown: bool = False) -> list[Offer]:
    """What can be done with a record in its state; `shown` where its card is what is looked at."""
    name = {"name": record.id}
    show = [] if shown else [Offer("Show", Call("show_record", name))]
    log = Offer("Log call", Call("log_activity", {**name, "kind": "call"}, opens=True))
    follow_up = Offer("Follow up", Call("set_follow_up", name, opens=True))
    history = Offer("History", Call("show_activity", name))
    match record.kind:
        case "lead" if record.fields.get("converted_at"):
            return [*show, history]
        case "lead":
            status = Offer("Set status", Call("set_lead_status", name, opens=True))
            more = [Offer("Snooze", Call("snooze_lead", name, opens=True)), *_why(record)]
            if shown:
                return [log, status, follow_up, *more, Offer("Edit", Call("update_lead", name, opens=True)), history]
            return [*show, log, status, follow_up, *more, Offer("Convert", Call("convert_lead", name, opens=True))]
        case "opportunity" if record.fields.get("state", "open") == "open":
            return [*show, Offer("Update", Call("update_opportunity", name, opens=True)), log, follow_up, history]
        case "account":
            deals = Offer("Opportunities", Call("list_opportunities", {"account": record.id, "owner": "everyone"}))
            return [*show, deals, log, follow_up, history]
        case "contact" | "opportunity":
            return [*show, log, follow_up, history]
        case "follow_up" if not record.fields.get("done_at"):
            done = Offer("Done", Call("complete_follow_up", name))
            about = record.fields.get("about_id")
            if not about:
                return [done]
            return [
                done,
                Offer("Show", Call("show_record", {"name": about})),
                Offer("Log call", Call("log_activity", {"name": about, "kind": "call"}, opens=True)),
                Offer("Follow up again", Call("set_follow_up", {"name": about}, opens=True)),
            ]
        case _:
            return []


def _why(record: Record) -> list[Offer]:
    scored = record.fields.get("score") is not None
    return [Offer("Why this score?", Call("explain_score", {"name": record.id}))] if scored else []


def together(first: Sequence[Offer], more: Sequence[Offer]) -> list[Offer]:
    """The offers in order, each of them once."""
    found: dict[Any, Offer] = {}
    for each in (*first, *more):
        found.setdefault((each.call.verb, each.call.opens, each.call.arguments.get("name")), each)
    return list(found.values())


def side_by_side(offers: Sequence[Offer], least: int, taken: Sequence[Json] = ()) -> int:
    """How many buttons stay within two rows on a phone, but at least so many."""
    room = ROOM - sum(len(each["text"]["text"]) + PADDING for each in taken if "text" in each)
    count = 0
    for each in offers:
        room -= len(each.label) + PADDING
        if room < 0:
            break
        count += 1
    return max(count, least)


def elements(offers: Sequence[Offer], visible: int = VISIBLE, before: Sequence[Json] = ()) -> list[Json]:
    """Buttons for the first offers and a menu for five more. Those in `before` count as visible."""
    able = [each for each in offers if fits(each.call)]
    beside = max(visible - len(before), 0)
    shown, rest = able[:beside], able[beside:]
    # What is too long for a menu is a button, or is left out.
    rest = [each for each in rest if fits_menu(each.call)][:IN_MENU]
    found = [*before, *(press(each.label, each.call) for each in shown)]
    return [*found, menu([(each.label, each.call) for each in rest])] if rest else found
