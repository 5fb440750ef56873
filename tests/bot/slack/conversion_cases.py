"""Conversions that are begun, killed in the middle, and looked at afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.bench.large_team import make_company, make_surname
from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.screen.screen_reading import button_labels
from bot.playground.workspace.slack_state import LocalMessage, View
from bot.playground.workspace.traffic_ledger import Delivery
from bot.slack.listeners.interactions import NO_SLACK, NOT_SURE, WENT_WRONG
from commands.dispatching.deadline import TOO_LATE
from storage.database.doors import Database
from storage.tables import Account, AuditEntry, Change, Contact, Inbox, Lead, Opportunity, Outbox, Rep, Status

SURFACES = ("message", "button", "form")
PRESS_AGAIN = (NO_SLACK, NOT_SURE, TOO_LATE, WENT_WRONG)
"""What a busy server says instead of an answer."""


@dataclass
class Case:
    """A lead whose conversion one person asks for on one surface. `seen` is how far it was when the process died."""

    surface: str
    person: LocalPerson
    lead: int
    name: str
    how: str = ""
    seen: str = ""
    card: LocalMessage | None = None
    modal: View | None = None
    said: LocalMessage | None = None

    def begin(self) -> None:
        """Everything up to the act that converts: the card with its buttons, or the open form."""
        if self.surface == "form":
            self.modal = self.person.uses_command("/convert", f"#L{self.lead}").modal
            assert self.modal is not None
        else:
            asked = self.person.says(f"convert #L{self.lead}").delivery
            assert asked is not None
            self.card = wait_for_answer(self.person, asked)
            assert self.card is not None
            assert "Confirm" in button_labels(self.card), self.card.text

    def act(self) -> None:
        """“yes”, Confirm, or the submission."""
        match self.surface:
            case "message":
                assert self.card is not None
                self.person.says("yes", thread_ts=self.card.root_ts, waits=False)
            case "button":
                assert self.card is not None
                self.person.presses(self.card, "Confirm", waits=False)
            case "form":
                assert self.modal is not None
                self.person.submits_modal(self.modal, waits=False)

    def again(self) -> None:
        """What a person does who saw an error: press or submit once more, where that is still to be pressed."""
        if self.surface == "button" and self.card is not None and "Confirm" in button_labels(self.card):
            self.act()
        if self.surface == "form" and self.person.modal is self.modal:
            self.act()

    def answers(self, slack: LocalSlack) -> int:
        """How many answers to the act stand in Slack. A card that has become the answer is one."""
        ours = [each for each in slack.list_messages(self.person.dm) if each.user != self.person.id]
        ours = [each for each in ours if each.text not in PRESS_AGAIN]
        if self.surface == "form":
            # Lists that name the lead stand below the question that they answer.
            return sum(self.name in each.text and each.thread_ts is None for each in ours)
        assert self.card is not None
        thread = [each for each in ours if each.root_ts == self.card.root_ts]
        return len(thread) - int(self.surface == "message" or "Confirm" in button_labels(self.card))


@dataclass(frozen=True)
class Effects:
    """What became of a lead. All alike, 0 or 1, or something is half or double."""

    converted: int
    accounts: int
    contacts: int
    opportunities: int
    entries: int

    @property
    def whole(self) -> bool:
        return len({self.converted, self.accounts, self.contacts, self.opportunities, self.entries}) == 1

    @property
    def most(self) -> int:
        return max(self.converted, self.accounts, self.contacts, self.opportunities, self.entries)


def cases(slack: LocalSlack, database: Database, workspace_id: int, people: int, leads: int) -> Iterator[Case]:
    """People in turn, each with leads of their own; the surfaces in turn."""
    now = datetime.now(UTC)
    owners: list[tuple[int, LocalPerson]] = []
    made: list[Lead] = []
    with database.begin_write() as session:
        status = session.scalar(select(Status.id).where(Status.status_class == "qualified"))
        for number in range(people):
            name, email = f"Rep {make_surname(number)}", f"rep{number}@example.com"
            rep = Rep(workspace_id=workspace_id, name=name, email=email, digest_enabled=False, created_at=now)
            session.add(rep)
            session.flush()
            owners.append((rep.id, slack.add_person(name, email)))
        for number in range(leads):
            # Nobody else's company: each conversion makes an account of its own.
            family, firm = make_surname(number + 100), f"{number} {make_company(number)}"
            values = {"name": f"Kim {family}", "first_name": "Kim", "last_name": family, "company": firm}
            owner = owners[number % people][0]
            email = f"kim@{number}.example"
            made.append(Lead(workspace_id=workspace_id, owner_id=owner, status_id=status, email=email, **values))
            made[-1].created_at = made[-1].updated_at = now
        session.add_all(made)
        session.flush()
        known = [(each.id, each.name) for each in made]
    for number, (lead, name) in enumerate(known):
        # Every person uses every surface.
        yield Case(SURFACES[(number + number // people) % 3], owners[number % people][1], lead, name)


def effects(database: Database, case: Case) -> Effects:
    """Counted from the tables themselves, by what only this lead's records have."""
    with database.begin_read() as session:
        lead = session.get(Lead, case.lead)
        assert lead is not None
        accounts = select(Account.id).where(Account.name == lead.company)
        entry = select(func.count(func.distinct(AuditEntry.id))).join(Change, Change.entry_id == AuditEntry.id)
        entry = entry.where(AuditEntry.command == "convert_lead", Change.kind == "lead", Change.record_id == lead.id)
        counts = (
            select(func.count()).select_from(Account).where(Account.name == lead.company),
            select(func.count()).select_from(Contact).where(Contact.email == lead.email),
            select(func.count()).select_from(Opportunity).where(Opportunity.account_id.in_(accounts)),
            entry,
        )
        return Effects(int(lead.converted_at is not None), *(session.scalar(each) or 0 for each in counts))


def wait_for_answer(person: LocalPerson, asked: Delivery, seconds: float = 10.0) -> LocalMessage | None:
    """Wait for the first message of the bot below a direct message; None where none comes.

    Who writes for the first time is greeted as well, not below it.
    """
    end, ts = time.monotonic() + seconds, asked.payload["event"]["ts"]
    while True:
        for each in person.visible_messages():
            if is_answer(each, ts):
                return each
        if time.monotonic() > end:
            return None
        time.sleep(0.1)


def is_answer(message: LocalMessage, asked: str) -> bool:
    """Whether the bot posted this message below the one of this ts."""
    return message.bot_id is not None and message.thread_ts == asked


def how_far(slack: LocalSlack, database: Database, case: Case) -> str:
    """How far a case was: what the tables and Slack hold of it right after the kill."""
    done = effects(database, case).converted
    with database.begin_read() as session:
        kept = select(Outbox.settled_at).where(Outbox.channel == case.person.dm.id).order_by(Outbox.id.desc()).limit(1)
        waits = [row.settled_at is None for row in session.execute(kept)] == [True]
        arrived = select(Inbox.settled_at).where(Inbox.lane.endswith(case.person.id)).order_by(Inbox.id.desc()).limit(1)
        works = [row.settled_at is None for row in session.execute(arrived)] == [True]
    if case.answers(slack):
        return "4 answer in Slack, not noted" if waits else "5 answered and noted"
    if waits:
        return "3 answer kept, not in Slack"
    if done:
        return "2 done, answer not kept"
    return "1 accepted, not done" if works else "0 nothing kept"
