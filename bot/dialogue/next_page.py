"""Reads a line that asks a list to go on: `more`, `the next ten`, `page 3`, `show me the rest`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from commands.contract.arguments import MOST_LISTED
from commands.language.sentences.sentence import FocusView
from commands.values.number_words import TENS, UNITS
from commands.values.text import tokenize_text
from commands.wording.list_pages import PAGE

NUMBERS = {word: number for word, number in (UNITS | TENS).items() if number > 1}
GOES_ON = re.compile(
    r"(?:(?:ok|and|now|yes|please) )*(?:(?:can you |could you )?(?:show|see|get|give|list|load) (?:me )?)?(?:"
    r"(?:some |a few )?more|(?P<rest>(?:all )?the (?:rest|remaining ones))"
    rf"|(?:the )?next (?:page|ones|(?P<count>[0-9]{{1,3}}|{'|'.join(NUMBERS)})(?: ones)?)"
    r"|page (?P<page>[0-9]{1,2}))(?: of (?:them|those|these))?(?: please)?"
)


@dataclass(frozen=True)
class NextPage:
    """How a list goes on: from which record (from 0; None is after what was shown), and with how many."""

    start: int | None
    count: int


def read_next_page(text: str) -> NextPage | None:
    """Read how a line has a list go on; None where it asks for anything else."""
    found = GOES_ON.fullmatch(" ".join(token.norm for token in tokenize_text(text).tokens))
    if found is None:
        return None
    if found["page"]:
        return NextPage((int(found["page"]) - 1) * PAGE, PAGE) if int(found["page"]) else None
    said = found["count"] or ""
    count = int(said) if said.isdigit() else NUMBERS.get(said, PAGE)
    return NextPage(None, MOST_LISTED if found["rest"] else count) if count else None


def extend_list(focus: FocusView, page: NextPage) -> tuple[dict[str, Any], int] | None:
    """Return the arguments that show more of the list that a thread showed last, and how many were shown before.

    None where it showed no list, or one that takes no limit.
    """
    limit = focus.kind.model_fields.get("limit") if focus.kind is not None and not focus.kind.writes else None
    if limit is None or limit.default is None or not focus.records:
        return None
    start = focus.arguments.get("limit") or limit.default if page.start is None else page.start
    return {**focus.arguments, "limit": min(start + page.count, MOST_LISTED)}, start
