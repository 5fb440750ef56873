"""The forms: opened from a call, drawn again after a choice in them, submitted to the dispatcher."""

from __future__ import annotations

from typing import Any

from bot.slack.modals.opening import open_form_view, update_form_view
from bot.slack.modals.responses import FieldErrors, NextView
from bot.slack.modals.submission import submit_form
from bot.slack.payloads.private_metadata import FormOrigin, read_private_metadata

__all__ = ["FieldErrors", "NextView", "open_form_view", "read_form_origin", "submit_form", "update_form_view"]


def read_form_origin(view: dict[str, Any]) -> FormOrigin | None:
    """Return the place where the form was opened; None where its view names none."""
    return read_private_metadata(view).place
