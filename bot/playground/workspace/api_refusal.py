"""How Slack says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A Web API call is answered with `{"ok": false, "error": code}` and the further fields in `more`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class NotPossible(Exception):
    """A person cannot do that in Slack: the button is not there, a required field is empty, the view is closed."""
