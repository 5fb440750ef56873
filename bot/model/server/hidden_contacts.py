"""Keeps email addresses and phone numbers out of what a model's server is sent.

What is hidden and what may pass stands in docs/security.md.
"""

from __future__ import annotations

import re
from typing import Any

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Days and amounts in groups are no phone numbers, and are read first. Three groups of three digits (`600 123 456`) may
# be a mobile number, so they are an amount only with commas, or where they end in zeros.
FIGURE = (
    r"(?<![\d+])(?:"
    r"\d{4}-\d\d-\d\d(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])(?P<mark>[./-])(?:0?[1-9]|[12]\d|3[01])(?P=mark)(?:(?:19|20)\d\d|\d\d)(?![.\-/]?\d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)"
    r"|(?:\d{1,2}|\d{3}(?=(?P<zeros>[. \u00a0\u202f'’])(?:\d{3}(?P=zeros)){0,4}000))"
    r"(?P<group>[. \u00a0\u202f'’])\d{3}(?:(?P=group)\d{3}){1,4}(?!(?P=group)?\d)"
    r")"
)
PHONE = r"(?<![\d#-])\+?\(?\d[\d ().\-/]{5,24}\d(?!\d)"
FIGURE_OR_PHONE = re.compile(f"(?P<figure>{FIGURE})|(?P<phone>{PHONE})")
FEWEST_DIGITS = 7
# So many digits in a row may be an amount, unless a zero leads them.
PLAIN_NUMBER = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.\d+)?")
FIELD = re.compile(r"phone|mobile", re.IGNORECASE)
# The same as a field of JSON within a text, as the results and arguments of tools are.
WRITTEN_FIELD = re.compile(r'("[\w ]{0,40}(?:phone|mobile)[\w ]{0,40}":\s*)(?:"(?:[^"\\]|\\.)*"|\d+)', re.IGNORECASE)
WRITTEN_CHANGE = re.compile(
    r'("field":\s*"(?:phone|mobile)",)((?:\s*"(?:before|after)":\s*(?:"(?:[^"\\]|\\.)*"|null),?)+)', re.IGNORECASE
)
BEFORE_OR_AFTER = re.compile(r'(:\s*)"(?:[^"\\]|\\.)*"')
HIDDEN_EMAIL, HIDDEN_PHONE = "[email hidden]", "[phone hidden]"


def hide_contacts(value: Any) -> Any:
    """Hide addresses and numbers in every text of a message; its structure stays."""
    match value:
        case str():
            return _hide_in_text(value)
        case dict():
            return {key: _hide_field(str(key), each) for key, each in value.items()}
        case list() | tuple():
            return [hide_contacts(each) for each in value]
        case _:
            return value


def _hide_field(name: str, value: Any) -> Any:
    if name in ("id", "tool_call_id"):
        return value
    return HIDDEN_PHONE if isinstance(value, str) and FIELD.search(name) else hide_contacts(value)


def _hide_in_text(text: str) -> str:
    text = WRITTEN_FIELD.sub(rf'\1"{HIDDEN_PHONE}"', text)
    text = WRITTEN_CHANGE.sub(_hide_change, text)
    return FIGURE_OR_PHONE.sub(_hide_phone, EMAIL.sub(HIDDEN_EMAIL, text))


def _hide_change(found: re.Match[str]) -> str:
    return found[1] + BEFORE_OR_AFTER.sub(rf'\1"{HIDDEN_PHONE}"', found[2])


def _hide_phone(found: re.Match[str]) -> str:
    said = found["phone"]
    if said is None or PLAIN_NUMBER.fullmatch(said) or sum(map(str.isdigit, said)) < FEWEST_DIGITS:
        return found[0]
    return HIDDEN_PHONE
