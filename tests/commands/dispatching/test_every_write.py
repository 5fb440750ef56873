"""Every write with every argument is carried out by a yes, is in the log once, and can be taken back.

The calls are made from the commands themselves: a new command or argument is here by itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack.modals import NextView
from commands import BY_VERB, COMMANDS, FORM_ONLY
from commands.accounts.update_account import ACCOUNT_FIELDS
from commands.accounts.update_contact import CONTACT_FIELDS
from commands.contract.arguments import RecordMark
from commands.contract.command import Command
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.contract.update_field import UpdateField
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.prepare import prepare_command
from commands.dispatching.request import Origin
from commands.leads.lead_fields import LEAD_FIELDS
from commands.leads.list_leads import LeadConditions
from commands.opportunities.list_opportunities import OpportunityConditions
from storage.database.doors import Database
from storage.ledger.change_ledger import REMARK
from storage.ledger.changed_records import CREATED, group_by_record, is_same_value, load_record, parse_raw_value
from storage.tables import AuditEntry, Change, Stage
from tests.bot.slack.modals.form_sheet import sheet
from tests.commands.spoken_values import has_fixed_words, values_of
from tests.company import Company
from tests.database_contents import count
from tests.database_rows import records
from tests.desk import Desk

Desks = Callable[..., Desk]

SMALLEST: dict[str, dict[str, Any]] = {
    "create_lead": {"last_name": "Lanz"},
    "create_contact": {"last_name": "Lanz"},
    "create_opportunity": {"account": "initech"},
    "update_lead": {"field": "title", "value": "Buyer"},
    "update_contact": {"field": "title", "value": "Buyer"},
    "update_account": {"field": "type", "value": "Partner"},
    "log_activity": {"kind": "call"},
    "add_person": {"email": "new@leadlight.example", "full_name": "Nele Winter"},
    "update_opportunity": {"next_step": "Send the offer"},
    "qualify_lead": {"product_interest": "GTX"},
    "add_stage": {"stage_name": "Pilot", "probability": 30},
    "add_status": {"status_name": "Nurturing"},
    "add_source": {"source_name": "Podcast"},
    "add_holiday": {"day": "2026-12-24"},
    "change_stage": {"stage": "Proposal", "place": 2},
    "change_status": {"status": "Contacted", "place": 1},
    "change_source": {"source": "Quiz", "place": 1},
    "change_person": {"person": "Tom Becker", "team": "North"},
    "complete_follow_up": {"name": "call about the quote"},
    "assign_leads": {"owner": "tom"},
    "assign_opportunities": {"owner": "tom"},
    "hand_over": {"from": "dana", "to": "nora"},
}
"""What a command needs besides the argument that is tried, where the first value of each type would not do."""

TOGETHER: dict[tuple[str, str], dict[str, Any]] = {
    ("update_opportunity", "lost_reason"): {"stage": "Closed Lost"},
    ("convert_lead", "contact"): {"name": "jane roe", "account": "globex"},
    ("convert_lead", "opportunity"): {"name": "glenn close"},
    ("convert_lead", "opportunity_name"): {"create_opportunity": True},
    ("convert_lead", "amount"): {"create_opportunity": True},
    ("convert_lead", "currency"): {"create_opportunity": True, "amount": 40000},
    ("convert_lead", "close_date"): {"create_opportunity": True},
    ("convert_lead", "stage"): {"create_opportunity": True},
    ("add_holiday", "last_day"): {"day": "2026-12-24"},
    ("add_stage", "state"): {"probability": None},
    ("log_activity", "kind"): {"text": "asked for a quote"},
    ("set_bands", "hot_from"): {"warm_from": 20},
    ("set_bands", "warm_from"): {"hot_from": 99},
}
"""What an argument makes sense with."""

INSTEAD: dict[tuple[str, str], tuple[Any, ...]] = {
    ("convert_lead", "contact"): ("new",),
    ("convert_lead", "opportunity"): ("globex gtx basic",),
    ("complete_follow_up", "name"): ("call about the quote", "jane doe"),
    ("log_activity", "text"): ("left a voicemail", " Zoë: 20 % off “if”  "),
    ("add_holiday", "last_day"): ("2026-12-31", "1 January 2027"),
    ("add_stage", "state"): ("won", "lost"),
    ("change_stage", "probability"): (55, "60"),
    ("change_status", "retired"): ("no",),
    ("update_lead", "field"): (*LEAD_FIELDS.all_names, "Job Title", "annual revenue"),
    ("update_contact", "field"): (*CONTACT_FIELDS.all_names, "Job Title", "company"),
    ("update_account", "field"): (*ACCOUNT_FIELDS.all_names, "annual revenue", "parent account"),
    ("create_contact", "account"): ("globex", "none"),
    ("change_person", "manager"): ("Victor Hale", "nobody"),
    ("set_lead_status_many", "place"): ("united states",),
    ("assign_leads", "place"): ("united states",),
    ("assign_opportunities", "place"): ("united states",),
    ("assign_opportunities", "product"): ("gtx basic",),
    ("hand_over", "to"): ("tom", "me", "Nora Lindqvist"),
    ("set_lead_status_many", "owner"): ("Dana Whitfield", "team", "everyone"),
}
"""Values where those of the type would not do."""

CHOOSES = {
    ("change_status", "status"),
    ("change_stage", "stage"),
    ("change_source", "source"),
    ("update_lead", "field"),
    ("hand_over", "from"),
    ("update_contact", "field"),
    ("update_account", "field"),
}
"""Arguments that say what is changed."""

WHAT_ALL_GET = {"set_lead_status_many": "status", "assign_leads": "owner", "assign_opportunities": "owner"}
"""The argument of a command on several records that is no condition."""

FIELD_VALUES = {
    "email": "jane.roe@helvetia.example",
    "phone": "+41 44 555 01 99",
    "mobile": "+41 79 555 01 99",
    "website": "www.helvetia.example",
    "employees": "1,200",
    "annual_revenue": "$1.2m",
    "budget": "40,000.00",
    "rating": "warm",
    "source": "quiz",
    "status": "contacted",
    "account": "globex",
    "company": "globex",
    "parent": "initech",
    "parent_account": "initech",
}
"""Values of those fields of a record that do not take any text."""

WITHOUT = {"undo": "takes back what another write did: every case here ends with it", "remove_holiday": "needs one"}


@dataclass(frozen=True)
class WriteCall:
    """A call of a command that writes, with the argument that is tried in it."""

    kind: type[Command]
    argument: str
    arguments: dict[str, Any]


def calls_of(kind: type[Command]) -> Iterator[WriteCall]:
    """A call for each argument of a command and each shape of its value."""
    verb = kind.verb()
    for name in kind.model_fields:
        needed = {
            each: values_of(kind, each)[0]
            for each, info in kind.model_fields.items()
            if info.is_required() and each not in SMALLEST.get(verb, {})
        }
        values = INSTEAD.get((verb, name)) or values_of(kind, name)
        for value in values[:1] if _is_condition(kind, name) else values:
            beside = TOGETHER.get((verb, name), {})
            if issubclass(kind, UpdateField) and name == "field":
                beside = {"value": FIELD_VALUES.get(value.replace(" ", "_"), "Lisbon")}
            yield WriteCall(kind, name, {**needed, **SMALLEST.get(verb, {}), **beside, name: value})


WRITES = [kind for kind in (*COMMANDS, *FORM_ONLY) if kind.writes and kind.verb() not in WITHOUT]


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    return Dispatcher(company.database, BY_VERB, WorkspaceDefaults(), {kind.verb(): kind for kind in FORM_ONLY})


class Notary:
    """Sees that what a card showed is what was done, kept in the log once, and gone again after an undo."""

    def __init__(self, desk: Desk, company: Company) -> None:
        self.desk, self.database = desk, company.database
        self.before = records(self.database)

    def proposed(self, call: WriteCall, origin: Origin) -> Reply:
        """Ask for it, look at the card, and say yes."""
        card = self.desk.dispatcher.dispatch(self.desk.request, call.kind.verb(), call.arguments, origin)
        if card.state is ReplyState.ANSWERED:
            return card
        assert card.state is ReplyState.CONFIRM, (call, origin, card.head)
        assert records(self.database) == self.before, "a card changes nothing"
        done = self.desk.confirm(card)
        assert done.state is ReplyState.DONE, (call, origin, done.head)
        assert _told(done) == _told(card), (call, origin)
        return done

    def at_once(self, call: WriteCall, origin: Origin) -> Reply:
        return self.desk.dispatcher.dispatch(self.desk.request, call.kind.verb(), call.arguments, origin)

    def submitted(self, call: WriteCall) -> Reply:
        """Open its form with these values, send it, and send what it shows before it writes."""
        form = sheet(self.desk, call.kind.verb(), **self._with_ids(call))
        said = call.arguments[call.argument]
        if isinstance(said, str) and form.has(call.argument) and form.is_text(call.argument):
            form.fill(**{call.argument: said})
        answer = form.send()
        if isinstance(answer, NextView):
            answer = form.send()
        assert isinstance(answer, Reply), (call, answer)
        return answer

    def _with_ids(self, call: WriteCall) -> dict[str, Any]:
        """The arguments as a button carries them."""
        with self.database.begin_read() as session:
            context = self.desk.dispatcher.build_context(session, self.desk.request)
            return prepare_command(call.kind, call.arguments, context)[0].get_given_arguments()

    def sees(self, call: WriteCall, act: Callable[[], Reply]) -> bool:
        """Whether it changed something; where all was like that already, nothing may have been written."""
        entries = count(self.database, "audit_entry")
        done = act()
        if done.state is ReplyState.ANSWERED:
            assert (count(self.database, "audit_entry"), records(self.database)) == (entries, self.before), call
            return False
        assert done.state is ReplyState.DONE, (call, done.head)
        assert count(self.database, "audit_entry") == entries + 1, call
        self._holds_what_the_log_says(call, done)
        undo = done.buttons[-1]
        assert undo.label == "Undo", (call, done.buttons)
        undone = self.desk.presses(undo)
        assert undone.state is ReplyState.DONE, (call, undone.head)
        assert records(self.database) == self.before, call
        return True

    def _holds_what_the_log_says(self, call: WriteCall, done: Reply) -> None:
        with self.database.begin_read() as session:
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert entry is not None
            assert entry.command == call.kind.verb()
            changes = list(session.scalars(select(Change).where(Change.entry_id == entry.id)))
            assert changes, call
            for place, its_changes in group_by_record(changes).items():
                record = load_record(session, place)
                last = {each.column: each for each in its_changes}
                for column, change in last.items():
                    if column not in (CREATED, REMARK):
                        held, said = getattr(record, column), parse_raw_value(type(record), column, change.raw_after)
                        assert is_same_value(type(record), column, held, said), (call, column, held, said)
            written = json.dumps([[each.after, each.raw_after] for each in changes], ensure_ascii=False, default=str)
            stages = {each.raw_after.get("stage_id") for each in changes if isinstance(each.raw_after, dict)}
            written += "".join(session.scalars(select(Stage.name).where(Stage.id.in_(stages - {None}))))
        if _is_kept(call) and done.arguments:
            assert any(each.lower() in written.lower() for each in _as_written(done.arguments[call.argument])), (
                call,
                written,
            )


def _is_kept(call: WriteCall) -> bool:
    """Whether the value itself is written down: not one that only chooses which records, or what is done."""
    chooses = (
        isinstance(call.kind.list_reference_fields().get(call.argument), RecordMark)
        or _is_condition(call.kind, call.argument)
        or (call.kind.verb(), call.argument) in CHOOSES
        or call.argument == "place"
        or call.arguments[call.argument] == "me"
    )
    return not chooses and not has_fixed_words(call.kind, call.argument)


def _is_condition(kind: type[Command], name: str) -> bool:
    """Whether an argument of a command on several records says which ones."""
    return issubclass(kind, (LeadConditions, OpportunityConditions)) and name != WHAT_ALL_GET[kind.verb()]


def _is_tried_elsewhere(call: WriteCall) -> bool:
    """Whether it is a condition that another command on the same kind of records has, too."""
    if not _is_condition(call.kind, call.argument):
        return False
    bases = (each for each in (LeadConditions, OpportunityConditions) if issubclass(call.kind, each))
    shared = next((base for base in bases if call.argument in base.model_fields), None)
    return shared is not None and call.kind is not next(each for each in reversed(WRITES) if issubclass(each, shared))


def _told(reply: Reply) -> list[tuple[Any, ...]]:
    """The changes of a card or of what was done, without the numbers of what is new, and to the day."""
    new = {(each.kind, each.id) for each in reply.change if each.field == "record"}
    return [
        (each.kind, "" if (each.kind, each.id) in new else each.id, each.name, each.field, each.before, each.after)
        for each in reply.change
    ]


def _as_written(value: Any) -> tuple[str, ...]:
    """How a value of an argument may stand in the log, as JSON."""
    match value:
        case float():
            return (f"{Decimal(str(value)).normalize():f}",)
        case list():
            return (json.dumps(value),)
        case str():
            cleaned = (json.dumps(each, ensure_ascii=False)[1:-1] for each in (value.strip(), " ".join(value.split())))
            return tuple(cleaned)
        case _:
            return (str(value),)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> Database:
    """PostgreSQL takes another minute; what it holds of each kind of value is tried in tests/storage, too."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


def desk_of(desk: Desks, kind: type[Command]) -> Desk:
    """Where the command is at home: administration is an administrator's."""
    return desk("priya" if kind in FORM_ONLY else "nora")


@pytest.mark.parametrize("every_value", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["one", "every"])
@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.verb())
def test_every_write_with_every_argument_is_done_by_a_yes_and_taken_back(
    desk: Desks, company: Company, kind: type[Command], every_value: bool
) -> None:
    """One value of each argument that changes something in every run, and in `make test-slow` each shape of it."""
    notary = Notary(desk("priya" if kind in FORM_ONLY else "helen"), company)
    tried: Counter[str] = Counter()
    written: Counter[str] = Counter()
    elsewhere: set[str] = set()
    for call in calls_of(kind):
        if not every_value and _is_tried_elsewhere(call):
            elsewhere.add(call.argument)
        if call.argument in elsewhere or (written[call.argument] and not every_value):
            continue
        whole = not tried[call.argument] and not _is_condition(kind, call.argument)
        for act in ways_to(notary, call, whole=whole):
            written[call.argument] += notary.sees(call, act)
        tried[call.argument] += 1
    assert {name for name in kind.model_fields if not written[name]} == elsewhere, (
        "a value that changes something is missing"
    )


def ways_to(notary: Notary, call: WriteCall, *, whole: bool) -> Iterator[Callable[[], Reply]]:
    """The ways in which a call can come about: by a form and from a sentence, and where `whole` each other way too."""
    yield lambda: notary.submitted(call)
    if call.kind in FORM_ONLY:
        if whole:
            yield lambda: notary.at_once(call, Origin.TYPED)
        return
    yield lambda: (notary.at_once if call.kind.at_once else notary.proposed)(call, Origin.SENTENCE)
    if whole:
        yield lambda: notary.proposed(call, Origin.MODEL)
    if whole and call.kind.always_asks:
        yield lambda: notary.proposed(call, Origin.TYPED)
