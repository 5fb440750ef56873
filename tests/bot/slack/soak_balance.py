"""What a soak's traffic came to: what was accepted against what was answered and done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import func, select

from bot.playground.local_slack import LocalSlack
from bot.playground.workspace.traffic_ledger import Delivery
from storage.database.doors import Database
from storage.database.errors import Contention
from storage.tables import Activity, Inbox, Outbox
from tests.bot.slack.conversion_cases import SURFACES, Case, effects, is_answer
from tests.bot.slack.queue_backlog import open_rows
from tests.bot.slack.soak_people import Traffic


@dataclass
class Balance:
    """What was accepted against what became of it. Each row: begun, accepted, once, twice or more, never."""

    rows: dict[str, tuple[int, int, int, int, int]] = field(default_factory=dict)
    notes: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str, begun: int, became: Iterable[int]) -> None:
        """Add a row: how often each of those that were accepted was answered or done."""
        counts = Counter(became)
        total = counts.total()
        self.rows[what] = (begun, total, counts[1], total - counts[1] - counts[0], counts[0])
        if counts[1] != total:
            self.wrong.append(f"{what}: {dict(counts)}")

    def note(self, what: str, found: object, wanted: object = None) -> None:
        """Note a figure beside the rows; wrong where it is not the wanted one."""
        self.notes[what] = found
        if wanted is not None and found != wanted:
            self.wrong.append(f"{what}: {found}")

    def table(self) -> list[str]:
        rows = [f"| {what} | {' | '.join(map(str, row))} |" for what, row in self.rows.items()]
        notes = [f"| {what} | {found} |" for what, found in self.notes.items()]
        heads = "| what | begun | accepted | once | more | never |", "|---" * 6 + "|"
        return [*heads, *rows, "", "| at the end | |", "|---|---|", *notes]


def weigh_traffic(balance: Balance, slack: LocalSlack, database: Database, traffic: Traffic) -> None:
    """Weigh what people said, pressed and filled in."""
    count = partial(count_answers, slack)
    balance.add("questions", len(traffic.questions), map(count, accepted(traffic.questions)))
    orders = [(each, words) for each, words in traffic.orders if each.is_acknowledged]
    with database.begin_read() as session:
        logged = Counter(session.scalars(select(Activity.text).where(Activity.text.startswith("soaked"))))
    balance.add("orders that were typed: answers", len(traffic.orders), (count(each) for each, _ in orders))
    balance.add("orders that were typed: done", len(traffic.orders), (logged[words] for _, words in orders))
    for surface in SURFACES:
        some = [each for each in traffic.conversions if each.surface == surface and not was_refused(slack, each)]
        became = [effects(database, each) for each in some]
        balance.add(f"conversions by {surface}: answers", len(some), (each.answers(slack) for each in some))
        balance.add(f"conversions by {surface}: done", len(some), (each.most for each in became))
        balance.wrong += [f"half: {each}" for each in became if not each.whole]
    taken = accepted(traffic.commands)
    balance.add("slash commands", len(traffic.commands), (int(bool(each.attempts[0].body)) for each in taken))
    balance.note("Home opened: accepted", f"{len(accepted(traffic.homes))} of {len(traffic.homes)}")
    refused = sum(was_refused(slack, each) for each in traffic.conversions)
    balance.note("conversions told that nothing was changed, or given up", refused + traffic.gave_up)


def weigh_queues(balance: Balance, slack: LocalSlack, database: Database) -> None:
    """Weigh inbox, outbox and what was posted of it."""
    for table in (Inbox, Outbox):
        with database.begin_read() as session:
            states = dict(session.execute(select(table.state, func.count()).group_by(table.state)).all())
        balance.note(f"{table.__tablename__}: done", states.pop("done", 0))
        balance.note(f"{table.__tablename__}: given up or unknown", sum(states.values()), 0)
    balance.note("left in inbox and outbox", open_rows(database), 0)
    keys = Counter(
        each.arguments["metadata"]["event_payload"]["key"]
        for each in slack.ledger.list_calls("chat.postMessage")
        if each.effective and each.arguments.get("metadata")
    )
    balance.note("messages posted", len(keys))
    balance.note("messages posted twice", sum(count > 1 for count in keys.values()), 0)


def compare_memory(balance: Balance, memory: list[list[int]]) -> None:
    """Compare the second quarter of the time without kills with the last, when nothing new should be needed."""
    for number, each in enumerate(memory, start=1):
        quarter = len(each) // 4
        if quarter < 10:
            continue
        early, late = max(each[quarter : 2 * quarter]), max(each[-quarter:])
        balance.note(f"memory of server {number}, MiB", f"{early} -> {late}")
        if late > 1.1 * early + 5:
            balance.wrong.append(f"memory of server {number} grows: {early} -> {late} MiB")


def was_refused(slack: LocalSlack, case: Case) -> bool:
    """Whether a yes was answered by the sentence that somebody else is writing, and nothing was changed."""
    thread = slack.list_thread(case.card) if case.card is not None else []
    return any(each.text == Contention.for_people for each in thread)


def count_answers(slack: LocalSlack, asked: Delivery) -> int:
    """How many messages of the bot stand below this one."""
    event = asked.payload["event"]
    channel = slack.world.channels[event["channel"]]
    return sum(is_answer(each, event["ts"]) for each in slack.list_messages(channel))


def accepted(deliveries: list[Delivery]) -> list[Delivery]:
    """Those that the app acknowledged: of all others Slack, or the person, knows that they came to nothing."""
    return [each for each in deliveries if each.is_acknowledged]
