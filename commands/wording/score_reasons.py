"""Reads the stored reasons of a score, whether a model, the rules or an import wrote them."""

from __future__ import annotations

import re
from typing import Any

MOST_REASONS = 3
PERCENT = re.compile(r"(?<=\d)[ \u00a0\u202f]%")


def list_raising_reasons(reasons: Any) -> tuple[str, ...]:
    """List up to three reasons that raise a score."""
    # An import may bring one list without saying which way its reasons work; they are taken as raising.
    return _read_texts(reasons.get("raises") if isinstance(reasons, dict) else reasons)


def list_lowering_reasons(reasons: Any) -> tuple[str, ...]:
    """List up to three reasons that lower a score."""
    return _read_texts(reasons.get("lowers") if isinstance(reasons, dict) else None)


def find_strongest_reason(reasons: Any) -> str | None:
    """Find the reason that speaks most for a lead, marked where a plain rule gave it; None where nothing does."""
    # What lowers a score is no reason to call.
    found = list_raising_reasons(reasons)
    by_rule = isinstance(reasons, dict) and reasons.get("by") == "rules"
    return f"{found[0]} (by plain rule)" if found and by_rule else found[0] if found else None


def tighten_percentages(reason: str) -> str:
    """Write percentages without a space before the sign."""
    # At the end of a line the sign would be torn from its number.
    return PERCENT.sub("%", reason)


def shorten_reason(reason: str) -> str:
    """Drop what a reason is compared with: `Asked for a quote: 46% of 61 converted`."""
    return tighten_percentages(reason).partition(", against ")[0]


def _read_texts(found: Any) -> tuple[str, ...]:
    """Read up to three texts from a list of texts or of objects, or from one text with semicolons."""
    if isinstance(found, str):
        found = [part.strip() for part in found.split(";")]
    if not isinstance(found, list | tuple):
        return ()
    texts = [_read_one_text(each) for each in found]
    return tuple(text for text in texts if text)[:MOST_REASONS]


def _read_one_text(reason: Any) -> str:
    if isinstance(reason, dict):
        return str(reason.get("text") or reason.get("reason") or "").strip()
    return str(reason).strip() if isinstance(reason, str | int | float) else ""
