"""What to say in the demo: suggestions for a person, and a short session that plays by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.demo.firm import HERO
from bot.demo.lives import LeadLife
from bot.demo.rule import Rule
from bot.demo.sample import Sample
from commands.reply import Reply, State

Answer = Callable[[str], Reply]


@dataclass(frozen=True)
class Said:
    """One line of the session and its answer. `turn` counts questions; a yes belongs to the one before."""

    turn: int
    words: str
    reply: Reply


class Script:
    """Sentences about records that are really there, all of them the hero's own."""

    def __init__(self, sample: Sample) -> None:
        own = [lead for lead in sample.leads if lead.owner.name == HERO and lead.ended_at is None]
        at = sample.scored_at[-1]
        rule = Rule(sample.leads, sample.scored_at[0])

        def best(leads: list[LeadLife]) -> LeadLife:
            return max(leads, key=lambda lead: (rule.judge(lead, at).score, lead.key))

        self.new = best([lead for lead in own if lead.status == "Open" and lead.created_at < at])
        self.ready = best([lead for lead in own if lead.status == "Qualified" and lead.timeframe])

    def suggestions(self) -> tuple[str, ...]:
        """What a person may try first."""
        return (
            "who should I call first?",
            "what's due today?",
            f"why is {self.ready.name} scored like that?",
            f"mark {self.new.name} as contacted",
            f"convert {self.ready.name}",
            "conversion rate by source for everyone",
            "how much did I win last quarter?",
            "what's my forecast this quarter?",
            "help",
        )

    def play(self, answer: Answer) -> Iterator[Said]:
        """Eight turns; each proposal is answered with yes. Every line is given as soon as it is answered."""
        first = answer("who should I call first?")
        yield Said(1, "who should I call first?", first)
        top = next((record.name for record in first.records if record.kind == "lead"), self.ready.name)
        rest = (
            f"why is {top} first?",
            "conversion rate by source for everyone",
            f"mark {self.new.name} as contacted",
            f"convert {self.ready.name}",
            "undo that",
            "what's my forecast this quarter?",
            "what's the difference between a lead and an opportunity?",
        )
        for turn, words in enumerate(rest, 2):
            reply = answer(words)
            yield Said(turn, words, reply)
            if reply.state is State.CONFIRM:
                yield Said(turn, "yes", answer("yes"))
