"""Keeps email addresses and phone numbers out of what a model's server is sent."""

from __future__ import annotations

import re
from typing import Any

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A day is no phone number, and is read first.
DAY_OR_PHONE = re.compile(r"(?P<day>\b\d{4}-\d\d-\d\d\b)|(?<![\d.,#-])(?P<phone>\+?\(?\d[\d ().\-/]{5,24}\d)(?![\d,])")
FEWEST_DIGITS = 7
# So many digits in a row are no amount that anybody says.
PLAIN_NUMBER = re.compile(r"\d{1,9}(?:\.\d+)?")
HIDDEN_EMAIL, HIDDEN_PHONE = "[email hidden]", "[phone hidden]"


def hide_contacts(value: Any) -> Any:
    """Hide addresses and numbers in every text of a message; its structure stays."""
    match value:
        case str():
            return DAY_OR_PHONE.sub(_hide_phone, EMAIL.sub(HIDDEN_EMAIL, value))
        case dict():
            return {key: each if key in ("id", "tool_call_id") else hide_contacts(each) for key, each in value.items()}
        case list() | tuple():
            return [hide_contacts(each) for each in value]
        case _:
            return value


def _hide_phone(found: re.Match[str]) -> str:
    said = found["phone"]
    if said is None or PLAIN_NUMBER.fullmatch(said) or sum(map(str.isdigit, said)) < FEWEST_DIGITS:
        return found[0]
    return HIDDEN_PHONE
