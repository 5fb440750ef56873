"""The names of countries: how addresses and people write them (countries.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storage.names.normalise import fold_text


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its usual name, its codes in ISO 3166, other names for it, and what is called after it."""

    name: str
    codes: tuple[str, ...]
    others: tuple[str, ...]
    adjectives: tuple[str, ...]

    @property
    def spellings(self) -> frozenset[str]:
        """Return all that may stand for it in an address, in small letters and without accents."""
        return frozenset(fold_text(each) for each in (self.name, *self.codes, *self.others))


@cache
def list_countries() -> tuple[Country, ...]:
    """List the countries, read once."""
    data = tomllib.loads(Path(__file__).with_name("countries.toml").read_text(encoding="utf-8"))
    return tuple(
        Country(name, tuple(codes.split()), tuple(filter(None, others.split("|"))), tuple(adjectives.split("|")))
        for name, (codes, others, adjectives) in data.items()
    )


def find_country(place: str) -> Country | None:
    """Find the country that an address or a person writes like this; None for any other place."""
    said = fold_text(place).strip(" .")
    return next((each for each in list_countries() if said in each.spellings), None)
