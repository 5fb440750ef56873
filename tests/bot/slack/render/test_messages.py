"""Answers of the desk as messages: short, in order, with the right things to press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.slack.payloads.button_value import ButtonCall
from bot.slack.render import render_notice, render_reply, simplify_message
from commands.contract.reply import Button, Record, Reply, ReplyState
from tests.bot.slack.render.rendered_blocks import calls, elements, in_menus, labels, seen, taken
from tests.desk import Desk

Sit = Callable[..., Desk]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> object:
    """How a reply looks does not depend on the database it came from."""
    return request.getfixturevalue("sqlite_database")


def leads(count: int, **fields: object) -> tuple[Record, ...]:
    return tuple(
        Record("lead", f"L{n}", f"Jo Doe {n}", None, {"title": "CTO", "company": "Initech", "score": 80, **fields})
        for n in range(1, count + 1)
    )


def listing(shown: int, found: int, limit: int | None = None) -> Reply:
    arguments = {"band": "hot"} | ({"limit": limit} if limit else {})
    return Reply(
        f"{found} leads:",
        records=leads(shown),
        figures={"count": found},
        command="list_leads",
        arguments=arguments,
    )


def test_a_list_says_the_name_what_matters_and_where_it_comes_from(desk: Sit) -> None:
    shown = taken(render_reply(desk("nora").says("my leads")))

    assert shown.blocks[0]["elements"][0]["elements"][0]["style"] == {"bold": True}
    assert "*Jane Doe*, Initech\n87 hot" in seen(shown)
    assert shown.blocks[-1]["type"] == "context"
    assert "your own" in seen(shown)


def test_a_lead_in_a_list_says_what_comes_next(desk: Sit) -> None:
    shown = taken(render_reply(desk("nora").says("my leads")))

    assert "→ *Call about the quote, due today*" in seen(shown)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_each_of_a_few_records_has_two_buttons_and_a_menu(count: int) -> None:
    shown = taken(render_reply(listing(count, count)))

    rows = [block for block in shown.blocks if block["type"] == "actions"]
    assert len(rows) == count
    for row in rows:
        assert [each["type"] for each in row["elements"]] == ["button", "button", "overflow"]
    assert all(len(options) <= 5 for options in in_menus(shown))


def test_ten_records_are_one_block_each_with_a_menu() -> None:
    shown = taken(render_reply(listing(10, 10)))

    assert len(shown.blocks) == 11
    assert all(block["accessory"]["type"] == "overflow" for block in shown.blocks[1:])
    assert "1. *Jo Doe 1*, Initech" in seen(shown)


def test_every_action_id_of_a_message_is_its_own() -> None:
    names = [each["action_id"] for each in elements(taken(render_reply(listing(10, 37))))]

    assert len(names) == len(set(names))
    assert names[0] == "menu:1"


def test_a_long_list_goes_on_page_by_page() -> None:
    first = taken(render_reply(listing(10, 25)))
    second = taken(render_reply(replace(listing(20, 25, limit=20), start=10)))
    last = taken(render_reply(replace(listing(25, 25, limit=30), start=20)))

    assert calls(first)["Next 10"] == ButtonCall("list_leads", {"band": "hot", "limit": 20}, start=10)
    assert "11 to 20 of 25:" in seen(second)
    assert "11. *Jo Doe 11*" in seen(second)
    assert calls(second)["Next 5"] == ButtonCall("list_leads", {"band": "hot", "limit": 30}, start=20)
    assert "21 to 25 of 25:" in seen(last)
    assert "more" not in [each["action_id"] for each in elements(last)]


def test_paging_ends_where_a_command_shows_no_more() -> None:
    last = taken(render_reply(replace(listing(200, 900, limit=200), start=190)))
    before = taken(render_reply(replace(listing(190, 900, limit=190), start=180)))

    assert "more" not in [each["action_id"] for each in elements(last)]
    assert calls(before)["Next 10"].arguments["limit"] == 200


def test_a_page_after_the_last_one_says_so() -> None:
    shown = taken(render_reply(replace(listing(3, 3), start=10)))

    assert seen(shown) == "There are no more: 3 records in all."


def test_a_page_that_cannot_be_shown_says_why() -> None:
    shown = taken(render_reply(Reply("You are not known here.", ReplyState.REFUSED, command="list_leads", start=10)))

    assert seen(shown) == "You are not known here."


def test_the_next_page_of_a_real_list_is_the_same_list(desk: Sit) -> None:
    nora = desk("nora")
    all_of_them = nora.calls("list_leads", owner="everyone", limit=200)
    page = render_reply(nora.calls("list_leads", owner="everyone"))
    call = calls(page)["Next 10"]
    again = nora.calls(call.verb, **call.arguments)

    assert [each.id for each in again.records[call.start :]] == [each.id for each in all_of_them.records[10:20]]


def test_a_long_history_can_be_shown_longer_and_stays_about_the_same_record(desk: Sit) -> None:
    reply = desk("nora").types("show_activity jane doe initech limit=1")
    shown = taken(render_reply(reply))

    assert calls(shown)["Show more"] == ButtonCall("show_activity", {"name": reply.records[0].id, "limit": 21})
    assert "Show more" not in labels(render_reply(desk("nora").types("show_activity jane doe initech limit=50")))


def test_lines_that_are_too_long_for_one_block_go_on_in_the_next() -> None:
    notes = tuple(f"{n} {'x' * 200}" for n in range(40))
    shown = taken(render_reply(Reply("Much:", notes=notes)))

    assert all(note in seen(shown) for note in notes)


def test_sharing_is_offered_only_where_it_is_asked_for() -> None:
    assert "Share here" not in labels(render_reply(listing(3, 3)))
    assert calls(render_reply(listing(3, 3), shareable=True))["Share here"] == ButtonCall("list_leads", {"band": "hot"})


def test_a_question_shows_before_and_after_and_three_buttons(desk: Sit) -> None:
    reply = desk("nora").says("mark Jane Doe at Initech as qualified")
    assert reply.state is ReplyState.CONFIRM
    shown = taken(render_reply(reply))

    assert labels(shown)[:3] == ["Confirm", "Change", "Cancel"]
    assert {each["value"] for each in elements(shown)[:3]} == {reply.confirmation}
    assert [each["action_id"] for each in elements(shown)[:3]] == ["confirm", "change", "cancel"]
    assert "Status: " in seen(shown)
    assert " → " in seen(shown)


def test_what_was_done_offers_to_take_it_back_first(desk: Sit) -> None:
    nora = desk("nora")
    reply = nora.confirm(nora.says("mark Jane Doe at Initech as qualified"))
    shown = taken(render_reply(reply))

    assert labels(shown)[0] == "Undo"
    assert calls(shown)["Undo"].verb == "undo"
    assert "Confirm" not in labels(shown)


def test_a_converted_question_keeps_its_other_ways_in_a_menu(desk: Sit) -> None:
    reply = desk("nora").says("convert Jane Doe at Initech")
    assert reply.state is ReplyState.CONFIRM
    shown = taken(render_reply(reply))

    offered = [*labels(shown)[3:], *(each for options in in_menus(shown) for each in options)]
    assert offered == [each.label for each in reply.buttons][: len(offered)]


def test_each_choice_has_its_own_button() -> None:
    reply = Reply("Which “jane” do you mean?", ReplyState.CHOOSE, choices=leads(10), confirmation="C9")
    shown = taken(render_reply(reply))

    assert [each["action_id"] for each in elements(shown)] == [f"choose:{n}" for n in range(1, 11)]
    assert elements(shown)[3]["value"] == "C9:4"
    assert labels(shown) == [f"Jo Doe {n}" for n in range(1, 11)]
    assert "2. *Jo Doe 2*, CTO, Initech" in seen(shown)


def test_choices_of_one_name_are_told_apart_by_their_company() -> None:
    alike = tuple(
        Record("lead", f"L{n}", "Jo Doe", None, {"company": each}) for n, each in ((1, "Globex"), (2, "Acme"))
    )
    reply = Reply("Which “jo” do you mean?", ReplyState.CHOOSE, choices=alike, confirmation="C9")

    assert labels(taken(render_reply(reply))) == ["Jo Doe, Globex", "Jo Doe, Acme"]


def test_a_card_shows_its_lead_once_with_two_buttons_and_a_menu(desk: Sit) -> None:
    shown = taken(render_reply(desk("nora").types("show_record jane doe initech kind=lead")))

    assert [each["type"] for each in elements(shown)] == ["button", "button", "overflow"]
    assert len(in_menus(shown)[0]) <= 5
    assert "Show" not in [*labels(shown), *in_menus(shown)[0]]


def test_rows_are_a_table_and_plain_text_without_one(desk: Sit) -> None:
    shown = taken(render_reply(desk("nora").types("summarize_pipeline owner=everyone")))
    rows = desk("nora").types("summarize_pipeline owner=everyone").rows

    (table,) = [block for block in shown.blocks if block["type"] == "table"]
    assert len(table["rows"]) == len(rows) + 1
    assert table["rows"][0][0]["text"] == "Stage"
    assert not [block for block in simplify_message(shown).blocks if block["type"] in ("table", "rich_text")]
    assert table["rows"][1][0]["text"] in seen(simplify_message(shown))


def test_a_message_has_one_table_also_where_two_answers_have_rows(desk: Sit) -> None:
    one = desk("nora").types("summarize_pipeline owner=everyone")
    shown = taken(render_reply(replace(one, also=(one, one))))

    assert [block["type"] for block in shown.blocks].count("table") == 1
    assert [block["type"] for block in shown.blocks].count("divider") == 2


def test_what_was_not_understood_offers_what_comes_close() -> None:
    closest = tuple(Button(label, "help", {"topic": label}) for label in ("One thing", "Another", "Something else"))
    shown = taken(render_reply(Reply("I did not get that.", ReplyState.NOT_UNDERSTOOD, buttons=closest)))

    assert labels(shown) == ["One thing", "Another", "Something else"]


def test_the_digest_gives_each_lead_its_buttons(desk: Sit) -> None:
    reply = desk("nora").types("preview_digest")
    shown = taken(render_reply(reply))
    first = [record for record in reply.records if record.kind == "lead"]

    rows = [block["elements"] for block in shown.blocks if block["type"] == "actions"]
    assert first
    assert all(len([each for each in row if each["type"] == "button"]) <= 2 for row in rows[: len(first)])
    for record, row in zip(first, rows, strict=False):
        offered = {each["text"]["text"] for each in row if each["type"] == "button"}
        offered |= {o["text"]["text"] for each in row if each["type"] == "overflow" for o in each["options"]}
        assert {each.label for each in reply.buttons if each.arguments.get("name") == record.id} <= offered


def test_below_a_digest_stand_all_leads_and_its_settings(desk: Sit) -> None:
    shown = taken(render_reply(desk("nora").types("preview_digest")))

    assert labels(shown)[-2:] == ["Show all", "Settings"]
    assert calls(shown)["Show all"] == ButtonCall("list_leads", {"owner": "me"})
    assert calls(shown)["Settings"].opens


def test_a_follow_up_is_ticked_off_at_once_and_a_call_is_asked_about() -> None:
    due = Record("follow_up", "F3", "Jane Doe", None, {"due": "2026-11-23", "about": "lead", "about_id": "L17"})
    shown = taken(render_reply(Reply("1 follow-up:", records=(due,))))

    assert calls(shown)["Done"] == ButtonCall("complete_follow_up", {"name": "F3"})
    assert calls(shown)["Show"] == ButtonCall("show_record", {"name": "L17"})
    assert calls(shown)["Log call"].opens


def test_a_converted_lead_offers_nothing_that_would_change_it() -> None:
    shown = taken(render_reply(Reply("1 lead:", records=leads(1, converted=True, converted_at="2026-11-01"))))

    assert labels(shown) == ["Show", "History"]


def test_text_is_what_a_notification_shows() -> None:
    assert render_reply(Reply("5 leads:", records=leads(2))).text.startswith("5 leads:\n1. Jo Doe 1")
    assert len(render_reply(Reply("x" * 50_000)).text) <= 4_000


def test_a_notice_is_one_sentence() -> None:
    shown = taken(render_notice("Not done, press again."))

    assert shown.text == "Not done, press again."
    assert seen(shown) == "Not done, press again."
