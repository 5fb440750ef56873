"""Countries, as addresses and people write them."""

from __future__ import annotations

import pytest

from storage.names.countries import find_country, list_countries


@pytest.mark.parametrize(
    ("said", "name"),
    [("UK", "United Kingdom"), ("Deutschland", "Germany"), ("U.S.A.", None), ("usa", "United States"), ("Bern", None)],
)
def test_a_country_is_found_by_any_of_its_names(said: str, name: str | None) -> None:
    found = find_country(said)

    assert (found.name if found else None) == name


def test_no_two_countries_share_a_name() -> None:
    spellings = [spelling for country in list_countries() for spelling in country.spellings]

    assert len(spellings) == len(set(spellings))
