"""Reads the fields of a record that a person fills in, and checks what each may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from commands.contract.arguments import match_known_name
from commands.contract.errors import CommandError
from commands.values.amounts import read_amount
from commands.values.currencies import read_currency, split_currency
from storage.names.normalise import normalise_name
from storage.tables.column_types import MOST_MONEY, to_cents
from storage.workspaces.workspace_vocabulary import Vocabulary

EMAIL = re.compile(r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]{2,}$")
LINK = re.compile(r"^<(?:mailto:|tel:|https?://)?([^|>]+)(?:\|([^>]*))?>$")
PHONE = re.compile(r"^\+?[\d\s().\-/]++(?:(?:x|ext\.?|extension|#)\s*+\d+)?$", re.I)
RATINGS = ("Hot", "Warm", "Cold")
# Fits PostgreSQL's four-byte integer, and no company has more.
MOST_EMPLOYEES = 2_000_000_000
PERSON = ("salutation", "first_name", "last_name", "title", "email", "phone", "mobile")
COMPANY = ("website", "industry", "employees", "annual_revenue")
ADDRESS = ("street", "city", "state", "postal_code", "country")

EMPTY = frozenset({"", "-", "none", "empty", "nothing", "null"})

ALIASES = {
    "cell": "mobile", "cell phone": "mobile", "mobile phone": "mobile", "telephone": "phone", "phone number": "phone",
    "e mail": "email", "mail": "email", "email address": "email", "surname": "last_name", "family name": "last_name",
    "given name": "first_name", "firstname": "first_name", "lastname": "last_name", "job title": "title",
    "position": "title", "role": "title", "web site": "website", "homepage": "website", "url": "website",
    "number of employees": "employees", "size": "employees", "revenue": "annual_revenue", "zip": "postal_code",
    "zip code": "postal_code", "postcode": "postal_code", "address": "street", "lead source": "source",
    "notes": "description",
}  # fmt: skip
"""What people call a field besides its name, for every kind of record."""

Reader = Callable[[str, Vocabulary], Any]


@dataclass(frozen=True)
class RecordFields:
    """The fields of a kind of record that a person may change, by their columns."""

    table: type[Any]
    names: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """What people call them, for this kind alone."""
    others: tuple[str, ...] = ()
    """Fields besides, which are no text of a column and set in a way of their own."""

    @property
    def all_names(self) -> tuple[str, ...]:
        """Return the names of all fields."""
        return (*self.names, *self.others)

    def find(self, said: str) -> str | None:
        """Find the field that these words mean, None where there is no such field."""
        words = normalise_name(said.replace("_", " "))
        wanted = self.aliases.get(words) or ALIASES.get(words) or words.replace(" ", "_")
        return wanted if wanted in self.all_names else None

    def read(self, name: str, said: str | None, vocabulary: Vocabulary) -> Any:
        """Read a field into what its column holds, None where it is emptied. CommandError where it does not fit."""
        text = clean_text(said)
        if text is None or is_emptied(text):
            return None
        try:
            value = READERS.get(name, _read_line)(text, vocabulary)
            self._check_length(name, value)
        except CommandError as error:
            # A form shows the message under the field it is about.
            error.field = error.field or name
            raise
        return value

    def _check_length(self, name: str, value: Any) -> None:
        # PostgreSQL refuses a text that is too long with an error no rep could read; SQLite would keep it.
        longest = getattr(self.table.__table__.c[name].type, "length", None)
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise CommandError(f"The {label_field(name)} is too long: {len(value)} letters, at most {longest} fit.")


def label_field(name: str) -> str:
    """Write a field's name in words: `last_name` -> last name."""
    return name.replace("_", " ")


def is_emptied(said: str) -> bool:
    """Tell whether a value means that the field is to be empty."""
    return said.strip().lower() in EMPTY


def clean_text(said: str | None) -> str | None:
    """Clean a text of control characters and outer spaces; None where nothing is left."""
    if said is None:
        return None
    kept = "".join(letter for letter in said if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept.strip() or None


def _read_line(said: str, vocabulary: Vocabulary) -> str:
    return " ".join(said.split())


def _strip_link(said: str) -> str:
    """Strip the link around an address: `<mailto:a@b.com|a@b.com>`."""
    # Slack makes a link of every address and number that is typed into a message.
    link = LINK.match(said)
    return (link.group(2) or link.group(1)).strip() if link else said


def _read_email(said: str, vocabulary: Vocabulary) -> str:
    address = _strip_link(said).removeprefix("mailto:").lower()
    if not EMAIL.match(address):
        raise CommandError(f"“{said}” is not an email address. Write it like jane@example.com.")
    return address


def _read_phone(said: str, vocabulary: Vocabulary) -> str:
    number = _strip_link(said).removeprefix("tel:")
    if not PHONE.match(number) or not 4 <= sum(letter.isdigit() for letter in number) <= 25:
        raise CommandError(f"“{said}” is not a phone number. Write it like +1 555 0123.")
    return _read_line(number, vocabulary)


def _read_website(said: str, vocabulary: Vocabulary) -> str:
    address = _strip_link(said)
    if " " in address or "." not in address:
        raise CommandError(f"“{said}” is not a web address. Write it like www.example.com.")
    return address


def _read_employees(said: str, vocabulary: Vocabulary) -> int:
    number = read_amount(said)
    if number is None or number != number.to_integral_value() or not 0 <= number <= MOST_EMPLOYEES:
        raise CommandError(f"“{said}” is not a number of employees. Write it like 1200.")
    return int(number)


def _read_revenue(said: str, vocabulary: Vocabulary) -> Decimal:
    number, currency = split_currency(said)
    code = read_currency(currency, vocabulary.currency)
    if code not in (None, vocabulary.currency):
        raise CommandError(f"“{said}” is in {code}. Revenue is kept in {vocabulary.currency}: give it in that.")
    amount = read_amount(number)
    if amount is None or not 0 <= amount <= MOST_MONEY:
        raise CommandError(f"“{said}” is not an amount. Write it like 45000, 45k or 1.2m.")
    return to_cents(amount)


def _read_rating(said: str, vocabulary: Vocabulary) -> str:
    known = (each for each in RATINGS if normalise_name(each) == normalise_name(said))
    return next(known, None) or _read_line(said, vocabulary)


def _read_source(said: str, vocabulary: Vocabulary) -> str:
    return match_known_name(said, vocabulary.sources, "lead source")


READERS: dict[str, Reader] = {
    **dict.fromkeys(("street", "description"), lambda said, vocabulary: said),
    "email": _read_email,
    "phone": _read_phone,
    "mobile": _read_phone,
    "website": _read_website,
    "employees": _read_employees,
    "annual_revenue": _read_revenue,
    "rating": _read_rating,
    "source": _read_source,
}
"""How a field is read that takes more, or less, than a line of words."""
