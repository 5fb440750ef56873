"""The stored reasons of a score, whatever wrote them."""

from __future__ import annotations

import re
from typing import Any

MOST_REASONS = 3
PERCENT = re.compile(r"(?<=\d)[ \u00a0\u202f]%")


def raises(reasons: Any) -> tuple[str, ...]:
    """Up to three reasons that raise a score. A plain list, as imports may bring, counts as raising."""
    return _texts(reasons.get("raises") if isinstance(reasons, dict) else reasons)


def lowers(reasons: Any) -> tuple[str, ...]:
    """Up to three reasons that lower a score."""
    return _texts(reasons.get("lowers") if isinstance(reasons, dict) else None)


def strongest(reasons: Any) -> str | None:
    """The first reason, the one that weighs most; that of a plain rule says so."""
    found = raises(reasons) or lowers(reasons)
    by_rule = isinstance(reasons, dict) and reasons.get("by") == "rules"
    return f"{found[0]} (by plain rule)" if found and by_rule else found[0] if found else None


def spoken(reason: str) -> str:
    """A reason as it is read: percentages without a space, so that none is torn apart."""
    return PERCENT.sub("%", reason)


def short(reason: str) -> str:
    """A reason without what it is compared with: `Asked for a quote: 46% of 61 converted`."""
    return spoken(reason).partition(", against ")[0]


def _texts(found: Any) -> tuple[str, ...]:
    if isinstance(found, str):
        found = [part.strip() for part in found.split(";")]
    if not isinstance(found, list | tuple):
        return ()
    texts = [_text(each) for each in found]
    return tuple(text for text in texts if text)[:MOST_REASONS]


def _text(reason: Any) -> str:
    if isinstance(reason, dict):
        return str(reason.get("text") or reason.get("reason") or "").strip()
    return str(reason).strip() if isinstance(reason, str | int | float) else ""
