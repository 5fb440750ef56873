"""Finding leads by words of their names and companies, in the index of words rather than in all leads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from storage.names.name_index import MOST_HITS
from storage.names.normalise import words_of
from storage.people.visibility import Scope, among
from storage.tables import Lead, NameWord


def of_company(scope: Scope, said: str) -> tuple[int, ...] | None:
    """Visible leads whose company has words that begin like these. None where that does not decide it."""
    wanted = words_of(said)
    found = _beginning(scope, wanted)
    if not found:
        return None
    rows = scope.session.execute(scope.those(select(Lead.id, Lead.company), Lead, found))
    return tuple(sorted(row.id for row in rows if _has(wanted, words_of(row.company)))) or None


def of_name_or_company(scope: Scope, said: str) -> tuple[int, ...] | None:
    """Visible leads whose name and company together have words that begin like these. None: not decided."""
    return tuple(sorted(_beginning(scope, words_of(said)) or ())) or None


def _beginning(scope: Scope, wanted: Sequence[str]) -> set[int] | None:
    """The leads that have all words; None where every word is so common that the index is no help."""
    found: set[int] | None = None
    for word in wanted:
        numbers = _with_word(scope, word)
        if len(numbers) <= MOST_HITS:
            found = numbers if found is None else found & numbers
    return found


def _with_word(scope: Scope, word: str) -> set[int]:
    query = select(NameWord.record_id).where(
        NameWord.workspace_id == scope.workspace_id,
        NameWord.word >= word,
        NameWord.word < word + "\uffff",
        NameWord.kind == "lead",
    )
    if scope.visible is not None:
        query = query.where(among(NameWord.owner_id, scope.visible))
    return set(scope.session.scalars(query.limit(MOST_HITS + 1)))


def _has(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(each.startswith(word) for each in words) for word in wanted)
