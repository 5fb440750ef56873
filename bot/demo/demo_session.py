"""What to say in the demo: suggestions for a person, and a short session that plays by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.demo.sample_company import NEW, READY
from commands.contract.reply import Reply, ReplyState

Answer = Callable[[str], Reply]


@dataclass(frozen=True)
class Said:
    """One line of the session and its answer. `turn` counts questions; a yes belongs to the one before."""

    turn: int
    words: str
    reply: Reply


SUGGESTIONS = (
    "who should I call first?",
    "what's due today?",
    f"why is {READY} scored like that?",
    f"mark {NEW} as contacted",
    f"convert {READY}",
    "conversion rate by source for everyone",
    "how much did I win last quarter?",
    "what's my forecast this quarter?",
    "help",
)
"""What a person may try first."""


def play(answer: Answer) -> Iterator[Said]:
    """Eight turns; each proposal is answered with yes. Every line is given as soon as it is answered."""
    first = answer("who should I call first?")
    yield Said(1, "who should I call first?", first)
    top = next((record.name for record in first.records if record.kind == "lead"), READY)
    rest = (
        f"why is {top} first?",
        "conversion rate by source for everyone",
        f"mark {NEW} as contacted",
        f"convert {READY}",
        "undo that",
        "what's my forecast this quarter?",
        "what's the difference between a lead and an opportunity?",
    )
    for turn, words in enumerate(rest, 2):
        reply = answer(words)
        yield Said(turn, words, reply)
        if reply.state is ReplyState.CONFIRM:
            yield Said(turn, "yes", answer("yes"))
