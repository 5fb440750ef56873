"""Whatever a text is made of, a reader answers: nothing is raised that it does not say, and little comes out.

In `make test-slow` each reader's time for a text and for one four times as long is compared. A reader that looks at a
text once takes four times as long, one that begins anew at each sign sixteen times: the line between is drawn wide.
How long each takes is measured by `leadlight bench`.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.spoken_replies import TOO_LONG
from bot.model.grounding.prose import is_harmless, sentences
from bot.slack.payloads.mrkdwn import read_mrkdwn
from bot.slack.render.escaping import escape_mrkdwn, one_line
from commands.contract.errors import CommandError
from commands.values.amounts import read_amount
from commands.values.clock import read_days, read_zone
from commands.values.text import tokenize_text
from storage.imports.files.report_lines import is_note, is_total
from storage.imports.rows.activity_rows import parse_reasons
from storage.imports.rows.cell_readers import _read_emails, _read_phones
from storage.imports.understanding.column_content import is_date, is_number, is_phone
from storage.imports.values.cell_text import clean_cell, simplify_words, squash_name
from storage.imports.values.import_errors import Unreadable
from storage.imports.writing.references import make_waiting_key
from storage.names.normalise import make_company_key, read_domain
from storage.names.text_lengths import LONGEST_MESSAGE, LONGEST_SAID
from tests.long_texts import ENDS, REPEATED, repeat_signs

READERS: dict[str, Callable[[str], Any]] = {
    "a message of Slack": lambda text: read_mrkdwn(text, "U0", {}),
    "what is shown": escape_mrkdwn,
    "one line": one_line,
    "words of a sentence": tokenize_text,
    "an amount that was said": read_amount,
    "days of the week": read_days,
    "a time zone": read_zone,
    "prose of a model": lambda text: list(sentences(text)),
    "a sentence of a model": lambda text: is_harmless(text[:LONGEST_SAID]),
    "a cell": clean_cell,
    "a column's name": squash_name,
    "words of a status": simplify_words,
    "a total": lambda text: is_total([text, text]),
    "a note of a report": lambda text: is_note([text]),
    "a phone number": is_phone,
    "a date": is_date,
    "a number": is_number,
    "addresses": _read_emails,
    "phone numbers": _read_phones,
    "reasons": parse_reasons,
    "an owner": lambda text: make_waiting_key(("user",), text),
    "a company": make_company_key,
    "a domain": read_domain,
}


def answer(read: Callable[[str], Any], text: str) -> Any:
    """What a reader says of a text; None where it says that it cannot read it."""
    try:
        return read(text)
    except (Unreadable, CommandError):
        return None


@pytest.mark.parametrize("reader", READERS)
def test_every_text_is_answered(reader: str) -> None:
    for signs in REPEATED.values():
        for end in ENDS:
            text = repeat_signs(signs, 3_000, end)
            assert len(repr(answer(READERS[reader], text))) < 200 * len(text)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_no_more_than_ten_times_as_long(reader: str) -> None:
    for what, signs in REPEATED.items():
        short, long = (repeat_signs(signs, length, "!") for length in (5_000, 20_000))
        # Below some milliseconds the clock and other programs say more than the reader.
        taken = measure(READERS[reader], long)
        assert taken < 0.02 or taken < 10 * measure(READERS[reader], short), what


def measure(read: Callable[[str], Any], text: str) -> float:
    """The least of three times, in seconds of this process."""
    gc.collect()
    times = []
    for _ in range(3):
        start = time.process_time()
        answer(read, text)
        times.append(time.process_time() - start)
    return min(times)


def test_a_message_too_long_to_read_is_answered_so(desk: Any) -> None:
    reply = desk("nora").says("my leads and " * 41)

    assert reply.head == "That is longer than I can read (120 words at the most). Say it in a sentence or two."
    assert reply == TOO_LONG == desk("nora").says("m" * 4_001)


def test_a_message_that_was_cut_is_not_read_as_a_whole_one(desk: Any) -> None:
    links = " ".join(f"<https://boats.example/{'x' * 2_960}|offer {number}>" for number in range(4))
    kept = f"mark jane doe as contacted, see {links} but only if she called back"[:LONGEST_MESSAGE]

    assert len(kept) == LONGEST_MESSAGE
    assert desk("nora").says(read_mrkdwn(kept, "U0", {})) == TOO_LONG
    assert read_mrkdwn(links, "U0", {}) == "offer 0 offer 1 offer 2 offer 3"


def test_a_long_value_is_refused_before_it_is_read(desk: Any) -> None:
    reply = desk("nora").calls("update_lead", name="jane doe", field="phone", value="1 " * 40_000)

    assert reply.head == "The value is longer than I can read. Please shorten it."


def test_deeply_nested_reasons_are_words() -> None:
    assert parse_reasons("[" * 5_000)["lowers"] == []


def test_a_comment_that_never_ends_stays_in_a_cell() -> None:
    assert clean_cell("seen <!-- by mail --> twice <!-- and") == "seen  twice <!-- and"
