"""The forms of the product: opened from a call, changed by a choice in them, submitted to the dispatcher."""

from __future__ import annotations

from typing import Any

from bot.slack.modals.opening import changed, opened
from bot.slack.modals.responses import Errors, NextView
from bot.slack.modals.submission import submitted
from bot.slack.payloads.private_metadata import Place, kept_in

__all__ = ["Errors", "NextView", "changed", "opened", "origin_of", "submitted"]


def origin_of(view: dict[str, Any]) -> Place | None:
    """Where the form was opened, to answer there; None where the view does not say."""
    return kept_in(view).place
