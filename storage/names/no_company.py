"""Tells persons without a company by what stands in the company's place: `Self`, `n/a`, `privat`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from storage.names.normalise import FREE_MAIL, normalise_name

FILE = Path(__file__).with_name("no_company.toml")
SEPARATORS = (" ", "-", ".", "/", ". ")
SIGNS_AROUND = "()[]<>. "
"""Signs around words for no company that change nothing: `(none)`, `N.A.`."""


def has_no_company(company: str | None) -> bool:
    """Tell whether these words stand for no company at all. Two persons who have them have nothing in common."""
    if not company:
        return True
    written = " ".join(company.lower().split())
    return (
        written in load_words_for_nothing() or written in FREE_MAIL or normalise_name(company) in _load_folded_words()
    )


@cache
def list_no_company_spellings() -> tuple[str, ...]:
    """List how the words for no company are usually written, in lower case and without `SIGNS_AROUND`.

    It is for a database, which folds no more than that; `has_no_company` knows them all, and rarer ones.
    """
    words = {word for each in _load_words()["no_company"] for word in (each, normalise_name(each))}
    spelled = {separator.join(word.split()) for word in words for separator in SEPARATORS}
    # SQLite makes only the letters of ASCII small.
    shouted = {"".join(each.lower() if each.isascii() else each for each in word.upper()) for word in spelled}
    return tuple(sorted(spelled | shouted | load_words_for_nothing() | FREE_MAIL))


@cache
def load_words_for_nothing() -> frozenset[str]:
    """Load what stands in a cell where there is no value, in lower case."""
    return frozenset(_load_words()["nothing"])


@cache
def _load_folded_words() -> frozenset[str]:
    """Load the words that count whatever stands around them; of signs alone, nothing is left.

    Of the words for nothing only plain ones: `#value!` is no value, but Value may be a company.
    """
    plain = {word for word in load_words_for_nothing() if word.replace(" ", "").isalpha()}
    return frozenset({"", *map(normalise_name, plain | {*_load_words()["no_company"]})})


@cache
def _load_words() -> dict[str, list[str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
