"""Says what can be asked, from what the commands say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, get_args

from pydantic import Field
from rapidfuzz import fuzz, process

from commands.contract.arguments import Words
from commands.contract.command import Command, Group
from commands.contract.context import Context
from commands.contract.reply import Button, Reply
from commands.contract.typed_form import describe_usage
from storage.names.normalise import split_words

MOST_FOUND = 8
SAME = {
    word: meant
    for meant, words in {
        "opportunity": "deal opp clos sale",
        "account": "company customer",
        "follow": "reminder task todo",
        "activity": "call meet email note voicemail history",
        "pipeline": "funnel revenue",
        "digest": "morn daily",
        "stat": "figure statistic",
    }.items()
    for word in words.split()
}
"""What reps say for the words in the commands' names, both without their endings."""
NOISE = frozenset("a an and the do i how to of for my me with can you what about in on is it".split())


GROUPS: tuple[Group, ...] = get_args(Group)
"""What a rep wants to do; every command is in one of them."""
# Up to so many commands are explained in full; of more, each gets one line, or the answer fills the screen.
MOST_EXPLAINED = 3


class Help(Command, group="settings", words="topic", offer="Help", examples=("help", "help with follow-ups")):
    """Say what can be asked, with examples."""

    topic: Annotated[
        Words | None, Field(description="What to explain: leads, deals, follow-ups, digest, a command")
    ] = None

    def run(self, context: Context) -> Reply:
        kinds = tuple(context.commands.values())
        if self.topic:
            found = find_commands(kinds, self.topic)
            if found:
                explain = _explain_command if len(found) <= MOST_EXPLAINED else _summarize_command
                return Reply(
                    f"About {self.topic}:",
                    notes=(*(line for kind in found for line in explain(kind)), *_hint_at_typed_forms(found)),
                    buttons=(Button("All of it", "help"),),
                )
        missing = f"I have no help on “{self.topic}”. " if self.topic else ""
        return Reply(
            f"{missing}Ask in your own words, for example:",
            notes=(
                *(f"{group.capitalize()}: “{list_group(kinds, group)[0].examples[0]}”" for group in GROUPS),
                f"More of each: help {', help '.join(GROUPS)}.",
            ),
            buttons=tuple(Button(group.capitalize(), "help", {"topic": group}) for group in GROUPS),
        )


def list_group(kinds: Sequence[type[Command]], group: str) -> list[type[Command]]:
    """List those of the commands that are of a group, the one that heads it first."""
    return sorted((kind for kind in kinds if kind.group == group), key=lambda kind: not kind.heads_group)


def find_commands(kinds: Sequence[type[Command]], topic: str) -> list[type[Command]]:
    """Find those that a topic is about, the closest first: a group, a command's name, or other words."""
    if topic.strip().lower() in GROUPS:
        return list_group(kinds, topic.strip().lower())
    verb = "_".join(split_words(topic.replace("_", " ")))
    exact = [kind for kind in kinds if kind.verb() == verb]
    if exact:
        return exact
    wanted = {_stem_word(word) for word in split_words(topic) if word not in NOISE}
    # A word in a command's name counts before any number of words in its description, which name other things too.
    scored = [(len(wanted & _stem_name(kind)), len(wanted & _stem_description(kind)), kind) for kind in kinds]
    best = max((named, min(told, 1) * (not named)) for named, told, _ in scored)
    found = [kind for named, told, kind in scored if any(best) and (named, min(told, 1) * (not named)) == best]
    if not found:
        close = process.extractOne(verb, [kind.verb() for kind in kinds], scorer=fuzz.ratio, score_cutoff=75)
        found = [kinds[close[2]]] if close else []
    return found[:MOST_FOUND]


def _stem_name(kind: type[Command]) -> set[str]:
    return {_stem_word(word) for word in split_words(kind.verb().replace("_", " "))}


def _stem_description(kind: type[Command]) -> set[str]:
    return {_stem_word(word) for word in split_words(f"{kind.help_line()} {' '.join(kind.examples)}")}


def _stem_word(word: str) -> str:
    """Stem a word, and turn it into what the commands call it: companies -> account, closing -> opportunity."""
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("ing") and len(word) > 5:
        word = word[:-3]
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 2:
        word = word[:-1]
    return SAME.get(word, word)


def _summarize_command(kind: type[Command]) -> list[str]:
    return [f"“{kind.examples[0]}”: {kind.help_line()}"]


def _explain_command(kind: type[Command]) -> list[str]:
    said = " or ".join(f"“{each}”" for each in kind.examples)
    return [f"{kind.help_line()} Say {said}", f"Typed: {describe_usage(kind)}"]


def _hint_at_typed_forms(found: list[type[Command]]) -> tuple[str, ...]:
    """Say how to learn how each of several commands is typed."""
    names = " or ".join(f"help {kind.verb()}" for kind in found[:2])
    return (f"How to type one: {names}, and so on.",) if len(found) > MOST_EXPLAINED else ()
