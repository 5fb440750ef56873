"""Measures how phrases and a model understand a table of sentences: how often right, how fast, at what cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from bot.dialogue.dialogue import Conversation
from bot.evaluation.sentence_table import (
    Case,
    SentenceOutcome,
    is_offered,
    judge_reply,
    say_lines_before,
    undo_changes,
)
from bot.model.model_listener import Listener
from bot.model.turn.turn_listening import Listening
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.failures import reply_to_failures
from commands.dispatching.request import Request
from commands.language.understood import NotUnderstood

# Makes a request from the words for a person and the name of a thread.
RequestFactory = Callable[[str, str], Request]


@dataclass(frozen=True)
class SentenceTry:
    """Records how phrases or model understood one sentence. Seconds are wall clock; tokens are 0 for the phrases."""

    outcome: SentenceOutcome
    seconds: float
    rounds: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass
class Measurement:
    """Holds what came of a table: `phrases` every sentence, `model` those that were put to the model, by number."""

    phrases: list[SentenceTry] = field(default_factory=list)
    model: dict[int, SentenceTry] = field(default_factory=dict)

    @property
    def unsure_tries(self) -> list[SentenceTry]:
        """List the sentences that the phrases could not read: those a model is for."""
        return [each for each in self.phrases if each.outcome.reply.state is ReplyState.NOT_UNDERSTOOD]

    @property
    def combined_tries(self) -> list[SentenceTry]:
        """List what reps get: the phrases' result, and the model's where they are not sure."""
        unsure = {each.outcome.case.number for each in self.unsure_tries}
        return [
            self.model.get(each.outcome.case.number, each) if each.outcome.case.number in unsure else each
            for each in self.phrases
        ]


def measure_table(
    dispatcher: Dispatcher,
    cases: Sequence[Case],
    request_of: RequestFactory,
    listener: Listener | None,
    *,
    unsure_only: bool = False,
    enough: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda _: None,
) -> Measurement:
    """Say every sentence in a thread of its own, and undo what was done at once.

    The model is asked no more once `enough` returns true; `progress` gets the number of sentences done.
    """
    found = Measurement()
    for number, case in enumerate(cases, 1):
        tried = _try_phrases(dispatcher, case, request_of(case.by, f"phrases {case.number}"))
        found.phrases.append(tried)
        is_unsure = tried.outcome.reply.state is ReplyState.NOT_UNDERSTOOD
        if listener is not None and (is_unsure or not unsure_only) and not enough():
            request = request_of(case.by, f"model {case.number}")
            found.model[case.number] = _try_model(dispatcher, case, request, listener)
        progress(number)
    return found


def _try_phrases(dispatcher: Dispatcher, case: Case, request: Request) -> SentenceTry:
    conversation = Conversation(dispatcher)
    say_lines_before(conversation, case, request)
    started = time.perf_counter()
    reply = conversation.answer_text(request, case.say)
    seconds = time.perf_counter() - started
    undo_changes(dispatcher, request, reply)
    outcome = judge_reply(case, reply, dispatcher)
    return SentenceTry(replace(outcome, offered=is_offered(outcome, dispatcher, request)), seconds)


def _try_model(dispatcher: Dispatcher, case: Case, request: Request, listener: Listener) -> SentenceTry:
    conversation = Conversation(dispatcher)
    say_lines_before(conversation, case, request)
    with dispatcher.database.begin_read() as session:
        focus = conversation.load_focus(session, request)
    started = time.perf_counter()
    reply = reply_to_failures(lambda: listener.answer_with_model(request, NotUnderstood(case.say), focus, Listening()))
    seconds = time.perf_counter() - started
    spent = listener.last
    return SentenceTry(
        judge_reply(_expect_proposal(case), reply, dispatcher), seconds, spent.rounds, spent.tokens_in, spent.tokens_out
    )


def _expect_proposal(case: Case) -> Case:
    """Make the case that a model can be right about."""
    # What phrases may do at once, a model may only propose.
    if case.expect.get("state") != ReplyState.DONE.value:
        return case
    return replace(case, expect={key: value for key, value in case.expect.items() if key != "state"})


def compute_rates(
    tries: Sequence[SentenceTry], cost: Callable[[int, int], Decimal | None] | None = None
) -> dict[str, Any]:
    """Compute shares from 0 to 1, latencies in milliseconds, tokens, and cost where prices are set."""
    count = len(tries)
    if not count:
        return {"sentences": 0}
    found: dict[str, Any] = {
        "sentences": count,
        "right": round(sum(each.outcome.right for each in tries) / count, 4),
        "wrong_writes": sum(each.outcome.wrong_write for each in tries),
        "offered": sum(each.outcome.offered for each in tries),
        "not_understood": sum(each.outcome.reply.state is ReplyState.NOT_UNDERSTOOD for each in tries),
        "p50_ms": _find_latency_percentile(tries, 0.5),
        "p99_ms": _find_latency_percentile(tries, 0.99),
    }
    tokens_in, tokens_out = sum(each.tokens_in for each in tries), sum(each.tokens_out for each in tries)
    if tokens_in:
        found |= {"rounds": sum(each.rounds for each in tries), "tokens_in": tokens_in, "tokens_out": tokens_out}
        price = cost(tokens_in, tokens_out) if cost else None
        found |= {"cost": float(price)} if price is not None else {}
    return found


def count_by_command(tries: Iterable[SentenceTry]) -> dict[str, tuple[int, int]]:
    """Count how many were right of how many, by expected command."""
    found: dict[str, tuple[int, int]] = {}
    for each in tries:
        name = str(each.outcome.case.expect["command"] or "nothing")
        right, count = found.get(name, (0, 0))
        found[name] = (right + each.outcome.right, count + 1)
    return found


def _find_latency_percentile(tries: Sequence[SentenceTry], share: float) -> float:
    """Find the latency, in milliseconds, that this share of all tries does not exceed (nearest rank)."""
    ordered = sorted(each.seconds for each in tries)
    return round(ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))] * 1000, 1)


def describe_call(reply: Reply) -> str:
    """Write the call that a reply answers, like `list_leads(band=hot)`."""
    if reply.command is None or reply.state is ReplyState.NOT_UNDERSTOOD:
        return "nothing"
    given = ", ".join(f"{key}={value}" for key, value in (reply.arguments or {}).items())
    return f"{reply.command}({given})"
