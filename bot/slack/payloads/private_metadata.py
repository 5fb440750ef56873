"""Encodes what a form carries from its opening to its submission, in the private metadata of its view."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORM = "form:"
CONFIRM = "form:confirm"
# Slack's limit in characters.
LONGEST_METADATA = 3_000


@dataclass(frozen=True)
class FormOrigin:
    """Names the place where a form was opened, for its answer to go there."""

    channel: str
    thread_ts: str | None = None
    message_ts: str | None = None
    ephemeral: bool = False


@dataclass(frozen=True)
class PrivateMetadata:
    """Holds the private metadata of a view.

    It comes back from outside: whoever uses it checks again what the person may see and do.
    """

    place: FormOrigin | None = None
    fixed: dict[str, str] = field(default_factory=dict)
    """Arguments that the form does not ask for: the ids of the records that it is about."""
    given: tuple[str, ...] = ()
    """Names of arguments that were proposed: they count even if the person leaves them as shown."""
    shown: str | None = None
    """The fingerprint of what the view showed, to notice that it has changed since."""
    confirmation: str | None = None

    def to_json(self) -> str:
        """Return it as JSON. ValueError where it is longer than Slack allows."""
        values = {name: value for name, value in asdict(self).items() if value}
        text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
        if len(text) > LONGEST_METADATA:
            raise ValueError("more than a view can carry")
        return text


def read_private_metadata(view: dict[str, Any]) -> PrivateMetadata:
    """Read the private metadata of a view, leaving out whatever has another shape."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except (TypeError, ValueError, RecursionError):
        found = {}
    if not isinstance(found, dict):
        return PrivateMetadata()
    fixed, given = found.get("fixed"), found.get("given")
    shown, confirmation = found.get("shown"), found.get("confirmation")
    return PrivateMetadata(
        _read_origin(found.get("place")),
        {name: value for name, value in fixed.items() if isinstance(value, str)} if isinstance(fixed, dict) else {},
        tuple(each for each in given if isinstance(each, str)) if isinstance(given, list) else (),
        shown if isinstance(shown, str) else None,
        confirmation if isinstance(confirmation, str) else None,
    )


def _read_origin(found: Any) -> FormOrigin | None:
    match found:
        case {"channel": str(channel)}:
            thread, message = found.get("thread_ts"), found.get("message_ts")
            return FormOrigin(
                channel,
                thread if isinstance(thread, str) else None,
                message if isinstance(message, str) else None,
                found.get("ephemeral") is True,
            )
        case _:
            return None
