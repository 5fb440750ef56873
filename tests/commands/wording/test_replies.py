"""What a rep reads: short, said once, dates and amounts one way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from rich.console import Console

from bot.terminal.terminal_reply import print_reply
from commands.contract.reply import Reply, ReplyPart
from commands.wording.figure_columns import build_columns, format_rows
from commands.wording.plain_text import render_plain_text
from tests.desk import Desk

Desks = Callable[..., Desk]
RAW = re.compile(r"\b\w+_\w+\b|\d{4}-\d\d-\d\d|T\d\d:\d\d:\d\d")
READS = (
    "list_leads",
    "list_leads band=hot",
    "list_leads search=nobody",
    "list_opportunities",
    "list_opportunities overdue=true",
    "summarize_pipeline",
    "summarize_pipeline group_by=month owner=everyone",
    "forecast",
    "deal_stats group_by=quarter",
    "lead_stats group_by=source",
    "explain_score may lin",
    "show_activity jane doe",
    "list_follow_ups",
    "whats_changed since=2026-11-01",
    "preview_digest",
    "show_record may lin",
    "show_record initech - fleet renewal",
    "help",
)


def on_screen(reply: Reply, width: int) -> str:
    screen = Console(file=io.StringIO(), width=width)
    print_reply(screen, reply)
    printed: io.StringIO = screen.file  # type: ignore[assignment]
    return "\n".join(line.rstrip() for line in printed.getvalue().splitlines())


@pytest.mark.parametrize("typed", READS)
def test_no_raw_keys_and_no_iso_dates_are_read(desk: Desks, typed: str) -> None:
    reply = desk("priya").types(typed)

    assert RAW.findall(render_plain_text(reply)) == []
    assert RAW.findall(on_screen(reply, 100)) == []


@pytest.mark.parametrize("width", [40, 60, 100])
def test_every_reply_fits_the_width_of_the_screen(desk: Desks, width: int) -> None:
    for typed in READS:
        lines = on_screen(desk("helen").types(typed), width).splitlines()
        assert max(map(len, lines)) <= width, typed


def test_a_change_is_shown_before_and_after_on_the_card_and_said_once_when_it_is_done(desk: Desks) -> None:
    nora = desk("nora")
    card = nora.means("set_lead_status glenn close status=contacted")
    done = nora.confirm(card)

    assert render_plain_text(card) == "Set Glenn Close to Contacted?\nStatus: Qualified → Contacted"
    assert render_plain_text(done) == "Glenn Close is now Contacted."


def test_amounts_and_dates_say_how_far_they_move(desk: Desks) -> None:
    card = desk("nora").means("update_opportunity initech - fleet renewal amount=50000 close_date=2026-12-31")
    before = {each.field: each.before for each in card.change}
    said = render_plain_text(card)

    assert before["amount"] is not None
    assert re.search(r"Amount: \$[\d,]+ → \$50,000 \([+-]\$[\d,]+\)", said)
    assert re.search(r"Close date: .* → Thu 31 Dec 2026 \([+-]\d+ days?\)", said)


def test_a_conversion_tells_its_parts_once_before_and_once_after(desk: Desks) -> None:
    nora = desk("nora")
    card = nora.types("convert_lead glenn close")
    done = nora.confirm(card)

    assert render_plain_text(card).count("Account:") == 1
    assert "New account" not in render_plain_text(card)
    assert render_plain_text(done).count("\n") == 0
    assert "account Northwind Traders" in render_plain_text(done)


def test_a_conversion_is_one_line_of_what_happened_until_it_is_undone(desk: Desks) -> None:
    nora = desk("nora")
    nora.confirm(nora.types("convert_lead glenn close"))
    before = render_plain_text(nora.types("show_activity #L4"))
    nora.wait(minutes=1).types("undo")
    after = render_plain_text(nora.wait(minutes=1).types("show_activity #L4"))

    assert "18 Nov 09:30  converted" in before
    assert "converted account" not in before
    # What was undone counts nowhere.
    assert "converted" not in after
    assert "conversion" not in after


def test_the_digest_has_headings_and_says_under_each_first_lead_why_and_what_next(desk: Desks) -> None:
    reply = desk("nora").types("preview_digest")
    lines = render_plain_text(reply).splitlines()

    assert lines[1] == "First"
    assert lines[2].startswith("1. Jane Doe")
    assert lines[3] == "   follow-up due today · Web: 14% of 310 converted → Call about the quote"
    assert "Closing" in lines
    assert "Since yesterday" in lines


def test_a_number_in_the_digest_means_the_same_record_as_in_the_thread(desk: Desks) -> None:
    reply = desk("nora").types("preview_digest")
    shown = [record.name for part in reply.parts for record in part.records]

    assert shown == [record.name for record in reply.records]


def test_a_manager_reads_a_line_for_each_rep(desk: Desks) -> None:
    team = next(part for part in desk("helen").types("preview_digest").parts if part.title == "Your team")

    assert team.lines[0].startswith("Nora Lindqvist: ")
    assert "untouched" in team.lines[0]


def test_an_empty_list_names_its_filter_and_says_what_to_try(desk: Desks) -> None:
    reply = desk("nora").types("list_leads band=hot search=nobody")

    assert reply.head == "No open leads match: hot, “nobody” in name, company, email or title."
    assert reply.notes == ("Leave out a condition, or ask for everyone's.",)


def test_a_receipt_is_short(desk: Desks) -> None:
    said = render_plain_text(desk("nora").types("list_leads band=hot"))

    assert re.search(r"\(open leads, hot · your own · \d+\)$", said)


def test_the_owner_is_left_out_where_all_are_ones_own(desk: Desks) -> None:
    assert "Nora Lindqvist" not in render_plain_text(desk("nora").types("list_leads"))
    assert "Nora Lindqvist" in render_plain_text(desk("helen").types("list_leads"))


def test_rows_say_amounts_with_their_currency_and_rates_in_percent() -> None:
    assert format_rows(({"source": "Web", "count": 1200, "converted": 300, "rate": 0.25},)) == [
        "Web: 1,200 · 300 converted · 25%"
    ]
    assert format_rows(({"category": "best_case", "count": 1, "amount": 5, "currency": "USD"},))[0].startswith(
        "best case"
    )


def test_figures_of_several_currencies_stand_side_by_side() -> None:
    both = {"EUR": {"amount": Decimal(10)}, "USD": {"amount": Decimal("20.50")}}
    rows = ({"stage": "Proposal", "count": 2, "by_currency": both}, {"stage": None, "count": 0, "amount": None})

    assert format_rows(rows) == ["Proposal: 2 · €10 + $20.50", "none: 0"]
    assert [column.title for column in build_columns(rows)] == ["stage", "count", "amount"]


def test_of_many_months_the_last_are_shown() -> None:
    rows = tuple({"month": f"{2020 + number // 12}-{number % 12 + 1:02}", "count": number} for number in range(40))
    said = render_plain_text(Reply("Leads:", rows=rows))

    assert "Apr 2023: 39" in said
    assert "Jan 2020" not in said
    assert "… and 25 earlier rows." in said


def test_a_part_without_a_line_below_a_record_leaves_no_gap() -> None:
    assert render_plain_text(Reply("Here:", parts=(ReplyPart(lines=("one",)),))) == "Here:\none"
