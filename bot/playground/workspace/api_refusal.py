"""How Slack says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Refuses a Web API call with `{"ok": false, "error": code}` and the further fields in `more`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class NotPossible(Exception):
    """Says that a person cannot do that in Slack: no such button, an empty required field, a closed view."""
