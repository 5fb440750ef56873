"""Measures answers: a rep's, an administrator's, the storage step beside plain SQL, and a whole start."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bot.bench.large_team import NOW, BenchDatabase
from bot.bench.measured_figures import Figure, FigureTable, measure_seconds, percentile
from bot.dialogue.dialogue import Conversation
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from commands.wording.plain_text import render_plain_text
from storage.database.doors import Database
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter
from storage.opportunities import opportunities, opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.people import reps
from storage.people.visibility import CONSOLE, Scope, build_scope

REP_SENTENCES = (
    "my hot leads",
    "top 5 leads",
    "leads from trade show",
    "leads untouched for 14 days",
    "my newest leads",
    "deals closing this month",
    "my pipeline by stage",
    "how much did I win this quarter",
    "forecast",
    "what is overdue?",
)
# What is asked of a name with two letters the wrong way round, which thousands of leads nearly have.
MISSPELLED = "show me {lead}"
EVERYTHING_SENTENCES = (
    "hot leads of everyone",
    "top 10 leads",
    "newest leads",
    "deals closing this week",
    "pipeline by stage",
    "pipeline by owner",
    "how much did we win this quarter",
    "win rate by source",
    "conversion rate by source",
    "forecast",
    "overdue follow-ups of everyone",
    "which leads moved up the most?",
    "deals untouched for 30 days",
    MISSPELLED,
)
ROUNDS = 40
STARTS = 7
# What a line of a list needs, as the storage step reads it: fewer columns would make the yardstick too easy.
LEAD_COLUMNS = (
    "id, external_id, name, title, company, status_id, score, band, movement, owner_id, source, last_touch_at, "
    "created_at, converted_at, snoozed_until"
)
_DEAL = (
    "o.external_id, o.name, a.name, o.stage_id, o.state, o.amount, o.currency, o.probability, o.close_date, o.owner_id,"
    " o.next_step, o.created_at"
)
_OF_CONTACT = "(SELECT max(c.last_touch_at) FROM contact c WHERE c.id = o.contact_id)"
_OF_OTHERS = (
    "(SELECT max(c.last_touch_at) FROM opportunity_contact p JOIN contact c ON c.id = p.contact_id"
    " WHERE p.opportunity_id = o.id)"
)
DEAL_COLUMNS = {
    "SQLite": f"{_DEAL}, max(coalesce(o.last_touch_at, ''), coalesce({_OF_CONTACT}, ''), coalesce({_OF_OTHERS}, ''))",
    "PostgreSQL": f"{_DEAL}, greatest(o.last_touch_at, {_OF_CONTACT}, {_OF_OTHERS})",
}
Work = Callable[[], object]


def measure_answers(table: FigureTable, *copies: BenchDatabase) -> None:
    """Measure sentences asked by many reps in turn, and by an administrator over everything."""
    with ExitStack() as stack:
        opened = [(firm, stack.enter_context(open_dispatcher(firm))) for firm in copies]
        theirs = {
            firm: _time_answers(dispatcher, firm, REP_SENTENCES, choose_reps(firm), ROUNDS * len(REP_SENTENCES))
            for firm, dispatcher in opened
        }
        for share, most in ((0.5, 0.004), (0.99, 0.015)):
            for firm, times in theirs.items():
                what = f"answer a rep: p{share * 100:.0f}"
                table.add_figure(Figure(what, percentile(times, share), at_most=most, database=firm.kind))
        for sentence in list_common_questions(copies[0]):
            for firm, dispatcher in opened:
                times = _time_answers(dispatcher, firm, (sentence,), (CONSOLE,), 12)
                what = f"answer an administrator: {sentence}: p99"
                table.add_figure(Figure(what, percentile(times, 0.99), at_most=0.120, database=firm.kind))


def choose_reps(firm: BenchDatabase) -> Sequence[int]:
    """Choose the reps who ask in turn."""
    return firm.reps[len(firm.reps) // 2 :: 37] or firm.reps[-1:]


def list_common_questions(firm: BenchDatabase) -> list[str]:
    """List what an administrator asks over everything, with the name of a lead where one belongs."""
    lead = firm.list_owned_names("lead", firm.reps[-1])[0]
    given, _, family = lead.partition(" ")
    swapped = f"{given} {family[:2]}{family[3]}{family[2]}{family[4:]}"
    return [sentence.format(lead=swapped) for sentence in EVERYTHING_SENTENCES]


def measure_beside_others(table: FigureTable, small: BenchDatabase, large: BenchDatabase) -> None:
    """Measure one rep's questions beside few and beside many records of other reps; the rep's own stay the same."""
    times = []
    for firm in (small, large):
        with open_dispatcher(firm) as dispatcher:
            times.append(percentile(_time_answers(dispatcher, firm, REP_SENTENCES, (firm.reps[2],), 200), 0.5))
    what = f"the same rep's question beside {large.leads:,} leads of others: p50"
    table.add_figure(Figure(what, times[1], f"beside {small.leads:,}", times[0], times=1.5))


def measure_storage_steps(table: FigureTable, *copies: BenchDatabase) -> None:
    """Measure lists and sums of storage beside the SQL that a person would write for the same rows."""
    with ExitStack() as stack:
        steps = [[*stack.enter_context(_open_steps(firm))] for firm in copies]
        for beside in zip(*steps, strict=True):
            for firm, (what, ours, theirs, times, most) in zip(copies, beside, strict=True):
                assert ours() == theirs(), f"{what}: not the same rows"
                # In turn, so that both meet the same moods of the machine.
                pairs = [(measure_seconds(ours), measure_seconds(theirs)) for _ in range(times)]
                mine, hand = (percentile([pair[side] for pair in pairs], 0.5) for side in (0, 1))
                step = f"storage step, {what}: p50"
                table.add_figure(Figure(step, mine, "hand-written SQL", hand, times=most, database=firm.kind))


@contextmanager
def _open_steps(firm: BenchDatabase) -> Iterator[Iterator[tuple[str, Work, Work, int, float]]]:
    """Open the steps of a rep and of everyone: what, ours, the same by hand, how often, the most times as long."""
    database = Database(firm.url)
    # A connection like those of our own queries, with their cache.
    plain = database.engine.raw_connection()
    rep = firm.reps[len(firm.reps) // 2]
    with database.begin_read() as session:
        found = reps.find_rep(session, firm.workspace_id, rep)
        assert found is not None
        own = build_scope(session, reps.make_asker(found), "own")
        everything = build_scope(session, reps.make_console_asker(firm.workspace_id), "own")
        yield (
            (f"{whose} {what}", ours, theirs, times, most)
            for whose, scope, owners, times, most in (
                ("a rep's", own, (rep,), 300, 2.0),
                ("everyone's", everything, None, 7, 1.2),
            )
            for what, ours, theirs in _list_steps(scope, plain.cursor(), firm, owners)
        )
    plain.close()
    database.close()


def measure_starts(table: FigureTable, folder: Path, firm: BenchDatabase) -> None:
    """Measure a whole `leadlight ask` with an existing database, beside loading the database library alone."""
    left_out = ("SLACK_", "OPENAI_", "PYTHONDONTWRITEBYTECODE")
    own = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    # The first run leaves byte code in the folder, as an installation has it beside the program.
    settings = own | {"DATABASE_URL": firm.url, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    ask = [sys.executable, "-m", "bot", "ask", "top 5 leads", "--json", "--workspace", str(firm.workspace_id)]
    library = [sys.executable, "-c", "import sqlalchemy.orm"]

    def run_command(command: list[str]) -> None:
        subprocess.run(command, cwd=folder, env=settings, check=True, stdout=subprocess.DEVNULL)

    run_command(ask)
    run_command(library)
    pairs = [
        (measure_seconds(lambda: run_command(ask)), measure_seconds(lambda: run_command(library)))
        for _ in range(STARTS)
    ]
    mine, bare = (percentile([pair[side] for pair in pairs], 0.5) for side in (0, 1))
    table.add_figure(Figure("start: leadlight ask, whole process: p50", mine, at_most=0.7))
    table.add_figure(Figure("start: against its database library: p50", mine, "import sqlalchemy.orm", bare, times=1.5))


def _list_steps(
    scope: Scope, plain: Any, firm: BenchDatabase, owners: tuple[int, ...] | None
) -> Iterator[tuple[str, Work, Work]]:
    def fetch_rows(query: str) -> list[tuple[Any, ...]]:
        plain.execute(query)
        found: list[tuple[Any, ...]] = plain.fetchall()
        return found

    where = f"workspace_id = {firm.workspace_id}" + (f" AND owner_id = {owners[0]}" if owners else "")

    def list_ours() -> object:
        page = leads.list_leads(scope, LeadFilter(owners=owners), limit=10)
        return [line.number for line in page.lines], page.count

    def list_theirs() -> object:
        open_leads = f"FROM lead WHERE {where} AND lifecycle = 'open'"
        order = "score DESC, coalesce(last_touch_at, created_at), id"
        rows = fetch_rows(f"SELECT {LEAD_COLUMNS} {open_leads} ORDER BY {order} LIMIT 10")
        return [row[0] for row in rows], fetch_rows(f"SELECT count(*) {open_leads}")[0][0]

    yield "ten best leads and their count", list_ours, list_theirs

    def sum_ours() -> object:
        found = opportunity_sums.sum_by_currency(scope, OpportunityFilter(owners=owners))
        return {currency: (int(each.amount * 100), each.count) for currency, (each,) in found.items()}

    def sum_theirs() -> object:
        columns = "min(currency), max(currency), sum(amount), count(*), sum(amount * probability), count(amount)"
        rows = fetch_rows(f"SELECT {columns} FROM opportunity WHERE {where} AND state = 'open'")
        return {row[0]: (row[2], row[3]) for row in rows}

    yield "sum of the pipeline", sum_ours, sum_theirs

    def deals_ours() -> object:
        return [
            line.number
            for line in opportunities.list_opportunities(scope, OpportunityFilter(owners=owners), "amount", limit=10)
        ]

    def deals_theirs() -> object:
        rows = fetch_rows(
            f"SELECT o.id, {DEAL_COLUMNS[firm.kind]} FROM opportunity o LEFT JOIN account a ON a.id = o.account_id"
            f" WHERE {where.replace('workspace_id', 'o.workspace_id').replace('owner_id', 'o.owner_id')}"
            " AND o.state = 'open' ORDER BY o.amount DESC, o.close_date, o.id LIMIT 10"
        )
        return [row[0] for row in rows]

    yield "ten largest deals", deals_ours, deals_theirs


def _time_answers(
    dispatcher: Dispatcher, firm: BenchDatabase, sentences: Sequence[str], people: Sequence[int], count: int
) -> list[float]:
    """Time answers in seconds, each sentence having been asked once before."""
    conversation = Conversation(dispatcher)
    for rep in people[:3]:
        for sentence in sentences:
            ask_sentence(conversation, firm, rep, sentence)
    # What building the database left behind is not to be cleared away during an answer.
    gc.collect()
    turns = islice(zip(cycle(people), cycle(sentences), strict=False), count)
    return [measure_seconds(partial(ask_sentence, conversation, firm, rep, sentence)) for rep, sentence in turns]


def ask_sentence(conversation: Conversation, firm: BenchDatabase, rep: int, sentence: str) -> None:
    """Have a sentence answered and rendered, in a thread of its own."""
    # In one thread "leads untouched for 14 days" may be meant of the leads before it.
    thread = f"bench {rep} {sentence}"[:60]
    reply = conversation.answer_text(Request(firm.workspace_id, rep, "bench", NOW, thread), sentence)
    text = render_plain_text(reply)
    # Of a misspelled name several may be meant, or none be near enough: looking for it is what takes the time.
    named = sentence not in {*REP_SENTENCES, *EVERYTHING_SENTENCES}
    assert named or reply.state is ReplyState.ANSWERED, f"“{sentence}”: {text}"


@contextmanager
def open_dispatcher(firm: BenchDatabase) -> Iterator[Dispatcher]:
    database = Database(firm.url)
    yield Dispatcher(database, BY_VERB, WorkspaceDefaults())
    database.close()
