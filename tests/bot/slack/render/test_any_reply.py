"""Whatever a command answers, Slack takes it, and takes it plain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack.payloads.button_value import decode_button_value
from bot.slack.render import render_notice, render_reply
from commands import BY_VERB
from commands.contract.reply import Button, FieldChange, Receipt, Record, Reply, ReplyPart, ReplyState
from tests.bot.slack.render.rendered_blocks import elements, taken

WORDS = st.one_of(st.text(max_size=40), st.text(alphabet="w*_<&:.@ \n", min_size=1, max_size=4_000))
NAMES = WORDS.filter(lambda each: each.strip() != "")
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1)).map(date.isoformat)
MONEY = st.decimals(Decimal(0), Decimal(10**13), places=2)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "company": WORDS,
        "status": WORDS,
        "score": st.integers(0, 100),
        "band": st.sampled_from(("hot", "warm", "cold")),
        "movement": st.integers(-99, 99),
        "amount": MONEY,
        "currency": st.sampled_from(("USD", "EUR", "SEK")),
        "stage": WORDS,
        "state": st.sampled_from(("open", "won", "lost")),
        "close_date": DAYS,
        "due": DAYS,
        "untouched_days": st.integers(0, 4_000),
        "owner": WORDS,
        "why": WORDS,
        "note": WORDS,
        "next_step": WORDS,
        "about_id": st.just("L2"),
        "converted_at": DAYS,
    },
)
KINDS = ("lead", "contact", "account", "opportunity", "follow_up", "user")
RECORDS = st.builds(
    Record, st.sampled_from(KINDS), st.integers(1, 30).map("L{}".format), NAMES, st.none() | WORDS, FIELDS
)
BUTTONS = st.builds(
    Button,
    NAMES,
    st.sampled_from(sorted(BY_VERB)),
    st.fixed_dictionaries({}, optional={"name": st.sampled_from(("L1", "L2", "L3")), "note": WORDS}),
)
ROWS = st.lists(
    st.fixed_dictionaries({"stage": st.none() | NAMES, "count": st.integers(0, 10**6), "amount": MONEY}), max_size=120
).map(tuple)
LINES = st.lists(WORDS, max_size=6).map(tuple)


def several(of: st.SearchStrategy, most: int) -> st.SearchStrategy:
    return st.lists(of, max_size=most).map(tuple)


@st.composite
def parts(draw: st.DrawFn) -> ReplyPart:
    records = draw(several(RECORDS, 6))
    below = draw(st.just(()) | st.tuples(*(WORDS for _ in records)))
    return ReplyPart(
        draw(st.none() | NAMES), records, below, draw(st.booleans()), draw(st.just(()) | ROWS), draw(LINES)
    )


@st.composite
def replies(draw: st.DrawFn, depth: int = 1) -> Reply:
    records = draw(several(RECORDS, 60))
    shape = draw(st.sampled_from(("list", "card", "parts")))
    state = draw(st.sampled_from(ReplyState))
    return Reply(
        draw(NAMES),
        state,
        records=records,
        figures=draw(st.just({}) | st.fixed_dictionaries({"count": st.integers(0, 900)})),
        rows=draw(st.just(()) | ROWS),
        notes=draw(LINES),
        receipt=draw(st.none() | st.just(Receipt("open leads", 4, "2026-11-23T08:00:00+00:00", "your own"))),
        choices=draw(several(RECORDS, 10)) if state is ReplyState.CHOOSE else (),
        change=draw(several(CHANGES, 30)) if state in (ReplyState.CONFIRM, ReplyState.DONE) else (),
        buttons=draw(several(BUTTONS, 30)),
        confirmation="C7" if state in (ReplyState.CONFIRM, ReplyState.CHOOSE) else None,
        command=draw(st.none() | st.sampled_from(sorted(BY_VERB))),
        arguments=draw(st.none() | st.fixed_dictionaries({}, optional={"search": WORDS})),
        also=draw(several(replies(depth=0), 3)) if depth else (),
        card=shape == "card" and bool(records),
        parts=draw(several(parts(), 4)) if shape == "parts" else (),
    )


CHANGES = st.builds(
    FieldChange,
    st.sampled_from(KINDS),
    st.just("L1"),
    st.none(),
    NAMES,
    st.sampled_from(("status", "company", "note", "record")),
    st.none() | WORDS,
    st.none() | WORDS,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies(), st.booleans(), st.sampled_from((0, 0, 10, 50, 190)))
def test_any_reply_is_a_message_that_slack_takes(reply: Reply, shareable: bool, start: int) -> None:
    shown = taken(render_reply(replace(reply, start=start), shareable=shareable))

    pressed = elements(shown)
    assert len({each["action_id"] for each in pressed if ":" in each["action_id"]}) <= len(pressed)
    for each in pressed:
        values = [option["value"] for option in each["options"]] if "options" in each else [each["value"]]
        if each["action_id"].split(":")[0] in ("call", "open", "menu", "more", "share"):
            assert [decode_button_value(value) for value in values]
    if reply.state is ReplyState.CONFIRM:
        assert {"confirm", "change", "cancel"} <= {each["action_id"] for each in pressed}


@settings(max_examples=50, deadline=None)
@given(WORDS)
def test_any_words_are_a_notice(words: str) -> None:
    taken(render_notice(words))
