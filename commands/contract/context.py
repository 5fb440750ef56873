"""Who asks, in which workspace, from where and at what time.

Never arguments: what a model, a payload or a sentence says can then not pose as somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import FieldChange, Receipt, Record
from commands.values.moment import Moment, Period
from commands.values.phrases import OWN, format_day, format_moment
from storage.database.whole_days import find_whole_day
from storage.leads import leads
from storage.ledger.change_ledger import ChangeLedger, NotedChange
from storage.names.name_index import format_ref, parse_ref
from storage.opportunities import opportunities
from storage.people import reps
from storage.people.visibility import CONSOLE, NOBODY, Asker, Scope
from storage.records import accounts, contacts
from storage.records.record_line import Line
from storage.tables import Account, Contact, Lead, Opportunity
from storage.workspaces.workspace_vocabulary import StageDefinition, StatusDefinition, Vocabulary

if TYPE_CHECKING:
    from commands.contract.command import Command

R = TypeVar("R")


@dataclass(frozen=True)
class WorkspaceDefaults:
    """What holds where a workspace has set nothing of its own."""

    visibility: str = "own"
    time_zone: str = "UTC"
    digest_time: time = time(8, 30)


@dataclass
class Context:
    """One request within its transaction. `moment.now` is its time; nothing in a command reads the clock."""

    asker: Asker
    scope: Scope
    vocabulary: Vocabulary
    ledger: ChangeLedger
    moment: Moment
    defaults: WorkspaceDefaults
    commands: Mapping[str, type[Command]]
    """Everything that can be said, by verb: what help tells of."""
    surface: str
    thread: str
    confirmed: bool
    """Whether the person has seen what will happen and said yes."""
    asks: list[str] = field(default_factory=list)
    """Reasons to ask before writing, collected while running."""

    @property
    def now(self) -> datetime:
        return self.moment.now

    @property
    def today(self) -> date:
        return self.moment.today

    @property
    def new_owner_id(self) -> int | None:
        """Return who owns what the asker adds. The console owns nothing: that waits until it is given to somebody."""
        return None if self.asker.id == CONSOLE else self.asker.id

    def ask_first(self, reason: str) -> None:
        """Have the person confirm before anything is written; the reason stands on the card."""
        self.asks.append(reason)

    # Records by reference. The dispatcher has turned names into ids before a command runs. All look-ups pass through
    # the scope, so that a hidden record and one that does not exist answer alike.

    def get_lead(self, reference: str) -> Lead:
        """Get the visible lead, to be read, or changed through the ledger. NotFound otherwise."""
        return _require_record(leads.find_lead(self.scope, _parse_number(reference, "lead")), reference)

    def get_account(self, reference: str) -> Account:
        return _require_record(accounts.find_account(self.scope, _parse_number(reference, "account")), reference)

    def get_contact(self, reference: str) -> Contact:
        return _require_record(contacts.find_contact(self.scope, _parse_number(reference, "contact")), reference)

    def get_opportunity(self, reference: str) -> Opportunity:
        return _require_record(
            opportunities.find_opportunity(self.scope, _parse_number(reference, "opportunity")), reference
        )

    def get_record(self, reference: str) -> Lead | Account | Contact | Opportunity:
        """Get the visible record of whatever kind. NotFound otherwise."""
        parsed = parse_ref(reference)
        match parsed[0] if parsed else None:
            case "lead":
                return self.get_lead(reference)
            case "account":
                return self.get_account(reference)
            case "contact":
                return self.get_contact(reference)
            case "opportunity":
                return self.get_opportunity(reference)
            case _:
                raise NotFound(f"There is no record {reference}.")

    # The workspace's own words.

    def get_status(self, name: str) -> StatusDefinition:
        return next(each for each in self.vocabulary.statuses if each.name == name)

    def get_stage(self, name: str) -> StageDefinition:
        return next(each for each in self.vocabulary.stages if each.name == name)

    # Whose records.

    def resolve_owners(self, said: str | None) -> tuple[int, ...] | None:
        """Turn an owner argument into people's numbers, None for everyone visible. CommandError for hidden colleagues.

        Nothing said: a rep's own, a manager's team, an administrator's everyone (docs/domain.md, "Who sees what").
        """
        match said or self._usual_owner():
            case "me":
                return (self.asker.id,)
            case "team" if self._has_team():
                return self.team
            case "team":
                # “Our deals”, said by somebody with nobody below them, are those of all that they may see.
                return None
            case "everyone":
                return None
            case "unassigned":
                if self.scope.visible is not None:
                    raise CommandError("Only administrators see records that have no owner.")
                return (NOBODY,)
            case reference:
                number = _parse_number(reference, "user")
                if not self.scope.may_see(number):
                    raise CommandError("You can see your own records only. Ask an administrator to widen that.")
                return (number,)

    @property
    def team(self) -> tuple[int, ...]:
        """Return the numbers of the asker and of everyone below; a rep has nobody below."""
        return self.scope.team

    def _has_team(self) -> bool:
        return len(self.team) > 1

    def describe_owners(self, said: str | None) -> str:
        """Describe the owner argument for a receipt: `your own`, `your team's`, `Dana Whitfield's`."""
        match said or self._usual_owner():
            case "me":
                return OWN
            case "team" if self._has_team():
                return "your team's"
            case "team" | "everyone":
                return "everyone's" if self.scope.visible is None else "everyone's that you may see"
            case "unassigned":
                return "nobody's"
            case reference:
                return (
                    f"{self.load_people_names([_parse_number(reference, 'user')])[_parse_number(reference, 'user')]}'s"
                )

    def load_people_names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Load the names of people by their numbers."""
        return reps.load_rep_names(self.scope.session, self.scope.workspace_id, ids)

    def _usual_owner(self) -> str:
        return {"admin": "everyone", "manager": "team"}.get(self.asker.role, "me")

    # Showing.

    def get_utc_bounds(self, period: Period | None) -> tuple[datetime | None, datetime | None] | None:
        """Turn a period of the asker's local dates into half open UTC moments."""
        return self.moment.get_utc_bounds(period)

    def to_local_day(self, moment: datetime) -> date:
        """Return the asker's local date at a moment; a day without a time is that day for everybody."""
        return find_whole_day(moment) or moment.astimezone(self.moment.zone).date()

    def format_local_time(self, moment: datetime) -> str:
        """Format a moment in the asker's time zone, `18 Nov 09:30`; a day without a time as the day alone."""
        day = find_whole_day(moment)
        return format_day(day, self.today) if day else format_moment(moment.astimezone(self.moment.zone), self.today)

    def build_records(self, lines: Iterable[Line]) -> tuple[Record, ...]:
        """Build records of a reply from lines of storage: ids become names, moments local dates."""
        lines = tuple(lines)
        people = self.load_people_names(line.fields.get("owner_id") for line in lines)
        return tuple(
            Record(line.kind, line.id, line.name, line.external_id, self._build_fields(line, people)) for line in lines
        )

    def _build_fields(self, line: Line, people: dict[int, str]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in line.fields.items():
            match name, value:
                case _, None:
                    continue
                case "status_id", _:
                    shown["status"] = self.vocabulary.status[value].name
                case "stage_id", _:
                    shown["stage"] = self.vocabulary.stage[value].name
                case "owner_id", _:
                    shown["owner"] = people.get(value)
                case "touched_at", datetime():
                    # An imported touch may lie in the future; nothing is untouched for minus a day.
                    shown["untouched_days"] = max(0, (self.today - self.to_local_day(value)).days)
                case _, datetime():
                    shown[name] = self.to_local_day(value).isoformat()
                case _, date():
                    shown[name] = value.isoformat()
                case _:
                    shown[name] = value
        return shown

    def build_changes(self, notes: Iterable[NotedChange]) -> tuple[FieldChange, ...]:
        """Build what a reply shows of changes in the ledger; those no person reads are left out."""
        return tuple(
            FieldChange(
                note.kind, _get_reference(note), note.external_id, note.name, note.field, note.before, note.after
            )
            for note in notes
            if note.is_worth_telling
        )

    def build_receipt(self, filter_words: str, count: int, owner: str | None) -> Receipt:
        """Build the receipt of a figure: filter, count, time and whose records."""
        return Receipt(filter_words, count, self.now.isoformat(timespec="seconds"), self.describe_owners(owner))


def choose_time_zone(asker: Asker, vocabulary: Vocabulary, defaults: WorkspaceDefaults) -> ZoneInfo:
    """Choose the asker's time zone, else the workspace's, else that of the settings."""
    for name in (asker.time_zone, vocabulary.time_zone, defaults.time_zone):
        if name:
            # A name that Slack knows may be missing in the time zones of this machine: then the next one counts.
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def _parse_number(reference: str, kind: str) -> int:
    """Parse the number of a record of this kind out of a reference. NotFound where it is none."""
    parsed = parse_ref(reference)
    if parsed is None or parsed[0] not in (kind, None):
        raise NotFound(f"There is no {kind} “{reference}”.")
    return parsed[1]


def _require_record(record: R | None, reference: str) -> R:
    """Return the record. NotFound where there is none."""
    if record is None:
        raise NotFound(f"There is no record {reference}.")
    return record


def _get_reference(note: NotedChange) -> str:
    try:
        return format_ref(note.kind, note.record_id)
    except KeyError:
        # Statuses, stages and the workspace itself have no letter, since nobody refers to them by number.
        return str(note.record_id)
