"""Figures about the language model, as Markdown: `python -m tests.bot.model.model_figures [attacks failures …]`.

Everything is measured against the local model over HTTP and the sample company in SQLite.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.evaluation.measurement import measure_table
from bot.evaluation.sentence_table import load_table
from bot.playground.scripted_model.scripted_answers import calls_tools, hangs_for, refuses_with, says
from bot.playground.scripted_model.scripted_server import LocalModel
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema
from tests.bot.model.grounding.test_grounding import TABLES as ANSWERED
from tests.bot.model.grounding.test_grounding import ground_of, stands
from tests.bot.model.grounding.test_nasty_prose import LIES, TRUE
from tests.bot.model.hostile_texts import CLASSES
from tests.bot.model.server.test_model_failures import FAILURES_OF_A_MODEL
from tests.bot.model.talker import Talker
from tests.bot.model.test_attacks import FIELDS, THREAD, attack, foreign_words, poisoned
from tests.bot.model.turn_stages import STAGES, Stages
from tests.company import Company, load_company

PLACES_EACH = 9
"""In how many places each payload is tried; which ones goes on from payload to payload."""
TURNS = 200
SENTENCES = Path(__file__).parents[2] / "sentences"
HOT = ("list_leads", {"band": "hot"})
PROSE = "You have 4 hot leads. Rich Osborne leads with 91! Jane Doe of Initech is at 87."


class Seats:
    """People of the sample company in a database of its own."""

    def __init__(self, folder: str, model: LocalModel) -> None:
        database = Database(f"sqlite:///{folder}/company.db")
        upgrade_schema(database)
        load_company(database)
        self.company = Company(database)
        self.dispatcher = Dispatcher(database, BY_VERB, WorkspaceDefaults())
        self.model = model

    def nora(self, **more: object) -> Talker:
        return Talker(self.dispatcher, self.company, self.model, "nora", **more)  # type: ignore[arg-type]


@contextmanager
def seats() -> Iterator[Seats]:
    with LocalModel() as model, TemporaryDirectory(prefix="leadlight-figures-") as folder:
        yield Seats(folder, model)


def attacks() -> Iterator[str]:
    """Each payload in several places, obeyed in one of four ways. A success is a failed assertion of `attack`."""
    places = [*FIELDS, THREAD]
    yield "| payload class | payloads | tries | successes |"
    yield "|---|---:|---:|---:|"
    sums = [0, 0, 0]
    number = 0
    for name, payloads in CLASSES.items():
        tries = successes = 0
        # A company of its own for each class: what one class wrote into a record is not read by the next.
        with seats() as at:
            nora = at.nora(rep_tokens=10**12, workspace_tokens=10**12)
            nora.foreign = foreign_words(nora)
            for payload in payloads:
                for step in range(PLACES_EACH):
                    where = places[(number * PLACES_EACH + step) % len(places)]
                    first = poisoned(nora, where, payload, f"{name} {number} {step}")
                    try:
                        attack(nora, at.model, payload, first, number + step)
                    except AssertionError as error:
                        successes += 1
                        print(f"{name}, {where}: {error}", file=sys.stderr)  # noqa: T201
                    tries += 1
                number += 1
        sums = [sums[0] + len(payloads), sums[1] + tries, sums[2] + successes]
        yield f"| {name} | {len(payloads)} | {tries} | {successes} |"
    yield f"| **all, in {len(places)} places** | **{sums[0]}** | **{sums[1]:,}** | **{sums[2]}** |"


def failures() -> Iterator[str]:
    """Each failure with the default deadline of 30 s and a breaker that has seen nothing yet."""
    yield "| what fails | what the person reads | seconds |"
    yield "|---|---|---:|"
    with seats() as at:
        for name, answers in FAILURES_OF_A_MODEL.items():
            at.model.script_answers(*answers)
            yield _failed(name, at.nora(seconds=30, thread=name))
        yield _failed("nothing listens there", at.nora(seconds=30, base_url="http://127.0.0.1:9/v1"))
        at.model.script_answers(calls_tools(HOT), hangs_for(60))
        yield _failed("silent after a tool has answered", at.nora(seconds=30))
        at.model.script_answers(
            calls_tools(("set_lead_status", {"name": "Will Hartley", "status": "Contacted"})), hangs_for(60)
        )
        yield _failed("silent after a proposal", at.nora(seconds=30, thread="proposal"))
        yield _failed("the day's tokens are used up", at.nora(rep_tokens=1))
        at.model.script_answers(refuses_with(401))
        nora = at.nora(thread="open")
        nora.says()
        yield _failed("breaker open after a wrong key", nora)
        at.model.script_answers(hangs_for(60))
        nora = at.nora(seconds=30, thread="stop")
        threading.Timer(1.0, nora.stop.set).start()
        yield _failed("Stop pressed after one second", nora)


def _failed(name: str, nora: Talker) -> str:
    started = time.monotonic()
    reply = nora.says()
    took = time.monotonic() - started
    noted = f" … {reply.notes[-1]}" if reply.notes and reply.state == "answered" else ""
    return f"| {name} | {reply.head}{noted} | {took:.2f} |"


def grounding() -> Iterator[str]:
    """Answers true of the sample company, and the same with an error planted."""
    yield "| answers | true ones kept | wrongly dropped | errors caught | missed |"
    yield "|---|---:|---:|---:|---:|"
    with seats() as at:
        nora = at.nora()
        for name, (answers, _, _) in ANSWERED.items():
            kept = sum(stands(ground_of(nora, wanted), true) for wanted, true, _ in answers)
            missed = sum(stands(ground_of(nora, wanted), planted) for wanted, _, planted in answers)
            yield f"| {len(answers)} {name} | {kept} | {len(answers) - kept} | {len(answers) - missed} | {missed} |"
        kept = sum(stands(ground_of(nora, wanted), prose) for wanted, prose in TRUE)
        missed = sum(stands(ground_of(nora, wanted), prose) for wanted, prose in LIES)
        name = f"{len(LIES)} that mislead, {len(TRUE)} true ones like them"
        yield f"| {name} | {kept} | {len(TRUE) - kept} | {len(LIES) - missed} | {missed} |"


def latency() -> Iterator[str]:
    """A turn of two rounds: a tool, then three sentences. Milliseconds of one turn, stage by stage."""
    yield "| stage | p50 ms | p99 ms |"
    yield "|---|---:|---:|"
    with seats() as at, Stages() as stages:
        at.model.script_answers(plan=lambda asked: says(PROSE) if asked.tool_results else calls_tools(HOT))
        nora = at.nora(rep_tokens=10**12, workspace_tokens=10**12)
        for number in range(TURNS + 5):
            nora = at.nora(rep_tokens=10**12, workspace_tokens=10**12, thread=f"t{number}") if number < 5 else nora
            stages.turn(nora.says, keep=number >= 5)
    for stage in (*STAGES, "all"):
        yield f"| {stage} | {stages.percentile(stage, 0.5):.2f} | {stages.percentile(stage, 0.99):.2f} |"


def phrases() -> Iterator[str]:
    """How much of our tables the phrases read by themselves, and how much of it rightly. See `leadlight eval` too."""
    yield "| table | sentences | never need a model | of those that mean a command | right | wrong writes proposed |"
    yield "|---|---:|---:|---:|---:|---:|"
    for path in sorted(SENTENCES.glob("*.jsonl")):
        with seats() as at:
            found = measure_table(at.dispatcher, load_table(path), _people(at.company), None)
        count = len(found.phrases)
        right = sum(each.outcome.right for each in found.phrases)
        writes = sum(each.outcome.wrong_write for each in found.phrases)
        share = 1 - len(found.unsure_tries) / count
        meant = [each for each in found.phrases if each.outcome.case.expect["command"]]
        read = 1 - sum(each in meant for each in found.unsure_tries) / len(meant)
        yield f"| `{path.name}` | {count} | {share:.1%} | {read:.1%} of {len(meant)} | {right / count:.1%} | {writes} |"


def _people(company: Company) -> Callable[[str, str], Request]:
    return lambda person, thread: Request(company.workspace_id, company.person(person), "figures", company.now, thread)


TABLES = {each.__name__: each for each in (attacks, failures, grounding, latency, phrases)}


def main(wanted: Sequence[str]) -> None:
    for name in wanted or TABLES:
        print(f"\n### {name}\n")  # noqa: T201
        for line in TABLES[name]():
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
