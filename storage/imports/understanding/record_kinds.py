"""Telling what kind of record a table holds, from its columns, its ids and its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from storage.imports.files.sheets import Row, Sheet
from storage.imports.understanding.column_words import LIKELY, SURE, rate_outcome_name
from storage.imports.understanding.fields import FIELDS, KINDS
from storage.imports.values.amount_units import split_unit
from storage.imports.values.cell_text import squash_name
from storage.imports.values.import_errors import ImportTrouble
from storage.imports.values.salesforce_ids import looks_like_id
from storage.names.column_synonyms import (
    ACTIVITY_FILES,
    FILE_WORDS,
    FOREIGN_OBJECTS,
    ID_PREFIXES,
    OWN_WORDS,
    SYNONYMS,
    TELLING,
)

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def _list_folded(word: str) -> set[str]:
    """List a name as names of columns are compared: without accents, umlauts also as two letters (`Verkaeufer`)."""
    return {squash_name(word), squash_name(word.translate(UMLAUTS))}


# kind -> column's name -> the fields it may mean, each with the name's place in the field's list: the first fits best.
NAMES: dict[str, dict[str, list[tuple[str, int]]]] = {}
for _kind, _fields in SYNONYMS.items():
    _known: dict[str, list[tuple[str, int]]] = {}
    for _field, _words in _fields.items():
        for _place, _word in enumerate(_words.split()):
            for _spelling in _list_folded(_word):
                _known.setdefault(_spelling, []).append((_field, _place))
    NAMES[_kind] = _known

TELLS = {kind: frozenset(words.split()) for kind, words in TELLING.items()}
# Where a table fits several kinds equally the first of them is taken: a plain list of people is a list of prospects.
PREFERENCE = ("lead", "contact", "account", "opportunity", "user", "activity", "follow_up", "score")

COMPANY_FIGURES = frozenset(["annual_revenue", "employees"])
OUR_ROLES = ("rep", "manager", "admin")
OF_DEALS_ALONE = frozenset(["close_date", "closed_at", "probability", "next_step"])
LEAD_OR_CONTACT = ("lead", "contact")
LEAD_LIKE = frozenset(["leadstatus", "hsleadstatus", "lifecyclestage"])
# Added to the place of a name that fits only without the kind's own word (`Lead Name`), or without the unit that it
# says (`Amount (EUR)`): whole names come first.
STRIPPED, WITHOUT_UNIT = 100, 200
# A name that holds one of these words is a currency's, wherever the word stands.
CURRENCY_WORDS = re.compile(r"currency|wahrung|devise|moneda|valuta")

# A file of the kind has at least one field of each set.
NEEDED: dict[str, tuple[frozenset[str], ...]] = {
    "user": (frozenset(["name", "email", "last_name", "first_name"]),),
    "account": (frozenset(["name"]),),
    "contact": (frozenset(["last_name", "first_name", "name", "email"]),),
    "lead": (frozenset("external_id last_name first_name name email company converted phone".split()),),
    "opportunity": (
        frozenset(["name", "external_id", "account"]),
        frozenset(["stage", "amount", "close_date", "state", "is_won"]),
    ),
    "activity": (frozenset(["at", "kind", "due"]), frozenset("lead contact account opportunity subject text".split())),
    "follow_up": (frozenset(["due"]), frozenset("note lead contact account opportunity".split())),
    "score": (frozenset(["lead"]), frozenset(["score", "probability"])),
}


@lru_cache(maxsize=20_000)
def list_meanings(kind: str, column: str) -> tuple[tuple[str, int], ...]:
    """List the fields that a column's name may mean in a file of a kind, the likeliest first."""
    name = squash_name(column)
    found = _list_named(kind, name)
    base, _ = split_unit(column)
    if base and (bare := squash_name(base)) != name:
        found += [(field, place + WITHOUT_UNIT) for field, place in _list_named(kind, bare) if says_amount(kind, field)]
    if "currency" in FIELDS[kind] and CURRENCY_WORDS.search(name):
        found.append(("currency", WITHOUT_UNIT))
    return tuple(sorted(found, key=lambda each: each[1]))


def says_amount(kind: str, field: str) -> bool:
    """Say whether a field holds an amount, so that a currency in its column's name belongs to it."""
    return field == "budget" or (field in FIELDS[kind] and FIELDS[kind][field].reads == "money")


def _list_named(kind: str, name: str) -> list[tuple[str, int]]:
    known = NAMES[kind]
    found = list(known.get(name, ()))
    for own in OWN_WORDS[kind]:
        if name.startswith(own) and len(name) > len(own):
            found += [(field, place + STRIPPED) for field, place in known.get(name.removeprefix(own), ())]
    return found


def detect_kind(sheet: Sheet, sample: Sequence[Row], *, finished: bool = False) -> tuple[str, str]:
    """Return the kind and why, in words. Raise ImportTrouble where it is unclear or none that Leadlight keeps.

    `finished`: the person says that leads of the file are over.
    """
    names = [squash_name(column) for column in sheet.columns]
    prefix = _find_id_prefix(sheet, sample)
    said = _guess_by_name(sheet)
    if FOREIGN_OBJECTS & set(names) or (prefix and prefix not in ID_PREFIXES and not said):
        raise ImportTrouble(
            f"{sheet.label} holds records of a type that Leadlight does not keep. It imports {_join_words(KINDS)};"
            " name one with --kind if this file is one of them."
        )
    worth = {kind: _rate_kind(kind, sheet) for kind in KINDS if _has_needed_fields(kind, sheet)}
    if "user" in worth and prefix is None and _holds_our_roles(sheet, sample):
        return "user", f"people whose role is {', '.join(OUR_ROLES[:-1])} or {OUR_ROLES[-1]}"
    # Ids decide before names, and names of parts before columns: people name files as they like.
    if prefix in ID_PREFIXES and ID_PREFIXES[prefix] in worth:
        best, why = ID_PREFIXES[prefix], f"its ids begin with {prefix}"
    elif sheet.part and said and said in worth:
        best, why = said, f"the part “{sheet.part}”"
    elif not any(worth[kind] >= 1.5 or _share_known_columns(kind, sheet) >= 0.5 for kind in worth):
        if finished and any(map(rate_outcome_name, sheet.columns)):
            return "lead", "a column that says how it ended, and --finished"
        raise ImportTrouble(
            f"The columns of {sheet.label} ({_join_words(sheet.columns[:6])}) fit no kind of record. The first"
            f" line must name the columns; say --kind ({_join_words(KINDS)}) and --map if it does."
        )
    else:
        if said in worth:
            worth[said] += 1.5
        best = max(worth, key=lambda kind: (round(worth[kind], 3), -PREFERENCE.index(kind)))
        why = "its columns"
    if finished and prefix is None and "lead" in worth and (outcome := _find_outcome_of_people(best, sheet)):
        return "lead", f"finished people with a “{outcome}” are leads; --kind {best} imports them as such"
    if best == "opportunity" and said is None and prefix is None and "lead" in worth and _is_list_of_people(sheet):
        return "lead", "people with a company and an email are leads; --kind opportunity imports them as deals"
    if best == "contact" and "lead" in worth and not _is_called_contacts(sheet) and _has_company_figures(sheet):
        return "lead", "people with figures of their company"
    called_contacts = best == "contact" or said == "contact" or "contactid" in names
    if best in LEAD_OR_CONTACT and called_contacts and prefix is None and (status := _find_lead_column(sheet, sample)):
        return "lead", f"people with a “{status}” are worked on as leads; --kind contact imports them as contacts"
    return best, why


def _holds_our_roles(sheet: Sheet, sample: Sequence[Row]) -> bool:
    """Say whether these are people of the own company: without another one, in nothing but our own roles."""
    meanings = [{field for kind in LEAD_OR_CONTACT for field, _ in list_meanings(kind, each)} for each in sheet.columns]
    if any(each & {"company", "account"} for each in meanings) or _is_called_contacts(sheet):
        return False
    for index, column in enumerate(sheet.columns):
        if any(field == "role" for field, _ in list_meanings("user", column)):
            said = {row[index].strip().lower() for row in sample if index < len(row)} - {""}
            if said and said <= set(OUR_ROLES):
                return True
    return False


def _rate_kind(kind: str, sheet: Sheet) -> float:
    total = 0.0
    for place, column in enumerate(sheet.columns):
        name = squash_name(column)
        found = list_meanings(kind, column)
        if found:
            # A name that many kinds know (`Name`, `Owner`) says little about any of them.
            total += 1 / sum(1 for other in KINDS if list_meanings(other, column))
            if found[0][0] == "external_id" and any(name.startswith(own) for own in _list_words_of(kind)):
                total += 3 if place == 0 else 1
        if name in TELLS[kind] or any(
            name.removeprefix(own) in TELLS[kind] for own in OWN_WORDS[kind] if name.startswith(own)
        ):
            total += 1.5
    return total


def _list_words_of(kind: str) -> list[str]:
    """List the kind's own words without those that are another kind's first (`contact`, for leads)."""
    firsts = {OWN_WORDS[other][0] for other in KINDS if other != kind}
    return [own for own in OWN_WORDS[kind] if own not in firsts]


def _is_called_contacts(sheet: Sheet) -> bool:
    names = {squash_name(column) for column in sheet.columns}
    return bool(names & TELLS["contact"]) or any(
        word.startswith(("contact", "kontakt", "contatt")) for word in _split_file_name(sheet)
    )


def _has_company_figures(sheet: Sheet) -> bool:
    return any(COMPANY_FIGURES & {field for field, _ in list_meanings("lead", column)} for column in sheet.columns)


def _find_outcome_of_people(kind: str, sheet: Sheet) -> str | None:
    """Find the column that says how people ended who look like contacts, or like deals without an amount."""
    named = any(_find_first_meaning("lead", column) in {"first_name", "last_name"} for column in sheet.columns)
    paid = any(_find_first_meaning("opportunity", column) == "amount" for column in sheet.columns)
    if not named or (kind == "opportunity" and paid) or (kind == "contact" and _is_called_contacts(sheet)):
        return None
    # People of any kind have a status; only leads are won.
    wanted = {"opportunity": (SURE, LIKELY), "contact": (SURE,)}.get(kind, ())
    return next((column for column in sheet.columns if rate_outcome_name(column) in wanted), None)


def _names_people(sheet: Sheet) -> bool:
    """Say whether the columns are of persons: first and last name, or name, company and email."""
    fields = {field for column in sheet.columns for field, _ in list_meanings("lead", column)}
    return {"first_name", "last_name"} <= fields or (
        {"name", "company", "email"} <= {_find_first_meaning("lead", column) for column in sheet.columns}
    )


def _is_list_of_people(sheet: Sheet) -> bool:
    """Say whether a sheet with amounts is of persons all the same: nothing in it tells of a deal alone."""
    told = {field for column in sheet.columns for field, _ in list_meanings("opportunity", column)}
    telling = any(squash_name(column) in TELLS["opportunity"] for column in sheet.columns)
    return _names_people(sheet) and not telling and not told & OF_DEALS_ALONE


def _find_first_meaning(kind: str, column: str) -> str | None:
    found = list_meanings(kind, column)
    return found[0][0] if found else None


def _share_known_columns(kind: str, sheet: Sheet) -> float:
    return sum(1 for column in sheet.columns if list_meanings(kind, column)) / len(sheet.columns)


def _has_needed_fields(kind: str, sheet: Sheet) -> bool:
    fields = {field for column in sheet.columns for field, _ in list_meanings(kind, column)}
    if kind == "account" and _names_people(sheet):
        return False
    if kind == "opportunity" and {"id", "opportunityid"} <= {squash_name(column) for column in sheet.columns}:
        # A file with its own id and an opportunity's is about opportunities (history, products), not one of them.
        return False
    return all(fields & needed for needed in NEEDED[kind])


def _find_id_prefix(sheet: Sheet, sample: Sequence[Row]) -> str | None:
    """Find the first three characters of the Salesforce ids in the id column, if nearly all ids begin with them."""
    for index, column in enumerate(sheet.columns):
        if squash_name(column) in {"id", "recordid"} | {f"{own}id" for words in OWN_WORDS.values() for own in words}:
            ids = [row[index].strip() for row in sample if index < len(row) and row[index].strip()]
            if not ids or not all(map(looks_like_id, ids)):
                return None
            prefix, count = Counter(each[:3] for each in ids).most_common(1)[0]
            return prefix if count >= 0.9 * len(ids) and not ids[0][:1].isalpha() else None
    return None


def _guess_by_name(sheet: Sheet) -> str | None:
    words = _split_file_name(sheet)
    joined = "".join(words)
    for kind in reversed(KINDS):
        if joined in FILE_WORDS[kind]:
            return kind
    for kind in reversed(KINDS):
        if any(word in FILE_WORDS[kind] for word in words):
            return kind
    return None


def _split_file_name(sheet: Sheet) -> list[str]:
    return re.findall(r"[a-z]+", (sheet.part or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", sheet.path.stem)).lower())


def detect_activity_kind(sheet: Sheet) -> str | None:
    """Tell what all activities of a file are, by its name or its columns: call, email, meeting or note; else None."""
    said = {ACTIVITY_FILES[word] for word in _split_file_name(sheet) if word in ACTIVITY_FILES}
    if not said:
        begins = Counter(
            kind
            for column in sheet.columns
            for kind in ("call", "email", "meeting")
            if squash_name(column).startswith(kind) and squash_name(column) != kind
        )
        said = {kind for kind, count in begins.items() if count > 1} if len(begins) == 1 else set()
    return said.pop() if len(said) == 1 else None


def _find_lead_column(sheet: Sheet, sample: Sequence[Row]) -> str | None:
    for index, column in enumerate(sheet.columns):
        if squash_name(column) in LEAD_LIKE and any(index < len(row) and row[index].strip() for row in sample):
            return column
    return None


def _join_words(words: Sequence[str]) -> str:
    return ", ".join(words)
