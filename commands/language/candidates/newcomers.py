"""Sets aside what stands within or beside a new person's name and is no part of it: `Bob (Robert) Lee, CFO`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commands.language.candidates.argument_candidate import ArgumentCandidate
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.values.text import Text, tokenize_text
from storage.names.normalise import split_words

BRACKET = re.compile(r"\s*\(([^()]{1,60})\)(?P<behind>\s*[^\W\d_]?)")
DEPARTMENTS = "|".join(sorted(WORDS["departments"]))
BETWEEN_COMMAS = re.compile(
    rf",\s*([^,()]{{2,60}}?)\s*(?:,\s*)?(?=$|[,.;]|\s(?:from|at|with|of(?! (?:{DEPARTMENTS})\b))\s)", re.I
)
HONORIFIC = re.compile(rf"\b(?i:{'|'.join(sorted(WORDS['titles']))})\b\.?\s+(?=[^\W\d_a-z])")
SUFFIX = re.compile(rf"(?<=[^\W\d_]),?\s+((?:{'|'.join(sorted(WORDS['suffixes'], key=len, reverse=True))})\b\.?)", re.I)


@dataclass(frozen=True)
class Asides:
    """What was set aside: the job title, and what belongs behind the family name."""

    title: str = ""
    suffix: str = ""

    def add_to(self, arguments: dict[str, Any], fields: Any) -> None:
        """Add what was set aside to the arguments of a call that adds the person."""
        if self.title and "title" in fields:
            arguments["title"] = self.title
        if self.suffix and arguments.get("last_name"):
            arguments["last_name"] = f"{arguments['last_name']} {self.suffix}"


def set_asides(text: Text) -> tuple[Text, Asides]:
    """Cut titles, nicknames and the like out of a sentence that adds a person."""
    clean = HONORIFIC.sub("", text.clean)
    suffix = SUFFIX.search(clean)
    if suffix:
        clean = clean[: suffix.start()] + clean[suffix.end() :]
    titles: list[str] = []

    def drop_bracket(found: re.Match[str]) -> str:
        # What stands before the rest of the name is a nickname; what is said of a job is a title.
        if not found["behind"].strip().isupper():
            if not is_job(found[1]):
                return found.group()
            titles.append(found[1].strip())
        return found["behind"]

    def drop_title(found: re.Match[str]) -> str:
        if not is_job(found[1]):
            return found.group()
        titles.append(found[1].strip())
        return ""

    clean = BETWEEN_COMMAS.sub(drop_title, BRACKET.sub(drop_bracket, clean))
    said = titles[0] if titles else ""
    return tokenize_text(clean), Asides(said, suffix[1] if suffix else "")


def is_job(words: str) -> bool:
    """Tell whether words are a job title and nothing else."""
    said = words.split()
    usual = WORDS["jobs"] | WORDS["departments"] | WORDS["filler"]
    return not WORDS["jobs"].isdisjoint(split_words(words)) and all(
        each[:1].isupper() or usual.issuperset(split_words(each)) for each in said
    )


def join_middle_names(s: Sentence, arguments: dict[str, Any], used: Sequence[ArgumentCandidate]) -> bool:
    """Join what stands between first and last name to the first one, `Mary Jane Watson`; tell whether something did."""
    first, last = (next((each for each in used if each.argument == name), None) for name in ("first_name", "last_name"))
    # The first word of an order is no name.
    if first is None or last is None or not 0 < first.first <= first.last < last.first:
        return False
    taken = {at for each in used if each not in (first, last) for at in range(each.first, each.last + 1)}
    end = last.last
    # What goes on behind the name that was taken for the last one is the last one, where the company stands elsewhere.
    while taken and end + 1 < len(s.units) and end + 1 not in taken and _goes_on(s, end + 1):
        end += 1
    start = last.first if end == last.last else end
    joins = start - first.last - 1 in range(1, MOST_MIDDLE_NAMES + 1) and all(
        _goes_on(s, at) for at in range(first.last + 1, start)
    )
    if joins:
        first.last, last.first, last.last = start - 1, start, end
        arguments[first.argument], arguments[last.argument] = s.cut(first.first, first.last), s.cut(start, end)
    return joins


def _goes_on(s: Sentence, at: int) -> bool:
    return s.units[at].capital and not s.units[at].gap


MOST_MIDDLE_NAMES = 2
