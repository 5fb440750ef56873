"""Who asks, in which workspace, from where and at what time: everything a command may not take as an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Changed, Receipt, Record
from commands.values.moment import Moment, Period
from commands.values.phrases import OWN
from storage.leads import leads
from storage.ledger.change_ledger import Ledger, Noted
from storage.names.name_index import parse_ref, ref
from storage.opportunities import opportunities
from storage.people import reps
from storage.people.visibility import Asker, Scope
from storage.records import accounts, contacts
from storage.records.record_line import Line
from storage.tables import Account, Contact, Lead, Opportunity
from storage.workspaces.workspace_vocabulary import StageDefinition, StatusDefinition, Vocabulary

R = TypeVar("R")


@dataclass(frozen=True)
class Defaults:
    """What holds where a workspace has set nothing of its own (DESIGN.md section 6)."""

    visibility: str = "own"
    time_zone: str = "UTC"
    digest_time: time = time(8, 30)


@dataclass
class Context:
    """One request within its transaction."""

    asker: Asker
    scope: Scope
    vocabulary: Vocabulary
    ledger: Ledger
    moment: Moment
    defaults: Defaults
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

    def ask_first(self, reason: str) -> None:
        """Have the person confirm before this is carried out; the reason stands on the card."""
        self.asks.append(reason)

    # Records by reference. The dispatcher has turned names into ids before a command runs.

    def lead(self, reference: str) -> Lead:
        """The visible lead, to be read or changed through the ledger. NotFound otherwise."""
        return _found(leads.get(self.scope, _number(reference, "lead")), reference)

    def account(self, reference: str) -> Account:
        return _found(accounts.get(self.scope, _number(reference, "account")), reference)

    def contact(self, reference: str) -> Contact:
        return _found(contacts.get(self.scope, _number(reference, "contact")), reference)

    def opportunity(self, reference: str) -> Opportunity:
        return _found(opportunities.get(self.scope, _number(reference, "opportunity")), reference)

    def record(self, reference: str) -> Lead | Account | Contact | Opportunity:
        """The visible record of whatever kind."""
        parsed = parse_ref(reference)
        match parsed[0] if parsed else None:
            case "lead":
                return self.lead(reference)
            case "account":
                return self.account(reference)
            case "contact":
                return self.contact(reference)
            case "opportunity":
                return self.opportunity(reference)
            case _:
                raise NotFound(f"There is no record {reference}.")

    # The workspace's own words.

    def status(self, name: str) -> StatusDefinition:
        return next(each for each in self.vocabulary.statuses if each.name == name)

    def stage(self, name: str) -> StageDefinition:
        return next(each for each in self.vocabulary.stages if each.name == name)

    # Whose records.

    def owners(self, said: str | None) -> tuple[int, ...] | None:
        """The owners meant by an owner argument, None for everyone visible. CommandError for hidden colleagues.

        Nothing said: a rep's own, a manager's team, an administrator's everyone (DESIGN.md section 4).
        """
        match said or self._usual_owner():
            case "me":
                return (self.asker.id,)
            case "team":
                return self.team
            case "everyone":
                return None
            case reference:
                number = _number(reference, "user")
                if not self.scope.may_see(number):
                    raise CommandError("You can see your own records only. Ask an administrator to widen that.")
                return (number,)

    @property
    def team(self) -> tuple[int, ...]:
        """The asker's team: everyone below, or a rep's visible colleagues under the same manager."""
        return self.scope.team

    def whose(self, said: str | None) -> str:
        """The owner argument in words, for a receipt."""
        match said or self._usual_owner():
            case "me":
                return OWN
            case "team":
                return "your team's"
            case "everyone":
                return "everyone's" if self.scope.visible is None else "everyone's that you may see"
            case reference:
                return f"{self.names_of([_number(reference, 'user')])[_number(reference, 'user')]}'s"

    def names_of(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Names of people by number."""
        return reps.names(self.scope.session, self.scope.workspace_id, ids)

    def _usual_owner(self) -> str:
        return {"admin": "everyone", "manager": "team"}.get(self.asker.role, "me")

    # Showing.

    def moments(self, period: Period | None) -> tuple[datetime | None, datetime | None] | None:
        """A period of the asker's local dates as half open UTC moments."""
        return self.moment.moments(period)

    def local_day(self, moment: datetime) -> date:
        """The asker's local date of a moment."""
        return moment.astimezone(self.moment.zone).date()

    def records(self, lines: Iterable[Line]) -> tuple[Record, ...]:
        """Lines of storage as records of a reply: ids become names, moments local dates."""
        lines = tuple(lines)
        people = self.names_of(line.fields.get("owner_id") for line in lines)
        return tuple(
            Record(line.kind, line.id, line.name, line.external_id, self._shown(line, people)) for line in lines
        )

    def _shown(self, line: Line, people: dict[int, str]) -> dict[str, Any]:
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
                    shown["untouched_days"] = max(0, (self.today - self.local_day(value)).days)
                case _, datetime():
                    shown[name] = self.local_day(value).isoformat()
                case _, date():
                    shown[name] = value.isoformat()
                case _:
                    shown[name] = value
        return shown

    def changed(self, notes: Iterable[Noted]) -> tuple[Changed, ...]:
        """Changes of the ledger that a person reads."""
        return tuple(
            Changed(note.kind, _ref(note), note.external_id, note.name, note.field, note.before, note.after)
            for note in notes
            if note.spoken
        )

    def receipt(self, filter_words: str, count: int, owner: str | None) -> Receipt:
        """Where a figure comes from."""
        return Receipt(filter_words, count, self.now.isoformat(timespec="seconds"), self.whose(owner))


def zone_of(asker: Asker, vocabulary: Vocabulary, defaults: Defaults) -> ZoneInfo:
    """The asker's time zone, else the workspace's, else the settings'."""
    for name in (asker.time_zone, vocabulary.time_zone, defaults.time_zone):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def _number(reference: str, kind: str) -> int:
    parsed = parse_ref(reference)
    if parsed is None or parsed[0] not in (kind, None):
        raise NotFound(f"There is no {kind} “{reference}”.")
    return parsed[1]


def _found(record: R | None, reference: str) -> R:
    if record is None:
        raise NotFound(f"There is no record {reference}.")
    return record


def _ref(note: Noted) -> str:
    try:
        return ref(note.kind, note.record_id)
    except KeyError:
        return str(note.record_id)
