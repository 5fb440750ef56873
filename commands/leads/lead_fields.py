"""Reads the fields of a lead that a person fills in, and checks what each may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from commands.contract.arguments import match_known_name
from commands.contract.errors import CommandError
from commands.values.amounts import read_amount
from storage.names.normalise import normalise_name
from storage.tables import Lead
from storage.tables.column_types import MOST_MONEY, to_cents
from storage.workspaces.workspace_vocabulary import Vocabulary

EMAIL = re.compile(r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]{2,}$")
LINK = re.compile(r"^<(?:mailto:|tel:|https?://)?([^|>]+)(?:\|([^>]*))?>$")
PHONE = re.compile(r"^\+?[\d\s().\-/]+(?:\s*(?:x|ext\.?|extension|#)\s*\d+)?$", re.I)
RATINGS = ("Hot", "Warm", "Cold")
# Fits PostgreSQL's four-byte integer, and no company has more.
MOST_EMPLOYEES = 2_000_000_000
EMPTY = frozenset({"", "-", "none", "empty", "nothing", "null"})

ALIASES = {
    "cell": "mobile", "cell phone": "mobile", "mobile phone": "mobile", "telephone": "phone", "phone number": "phone",
    "e mail": "email", "mail": "email", "email address": "email", "surname": "last_name", "family name": "last_name",
    "given name": "first_name", "firstname": "first_name", "lastname": "last_name", "job title": "title",
    "position": "title", "role": "title", "organisation": "company", "organization": "company", "account": "company",
    "web site": "website", "homepage": "website", "url": "website", "number of employees": "employees",
    "size": "employees", "revenue": "annual_revenue", "zip": "postal_code", "zip code": "postal_code",
    "postcode": "postal_code", "address": "street", "lead source": "source", "notes": "description",
    "interest": "product_interest", "product": "product_interest", "timing": "timeframe", "time frame": "timeframe",
}  # fmt: skip

Reader = Callable[[str, str, Vocabulary], Any]


def find_field(said: str) -> str | None:
    """Find the field that these words mean, None where there is no such field."""
    words = normalise_name(said.replace("_", " "))
    wanted = ALIASES.get(words, words.replace(" ", "_"))
    return wanted if wanted in READERS else None


def read_field(field: str, said: str | None, vocabulary: Vocabulary) -> Any:
    """Read a field into what its column holds, None where it is emptied. CommandError where it does not fit."""
    text = clean_text(said)
    if text is None or text.lower() in EMPTY:
        return None
    try:
        return READERS[field](field, text, vocabulary)
    except CommandError as error:
        # A form shows the message under the field it is about.
        error.field = error.field or field
        raise


def clean_text(said: str | None) -> str | None:
    """Clean a text of control characters and outer spaces; None where nothing is left."""
    if said is None:
        return None
    kept = "".join(letter for letter in said if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept.strip() or None


def _check_length(field: str, said: str, vocabulary: Vocabulary) -> str:
    """Return the text. CommandError where its column is too short for it."""
    # PostgreSQL refuses a text that is too long with an error no rep could read; SQLite would keep it.
    longest = getattr(Lead.__table__.c[field].type, "length", None)
    if longest is not None and len(said) > longest:
        raise CommandError(f"The {_label_field(field)} is too long: {len(said)} letters, at most {longest} fit.")
    return said


def _read_line(field: str, said: str, vocabulary: Vocabulary) -> str:
    return _check_length(field, " ".join(said.split()), vocabulary)


def _strip_link(said: str) -> str:
    """Strip the link around an address: `<mailto:a@b.com|a@b.com>`."""
    # Slack makes a link of every address and number that is typed into a message.
    link = LINK.match(said)
    return (link.group(2) or link.group(1)).strip() if link else said


def _read_email(field: str, said: str, vocabulary: Vocabulary) -> str:
    address = _strip_link(said).removeprefix("mailto:").lower()
    if not EMAIL.match(address):
        raise CommandError(f"“{said}” is not an email address. Write it like jane@example.com.")
    return _check_length(field, address, vocabulary)


def _read_phone(field: str, said: str, vocabulary: Vocabulary) -> str:
    number = _strip_link(said).removeprefix("tel:")
    if not PHONE.match(number) or not 4 <= sum(letter.isdigit() for letter in number) <= 25:
        raise CommandError(f"“{said}” is not a phone number. Write it like +1 555 0123.")
    return _read_line(field, number, vocabulary)


def _read_website(field: str, said: str, vocabulary: Vocabulary) -> str:
    address = _strip_link(said)
    if " " in address or "." not in address:
        raise CommandError(f"“{said}” is not a web address. Write it like www.example.com.")
    return _check_length(field, address, vocabulary)


def _read_employees(field: str, said: str, vocabulary: Vocabulary) -> int:
    number = read_amount(said)
    if number is None or number != number.to_integral_value() or not 0 <= number <= MOST_EMPLOYEES:
        raise CommandError(f"“{said}” is not a number of employees. Write it like 1200.")
    return int(number)


def _read_revenue(field: str, said: str, vocabulary: Vocabulary) -> Decimal:
    amount = read_amount(said)
    if amount is None or not 0 <= amount <= MOST_MONEY:
        raise CommandError(f"“{said}” is not an amount. Write it like 45000, 45k or 1.2m.")
    return to_cents(amount)


def _read_rating(field: str, said: str, vocabulary: Vocabulary) -> str:
    return next((each for each in RATINGS if normalise_name(each) == normalise_name(said)), None) or _read_line(
        field, said, vocabulary
    )


def _read_source(field: str, said: str, vocabulary: Vocabulary) -> str:
    return match_known_name(said, vocabulary.sources, "lead source")


def _label_field(field: str) -> str:
    return field.replace("_", " ")


READERS: dict[str, Reader] = {
    **dict.fromkeys(
        "first_name last_name salutation company title industry city state postal_code country "
        "product_interest budget timeframe".split(),
        _read_line,
    ),
    **dict.fromkeys(("street", "description"), _check_length),
    "email": _read_email,
    "phone": _read_phone,
    "mobile": _read_phone,
    "website": _read_website,
    "employees": _read_employees,
    "annual_revenue": _read_revenue,
    "rating": _read_rating,
    "source": _read_source,
    "name": lambda _field, said, vocabulary: _read_line("name", said, vocabulary),
}
