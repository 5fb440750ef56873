"""Salesforce's record ids: 15 characters in which case matters, or 18 of which the last three encode the case."""

from __future__ import annotations

from storage.names.column_synonyms import ID_PREFIXES

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def lengthen_id(text: str) -> str:
    """Return the 18-character form of a 15-character id."""
    ends = ""
    for start in (0, 5, 10):
        # Each added character says which of five characters are capitals, one bit for each.
        bits = sum(1 << place for place, letter in enumerate(text[start : start + 5]) if "A" <= letter <= "Z")
        ends += LETTERS[bits]
    return text + ends


def looks_like_id(text: str) -> bool:
    """Say whether a text has the form of a Salesforce id."""
    if len(text) not in {15, 18} or not (text.isascii() and text.isalnum()) or not any(map(str.isdigit, text)):
        return False
    return len(text) == 15 or lengthen_id(text[:15]) == text[:15] + text[15:].upper() or _is_test_id(text)


def _is_test_id(text: str) -> bool:
    """Recognise ids of test data: Salesforce's prefixes with any three letters behind."""
    return text[:3] in ID_PREFIXES and text[15:].isalpha() and text[15:].isupper()


def shorten_id(text: str) -> str:
    """Return the form in which ids are compared: of Salesforce's the 15 characters, any other as it is."""
    return text[:15] if len(text) == 18 and looks_like_id(text) else text


def list_spellings(text: str) -> tuple[str, ...]:
    """List the spellings under which the same id may be stored."""
    if looks_like_id(text):
        return tuple(dict.fromkeys((text, text[:15], lengthen_id(text[:15]))))
    return (text,)
