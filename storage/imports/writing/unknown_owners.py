"""What an import says of owners who are not among the people of the workspace."""

from __future__ import annotations

from collections import Counter

MOST_NAMED = 5
PLURALS = {"opportunity": "opportunities", "activity": "activities", "follow_up": "follow-ups"}


def describe_unknown_owners(kind: str, owners: Counter[str]) -> list[str]:
    """Say how many rows of this kind belong to whom, a line for each of the owners with most, and one for the rest."""
    named, rest = owners.most_common(MOST_NAMED), owners.most_common()[MOST_NAMED:]
    said = [f"{_count_rows(kind, count)} to “{words}”, who is not among your people" for words, count in named]
    if rest:
        rows = _count_rows(kind, sum(count for _, count in rest))
        said.append(f"{rows} to {len(rest):,} more who {'is' if len(rest) == 1 else 'are'} not among your people")
    return said


def _count_rows(kind: str, count: int) -> str:
    if count == 1:
        return f"1 {kind.replace('_', '-')} belongs"
    return f"{count:,} {PLURALS.get(kind, kind + 's')} belong"
