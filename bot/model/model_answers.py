"""What the reader gets in the end: the commands' own answers, with the model's checked words above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.model.grounding.ground import Ground
from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import sentences
from bot.model.grounding.quotation import visible
from bot.model.server.model_errors import ModelTrouble
from bot.model.turn.model_turn import Step
from commands import BY_VERB
from commands.contract.reply import Reply, State
from commands.reading.understood import NotUnderstood

OPEN = frozenset({State.CONFIRM, State.CHOOSE})
HELPFUL = frozenset({State.ANSWERED, State.DONE}) | OPEN
FAILED = frozenset({State.REFUSED, State.NOT_FOUND})
LONGEST_QUESTION = 200


def helpless(each: NotUnderstood, trouble: ModelTrouble) -> Reply:
    """The model is of no help: one plain sentence, and the closest commands."""
    return Reply(
        f"{trouble.for_reps}, and without it I did not understand “{_words(each)}”, so I did nothing.",
        State.NOT_UNDERSTOOD,
        buttons=tuple(each.closest[:3]),
        understood_by="none",
    )


def wondering(each: NotUnderstood, said: str) -> Reply:
    """The model called nothing. A short question of it is passed on; anything else would stand on nothing."""
    asks = said if said.endswith("?") and len(said) <= LONGEST_QUESTION and len(list(sentences(said))) <= 2 else ""
    head = asks or f"I did not understand “{_words(each)}”, so I did nothing."
    return Reply(head, State.NOT_UNDERSTOOD, buttons=tuple(each.closest[:3]), understood_by="model" if asks else "none")


def composed(replies: Sequence[Reply], said: str, trouble: ModelTrouble | None) -> Reply:
    """The commands' answers as one reply. Their heads, lists, cards and receipts stay as they are."""
    first, *others = (replace(reply, understood_by="model") for reply in replies)
    if said and first.state is State.ANSWERED:
        first = replace(first, head=f"{said}\n{first.head}")
    elif trouble is not None and first.state is State.ANSWERED:
        first = replace(first, notes=(*first.notes, f"{trouble.for_reps}; this is what I found before."))
    return replace(first, also=(*first.also, *others)) if others else first


def shown_steps(steps: Sequence[Step], said: str) -> list[Step]:
    """The steps whose answers are shown: every open question, else those of the last round that helped.

    With them earlier ones that the prose needs to be true, and the changes that were wanted beside them in vain.
    """
    asked = open_steps(steps)
    if asked:
        return [*asked, *_in_vain(steps, min(step.round for step in asked))]
    helpful = [step for step in steps if step.reply.state in HELPFUL - OPEN]
    if not helpful:
        return _in_vain(steps, steps[-1].round) or list(steps[-1:])
    last = max(step.round for step in helpful)
    shown = [step for step in helpful if step.round == last]
    filled = [step for step in shown if not is_empty([step])]
    shown = filled or shown
    for step in reversed([step for step in helpful if step not in shown]):
        if not said or _stands(said, shown):
            break
        shown.insert(0, step)
    return [*sorted(shown, key=steps.index), *_in_vain(steps, last)]


def _in_vain(steps: Sequence[Step], since: int) -> list[Step]:
    """Changes that were refused in this round or later: an earlier one was mended since."""
    return [step for step in steps if step.round >= since and step.reply.state in FAILED and _writes(step)]


def _writes(step: Step) -> bool:
    return BY_VERB[step.call.verb].writes


def open_steps(steps: Sequence[Step]) -> list[Step]:
    """The proposals and the questions that still wait for the person."""
    return [step for step in steps if step.reply.state in OPEN and not _settled(step, steps)]


def is_empty(steps: Sequence[Step]) -> bool:
    """Whether nothing was found at all."""
    return all(_found_nothing(step.reply) for step in steps)


def _found_nothing(reply: Reply) -> bool:
    if reply.state not in HELPFUL:
        return True
    return reply.receipt is not None and reply.receipt.count == 0 and not reply.records


def _settled(step: Step, steps: Sequence[Step]) -> bool:
    """Whether a question which record was meant was answered by a later call of the same command."""
    return step.reply.state is State.CHOOSE and any(
        later.call.verb == step.call.verb and later.reply.state is not State.CHOOSE and later.reply.state in HELPFUL
        for later in steps[steps.index(step) + 1 :]
    )


def _stands(said: str, steps: Sequence[Step]) -> bool:
    ground = Ground()
    for step in steps:
        ground.add(step.reply)
    return all(is_grounded(sentence, ground) for sentence in sentences(said))


def _words(each: NotUnderstood) -> str:
    words = re.sub(r"\s+", " ", visible(each.words)).strip()
    return words if len(words) <= 80 else f"{words[:77]}…"
