"""Touches counted: by whom, of which kind, over time."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from commands.contract.reply import ReplyState
from tests.commands.company_figures import Row, file
from tests.desk import Desk

Desks = Callable[..., Desk]


def list_touches(*kinds: str, month: str = "") -> list[Row]:
    return [each for each in file()["activities"] if each["kind"] in kinds and each["at"].startswith(month)]


def test_calls_are_counted_by_who_made_them(desk: Desks) -> None:
    reply = desk("priya").types('activity_stats kind=call period="this month" group_by=owner')

    calls = list_touches("call", month="2026-11")
    assert reply.figures == {"count": len(calls)}
    assert sorted(row["count"] for row in reply.rows) == sorted(Counter(each["owner"] for each in calls).values())


def test_notes_are_no_touches_unless_they_are_asked_for(desk: Desks) -> None:
    assert desk("priya").types("activity_stats").figures["count"] == len(list_touches("call", "email", "meeting"))
    assert desk("priya").types("activity_stats kind=note,call").figures["count"] == len(list_touches("call", "note"))


def test_a_rep_counts_their_own(desk: Desks) -> None:
    own = [each for each in list_touches("call", "email", "meeting") if each["owner"] == "U-04"]

    assert desk("nora").types("activity_stats").figures["count"] == len(own)


def test_weeks_follow_one_another_also_where_nothing_happened(desk: Desks) -> None:
    reply = desk("priya").types("activity_stats group_by=week")

    weeks = [datetime.fromisoformat(row["week"]).replace(tzinfo=UTC) for row in reply.rows]
    assert {(later - earlier).days for earlier, later in itertools.pairwise(weeks)} == {7}
    assert sum(row["count"] for row in reply.rows) == reply.figures["count"]
    assert all(week.weekday() == 0 for week in weeks)


def test_too_many_rows_are_refused_with_what_to_do(desk: Desks) -> None:
    reply = desk("priya").types("activity_stats group_by=day")

    assert reply.state is ReplyState.REFUSED
    assert reply.head.endswith("rows. Name a shorter period, or a longer step than a day.")
