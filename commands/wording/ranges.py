"""Ranges of values as commands take them: refused where nothing can lie in them, described for a receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from commands.contract.errors import CommandError


def refuse_crossed_range(what: str, least: Any, most: Any) -> None:
    """Raise CommandError for a range in which nothing can lie; `what` is the argument's name behind min_ and max_."""
    if least is not None and most is not None and least > most:
        raise CommandError(f"min_{what} {least:,} is more than max_{what} {most:,}. Swap them?")


def describe_range(what: str, least: Any, most: Any, write: Callable[[Any], str] = "{:,}".format) -> list[str]:
    """Describe what a range leaves: `score 60 or more`, `amount $10,000 or less`."""
    least_said = [f"{what} {write(least)} or more"] if least is not None else []
    return least_said + ([f"{what} {write(most)} or less"] if most is not None else [])
