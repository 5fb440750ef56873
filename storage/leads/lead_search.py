"""Finding leads by words of their names and companies, in the word index instead of in all leads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from storage.names.name_index import MOST_HITS
from storage.names.normalise import split_words
from storage.people.visibility import Scope, match_ids
from storage.tables import Lead, NameWord


def find_by_company(scope: Scope, said: str) -> tuple[int, ...] | None:
    """Find the ids of visible leads whose company has words that begin like these; None: look through the leads."""
    wanted = split_words(said)
    found = _find_by_all_words(scope, wanted)
    if not found:
        return None
    # The index does not tell words of the company from words of the name.
    rows = scope.session.execute(scope.filter_visible_ids(select(Lead.id, Lead.company), Lead, found))
    return tuple(sorted(row.id for row in rows if _has_words(wanted, split_words(row.company)))) or None


def find_by_name_or_company(scope: Scope, said: str) -> tuple[int, ...] | None:
    """Find the ids of visible leads whose name and company together have such words; None: look through the leads."""
    return tuple(sorted(_find_by_all_words(scope, split_words(said)) or ())) or None


def _find_by_all_words(scope: Scope, wanted: Sequence[str]) -> set[int] | None:
    """Find the leads that have all words; None where every word is too common for the index to help."""
    found: set[int] | None = None
    for word in wanted:
        numbers = _find_by_word(scope, word)
        # A word with more hits was cut off, and would leave out leads; the other words decide without it.
        if len(numbers) <= MOST_HITS:
            found = numbers if found is None else found & numbers
    return found


def _find_by_word(scope: Scope, word: str) -> set[int]:
    query = select(NameWord.record_id).where(
        NameWord.workspace_id == scope.workspace_id,
        NameWord.word >= word,
        # A range instead of LIKE: both databases then read just these words from the index.
        NameWord.word < word + "\uffff",
        NameWord.kind == "lead",
    )
    if scope.visible is not None:
        query = query.where(match_ids(NameWord.owner_id, scope.visible))
    return set(scope.session.scalars(query.limit(MOST_HITS + 1)))


def _has_words(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(each.startswith(word) for each in words) for word in wanted)
