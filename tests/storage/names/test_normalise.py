"""Names as they are compared: in plain letters; and names of people in the order of speech."""

from __future__ import annotations

import pytest

from storage.names.normalise import normalise_name, order_person_name, split_person_name


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łukasz Żak", "lukasz zak"),
        ("ØYVIND Ås", "oyvind as"),
        ("Goethestraße", "goethestrasse"),
        ("GOETHESTRAẞE", "goethestrasse"),
        ("Đorđe Đilas", "dorde dilas"),
        ("Işık İpek", "isik ipek"),
        ("Guðrún Þóra", "gudrun thora"),
        ("Ħamrun", "hamrun"),
        ("Ærø Œuvre", "aero oeuvre"),
        ("Əliyev", "eliyev"),
        ("Kaʻiulani", "kaiulani"),
        ("Nguyễn Đức Ước", "nguyen duc uoc"),
    ],
)
def test_letters_are_typed_without_what_is_special_about_them(written: str, typed: str) -> None:
    assert normalise_name(written) == normalise_name(typed) == typed


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("Sand, Mila", "Mila", "Sand"),
        ("Sand,Mila", "Mila", "Sand"),
        ("Ruiz Vega, Ana Belén", "Ana Belén", "Ruiz Vega"),
        ("Mila Sand", "Mila", "Sand"),
        ("Mila Sand, Jr.", "Mila", "Sand, Jr."),
        ("Sand, Mila, Ph.D.", "Mila", "Sand, Ph.D."),
        ("Park, Se", "Se", "Park"),
        ("Mila", "", "Mila"),
        ("Quarry, Inc.", "", "Quarry, Inc."),
        ("Hay, Straw & Sons, Ltd", "", "Hay, Straw & Sons, Ltd"),
    ],
)
def test_a_person_may_be_written_last_name_first(written: str, first: str, last: str) -> None:
    assert split_person_name(written) == (first, last)


def test_an_address_stays_as_it_is() -> None:
    assert order_person_name("Sand, Mila <mila@x.example>") == "Sand, Mila <mila@x.example>"
