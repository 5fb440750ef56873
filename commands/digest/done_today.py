"""Ticks off, in a digest that is looked at later in the day, what this morning's digest asked for and is done."""

from __future__ import annotations

from typing import Any

from commands.contract.context import Context
from commands.values.phrases import format_day
from storage.digests import digest_runs
from storage.leads import leads
from storage.names.name_index import format_ref, parse_ref
from storage.people.visibility import Asker
from storage.records import follow_ups
from storage.tables import DigestRun, Lead


def list_done_today(context: Context, person: Asker) -> tuple[str, ...]:
    """List the leads of a person's digest of today that are worked on since: `✓ Jane Doe: touched`."""
    run = digest_runs.find_delivered_run(context.scope.session, person.id, context.today)
    if run is None:
        return ()
    asked = {each["id"]: each for each in (run.content or {}).get("first", ())}
    numbers = [parsed[1] for parsed in map(parse_ref, asked) if parsed is not None]
    found = {format_ref("lead", lead.id): lead for lead in leads.find_leads(context.scope, numbers)}
    coming = follow_ups.find_next_of_leads(context.scope, numbers)
    told = []
    for reference, entry in asked.items():
        lead = found.get(reference)
        if lead is not None and (what := _describe_done(context, run, entry, lead, coming.get(lead.id))):
            told.append(f"✓ {lead.name}: {what}")
    return tuple(told)


def _describe_done(context: Context, run: DigestRun, entry: dict[str, Any], lead: Lead, coming: Any) -> str:
    """Describe what was done with a lead since the digest; "" where nothing was."""
    if lead.lifecycle == "converted":
        return "converted"
    status = context.vocabulary.status[lead.status_id].name
    if status != entry["status"]:
        return f"now {status}"
    if lead.snoozed_until is not None and lead.snoozed_until > context.today:
        return f"snoozed until {format_day(lead.snoozed_until, context.today)}"
    was_due = any(each["name"] == "follow_up_due" for each in entry["urgency"])
    if was_due and (coming is None or coming[0] > context.today):
        return "follow-up done"
    # What was touched while the digest was on its way was not in it.
    return "touched" if lead.last_touch_at is not None and lead.last_touch_at > run.created_at else ""
