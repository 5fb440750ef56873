"""Every limit of Slack's, at the limit and one beyond."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.render import SlackMessage
from bot.slack.render import limits as limit
from bot.slack.render.blocks import (
    Json,
    actions_block,
    button_element,
    context_block,
    divider,
    rich_text_block,
    section_block,
    text_element,
)
from bot.slack.render.limits import CUT, AnswerBlocks, fit_blocks
from tests.bot.slack.render.rendered_blocks import taken, texts


def fitted(*blocks: Json) -> list[Json]:
    return list(taken(SlackMessage("x", fit_blocks([AnswerBlocks(blocks)]))).blocks)


def words(length: int) -> str:
    return "w" * length


def menu(count: int, length: int = 5, value: str = "v", kind: str = "overflow") -> Json:
    options = [{"text": {"type": "plain_text", "text": words(length)}, "value": f"{value}{n}"} for n in range(count)]
    return {"type": kind, "action_id": "m", "options": options}


def section_of(text: str, kind: str = "plain_text") -> Json:
    return {"type": "section", "text": {"type": kind, "text": text}}


@pytest.mark.parametrize(
    ("block", "longest"),
    [
        (section_of, limit.SECTION),
        (lambda text: section_of(text, "mrkdwn"), limit.SECTION),
        (lambda text: rich_text_block(text_element(text)), limit.SECTION),
        (lambda text: {"type": "header", "text": {"type": "plain_text", "text": text}}, limit.HEADER),
        (context_block, limit.FIELD),
        (lambda text: {"type": "section", "fields": [{"type": "mrkdwn", "text": text}]}, limit.FIELD),
        (lambda text: actions_block([button_element(text, "call", "v")])[0], limit.LABEL),
        (lambda text: actions_block([menu(1, len(text))])[0], limit.LABEL),
    ],
)
def test_a_text_at_its_limit_stays_and_one_longer_is_cut(block: Any, longest: int) -> None:
    assert max(map(len, texts(fitted(block(words(longest)))))) == longest
    (shown,) = [text for text in texts(fitted(block(words(longest + 1)))) if len(text) > 10]
    assert len(shown) == longest
    assert shown.endswith("…")


def test_an_escaped_letter_is_never_cut_in_two() -> None:
    for extra in range(6):
        (text,) = texts(fitted(section_of(words(limit.SECTION - extra) + "&amp;&amp;", "mrkdwn")))
        assert text.replace("&amp;", "").count("&") == 0


def test_code_that_is_cut_is_closed() -> None:
    (text,) = texts(fitted(section_of(f"```{words(limit.SECTION)}```", "mrkdwn")))

    assert len(text) == limit.SECTION
    assert text.endswith("…```")


@pytest.mark.parametrize(("count", "blocks"), [(25, 1), (26, 2)])
def test_a_row_of_buttons_goes_on_in_another(count: int, blocks: int) -> None:
    found = fitted(*actions_block([button_element("b", f"call:{n}", "v") for n in range(count)]))

    assert len(found) == blocks
    assert sum(len(each["elements"]) for each in found) == count


@pytest.mark.parametrize(("count", "blocks"), [(10, 1), (11, 2)])
def test_grey_lines_go_on_in_another_block(count: int, blocks: int) -> None:
    found = fitted({"type": "context", "elements": [{"type": "plain_text", "text": "x"}] * count})

    assert len(found) == blocks


@pytest.mark.parametrize(("count", "blocks"), [(10, 1), (11, 2)])
def test_fields_go_on_in_another_section(count: int, blocks: int) -> None:
    found = fitted({"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * count})

    assert len(found) == blocks


@pytest.mark.parametrize(("length", "kept"), [(2_000, 1), (2_001, 0)])
def test_a_button_that_carries_too_much_is_left_out_as_it_could_not_work(length: int, kept: int) -> None:
    found = fitted(section_block("x"), *actions_block([button_element("b", "call", words(length))]))

    assert len(found) == 1 + kept


@pytest.mark.parametrize(("given", "kept"), [(5, 5), (6, 5)])
def test_a_menu_has_five_lines(given: int, kept: int) -> None:
    ((block),) = fitted(*actions_block([menu(given)]))

    assert len(block["elements"][0]["options"]) == kept


@pytest.mark.parametrize(("given", "kept"), [(100, 100), (101, 100)])
def test_a_select_has_a_hundred_lines(given: int, kept: int) -> None:
    ((block),) = fitted(*actions_block([menu(given, kind="static_select")]))

    assert len(block["elements"][0]["options"]) == kept


@pytest.mark.parametrize(("length", "kept"), [(149, 1), (150, 0)])
def test_a_line_of_a_menu_that_carries_too_much_is_left_out(length: int, kept: int) -> None:
    found = fitted(section_block("x"), *actions_block([menu(1, value=words(length))]))

    assert len(found) == 1 + kept


def test_an_accessory_that_could_not_work_is_left_out() -> None:
    (found,) = fitted(section_block("x", button_element("b", "call", words(2_001))))

    assert "accessory" not in found


@pytest.mark.parametrize("longest", [limit.NAME])
def test_a_name_of_an_action_has_at_most_255_characters(longest: int) -> None:
    assert len(fitted(section_block("x"), *actions_block([button_element("b", words(longest), "v")]))) == 2
    assert len(fitted(section_block("x"), *actions_block([button_element("b", words(longest + 1), "v")]))) == 1


def test_what_is_asked_before_a_press_is_cut() -> None:
    asked = {name: {"type": "plain_text", "text": words(400)} for name in ("title", "text", "confirm", "deny")}
    (block,) = fitted(*actions_block([{**button_element("b", "call", "v"), "confirm": asked}]))

    lengths = {name: len(each["text"]) for name, each in block["elements"][0]["confirm"].items()}
    assert lengths == {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def test_a_placeholder_is_cut() -> None:
    select = {**menu(1, kind="static_select"), "placeholder": {"type": "plain_text", "text": words(151)}}
    (block,) = fitted(*actions_block([select]))

    assert len(block["elements"][0]["placeholder"]["text"]) == 150


def table(rows: int, columns: int) -> Json:
    cell = {"type": "raw_text", "text": "x"}
    settings = [{"align": "left"}] * columns
    return {"type": "table", "rows": [[cell] * columns for _ in range(rows)], "column_settings": settings}


@pytest.mark.parametrize(("rows", "columns"), [(100, 20), (101, 20), (100, 21)])
def test_a_table_has_at_most_a_hundred_rows_of_twenty(rows: int, columns: int) -> None:
    found = fitted(table(rows, columns))

    assert len(found[0]["rows"]) == 100
    assert len(found[0]["rows"][0]) == 20
    assert (CUT in texts(found)) == (rows > 100 or columns > 20)


def test_the_second_table_becomes_text() -> None:
    assert [each["type"] for each in fitted(table(3, 3), table(3, 3))] == ["table", "rich_text"]


@pytest.mark.parametrize(("count", "noted"), [(50, False), (51, True)])
def test_a_message_has_fifty_blocks_and_says_what_is_missing(count: int, noted: bool) -> None:
    found = fitted(*[divider()] * count)

    assert len(found) == 50
    assert (texts(found) == [CUT]) == noted


def test_a_view_has_a_hundred_blocks() -> None:
    assert len(fit_blocks([AnswerBlocks((divider(),) * 100)], limit.VIEW_BLOCKS)) == 100
    assert len(fit_blocks([AnswerBlocks((divider(),) * 101)], limit.VIEW_BLOCKS)) == 100


@pytest.mark.parametrize(("last", "noted"), [(0, False), (1, True)])
def test_all_texts_together_stay_below_what_slack_was_seen_to_refuse(last: int, noted: bool) -> None:
    found = fitted(*[section_block(words(3_000))] * 4, *[section_block(words(last))] * last)

    assert limit.count_characters(found) <= limit.CHARACTERS
    assert (CUT in texts(found)) == noted


def test_what_can_be_pressed_below_stays_when_the_rest_is_cut() -> None:
    foot = (*actions_block([button_element("Confirm", "confirm", "C1")]), context_block("from here"))
    found = fit_blocks([AnswerBlocks((divider(),) * 60, foot)])

    assert len(found) == 50
    assert found[-2:] == foot
    assert texts(found[-3]) == [CUT]


def test_a_further_answer_that_does_not_fit_is_named() -> None:
    long = AnswerBlocks(tuple(section_block(words(2_900)) for _ in range(4)))
    found = fit_blocks([long, AnswerBlocks((section_block(words(900)),))])

    assert texts(found)[-1] == CUT
    assert len(found) == 5


def test_further_answers_stand_below_a_line() -> None:
    found = fit_blocks(
        [
            AnswerBlocks((section_block("one"),)),
            AnswerBlocks((section_block("two"),)),
            AnswerBlocks((section_block("three"),)),
        ]
    )

    assert [each["type"] for each in found] == ["section", "divider", "section", "divider", "section"]
