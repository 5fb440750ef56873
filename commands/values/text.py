"""Cleans a sentence as it was typed, and cuts it into words that keep their place in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from storage.names.countries import find_country
from storage.names.normalise import fold_text
from storage.names.text_lengths import LONGEST_SENTENCE

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f`]")
HALVES = re.compile(
    r"\b(first|second|third|fourth) (and|vs|versus|to|against|or) ((?:the )?(?:first|second|third|fourth) quarter)\b",
    re.I,
)
MARKUP = re.compile(r"<(?:mailto:|tel:|(?=https?:|[@#!]))([^|<>\s]+)(?:\|([^<>]*))?>")
# Ten flags have a short name of their own in Slack; `:no:` is no Norway.
FLAG = re.compile(
    r"(?<![\w:]):(?:flag-([a-z]{2})|(cn|de|es|fr|gb|it|jp|kr|ru|uk|us)):|([\U0001F1E6-\U0001F1FF]{2})", re.I
)
EMOJI = re.compile(r"(?<![\w:]):[a-z][\w+'-]*:(?::?skin-tone-\d:)?", re.I)
BANDS_SHOWN = {"🔥": "hot", "🥶": "cold", "❄": "cold"}
"""Signs before a word that say how warm a lead is; at the end of a sentence they decorate it."""
BAND_NAMES = {":fire:": "🔥", ":cold_face:": "🥶", ":snowflake:": "❄"}
BAND_NAME = re.compile(rf"(?<![\w:])(?:{'|'.join(BAND_NAMES)})(?=\s+\w)")
EMPHASIS = re.compile(r"(?<![\w*_~`])([*_~`]{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")
QUOTED_LINE = re.compile(r"(?m)^[^\S\n]*+(?:&gt;|>)\s?")
CONTRACTIONS = {
    "im": "i am", "ive": "i have", "id": "i would", "youre": "you are", "youve": "you have", "hes": "he is",
    "shes": "she is", "whats": "what is", "whos": "who is", "wheres": "where is", "whens": "when is",
    "hows": "how is", "whys": "why is", "thats": "that is", "theres": "there is", "heres": "here is",
    "lets": "let us", "theyre": "they are", "theyve": "they have", "weve": "we have",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "werent": "were not", "hasnt": "has not", "havent": "have not", "hadnt": "had not",
    "cant": "can not", "cannot": "can not", "couldnt": "could not", "wouldnt": "would not",
    "shouldnt": "should not", "wont": "will not", "gonna": "going to", "wanna": "want to", "gotta": "have to",
    "gimme": "give me", "lemme": "let me", "whatve": "what have", "whod": "who did", "whove": "who have",
    "itll": "it will", "whatll": "what will", "whatre": "what are", "aint": "is not",
}  # fmt: skip
# Words of their own without the apostrophe: “were”, “well”, “hell”.
APOSTROPHE_ONLY = {
    "its": "it is", "hed": "he would", "shed": "she would", "theyd": "they would", "wed": "we would",
    "well": "we will", "ill": "i will", "hell": "he will", "shell": "she will", "youll": "you will",
    "theyll": "they will", "were": "we are", "youd": "you would", "itd": "it would",
}  # fmt: skip
# “id” is a contraction of “I would” only with its apostrophe; without, it is the id of a record.
NEEDS_APOSTROPHE = frozenset(["id"])
SHORT_FORMS = {
    "pls": "please", "plz": "please", "plss": "please", "u": "you", "ur": "your", "r": "are", "w": "with",
    "wk": "week", "wks": "weeks", "mth": "month", "mo": "month", "mos": "months", "qtr": "quarter",
    "qtrs": "quarters", "yr": "year", "yrs": "years", "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow",
    "tomoz": "tomorrow", "tom0rrow": "tomorrow", "yday": "yesterday",
    "yest": "yesterday", "ystrdy": "yesterday", "2mrw": "tomorrow", "tmrow": "tomorrow",
    "wknd": "weekend", "n": "and", "btw": "", "tho": "",
    "acct": "account", "accts": "accounts", "thru": "through", "til": "until", "till": "until",
    "wat": "what", "wut": "what", "wht": "what", "abt": "about", "msg": "message", "appt": "appointment",
    "mtg": "meeting", "mtgs": "meetings", "amt": "amount", "rev": "revenue", "avg": "average",
    "mgr": "manager", "cust": "customer", "b4": "before", "2day": "today", "2moro": "tomorrow",
    "2morrow": "tomorrow", "2nite": "tonight", "rn": "now", "bc": "because", "cuz": "because", "coz": "because",
    "cos": "because", "gr8": "great", "thx": "thanks", "ty": "thanks", "tysm": "thanks", "y": "why",
    "fcst": "forecast", "gimmie": "give me", "ppl": "people", "hv": "have", "hav": "have", "nxt": "next",
    "lst": "last", "wud": "would", "cud": "could", "shud": "should", "cld": "could", "wld": "would",
    "dis": "this", "dat": "that", "da": "the", "teh": "the", "adn": "and", "nd": "and",
    "stg": "stage", "tm": "team", "lds": "leads", "ld": "lead", "cncl": "cancel",
    "favour": "favor", "e-mail": "email",
}  # fmt: skip
KEYS_OF_FORMS = frozenset(CONTRACTIONS) | frozenset(APOSTROPHE_ONLY) | frozenset(SHORT_FORMS)


MONEY = r"(?:\b(?:US|AU?|CA?|NZ|HK|NT|MX|S|R))?\$|[€£¥₹₩₽₺₪₫₱₦฿]"
"""The sign of a currency before a number."""
MIXED = re.compile(r"[a-z][0-9]|[0-9][a-z]")
"""A short form that is written with a figure: `b4`, `2day`."""
WORD = re.compile(
    r"""(?P<short>\b(?:SHORT)\b)
      | (?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
      | (?P<url>(?:https?://|www\.)\S+)
      | (?P<id>\#[A-Za-z]?\w+)
      | (?P<phone>\+\d[\d\s().-]{5,}\d)
      | (?P<clock>\d{1,2}[:h]\d{2}(?:\s?[ap]\.?m\b\.?)?|\d{1,2}(?:\.\d{2})?\s?[ap]\.?m\b\.?)
      | (?P<date>\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})\b|\d{1,2}/\d{1,2}\b|
      \d{1,2}\.\ \d{1,2}\.(?:\ ?\d{4}\b)?|\d{1,2}\.\d{1,2}\.(?:\ \d{4}\b|(?!\d))|
      (?:(?<=\bon\ )|(?<=\btil\ )|(?<=\btill\ )|(?<=\buntil\ ))(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])
      (?![\d%]|\s?[kmap]))
      | (?P<number>(?:MONEY)?\s?(?!\d{1,3}\ \d{3}\ ?[km]\b)(?:\d{1,3}(?:[
      ,.'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d{1,2}(?:,\d{2})+,\d{3})(?![\d])|(?:MONEY)\s?\d+(?:[.,]\d+)?|
      \d+(?:[.,]\d+)?)
      | (?P<sign>[$€£¥₹₩₽₺₪₫₱₦฿%]|->|=>|→|>=|<=|≥|≤|[<>=&+])
      | (?P<emoji>[🔥🥶❄](?=\ufe0f?\s+\w))
      | (?P<word>[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*)
    """.replace("SHORT", "|".join(key for key in SHORT_FORMS if MIXED.search(key))).replace("MONEY", MONEY),
    re.X,
)


@dataclass(slots=True)
class Token:
    """One word. `norm` is the form in which it is compared; `start` and `end` are its place in the cleaned text."""

    norm: str
    raw: str
    start: int
    end: int
    kind: str
    gap: str
    """What stands between the word before and this one, spaces left out: `,`, `.`, `:` or nothing."""
    possessive: bool = False
    capital: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """The cleaned text and its words."""

    clean: str
    tokens: tuple[Token, ...]
    shouted: bool
    """Written in capitals, or every word with one, so that a capital does not mark a name."""

    @property
    def end_gap(self) -> str:
        return self.clean[self.tokens[-1].end :].strip() if self.tokens else ""


def clean_sentence(text: str) -> str:
    """Clean a text of invisible characters and chat markup, with plain quotes and spaces."""
    text = unicodedata.normalize("NFC", text[:LONGEST_SENTENCE])
    if not text.isascii() or CONTROL.search(text):
        text = "".join(_simplify_letter(letter) for letter in text)
    text = MARKUP.sub(lambda found: _unlink(found.group(1), found.group(2)), text)
    text = BAND_NAME.sub(lambda found: BAND_NAMES[found.group()], text)
    text = EMOJI.sub(" ", FLAG.sub(_name_country, text))
    text = text.replace("&amp;", "&")
    text = re.sub(r"\bf/u\b", "follow up", text, flags=re.I)
    text = re.sub(r"\bw/o\b", "without", text, flags=re.I)
    text = re.sub(r"\b(this|last|next|current) fy\b", r"\1 fiscal year", text, flags=re.I)
    text = re.sub(r"\bat the mo\b", "at the moment", text, flags=re.I)
    text = re.sub(r"\b(mr|mrs|ms|dr|vs|prof|approx)\.(?=\s)", r"\1", text, flags=re.I)
    # “First and second quarter” names the noun once and means it twice.
    text = HALVES.sub(r"\1 quarter \2 \3", text)
    text = QUOTED_LINE.sub("", text).replace("&gt;", ">").replace("&lt;", "<")
    # Twice, for marks within marks: *_urgent_*.
    for _ in range(2):
        text = EMPHASIS.sub(r"\2", text)
    return re.sub(r"[ \t\u00a0\u202f]+", " ", text).strip()


def _simplify_letter(letter: str) -> str:
    if letter in "\u2018\u2019\u02bc\u00b4\uff07":
        return "'"
    if letter in "\u201c\u201d\u201e\u00ab\u00bb":
        return '"'
    if letter in "\u2013\u2014\u2212":
        return "-"
    # So stands a dot where a text could otherwise become a link: in what is copied from there.
    if letter == "\u2024":
        return "."
    if letter == "\n":
        return "\n"
    # Invisible characters would make two names that look alike differ, and hide words from the reader.
    category = unicodedata.category(letter)
    return "" if category in ("Cf", "Cs", "Co", "Cn") else " " if category in ("Cc", "Zs", "Zl", "Zp") else letter


def _name_country(flag: re.Match[str]) -> str:
    """Name the country of a flag, as Slack writes it (`:flag-de:`) or as one sign; another sign stays as it is."""
    code = flag[1] or flag[2] or "".join(chr(ord(letter) - ord("\U0001f1e6") + ord("A")) for letter in flag[3])
    country = find_country(code)
    return f" {country.name} " if country else flag.group()


def _unlink(address: str, label: str | None) -> str:
    """Return what a person reads of a link of Slack's: an email address, else its label."""
    # `<@U123>`, `<#C123>` and `<!here>` are people, channels and groups of Slack, and name no record.
    if address[:1] in "@#!":
        return ""
    return address if "@" in address else (label or address)


# A line is cut anew for each question that is put to it: whether it answers a card, turns a page, names a command.
@lru_cache(maxsize=64)
def tokenize_text(text: str) -> Text:
    """Cut a text into words: contractions and short forms are written out, possessives are marked."""
    clean = clean_sentence(text)
    tokens: list[Token] = []
    last = 0
    for found in WORD.finditer(clean):
        gap = re.sub(r"[ ]+", "", clean[last : found.start()])
        last = found.end()
        kind = "word" if found.lastgroup == "short" else found.lastgroup or "word"
        raw = found.group()
        start = found.start() + (len(raw) - len(raw.lstrip()))
        raw = raw.strip()
        if kind == "emoji":
            tokens.append(Token(BANDS_SHOWN[raw], raw, start, found.end(), "word", gap))
            continue
        if kind != "word":
            norm = raw.lower().replace(" ", "") if kind == "date" else raw.lower()
            tokens.append(Token(norm, raw, start, found.end(), kind, gap))
            continue
        # What touches a number is its unit, as in `45k` and `3d`, and no short form to be written out.
        if tokens and tokens[-1].kind == "number" and tokens[-1].end == start:
            tokens.append(Token(fold_text(raw), raw, start, found.end(), "word", gap))
            continue
        tokens += _split_word(raw, start, gap)
    said = [token.raw for token in tokens if token.kind == "word" and len(token.raw) > 1]
    shouted = len(said) > 1 and (
        all(raw.isupper() for raw in said) or (len(said) > 3 and all(raw[0].isupper() for raw in said))
    )
    for token in tokens:
        token.capital = token.kind == "word" and token.raw[:1].isupper() and not shouted
    return Text(clean, tuple(tokens), shouted)


def _split_word(raw: str, start: int, gap: str) -> list[Token]:
    """Split a word into its parts: `what's` into two, `Jane's` into a name marked as possessive."""
    end = start + len(raw)
    word = fold_text(raw)
    marked = "'" in raw or "`" in raw
    possessive = False
    spelled = None
    if word in CONTRACTIONS and (marked or word not in NEEDS_APOSTROPHE):
        spelled = CONTRACTIONS[word]
    elif marked and word in APOSTROPHE_ONLY:
        spelled = APOSTROPHE_ONLY[word]
    elif word in SHORT_FORMS:
        spelled = SHORT_FORMS[word]
    if spelled is not None:
        return [
            Token(part, raw, start, end, "word", gap if number == 0 else "")
            for number, part in enumerate(spelled.split())
        ]
    if marked:
        base, _, tail = raw.replace("`", "'").rpartition("'")
        match tail.lower():
            case "s" if base:
                word, possessive = fold_text(base), True
            case "ll" | "ve" | "re" | "d" if base:
                more = {"ll": "will", "ve": "have", "re": "are", "d": "would"}[tail.lower()]
                return [
                    Token(fold_text(base), raw[: len(base)], start, start + len(base), "word", gap),
                    Token(more, raw[len(base) :], start + len(base), end, "word", ""),
                ]
    return [Token(word, raw, start, end, "word", gap, possessive)]
