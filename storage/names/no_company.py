"""Tells persons without a company by what stands in the company's place: `Self`, `n/a`, `privat`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from storage.names.normalise import FREE_MAIL, normalise_name

FILE = Path(__file__).with_name("no_company.toml")


def has_no_company(company: str | None) -> bool:
    """Tell whether these words stand for no company at all. Two persons who have them have nothing in common."""
    return not company or normalise_name(company) in _load_folded_words() or company.strip().lower() in FREE_MAIL


@cache
def list_no_company_spellings() -> tuple[str, ...]:
    """List how the words for no company are written in lower case, as far as a database can compare them."""
    words = {word for words in _load_words().values() for word in words}
    return tuple(sorted(words | {word.replace(" ", "-") for word in words} | FREE_MAIL))


@cache
def load_words_for_nothing() -> frozenset[str]:
    """Load what stands in a cell where there is no value, in lower case."""
    return frozenset(_load_words()["nothing"])


@cache
def _load_folded_words() -> frozenset[str]:
    return frozenset(normalise_name(word) for words in _load_words().values() for word in words)


def _load_words() -> dict[str, list[str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
