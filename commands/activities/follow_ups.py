"""Follow-ups, what is to be done by which day: listed, set, completed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationInfo

from commands.contract.arguments import (
    MOST_WORDS,
    OWNERS_OF_LIST,
    Day,
    FreeWords,
    Limit,
    OwnerName,
    RecordMark,
    Words,
    WorkName,
    read_coming_period,
)
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Button, Record, Reply
from commands.leads.converted_lead import refuse_converted_lead
from commands.values.moment import Period
from commands.values.phrases import format_count, format_day, format_period
from storage.names.name_index import format_ref, parse_ref
from storage.people.visibility import CONSOLE
from storage.records import follow_ups
from storage.records.follow_ups import DueFilter
from storage.records.record_line import Line
from storage.tables import FollowUp, Lead

LONGEST_NOTE = 1000
FollowUpName = Annotated[
    str, Field(max_length=MOST_WORDS), RecordMark(("lead", "opportunity", "contact", "account", "follow_up"))
]


DueWord = Literal["today", "overdue", "week", "all"]


def _read_due(value: Any, info: ValidationInfo) -> Any:
    """Read what is neither of the words as a day or period to come: `tomorrow`, `next week`."""
    words = get_args(DueWord)
    return value.lower() if isinstance(value, str) and value.lower() in words else read_coming_period(value, info)


class ListFollowUps(
    Command, group="day", words="when", offer="Follow-ups", examples=("what is due today?", "follow-ups next week")
):
    """List the follow-ups that are due."""

    when: Annotated[
        DueWord | Period | None,
        BeforeValidator(_read_due),
        Field(description="today, overdue, week (Monday to Sunday of this week), all, or a day or period they are due"),
    ] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None
    name: Annotated[WorkName | None, Field(description="Only those with this record, by its words or #id")] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        owners = context.resolve_owners(self.owner)
        start, end, said = self._resolve_due_range(context.today)
        wanted = DueFilter(owners, start, end, self._find_about(context))
        page = follow_ups.list_follow_ups(context.scope, wanted, limit=self.limit)
        # Who asks for today or this week would take the list for all there is, and miss what is overdue.
        late = 0
        if start is not None and start <= context.today:
            late = follow_ups.count_due_before(context.scope, replace(wanted, due_from=None), context.today)
        shown = build_follow_up_records(context, page.lines)
        notes = [f"{late:,} more overdue."] if late else []
        if not page.count and not late:
            notes = ["Set one: “remind me to call … on Friday”."]
        return Reply(
            self._compose_head(page.count, said),
            records=shown,
            figures={"count": page.count},
            notes=tuple(notes),
            receipt=context.build_receipt(
                f"open follow-ups{said}{self._describe_about(context)}", page.count, self.owner
            ),
            buttons=tuple(Button("Done", "complete_follow_up", {"name": each.id}) for each in shown[:5]),
        )

    def _resolve_due_range(self, today: date) -> tuple[date | None, date | None, str]:
        match self.when:
            case "today":
                return today, today, " due today"
            case "overdue":
                return None, today - timedelta(days=1), " overdue"
            case "week":
                monday = today - timedelta(days=today.weekday())
                return monday, monday + timedelta(days=6), " due this week"
            case Period() as period:
                return period.start, period.end, f" due {format_period(period)}"
            case _:
                return None, None, ""

    def _find_about(self, context: Context) -> tuple[str, int] | None:
        """Find kind and number of the record that the follow-ups are with. NotFound where it is not visible."""
        parsed = parse_ref(self.name) if self.name else None
        if parsed is None or parsed[0] is None:
            return None
        return parsed[0], context.get_record(self.name or "").id

    def _describe_about(self, context: Context) -> str:
        return f" with {context.get_record(self.name).name}" if self.name else ""

    def _compose_head(self, count: int, said: str) -> str:
        if not count:
            return f"No follow-ups{said or ' are open'}."
        shown = f", the first {self.limit}" if count > self.limit else ""
        return f"{format_count(count, 'follow-up')}{said or ' open'}{shown}:"


class SetFollowUp(
    Command,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    day_field="due",
    offer="Follow-up with {name} on {due}",
    undone_as="the follow-up with {name} on {due}",
    advice="A reminder for the asker alone, for a day: a time of day goes into the note.",
    examples=("remind me to call Jane Doe on Friday",),
):
    """Set a follow-up on a lead, contact, account or opportunity."""

    name: Annotated[WorkName, Field(description="Words that identify the record, as the rep said them, or #id")]
    due: Annotated[Day, Field(description="The day by which it is to be done, today or later")]
    note: Annotated[Words | None, FreeWords(lines=True), Field(description="What is to be done")] = None

    def run(self, context: Context) -> Reply:
        record = context.get_record(self.name)
        if isinstance(record, Lead):
            refuse_converted_lead(context, record)
        refuse_past_due_date(context, self.due)
        if self.note is not None and len(self.note) > LONGEST_NOTE:
            raise CommandError(f"The note is too long. Please shorten it to {LONGEST_NOTE} characters.", field="note")
        # The console is nobody who could follow up, so there it falls to the record's owner.
        owner = record.owner_id if context.asker.id == CONSOLE else context.asker.id
        made = follow_ups.add_follow_up(context.ledger, record, due=self.due, note=self.note, owner_id=owner)
        return Reply(
            f"Follow-up with {record.name} set for {format_day(self.due)}.",
            question=f"Set a follow-up with {record.name} for {format_day(self.due)}?",
            records=build_follow_up_records(context, [follow_ups.build_line(context.scope, made)]),
        )


class CompleteFollowUp(
    Command,
    group="change",
    writes=True,
    about_one=True,
    per_record=True,
    words="name",
    offer="Follow-up with {name} is done",
    undone_as="ticking off the follow-up with {name}",
    examples=("follow-up with Jane Doe is done",),
):
    """Tick off a follow-up."""

    name: Annotated[FollowUpName, Field(description="Words of the record or of the follow-up's note, or #id")]

    def run(self, context: Context) -> Reply:
        chosen, others = self._find_follow_up(context)
        line = follow_ups.build_line(context.scope, chosen)
        what = f"“{chosen.note}” with {line.name}" if chosen.note else f"with {line.name}"
        if not follow_ups.complete_follow_up(context.ledger, chosen, context.now):
            return Reply(f"The follow-up {what} is done already.")
        more = (f"{format_count(others, 'other follow-up')} with {line.name} still open.",) if others else ()
        return Reply(
            f"Done: the follow-up {what}, due {format_day(chosen.due)}.",
            question=f"Tick off the follow-up {what}, due {format_day(chosen.due)}?",
            records=build_follow_up_records(context, [follow_ups.build_line(context.scope, chosen)]),
            notes=more,
        )

    def _find_follow_up(self, context: Context) -> tuple[FollowUp, int]:
        """Find the follow-up that is meant, and how many others of its record are open."""
        parsed = parse_ref(self.name)
        if parsed is not None and parsed[0] == "follow_up":
            found = follow_ups.find_follow_up(context.scope, parsed[1])
            if found is None:
                raise NotFound(f"There is no follow-up {self.name}.")
            return found, 0
        record = context.get_record(self.name)
        kind = (parsed and parsed[0]) or "lead"
        # Colleagues may have set others on the same record; whoever says “done” most likely means their own.
        found, count = follow_ups.find_next_open(context.scope, kind, record.id, first_of=context.asker.id)
        if found is None:
            raise CommandError(f"There is no open follow-up with {record.name}, so there is nothing to tick off.")
        return found, count - 1


def build_follow_up_records(context: Context, lines: list[Line] | tuple[Line, ...]) -> tuple[Record, ...]:
    """Build records of follow-ups, each saying which record it is about and how late it is."""
    shown = []
    for line, record in zip(lines, context.build_records(lines), strict=True):
        fields = dict(record.fields)
        if line.fields.get("about"):
            fields["about_id"] = format_ref(line.fields["about"], line.fields["about_id"])
        if line.fields.get("done_at") is None and line.fields["due"] < context.today:
            fields["overdue_days"] = (context.today - line.fields["due"]).days
        shown.append(Record(record.kind, record.id, record.name, record.external_id, fields))
    return tuple(shown)


def refuse_past_due_date(context: Context, day: date) -> None:
    """Raise CommandError for a due date that is over."""
    if day < context.today:
        raise CommandError(
            f"{format_day(day)} is over. Name a day from today on, like tomorrow, Friday or 2026-12-31.", field="due"
        )
