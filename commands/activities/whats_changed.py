"""Shows what changed since a moment: new leads, score moves, statuses, stages, conversions, wins and losses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo

from commands.contract.arguments import Hint, Limit
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Record, Reply
from commands.digest.build import format_since
from commands.values.clock import read_clock
from commands.values.dates import read_date
from commands.values.moment import Moment
from commands.values.phrases import format_count, format_day, format_moment
from storage.audit import history
from storage.audit.history import RecordChange, ScoreMove
from storage.digests import digest_content
from storage.digests.priorities import MOST_NEWS, ROSE
from storage.digests.score_movement import BEFORE_THE_FIRST, find_last_sent
from storage.leads import leads
from storage.names.name_index import format_ref

LEAD_COLUMNS = ("status_id", "converted_at")
# Up to so many changes are loaded and told apart; with more of them the counts come from the database alone.
MOST_CHANGES = 200
# What makes a number a time of day: in “3 nov” it is none.
CLOCK = re.compile(r"\d\s*[ap]\.?m|\d[:h]\d\d|o'?clock|\b(?:half|quarter|noon|midday|midnight|morning|afternoon)\b")


def _read_since(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    found = _parse_since(value.strip(), info.context if isinstance(info.context, Moment) else None)
    if found is None:
        raise CommandError(f"“{value}” is not a time I can read. Write it like Monday, 2026-12-31 or 2026-12-31T17:00.")
    return found


def _parse_since(said: str, moment: Moment | None) -> str | None:
    """Parse a day into `2026-11-16`, a local moment into `2026-11-16T17:00`; None where it is neither."""
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(said)
        local = found.astimezone(moment.zone) if found.tzinfo and moment else found
        return local.replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        pass
    if moment is None:
        return None
    words = [word for word in said.lower().split() if word not in ("at", "since")]
    # People say the day before the time and the time before the day: “monday 9am”, “9am on monday”.
    for cut in range(len(words) + 1):
        for first, second in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            clock = read_clock(" ".join(first)) if CLOCK.search(" ".join(first)) else None
            day = read_date(" ".join(second), moment, lean="past") if second else moment.today
            if clock is not None and day is not None:
                return datetime.combine(day, clock).isoformat(timespec="minutes")
    found_day = read_date(said, moment, lean="past")
    return found_day.isoformat() if found_day else None


class WhatsChanged(Command, group="day", words="since", offer="What changed", examples=("what changed since Monday?",)):
    """Show what changed since the last digest or another moment."""

    since: Annotated[
        str | None,
        BeforeValidator(_read_since),
        Hint("A day or a time; left empty, since the last digest"),
        Field(description="A day (2026-11-16) or local time (2026-11-16T17:00); since the last digest if absent"),
    ] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        since = self._resolve_since(context)
        if since >= context.now:
            raise CommandError("That is still to come. Name a day or a time that is over.")
        found = _RecentChanges.collect_since(context, since, named=self.since is not None)
        said = (
            format_since(context.moment, since)
            if self.since is None
            else f"since {self._describe_since(context, since)}"
        )
        return Reply(
            _compose_head(found.counts, said),
            records=found.records[: self.limit],
            figures={"count": sum(found.counts.values()), **found.counts},
            notes=_compose_notes(found.records, self.limit, sum(found.counts.values())),
            receipt=context.build_receipt(f"changes {said}", sum(found.counts.values()), None),
        )

    def _resolve_since(self, context: Context) -> datetime:
        """Turn the argument into the moment after which changes count; without one, the last digest or 24 hours ago."""
        if self.since is None:
            last = find_last_sent(context.scope.session, context.scope.workspace_id, context.asker.id, context.now)
            return last or context.now - BEFORE_THE_FIRST
        if "T" in self.since:
            return datetime.fromisoformat(self.since).replace(tzinfo=context.moment.zone)
        return context.moment.get_day_start(date.fromisoformat(self.since))

    def _describe_since(self, context: Context, since: datetime) -> str:
        local = since.astimezone(context.moment.zone)
        clock = f" {local:%H:%M}" if self.since and "T" in self.since else ""
        return format_day(local.date(), context.today) + clock


def _compose_notes(found: tuple[Record, ...], limit: int, count: int) -> tuple[str, ...]:
    if not found:
        return ("Look further back: “what changed since last Monday?”",)
    shown = min(limit, len(found))
    return (f"The first {shown} of {count} are shown.",) if count > shown else ()


def _compose_head(counts: dict[str, int], said: str) -> str:
    words = {
        "won": f"{counts['won']} won",
        "lost": f"{counts['lost']} lost",
        "converted": f"{counts['converted']} converted",
        "new_leads": format_count(counts["new_leads"], "new lead"),
        "score_moves": format_count(counts["score_moves"], "score move"),
        "status_changes": format_count(counts["status_changes"], "status change"),
        "stage_changes": format_count(counts["stage_changes"], "stage change"),
    }
    told = [text for name, text in words.items() if counts[name]]
    return f"{', '.join(told)} {said}." if told else f"Nothing changed {said}."


class _RecentChanges:
    """What changed, the most important first; each record's `why` says what happened, when and by whom."""

    def __init__(self) -> None:
        self.records: tuple[Record, ...] = ()
        self.counts = dict.fromkeys(
            ("won", "lost", "converted", "new_leads", "score_moves", "status_changes", "stage_changes"), 0
        )

    @classmethod
    def collect_since(cls, context: Context, since: datetime, *, named: bool) -> _RecentChanges:
        """Collect the changes of the asker's usual owners since a moment; `named`: it is not just the last digest."""
        found, scope, owners = cls(), context.scope, context.resolve_owners(None)
        of_leads = history.list_changes_since(scope, "lead", owners, since, columns=LEAD_COLUMNS, limit=MOST_CHANGES)
        of_deals = history.list_changes_since(
            scope, "opportunity", owners, since, columns=("stage_id",), limit=MOST_CHANGES
        )
        # Converting sets a status too, and closing a stage: what is told as the one is not told again as the other.
        converted = [each for each in of_leads if each.field == "converted_at" and each.after is not None]
        done = {each.record_id for each in converted}
        statuses = [each for each in of_leads if each.field == "status" and each.record_id not in done]
        closed = found._collect_closed_deals(context, owners, since, of_deals)
        ids = {each.id for each in closed}
        stages = [each for each in of_deals if format_ref("opportunity", each.record_id) not in ids]
        new, new_count = history.list_new_leads(scope, owners, since, limit=MOST_NEWS)
        # One's own leads moved since one's last digest by what lists and cards say; those of others since that moment.
        own = not named and owners == (context.asker.id,)
        moves, moved = history.list_score_moves(scope, owners, None if own else since, least=ROSE, limit=MOST_NEWS)
        found.counts |= {
            "converted": len(converted),
            "new_leads": new_count,
            "score_moves": moved,
            "status_changes": len(statuses),
            "stage_changes": len(stages),
        }
        # As many rows as were asked for: there may be more, so they are counted by the database instead.
        if len(of_leads) == MOST_CHANGES:
            of_each = history.count_changes_since(scope, "lead", owners, since, LEAD_COLUMNS)
            found.counts["converted"] = of_each.get("converted_at", 0)
            found.counts["status_changes"] = of_each.get("status_id", 0)
        if len(of_deals) == MOST_CHANGES:
            still = [each.id for each in context.vocabulary.stages if each.state == "open"]
            found.counts["stage_changes"] = history.count_stage_moves(scope, owners, since, still)
        new_lines = context.build_records(leads.build_line(each) for each in new)
        found.records = (
            *closed,
            *(_build_change_record(context, each, "converted") for each in converted),
            *(_build_change_record(context, each, _format_before_after(each)) for each in stages),
            *(_build_change_record(context, each, _format_before_after(each)) for each in statuses),
            *(
                Record(
                    "lead",
                    format_ref("lead", each.number),
                    each.name,
                    each.external_id,
                    {"company": each.company, "why": _format_score_move(each)},
                )
                for each in moves
            ),
            *(replace(each, fields={**each.fields, "why": "new lead"}) for each in new_lines),
        )
        return found

    def _collect_closed_deals(
        self, context: Context, owners: tuple[int, ...] | None, since: datetime, changes: list[RecordChange]
    ) -> list[Record]:
        """Collect the deals won and lost since a moment, and count them."""
        # The changes come newest first; of one deal the newest, which closed it, is to stay.
        by = {each.record_id: each for each in reversed(changes)}
        first_day, records = context.to_local_day(since), []
        for state in ("won", "lost"):
            deals = digest_content.list_closed_deals(context.scope, state, owners, since, first_day, limit=MOST_CHANGES)
            self.counts[state] = len(deals)
            if len(deals) == MOST_CHANGES:
                self.counts[state] = digest_content.count_closed_deals(context.scope, state, owners, since, first_day)
            for deal in deals:
                change = by.get(deal.number)
                why = f"{state}{_name_author(context, change)}" if change else state
                fields = {"amount": deal.amount, "currency": deal.currency, "account": deal.account, "why": why}
                shown = {name: value for name, value in fields.items() if value is not None}
                records.append(
                    Record("opportunity", format_ref("opportunity", deal.number), deal.name, deal.external_id, shown)
                )
        return records


def _format_before_after(change: RecordChange) -> str:
    return f"{change.before} → {change.after}"


def _format_score_move(move: ScoreMove) -> str:
    return f"score {move.before} → {move.after} ({move.after - move.before:+d})"


def _name_author(context: Context, change: RecordChange) -> str:
    """Name who made the change, where that was somebody else."""
    own = change.rep_id is not None and change.rep_id == context.asker.id
    return "" if own else f", by {change.who}"


def _build_change_record(context: Context, change: RecordChange, what: str) -> Record:
    local = change.at.astimezone(context.moment.zone)
    fields = {"why": f"{what}{_name_author(context, change)}, {format_moment(local, context.today)}"}
    return Record(change.kind, format_ref(change.kind, change.record_id), change.name, change.external_id, fields)
