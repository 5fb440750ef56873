"""Logs what a person did: a call, an email, a meeting, a note."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo

from commands.contract.arguments import FreeWords, Hint, Words, WorkName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Button, Reply
from commands.values.clock import NUMBERS, read_clock
from commands.values.dates import read_date
from commands.values.moment import Moment
from commands.values.phrases import end_sentence, format_day
from storage.audit.changed_lines import build_record_lines
from storage.names.name_index import format_ref
from storage.people.visibility import CONSOLE
from storage.records import activities
from storage.records.activities import NOTE, LoggedActivity
from storage.tables import Account, Contact, Lead, Opportunity

# The time of day of a past activity of which only the day is known: at noon it is the same date in nearly all zones.
NOON = time(12)

# Hours at which nobody is called: “at three” without a half of the day means the afternoon.
EARLY = range(1, 8)
BY_THE_CLOCK = re.compile(r"\b(?:half past|quarter past|quarter to|o.?clock)\b|\bat (?:\d{1,2}|[a-z]+)$", re.I)
HALF_OF_DAY = re.compile(r"\d\s*[ap]\b|\b[ap]\.?m\b|morning|afternoon|evening", re.I)


def _read_activity_time(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    said = value.strip()
    # ISO first and without a moment, because stored calls hold it so.
    try:
        return date.fromisoformat(said)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        pass
    moment = info.context if isinstance(info.context, Moment) else None
    found = _read_day_or_time(said, moment) if moment else None
    if found is None:
        raise CommandError(
            f"“{value}” is not a time I can read. Write it like 2026-12-31T16:00, yesterday or today 9:30."
        )
    return found


def _read_day_or_time(said: str, moment: Moment) -> date | datetime | None:
    """Read `now`, a day, or a day with a time, as local values; None where it is none of them."""
    if said.lower() == "now":
        return moment.local.replace(tzinfo=None, second=0, microsecond=0)
    return _read_day_with_clock(said, moment) or read_date(said, moment, lean="past")


def _read_day_with_clock(said: str, moment: Moment) -> datetime | None:
    """Read a day with a time of day: `yesterday 4pm`, `today 9:30`, `16:00`, `half past three`."""
    words = said.split()
    # The longest ending that is a time: of “monday half past three” not just “three”.
    for first in range(len(words)):
        clock = read_clock(" ".join(words[first:]))
        if clock is None or _is_bare_number(words[first:]):
            continue
        before = " ".join(words[:first]).removesuffix(" at").rstrip(",")
        day = read_date(before, moment, lean="past") if before else moment.today
        if day is not None:
            return _in_office_hours(datetime.combine(day, clock), said, moment)
    return None


def _is_bare_number(words: list[str]) -> bool:
    """Tell whether these words may as well be a date: a number, in digits or not, without `at` or `o'clock`."""
    return len(words) == 1 and (words[0].isdecimal() or words[0].lower() in NUMBERS)


def _in_office_hours(at: datetime, said: str, moment: Moment) -> datetime:
    """Move `half past three` to the afternoon where no half of the day was said; not into the future."""
    if at.hour not in EARLY or not BY_THE_CLOCK.search(said) or HALF_OF_DAY.search(said):
        return at
    afternoon = at.replace(hour=at.hour + 12)
    return at if afternoon > moment.local.replace(tzinfo=None) else afternoon


def _serialize_activity_time(value: date | datetime) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


ActivityTime = Annotated[
    date | datetime, BeforeValidator(_read_activity_time), PlainSerializer(_serialize_activity_time, when_used="json")
]


class LogActivity(
    Command,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    per_record=True,
    words="name",
    offer="Log {kind} with {name}",
    undone_as="the {kind} logged with {name}",
    advice="Only what has happened: a call to come is set_follow_up. A voicemail or “no answer” is a call.",
    examples=("log a call with Jane Doe: asked for a quote",),
):
    """Log a call, an email, a meeting or a note."""

    name: Annotated[
        WorkName, Field(description="Words that identify the lead, contact, opportunity or account, or #id")
    ]
    kind: Annotated[Literal["call", "email", "meeting", "note"], Field(description="What happened")]
    text: Annotated[
        Words | None,
        FreeWords(lines=True),
        Hint("What was said or done"),
        Field(description="What was said or done, in the rep's words"),
    ] = None
    at: Annotated[
        ActivityTime | None,
        Hint("Left empty, just now"),
        Field(title="When", description="When, local date or date and time; default: now"),
    ] = None

    def run(self, context: Context) -> Reply:
        about = _follow_conversion(context, context.get_record(self.name))
        if self.kind == NOTE and not (self.text or "").strip():
            raise CommandError("What should the note say? Give it as text=…", field="text")
        at = self._resolve_time(context, about)
        owner = None if context.asker.id == CONSOLE else context.asker.id
        activities.log_activity(context.ledger, about, LoggedActivity(self.kind, self.text, at, owner))
        day = "" if context.to_local_day(at) == context.today else f" on {format_day(context.to_local_day(at))}"
        what = f"{'an' if self.kind == 'email' else 'a'} {self.kind}"
        return Reply(
            end_sentence(f"Logged {what} with {about.name}{day}")
            if self.kind != NOTE
            else f"Noted on {about.name}{day}: “{self.text}”",
            question=f"Log {what} {'on' if self.kind == NOTE else 'with'} {about.name}{day}?",
            records=context.build_records(build_record_lines(context.scope, [about])),
            notes=(f"“{self.text}”",) if self.text and self.kind != NOTE else (),
            buttons=_offer_working_status(context, about, self.kind),
        )

    def _resolve_time(self, context: Context, about: Lead | Contact | Account | Opportunity) -> datetime:
        """Turn the day or time that was given into a UTC moment. CommandError for the future and before 1990."""
        match self.at:
            case None:
                return context.now
            case datetime() as said:
                at = said if said.tzinfo else said.replace(tzinfo=context.moment.zone)
            case day:
                # Today's noon may be still to come, and “today” mostly means just now.
                at = context.now if day == context.today else datetime.combine(day, NOON, context.moment.zone)
        if at > context.now:
            raise CommandError(
                "That is still to come, so there is nothing to log yet. A follow-up can remind you of it.",
                field="at",
                buttons=(self._offer_follow_up(context, about, at),),
            )
        if at.year < 1990:
            raise CommandError(f"{format_day(at.date())} is too long ago. Please check the date.", field="at")
        return at.astimezone(context.now.tzinfo)

    def _offer_follow_up(self, context: Context, about: Lead | Contact | Account | Opportunity, at: datetime) -> Button:
        """Offer a follow-up for what is still to come: `Remind me Thu 19 Nov`."""
        day = context.to_local_day(at)
        hour = f" at {at:%H:%M}" if isinstance(self.at, datetime) else ""
        note = f"{self.kind.capitalize()}{hour}{f': {self.text}' if self.text else ''}"
        arguments = {"name": format_ref(about.__tablename__, about.id), "due": day.isoformat(), "note": note}
        return Button(f"Remind me {format_day(day, context.today)}", "set_follow_up", arguments)


def _follow_conversion(
    context: Context, record: Lead | Contact | Account | Opportunity
) -> Lead | Contact | Account | Opportunity:
    """Return the record itself, or for a converted lead the contact it became. CommandError where that is hidden."""
    # A converted lead is read-only, and its contact is the same person.
    if not isinstance(record, Lead) or not record.is_converted:
        return record
    if record.converted_contact_id is None:
        raise CommandError(f"{record.name} is converted and can no longer be changed.", field="name")
    try:
        return context.get_contact(format_ref("contact", record.converted_contact_id))
    except NotFound:
        raise CommandError(f"{record.name} is converted, and the contact is not yours to see.", field="name") from None


def _offer_working_status(
    context: Context, about: Lead | Contact | Account | Opportunity, kind: str
) -> tuple[Button, ...]:
    """Offer a button that moves a lead on from “not contacted”."""
    # Offered and not done: a voicemail is an attempt, and the rep decides whether that counts as contacted.
    working = context.vocabulary.list_statuses("working")
    if kind == NOTE or not isinstance(about, Lead) or not working:
        return ()
    if context.vocabulary.status[about.status_id].status_class != "open":
        return ()
    arguments = {"name": format_ref("lead", about.id), "status": working[0].name}
    return (Button(f"Set {working[0].name}", "set_lead_status", arguments),)
