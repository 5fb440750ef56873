"""The bounds of a change to several records at once."""

from __future__ import annotations

from commands.contract.errors import CommandError

MOST_AT_ONCE = 200
LOOKED_AT = MOST_AT_ONCE + 1
"""One more than allowed tells that there are too many, without counting them all."""


def refuse_none_or_too_many(count: int, noun: str, matching: str) -> None:
    """Raise CommandError where nothing matches, or more than MOST_AT_ONCE do.

    `noun` is what is changed, in the plural; `matching` what was looked for.
    """
    if not count:
        raise CommandError(f"No {matching} match, so there is nothing to change.")
    if count > MOST_AT_ONCE:
        raise CommandError(f"More than {MOST_AT_ONCE} {noun} match. Narrow it down; I change {MOST_AT_ONCE} at most.")
