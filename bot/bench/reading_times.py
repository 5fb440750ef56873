"""Measures how long the phrases take to read a sentence, for a rep who sees two thousand names."""

from __future__ import annotations

import gc
from itertools import islice

from bot.bench.large_team import NOW, BenchDatabase
from bot.bench.measured_figures import Figure, FigureTable, measure_seconds, percentile
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from commands.language.reader import read_sentence
from storage.database.doors import Database

NAMELESS = (
    "who's hot right now?",
    "top 5 leads from trade show",
    "leads untouched for two weeks",
    "deals closing by the end of the quarter over 45k",
    "my pipeline by stage",
    "how much did we win last quarter compared to the one before",
    "anything overdue?",
)
NAMING = (
    "show me {lead}",
    "called {lead}, left a voicemail",
    "mark {lead} as contacted",
    "why is {lead} scored like that",
    "remind me to call {lead} on friday",
    "push {deal} two weeks",
    "{deal} is now 60k and in negotiation",
    "convert {lead}",
)
NAMES = 2000


def measure_readings(table: FigureTable, firm: BenchDatabase) -> None:
    """Measure reading sentences with and without names, within one transaction as the program does."""
    database = Database(firm.url)
    dispatcher = Dispatcher(database, BY_VERB, WorkspaceDefaults())
    rep = firm.reps[-1]
    leads, deals = firm.list_owned_names("lead", rep), firm.list_owned_names("opportunity", rep)
    with database.begin_read() as session:
        said = list(NAMELESS) * 20
        for number, pattern in enumerate(islice(NAMING * 20, 160)):
            lead, deal = leads[number * 11 % len(leads)], deals[number % len(deals)]
            # Every fourth name has two letters the wrong way round, as people type.
            lead = lead[:2] + lead[3] + lead[2] + lead[4:] if number % 4 == 0 else lead.lower()
            said.append(pattern.format(lead=lead, deal=deal.split(" - ")[0]))
        context = dispatcher.build_context(session, Request(firm.workspace_id, rep, "bench", NOW))
        for sentence in said:
            read_sentence(sentence, context)
        gc.collect()
        times = [measure_seconds(lambda sentence=sentence: read_sentence(sentence, context)) for sentence in said * 3]  # type: ignore[misc]
    database.close()
    visible = len(leads) + len(deals)
    table.add_figure(Figure(f"read a sentence, {visible:,} visible names: p50", percentile(times, 0.5)))
    table.add_figure(Figure("read a sentence: p99", percentile(times, 0.99), at_most=0.002))
