"""Prints the slowest statements of the common questions with their plans, as Markdown."""

from __future__ import annotations

from typing import TextIO

from bot.bench.answer_times import REP_SENTENCES, ask_sentence, choose_reps, list_common_questions, open_dispatcher
from bot.bench.large_team import BenchDatabase
from bot.bench.measured_figures import format_seconds
from bot.dialogue.dialogue import Conversation
from storage.database.statement_plans import TimedStatement, explain_statement, hear_statements
from storage.people.visibility import CONSOLE

MOST = 10
ROUNDS = 3


def print_slowest(out: TextIO, *copies: BenchDatabase) -> None:
    """Ask each database what a rep and an administrator commonly ask; print its ten slowest statements."""
    for firm in copies:
        _print_slowest_of(firm, out)


def _print_slowest_of(firm: BenchDatabase, out: TextIO) -> None:
    with open_dispatcher(firm) as dispatcher:
        conversation = Conversation(dispatcher)
        questions = [(sentence, choose_reps(firm)[0]) for sentence in REP_SENTENCES]
        questions += [(sentence, CONSOLE) for sentence in list_common_questions(firm)]
        # A statement counts by its quickest round: slower ones are the machine's mood.
        quickest: dict[str, tuple[TimedStatement, str]] = {}
        for _ in range(ROUNDS):
            for sentence, rep in questions:
                with hear_statements() as heard:
                    ask_sentence(conversation, firm, rep, sentence)
                for each in heard:
                    before = quickest.get(each.sql)
                    if before is None or each.seconds < before[0].seconds:
                        quickest[each.sql] = each, sentence
        slowest = sorted(quickest.values(), key=lambda each: -each[0].seconds)[:MOST]
        print(f"\n## {firm.kind}\n", file=out)
        for place, (each, sentence) in enumerate(slowest, 1):
            plan = "\n".join(explain_statement(dispatcher.database, each))
            print(f"{place}. {format_seconds(each.seconds)}, “{sentence}”\n", file=out)
            print(f"```\n{each.line}\n\n{plan}\n```\n", file=out, flush=True)
