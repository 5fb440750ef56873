"""What to say in the demo: suggestions for a person, and a short session that plays by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.demo.sample_company import NEW, READY
from commands.contract.reply import Reply, ReplyState

Answer = Callable[[str], Reply]


@dataclass(frozen=True)
class SessionLine:
    """Holds a line of the session and its answer. `turn` counts questions; a yes belongs to the one before."""

    turn: int
    words: str
    reply: Reply


# What a person may try first: a question of each kind, and changes that show a card.
SUGGESTIONS = (
    "who should I call first?",
    "what's due today?",
    f"why is {READY} scored like that?",
    f"mark {NEW} as contacted",
    f"convert {READY}",
    "conversion rate by source for the whole company",
    "how much did I win last quarter?",
    "what's my forecast this quarter?",
    "help",
)


def play_session(answer: Answer) -> Iterator[SessionLine]:
    """Play eight turns, each proposal answered with yes. Yields every line as soon as it is answered."""
    first = answer("who should I call first?")
    yield SessionLine(1, "who should I call first?", first)
    top = next((record.name for record in first.records if record.kind == "lead"), READY)
    rest = (
        f"why is {top} first?",
        "conversion rate by source for the whole company",
        f"mark {NEW} as contacted",
        f"convert {READY}",
        "undo that",
        "what's my forecast this quarter?",
        "what's the difference between a lead and an opportunity?",
    )
    for turn, words in enumerate(rest, 2):
        reply = answer(words)
        yield SessionLine(turn, words, reply)
        if reply.state is ReplyState.CONFIRM:
            yield SessionLine(turn, "yes", answer("yes"))
