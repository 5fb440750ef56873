"""Days, periods and lengths of time as reps say them. The day is Wednesday 18 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.values.dates import find_times, read_date, read_period
from commands.values.moment import Moment, Period
from commands.values.text import tokenize_text
from storage.workspaces.workspace_vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    id=1,
    version=1,
    name="Test",
    currency="USD",
    fiscal_start_month=1,
    time_zone=None,
    visibility=None,
    digest_time=None,
    digest_size=5,
    digest_weights={},
    working_days=(),
    holidays=(),
    guidelines={},
    hot_from=None,
    warm_from=None,
    bands_given=False,
    tell_quiet_days=False,
    scores_shown=None,
    score_horizon_days=None,
    statuses=(),
    stages=(),
    sources=(),
)
MOMENT = Moment(datetime.fromisoformat("2026-11-18T09:30:00+00:00"), ZoneInfo("UTC"), VOCABULARY)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-11-18"),
        ("tomorrow", "2026-11-19"),
        ("dec5", "2026-12-05"),
        ("day after tomorrow", "2026-11-20"),
        ("friday", "2026-11-20"),
        ("wednesday", "2026-11-18"),
        ("next monday", "2026-11-23"),
        ("friday next week", "2026-11-27"),
        ("the 30th", "2026-11-30"),
        ("the thirtieth", "2026-11-30"),
        ("the 31st", "2026-12-31"),
        ("5 Dec", "2026-12-05"),
        ("Dec 5th, 2027", "2027-12-05"),
        ("4th of december", "2026-12-04"),
        ("9. December", "2026-12-09"),
        ("january fifteenth", "2027-01-15"),
        ("12/5", "2026-12-05"),
        ("25/12", "2026-12-25"),
        ("18.12.2026", "2026-12-18"),
        ("1.3.", "2027-03-01"),
        ("2026-12-31", "2026-12-31"),
        ("in two weeks", "2026-12-02"),
        ("in 3 days", "2026-11-21"),
        ("a week from today", "2026-11-25"),
        ("EOW", "2026-11-20"),
        ("EOM", "2026-11-30"),
        ("eoq", "2026-12-31"),
        ("end of january", "2027-01-31"),
        ("end of next month", "2026-12-31"),
        ("May", "2027-05-01"),
        ("next month", "2026-12-01"),
        ("by friday", "2026-11-20"),
        ("christmas", "2026-12-25"),
        ("4. 12. 2026", "2026-12-04"),
        ("the first tuesday in december", "2026-12-01"),
        ("the last friday of next month", "2026-12-25"),
        ("tuesday in week 50", "2026-12-08"),
        ("three days before christmas", "2026-12-22"),
        ("the friday after thanksgiving", "2026-11-27"),
        ("good friday", "2027-03-26"),
        ("easter monday", "2027-03-29"),
        ("whit monday", "2027-05-17"),
        ("a week after dec 1", "2026-12-08"),
        ("in 72 hours", "2026-11-21"),
        ("tuesday of the next week", "2026-11-24"),
        ("by the first", "2026-12-01"),
        ("b4 xmas", "2026-12-24"),
        ("st patrick's day", "2027-03-17"),
        ("Friday 20 November", "2026-11-20"),
        ("on Fri, Dec 4th", "2026-12-04"),
        ("Friday 20th of November", "2026-11-20"),
        ("Fri 20th", "2026-11-20"),
        ("the 15th of next month", "2026-12-15"),
        ("the first of next month", "2026-12-01"),
        ("the last day of the year", "2026-12-31"),
        ("the first day of next quarter", "2027-01-01"),
        ("the last working day of January 2027", "2027-01-29"),
        ("the first working day of May 2027", "2027-05-03"),
    ],
)
def test_a_day_lies_ahead(words: str, day: str) -> None:
    assert read_date(words, MOMENT) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "words", ["31 February", "february 30", "2026-02-30", "32 december", "13/13", "soon", "", "0/0"]
)
def test_what_is_no_day_is_none(words: str) -> None:
    assert read_date(words, MOMENT) is None


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("this week", "2026-11-16", "2026-11-22"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("Q1", "2026-01-01", "2026-03-31"),
        ("q4 2025", "2025-10-01", "2025-12-31"),
        ("first quarter of 2027", "2027-01-01", "2027-03-31"),
        ("H1", "2026-01-01", "2026-06-30"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("ytd", "2026-01-01", "2026-11-18"),
        ("so far this year", "2026-01-01", "2026-11-18"),
        ("last 30 days", "2026-10-20", "2026-11-18"),
        ("the past two weeks", "2026-11-05", "2026-11-18"),
        ("last 12 months", "2025-11-19", "2026-11-18"),
        ("last 1.5 years", "2025-05-19", "2026-11-18"),
        ("october", "2026-10-01", "2026-10-31"),
        ("december", "2025-12-01", "2025-12-31"),
        ("since 1 october", "2026-10-01", None),
        ("since monday", "2026-11-16", None),
        ("before june", None, "2026-05-31"),
        ("between 1 march and 15 april", "2026-03-01", "2026-04-15"),
        ("from january to march", "2026-01-01", "2026-03-31"),
        ("2026-01-01..2026-02-01", "2026-01-01", "2026-02-01"),
        ("the first half of september", "2026-09-01", "2026-09-15"),
        ("second half of 2025", "2025-07-01", "2025-12-31"),
        ("the last two weeks of october", "2026-10-18", "2026-10-31"),
        ("week 44", "2026-10-26", "2026-11-01"),
        ("FY25", "2025-01-01", "2025-12-31"),
        ("twenty twenty four", "2024-01-01", "2024-12-31"),
        ("the last three quarters", "2026-01-01", "2026-09-30"),
        ("last q", "2026-07-01", "2026-09-30"),
        ("from august until now", "2026-08-01", "2026-11-18"),
        ("between 2 november and today", "2026-11-02", "2026-11-18"),
        ("3 november until today", "2026-11-03", "2026-11-18"),
        ("september or earlier", None, "2026-09-30"),
        ("1 september onwards", "2026-09-01", None),
        ("since the weekend", "2026-11-16", None),
        ("over the weekend", "2026-11-14", "2026-11-15"),
        ("Q2 of the prior year", "2025-04-01", "2025-06-30"),
        ("since the first", "2026-11-01", None),
        ("on or after 1 march", "2026-03-01", None),
        ("on or before 1 march", None, "2026-03-01"),
        ("the last quarter of the year", "2026-10-01", "2026-12-31"),
        ("final quarter of 2025", "2025-10-01", "2025-12-31"),
        ("this quarter or next", "2026-10-01", "2027-03-31"),
        ("this and next month", "2026-11-01", "2026-12-31"),
        ("this week or last week", "2026-11-09", "2026-11-22"),
        ("the fiscal year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_lies_behind(words: str, start: str | None, end: str | None) -> None:
    wanted = Period(start=date.fromisoformat(start) if start else None, end=date.fromisoformat(end) if end else None)

    assert read_period(words, MOMENT, lean="past") == wanted


@pytest.mark.parametrize(
    ("said", "day", "clock"),
    [
        ("yesterday at a quarter to nine", "2026-11-17", "08:45"),
        ("monday, half five", "2026-11-23", "17:30"),
        ("yesterday 16.15", "2026-11-17", "16:15"),
        ("this morning 8", "2026-11-18", "08:00"),
        ("7 this morning", "2026-11-18", "07:00"),
        ("yesterday at 15h", "2026-11-17", "15:00"),
        ("ten minutes past two tomorrow", "2026-11-19", "14:10"),
        ("20 minutes ago", "2026-11-18", "09:10"),
        ("friday 0815", "2026-11-20", "08:15"),
        ("tomorrow 1:45", "2026-11-19", "13:45"),
        ("a quarter past seven", "2026-11-18", "07:15"),
    ],
)
def test_a_time_of_day_stands_beside_its_day(said: str, day: str, clock: str) -> None:
    (found,) = find_times(tokenize_text(said).tokens, MOMENT)

    assert found.clock is not None
    assert (str(found.future.start), f"{found.clock:%H:%M}") == (day, clock)


@pytest.mark.parametrize(
    "said", ["top 10 leads", "now call her", "5 to 7 leads", "what now", "the first one", "w/o 3 of us"]
)
def test_numbers_and_small_words_are_no_times(said: str) -> None:
    assert find_times(tokenize_text(said).tokens, MOMENT) == []


def test_what_is_counted_this_morning_is_no_hour() -> None:
    (found,) = find_times(tokenize_text("this morning 3 calls").tokens, MOMENT)

    assert found.clock is None


def test_a_period_goes_to_its_end_or_from_today() -> None:
    assert read_period("before the quarter is over", MOMENT, lean="future") == Period(end=date(2026, 12, 31))
    assert read_period("between now and christmas", MOMENT, lean="future") == Period(
        start=date(2026, 11, 18), end=date(2026, 12, 25)
    )


@pytest.mark.parametrize(
    ("said", "days", "months"),
    [
        ("half a year", None, 6),
        ("a half year", None, 6),
        ("a year and a half", None, 18),
        ("one and a half years", None, 18),
        ("2.5 years", None, 30),
        ("1,5 months", 15, 1),
        ("half a month", 15, None),
        ("half a week", 4, None),
        ("two and a half weeks", 18, None),
        ("2 weeks", 14, None),
    ],
)
def test_a_length_may_have_a_half_in_it(said: str, days: int | None, months: int | None) -> None:
    (found,) = find_times(tokenize_text(f"quiet for {said} now").tokens, MOMENT)

    assert (found.grain, found.days, found.months) == ("span", days, months)


def test_a_quarter_without_a_year_lies_ahead_where_deals_close() -> None:
    assert read_period("Q1", MOMENT, lean="future") == Period(start=date(2027, 1, 1), end=date(2027, 3, 31))


def test_quarters_follow_the_fiscal_year() -> None:
    moment = replace(MOMENT, vocabulary=replace(VOCABULARY, fiscal_start_month=2))

    assert read_period("this quarter", moment) == Period(start=date(2026, 11, 1), end=date(2027, 1, 31))


def test_a_european_workspace_writes_the_day_first() -> None:
    moment = replace(MOMENT, vocabulary=replace(VOCABULARY, currency="EUR"))

    assert read_date("12/5", moment) == date(2027, 5, 12)


@given(st.text(max_size=100))
def test_any_text_is_a_date_or_none(text: str) -> None:
    read_date(text, MOMENT)
    read_period(text, MOMENT)
