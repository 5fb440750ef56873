"""What the words of a column's name say of a lead: how it ended, or a day."""

from __future__ import annotations

from storage.names.column_synonyms import OUTCOME_COMPANIONS, OUTCOME_WORDS, STAGE_WORDS
from storage.names.normalise import fold_text
from storage.scores.columns.column_names import split_column_name

SURE, LIKELY = "sure", "likely"
DATE_ENDINGS = ("date", "datum", "zeitpunkt")
DATE_BEGINNINGS = ("fecha", "date")


def split_title(name: str) -> frozenset[str]:
    """Split a column's name into its words, folded: `Is_Customer__c` -> is, customer."""
    return frozenset(fold_text(split_column_name(name.removesuffix("__c"))).split())


def rate_outcome_name(name: str) -> str | None:
    """Rate how sure a name is that of an outcome; `likely` is that of a status, which may be one."""
    words = split_title(name)
    # `Won/Lost` asks how it ended; a yes to `Lost Customer` says the opposite.
    if not words <= OUTCOME_WORDS | STAGE_WORDS | OUTCOME_COMPANIONS or ("lost" in words and "won" not in words):
        return None
    if words & STAGE_WORDS:
        return LIKELY
    return SURE if words & OUTCOME_WORDS else None


def split_date_title(name: str) -> frozenset[str]:
    """Split the name of a date into its words; of `Anfragedatum` also `anfrage`."""
    words = split_title(name)
    bare = {word.removesuffix(end) for word in words for end in DATE_ENDINGS if word.endswith(end)}
    bare |= {word.removeprefix(start) for word in words for start in DATE_BEGINNINGS if word.startswith(start)}
    # Whoever signed up came in; whoever signed bought.
    return (words | bare) - ({"", "signed"} if "up" in words else {""})


def says_date(name: str) -> bool:
    """Say whether a name says that the column holds dates, so that bare numbers in it are such."""
    return any(
        word.endswith(DATE_ENDINGS) or word.startswith(DATE_BEGINNINGS) or word in {"on", "at"}
        for word in split_title(name)
    )
