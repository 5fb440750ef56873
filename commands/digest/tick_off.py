"""Ticks off what a digest asked for and is done since: in its own message, and in one that is asked for later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from commands.contract.context import Context
from commands.contract.reply import Button
from commands.digest.build import offer_lead_buttons
from commands.digest.content import ClosingDeal, Digest, FirstLead, read_stored_digest
from commands.values.phrases import format_day
from storage.digests import digest_runs
from storage.leads import leads
from storage.names.name_index import parse_ref
from storage.opportunities import opportunities
from storage.people.visibility import Asker
from storage.records import activities, follow_ups
from storage.tables import Lead


def list_done_today(context: Context, person: Asker) -> tuple[str, ...]:
    """List what a person's digest of today named and is worked on since: `✓ Jane Doe: call logged`."""
    run = digest_runs.find_delivered_run(context.scope.session, person.id, context.today)
    if run is None or run.whole is None:
        return ()
    digest = tick_off_digest(read_stored_digest(run.whole), context, run.created_at)
    named: tuple[FirstLead | ClosingDeal, ...] = (*digest.first, *digest.closing)
    return tuple(f"✓ {each.name}: {each.done}" for each in named if each.done)


def tick_off_digest(digest: Digest, context: Context, since: datetime) -> Digest:
    """Return a digest with what is done on it since a moment, and with the buttons that are of use now."""
    numbers = _list_numbers(digest.first)
    found = {lead.id: lead for lead in leads.find_leads(context.scope, numbers)}
    coming = follow_ups.find_next_of_leads(context.scope, numbers)
    touches = activities.find_newest_kinds(context.scope, numbers, since)
    first = []
    for each, number in zip(digest.first, numbers, strict=True):
        lead, due = found.get(number), coming.get(number)
        done = _describe_lead(context, each, lead, due[0] if due else None, touches.get(number), digest.rep_id)
        buttons: tuple[Button, ...] = ()
        if lead is not None and lead.lifecycle == "open":
            buttons = offer_lead_buttons(context.vocabulary, each.id, lead.status_id)
        first.append(replace(each, done=done, buttons=buttons, converted=lead is None or lead.lifecycle == "converted"))
    closing = tuple(replace(each, done=_describe_deal(context, each)) for each in digest.closing)
    return replace(digest, first=tuple(first), closing=closing)


def _list_numbers(named: Iterable[FirstLead]) -> list[int]:
    return [parsed[1] for each in named if (parsed := parse_ref(each.id)) is not None]


def _describe_lead(
    context: Context, asked: FirstLead, lead: Lead | None, due: date | None, touch: str | None, rep_id: int
) -> str | None:
    """Describe what was done with a lead since the digest: `call logged, now Contacted`; None where nothing was."""
    if lead is None:
        return "no longer with you"
    if lead.lifecycle == "converted":
        return "converted"
    said = [f"{touch} logged"] if touch else []
    status = context.vocabulary.status[lead.status_id].name
    said += [f"now {status}"] if status != asked.status else []
    if lead.snoozed_until is not None and lead.snoozed_until > context.today:
        said.append(f"snoozed until {format_day(lead.snoozed_until, context.today)}")
    was_due = any(each.name == "follow_up_due" for each in asked.urgency)
    said += ["follow-up done"] if was_due and (due is None or due > context.today) and not said else []
    if lead.owner_id != rep_id:
        owner = context.load_people_names([lead.owner_id]).get(lead.owner_id or 0)
        said.append(f"now {owner}’s" if owner else "now without an owner")
    return ", ".join(said) or None


def _describe_deal(context: Context, asked: ClosingDeal) -> str | None:
    """Describe what became of a deal since the digest: `won`, `now closes Fri 18 Dec`; None where nothing did."""
    parsed = parse_ref(asked.id)
    deal = opportunities.find_opportunity(context.scope, parsed[1]) if parsed is not None else None
    if deal is None:
        return "no longer with you"
    if deal.state != "open":
        return deal.state
    closes = deal.close_date
    said = [f"now closes {format_day(closes, context.today)}"] if closes and closes != asked.close_date else []
    stage = context.vocabulary.stage[deal.stage_id].name
    said += [f"now in {stage}"] if stage != asked.stage else []
    return ", ".join(said) or None
