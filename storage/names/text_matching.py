"""Conditions that a column holds words, whatever their case and accents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_

from storage.names.countries import find_country
from storage.names.normalise import fold_text


def match_place(table: Any, place: str) -> Any:
    """Match an address whose city, state or country has this name, whatever its case, accents or way to write it."""
    names = sorted({fold_text(place), place.lower()})
    country = find_country(place)
    # “DE” is Germany as a country and Delaware as a state.
    everywhere = sorted({*names, *country.spellings}) if country else names
    return or_(
        func.lower(table.city).in_(names), func.lower(table.state).in_(names), func.lower(table.country).in_(everywhere)
    )


def match_text(column: Any, text: str) -> Any:
    """Match a text column that contains these words, whatever their case."""
    # The column may hold the name with or without its accents.
    spellings = {fold_text(text), text.lower()}
    escaped = (each.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for each in sorted(spellings))
    return or_(*(func.lower(column).like(f"%{each}%", escape="\\") for each in escaped))
