"""Finding leads by words of their names and companies, in the index of words rather than in all leads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from storage.names.name_index import MOST_HITS
from storage.names.normalise import split_words
from storage.people.visibility import Scope, match_ids
from storage.tables import Lead, NameWord


def find_by_company(scope: Scope, said: str) -> tuple[int, ...] | None:
    """Find visible leads whose company has words that begin like these. None where that does not decide it."""
    wanted = split_words(said)
    found = _find_by_all_words(scope, wanted)
    if not found:
        return None
    rows = scope.session.execute(scope.filter_visible_ids(select(Lead.id, Lead.company), Lead, found))
    return tuple(sorted(row.id for row in rows if _has_words(wanted, split_words(row.company)))) or None


def find_by_name_or_company(scope: Scope, said: str) -> tuple[int, ...] | None:
    """Find visible leads whose name and company together have words that begin like these. None: not decided."""
    return tuple(sorted(_find_by_all_words(scope, split_words(said)) or ())) or None


def _find_by_all_words(scope: Scope, wanted: Sequence[str]) -> set[int] | None:
    """Find the leads that have all words; None where every word is so common that the index is no help."""
    found: set[int] | None = None
    for word in wanted:
        numbers = _find_by_word(scope, word)
        if len(numbers) <= MOST_HITS:
            found = numbers if found is None else found & numbers
    return found


def _find_by_word(scope: Scope, word: str) -> set[int]:
    query = select(NameWord.record_id).where(
        NameWord.workspace_id == scope.workspace_id,
        NameWord.word >= word,
        NameWord.word < word + "\uffff",
        NameWord.kind == "lead",
    )
    if scope.visible is not None:
        query = query.where(match_ids(NameWord.owner_id, scope.visible))
    return set(scope.session.scalars(query.limit(MOST_HITS + 1)))


def _has_words(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(each.startswith(word) for each in words) for word in wanted)
