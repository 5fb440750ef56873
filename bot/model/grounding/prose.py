"""The model's prose as plain text: sentence by sentence, without anything that a surface could bring to life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from bot.model.grounding.quotation import visible

ACTIVE = re.compile(
    r"[{}\[\]|\\^]|^\s*(?:system|assistant|user|tool|developer|human)\s*:|<\s*[!@#/a-z]|&(?:lt|gt|amp|#)|\]\s*[(\[:]|!\[|`|:/|//|\\\\|\bwww\b|\b(?:mailto|tel|data|javascript|slack)\s*:"
    r"|@\s?\w|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|(?<![\w-])[_-]*+[^\W_][\w-]*\s?\[?(?:\.|\(dot\)|\bdot\b)\]?\s?(?:com|net|org|io|ai|co|app|dev|info|biz|xyz|example|test|link|click|site|online|me)\b"
    r"|(?<![\w-])[\d_-]*+[^\W\d_][\w-]*+\.[^\W\d_]{2,}\b"
    r"|(?<![\w-])(?:[^\W\d]|-)*+\d[\w-]*+\.[^\W\d_]{3,}\b",
    re.I,
)
"""Mentions, channel calls, links in any spelling, images, markup, addresses."""
PHONE = re.compile(r"\+?\d[\d ().\-/]{6,}\d")
ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")
FULL_STOPS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\u2024": ".", "\ufe52": ".", "\u0701": "."})
DOES = (
    "set|marked|updated|changed|moved|created|added|logged|assigned|reassigned|converted|deleted|removed|sent|emailed"
    "|mailed|scheduled|rescheduled|snoozed|closed|undone|undid|saved|recorded|completed|notified|confirmed|cancelled"
    "|canceled|forwarded|shared|posted|invited|booked|qualified|renamed|granted|approved"
)
CHANGED = (
    "set|marked|updated|changed|moved|added|logged|assigned|reassigned|deleted|removed|sent|scheduled|snoozed|undone"
    "|saved|recorded|completed|notified|confirmed|approved|shared|forwarded"
)
UNDOUBTED = "deleted|removed|reassigned|undone|saved|forwarded|emailed|notified|rescheduled|approved|cancelled|canceled"
SINCE = "been|now|just|already|also|successfully"
CLAIMS = re.compile(
    rf"\bi(?:'ve|'ll|'m)?(?: (?:have|had|will|{SINCE}|am|did|can confirm|went ahead and))* (?:{DOES})\b"
    rf"|\bwe(?:'ve| have)(?: (?:{SINCE}))* (?:{CHANGED})\b"
    rf"|\b(?:has|have|was|were|is|are|got)(?: (?:{SINCE}))+ (?:{CHANGED})\b"
    rf"|\b(?:was|were|is|are|gets?|got) (?:{UNDOUBTED})\b"
    rf"|\b(?:done|all set|successfully|task complete|changes? saved)\b",
    re.I,
)
"""That something was done: only a reply of the dispatcher may say so."""
ORDERS = re.compile(
    r"\b(?:click|tap|visit|scan|install|download|paste)\b"
    r"|\b(?:press|type|enter|open|copy|go to|follow)\s+(?:the|this|that|it|on|here|yes|ok|your)\b"
    r"|\b(?:say|answer|respond|reply)\b.{0,20}\b(?:yes|ok|go|confirm)\b|\bconfirm\b|\bapprove\b"
    r"|\b(?:password|passcode|passphrase|credentials?|api keys?|access tokens?|secrets?|verification|one-time)\b"
    r"|\b(?:credit card|log ?in|sign ?in|2fa|mfa|gift cards?|bank details|wire transfer|iban)\b",
    re.I,
)
"""What asks the reader to do something at the surface, or for secrets: a listener has no reason to."""
QUOTES = "\"”’')]"
LONGEST_ABBREVIATION = 12
ABBREVIATED = re.compile(
    r"\b(?:inc|ltd|co|corp|llc|gmbh|mr|mrs|ms|dr|no|vs|approx|st|e\.g|i\.e|etc|dept|est|[A-Z])\.$", re.I
)
END = re.compile(r"(?<![.!?…])[.!?…]+[\"”’')\]]*(?=\s|$)|\n+")
MARKUP = re.compile(r"^[^\S\n]*+(?:[-*•>#]++|\d++[.)])\s+", re.M)
EMPHASIS = re.compile(r"\*+|~+|(?<!\w)_+|(?<!_)_++(?!\w)")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, in order, as plain text."""
    at = 0
    for end in sentence_ends(text):
        if words := plain(text[at:end]):
            yield words
        at = end
    if words := plain(text[at:]):
        yield words


def sentence_ends(text: str) -> Iterator[int]:
    """Where sentences end that are sure to be over."""
    for found in END.finditer(text):
        end = found.start() + len(found[0].rstrip(QUOTES))
        if not ABBREVIATED.search(text[max(0, end - LONGEST_ABBREVIATION) : end]):
            yield found.end()


def plain(text: str) -> str:
    """Words without emphasis, bullets and what is invisible, on one line."""
    words = MARKUP.sub("", visible(text))
    return " ".join(EMPHASIS.sub("", words).split())


def is_harmless(sentence: str) -> bool:
    """Whether a sentence holds nothing active, claims no deed, and orders the reader to nothing."""
    words = normalize("NFKC", visible(sentence)).translate(FULL_STOPS).translate(FULL_STOPS)
    straight = words.replace("’", "'")
    return not (ACTIVE.search(words) or CLAIMS.search(straight) or ORDERS.search(straight) or _has_phone(words))


def _has_phone(words: str) -> bool:
    return any(
        sum(letter.isdigit() for letter in found) >= 7 and not re.fullmatch(r"[\d.,]+", found.replace(" ", ""))
        for found in PHONE.findall(ISO.sub("", words))
    )
