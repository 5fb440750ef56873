"""The answer of a turn: what the commands answered, with the model's checked words above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.model.grounding.ground import TurnEvidence
from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import sentences
from bot.model.grounding.quotation import visible
from bot.model.server.model_errors import ModelTrouble
from bot.model.turn.model_turn import Step
from commands import BY_VERB
from commands.contract.reply import Reply, ReplyState
from commands.language.understood import NotUnderstood
from commands.values.moment import Moment

OPEN = frozenset({ReplyState.CONFIRM, ReplyState.CHOOSE})
HELPFUL = frozenset({ReplyState.ANSWERED, ReplyState.DONE}) | OPEN
FAILED = frozenset({ReplyState.REFUSED, ReplyState.NOT_FOUND})
LONGEST_QUESTION = 200


def reply_without_model(each: NotUnderstood, trouble: ModelTrouble) -> Reply:
    """Say in one plain sentence why the model did not help, and offer the closest commands."""
    return Reply(
        f"{trouble.for_reps}, and without it I did not understand “{_shorten_words(each)}”, so I did nothing.",
        ReplyState.NOT_UNDERSTOOD,
        buttons=tuple(each.closest[:3]),
        understood_by="none",
    )


def reply_without_calls(each: NotUnderstood, said: str) -> Reply:
    """Reply where the model called no tool: pass on a short question of it, else say that nothing was understood."""
    # Without a call the words rest on no record: a question may go back to the rep, a statement may not.
    asks = said if said.endswith("?") and len(said) <= LONGEST_QUESTION and len(list(sentences(said))) <= 2 else ""
    head = asks or f"I did not understand “{_shorten_words(each)}”, so I did nothing."
    return Reply(
        head, ReplyState.NOT_UNDERSTOOD, buttons=tuple(each.closest[:3]), understood_by="model" if asks else "none"
    )


def compose_reply(replies: Sequence[Reply], said: str, trouble: ModelTrouble | None) -> Reply:
    """Join the commands' answers into one reply. Their heads, lists, cards and receipts stay as they are."""
    first, *others = (replace(reply, understood_by="model") for reply in replies)
    if said and first.state is ReplyState.ANSWERED:
        first = replace(first, head=f"{said}\n{first.head}")
    elif trouble is not None and first.state is ReplyState.ANSWERED:
        first = replace(first, notes=(*first.notes, f"{trouble.for_reps}; this is what I found before."))
    return replace(first, also=(*first.also, *others)) if others else first


def select_shown_steps(steps: Sequence[Step], said: str, moment: Moment) -> list[Step]:
    """Choose the steps whose answers are shown: every open question, else those of the last round that helped.

    Adds earlier ones that the prose needs to be true, and refused changes of the same round.
    """
    asked = find_open_steps(steps)
    # A card that waits for a yes must be seen, whatever else was found; and a yes must not be meant for prose.
    if asked:
        return [*asked, *_find_refused_writes(steps, min(step.round for step in asked))]
    helpful = [step for step in steps if step.reply.state in HELPFUL - OPEN]
    if not helpful:
        return _find_refused_writes(steps, steps[-1].round) or list(steps[-1:])
    last = max(step.round for step in helpful)
    shown = [step for step in helpful if step.round == last]
    # Of several searches in one round those that found nothing were other ways to ask the same.
    filled = [step for step in shown if not is_empty([step])]
    shown = filled or shown
    # Prose is kept only over the answers that it rests on: as many earlier ones join as it needs.
    for step in reversed([step for step in helpful if step not in shown]):
        if not said or _is_grounded_in(said, shown, moment):
            break
        shown.insert(0, step)
    return [*sorted(shown, key=steps.index), *_find_refused_writes(steps, last)]


def _find_refused_writes(steps: Sequence[Step], since: int) -> list[Step]:
    """Find the changes that were refused in this round or later."""
    # What was refused before was tried again since, and its second answer is the one that counts.
    return [step for step in steps if step.round >= since and step.reply.state in FAILED and _is_write(step)]


def _is_write(step: Step) -> bool:
    return BY_VERB[step.call.verb].writes


def find_open_steps(steps: Sequence[Step]) -> list[Step]:
    """List the proposals and the questions that still wait for the person."""
    return [step for step in steps if step.reply.state in OPEN and not _is_settled(step, steps)]


def is_empty(steps: Sequence[Step]) -> bool:
    """Tell whether these steps found nothing at all."""
    return all(_found_nothing(step.reply) for step in steps)


def _found_nothing(reply: Reply) -> bool:
    if reply.state not in HELPFUL:
        return True
    return reply.receipt is not None and reply.receipt.count == 0 and not reply.records


def _is_settled(step: Step, steps: Sequence[Step]) -> bool:
    """Tell whether a question which record was meant was answered by a later call of the same command."""
    return step.reply.state is ReplyState.CHOOSE and any(
        later.call.verb == step.call.verb
        and later.reply.state is not ReplyState.CHOOSE
        and later.reply.state in HELPFUL
        for later in steps[steps.index(step) + 1 :]
    )


def _is_grounded_in(said: str, steps: Sequence[Step], moment: Moment) -> bool:
    ground = TurnEvidence(moment)
    for step in steps:
        ground.add(step.reply)
    return all(is_grounded(sentence, ground) for sentence in sentences(said))


def _shorten_words(each: NotUnderstood) -> str:
    words = re.sub(r"\s+", " ", visible(each.words)).strip()
    return words if len(words) <= 80 else f"{words[:77]}…"
