"""Bringing names into the form in which they are compared: without case, accents, punctuation and legal forms."""

from __future__ import annotations

import re
import unicodedata

# The index keeps no longer ones.
LONGEST_WORD = 60
APOSTROPHES = re.compile(r"[\u0027\u2019\u02bc`]")
WORD = re.compile(r"[^\W_]+")
ADDRESS = re.compile(r"(https?://)?[a-z0-9\-]+(\.[a-z0-9\-]+)*\.(?P<ending>[a-z]{2,})/?", re.IGNORECASE)
# A name with capitals ends so where it is an address: `Booking.com`, but not `J.P.Morgan` or `St.Gallen`.
USUAL_ENDINGS = frozenset("com net org io ai app co eu de uk fr nl it es ch at se dk no pl info biz".split())

LEGAL_FORMS = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "llc",
        "llp",
        "ltd",
        "limited",
        "plc",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "mbh",
        "se",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "oyj",
        "aps",
        "pty",
        "pte",
        "pvt",
        "kk",
        "lda",
        "sl",
    ]
)
ATTACHED_FORMS = (
    "株式会社 有限会社 合同会社 合資会社 주식회사 유한회사 股份有限公司 有限责任公司 有限公司 集团 公司".split()
)
"""Legal forms of companies in scripts that part no words."""
# What stands behind a comma in a name without being a first name: `Sam Brown, Jr.`, `Ida Koch, Ph.D.`.
NAME_ENDINGS = frozenset("jr sr ii iii iv phd md dds esq mba cpa msc bsc msw rn".split())
# An address at one of these says nothing about where its owner works.
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "proton.me",
        "protonmail.com",
        "mail.com",
        "yandex.ru",
        "qq.com",
        "163.com",
        "example.com",
        "example.org",
        "example.net",
    ]
)


# Small letters that Unicode does not take apart into a plain one and a mark, as people write them without them.
PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ɖ": "d",
        "ɗ": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ĸ": "k",
        "ƙ": "k",
        "ł": "l",
        "ŋ": "ng",
        "ɓ": "b",
        "ŧ": "t",
        "ƴ": "y",
        "ə": "e",
        "ǝ": "e",
        "ɛ": "e",
        "ɔ": "o",
        # The mark of Hawaiian and Tongan names (`Kaʻiulani`) counts as a letter, and is no more than an apostrophe.
        "ʻ": "",
    }
)


def fold_text(text: str) -> str:
    """Fold a text to lower case and plain letters, without accents and apostrophes: `Łukasz` -> lukasz."""
    plain = APOSTROPHES.sub("", text.casefold())
    if plain.isascii():
        return plain
    # Decomposed, an accented letter is its plain letter with a mark behind it.
    letters = (letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return "".join(letters).translate(PLAIN_LETTERS)


def split_words(text: str | None) -> list[str]:
    """Split a name into its words in order, folded: `Mary-Jane O'Brien` -> mary, jane, obrien."""
    return [word[:LONGEST_WORD] for word in WORD.findall(fold_text(text))] if text else []


def normalise_name(text: str) -> str:
    """Normalise a name to what is compared for equality: its folded words with single spaces."""
    return " ".join(split_words(text))


def split_person_name(written: str) -> tuple[str, str]:
    """Split a person's name into first and last name, also `Brown, Sam` and `Brown, Sam, Jr.`; the first may be ''."""
    first, *others = (part.strip() for part in written.split(","))
    if any(map(_is_legal_form, others)):
        # `Acme, Inc.` is nobody.
        return "", written.strip()
    endings = [part for part in others if "".join(split_words(part)) in NAME_ENDINGS]
    given = [part for part in others if part not in endings]
    if first and len(given) == 1 and given[0]:
        return given[0], ", ".join([first, *endings])
    whole, comma, ending = written.strip().partition(",") if endings and not given else (written.strip(), "", "")
    before, _, last = whole.rpartition(" ")
    return before, last + comma + ending


def _is_legal_form(part: str) -> bool:
    words = split_words(part)
    # A short one without a point is a first name as well: `Park, Se`.
    return bool(words) and words[-1] in LEGAL_FORMS and (len(words[-1]) > 2 or part.endswith("."))


def order_person_name(written: str) -> str:
    """Put a person's name into the order of speech: `Brown, Sam` -> Sam Brown. An address or an id stays as it is."""
    if "," not in written or "@" in written:
        return written
    return " ".join(part for part in split_person_name(written) if part)


def make_company_key(name: str) -> str:
    """Normalise a company's name and drop its legal form: `ACME GmbH`, `Acme, Inc.` -> acme."""
    words = split_words(name)
    kept = [word for word in words if word not in LEGAL_FORMS]
    # A company may be called by a legal form alone: `AG`.
    return " ".join(kept or words)


def read_domain(company: str | None) -> str | None:
    """Read the domain of a company that is called by its web address: `acme.com`; None for any other name."""
    found = ADDRESS.fullmatch(company.strip()) if company else None
    if found is None or not (found[0].islower() or found["ending"].lower() in USUAL_ENDINGS):
        return None
    return extract_domain(company)


def extract_domain(address: str | None) -> str | None:
    """Extract the domain of a website or an email address; None for a free mail provider."""
    if not address:
        return None
    host = address.strip().lower().rsplit("@", 1)[-1]
    host = re.sub(r"^[a-z]+://", "", host).split("/")[0].split(":")[0].removeprefix("www.")
    return host if "." in host and host not in FREE_MAIL else None


def count_typos_allowed(word: str) -> int:
    """Count the mistakes that a name may be mended for: two in a long word, none in a short one."""
    # In three letters one mistake makes another name, in six two do: “Jim” is not “Tim”, “Sanjay” not “Sunday”.
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def list_short_names(text: str | None) -> list[str]:
    """List what companies are called whose legal form is written without a blank: `株式会社サクラ` -> サクラ."""
    return [short for word in split_words(text) if (short := _drop_attached_form(word)) not in ("", word)]


def _drop_attached_form(word: str) -> str:
    for form in map(fold_text, ATTACHED_FORMS):
        if word.startswith(form) or word.endswith(form):
            return word.removeprefix(form).removesuffix(form)
    return word
