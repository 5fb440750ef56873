"""What several sections of the Home tab are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.payloads.button_value import Call
from bot.slack.render.blocks import Json, plain, press
from bot.slack.render.escaping import cut, one_line
from bot.slack.render.limits import LABEL


def heading(words: str) -> Json:
    return {"type": "header", "text": plain(words)}


def runs(label: str, verb: str, arguments: Mapping[str, Any] | None = None) -> Json:
    """A button that carries out a call."""
    return press(cut(one_line(label), LABEL), Call(verb, arguments or {}))


def opens(label: str, verb: str, arguments: Mapping[str, Any] | None = None) -> Json:
    """A button that opens the form of a call."""
    return press(cut(one_line(label), LABEL), Call(verb, arguments or {}, opens=True))
