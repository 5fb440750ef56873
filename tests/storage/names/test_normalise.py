"""Names as they are compared: in plain letters."""

from __future__ import annotations

import pytest

from storage.names.normalise import normalise_name


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
