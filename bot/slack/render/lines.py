"""Renders the lines of an answer: notes, changes, facts and last touches of a card."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from bot.slack.render.blocks import Json, context_block, rich_text_block, text_element
from bot.slack.render.escaping import one_line
from bot.slack.render.limits import SECTION
from commands.contract.reply import Reply, ReplyPart, ReplyState

# The lines come as plain text, the same in every surface; what is to stand out here is read off their form.
LABEL = re.compile(r"(?P<label>[^\W\d][\w -]{0,40}: )(?P<rest>.*)")
CHANGE = re.compile(r"(?P<before>.* → )(?P<after>.*)")
REASON = re.compile(r"[+–] ")
TOUCH = re.compile(r"\d{1,2} \w{3}( \d{4})? \d{2}:\d{2}  ")


def render_lines(reply: Reply, part: ReplyPart) -> list[Json]:
    """Render the lines of a part. Reasons and last touches of a card get blocks of their own."""
    shown = [each for each in part.lines if each.strip()]
    found = []
    for kind, texts in groupby(shown, key=_line_kind):
        if kind == "touch" and reply.card:
            found.append(context_block("\n".join(one_line(each) for each in texts)))
        else:
            found += _render_paragraphs(texts, labelled=reply.state is ReplyState.CONFIRM or bool(reply.change))
    return found


def _line_kind(text: str) -> str:
    return "touch" if TOUCH.match(text) else "reason" if REASON.match(text) else "known"


def _render_paragraphs(texts: Iterable[str], *, labelled: bool) -> list[Json]:
    """Render lines in as many blocks as they need. Where `labelled`, labels and new values are bold."""
    found: list[list[Json]] = []
    room = 0
    for text in texts:
        words = _style_line(one_line(text), labelled=labelled)
        length = sum(len(each["text"]) for each in words) + 1
        if length > room:
            found.append(words)
            room = SECTION - length
        else:
            found[-1] += [text_element("\n"), *words]
            room -= length
    return [rich_text_block(*each) for each in found]


def _style_line(text: str, *, labelled: bool) -> list[Json]:
    change = CHANGE.fullmatch(text) if labelled else None
    label = LABEL.fullmatch(text) if labelled else None
    if change:
        return [text_element(change["before"]), text_element(change["after"], bold=True)]
    if label:
        return [text_element(label["label"], bold=True), text_element(label["rest"])]
    return [text_element(text)]
