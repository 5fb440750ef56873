"""Views that no honest Slack would send, and records that were written to do harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playground.screen.screen_reading import visible_text
from bot.slack.modals import FieldErrors, NextView, read_form_origin, submit_form, update_form_view
from bot.slack.payloads.private_metadata import LONGEST_METADATA, FormOrigin, PrivateMetadata, read_private_metadata
from commands import COMMANDS
from commands.contract.errors import CommandError
from commands.contract.reply import Reply, ReplyState
from storage.tables import Account, Lead, Source, Status
from tests.bot.slack.modals.form_sheet import HERE, sheet
from tests.bot.slack.modals.test_conversion_form import one_more_account
from tests.bot.slack.modals.test_forms import ABOUT
from tests.commands.any_calls import HOSTILE
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]
BLOCKS = sorted({field for kind in COMMANDS for field in kind.model_fields} | {"contact~rA5", "opportunity~rnew", ""})
VERBS = [kind.verb() for kind in COMMANDS if kind.writes]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([*HOSTILE, "\ud800", "new", "none", "A5", "yes", "2026-12-01"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
SELECTED = st.fixed_dictionaries({"selected_option": st.fixed_dictionaries({"value": SCALARS})})
STATES = st.one_of(
    JSON,
    SELECTED,
    st.fixed_dictionaries({"value": SCALARS}),
    st.fixed_dictionaries({"selected_date": SCALARS}),
    st.fixed_dictionaries({"selected_time": SCALARS}),
    st.fixed_dictionaries({"selected_options": JSON}),
)


def foreign(company: Company) -> str:
    """A lead of Dana, whom Nora does not see."""
    return company.id("L-30")


@pytest.mark.parametrize("verb", ["log_activity", "set_lead_status", "convert_lead", "update_lead", "snooze_lead"])
def test_the_record_of_a_colleague_in_a_forged_view_is_not_found(desk: Desks, company: Company, verb: str) -> None:
    form = sheet(desk("nora"), verb, name="L1", **({"kind": "call"} if verb == "log_activity" else {}))
    if verb == "update_lead":
        form.choose("field", "title")
    before = contents(company.database)
    payload = form.payload
    payload["private_metadata"] = payload["private_metadata"].replace('"L1"', json.dumps(foreign(company)))

    answer = form.send(payload)

    assert isinstance(answer, Reply)
    assert answer.state is ReplyState.NOT_FOUND
    assert "Dana" not in answer.head
    assert contents(company.database) == before


def test_a_hidden_record_and_none_at_all_are_answered_alike(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "set_lead_status", name="L1")
    answers = []
    for lead in (foreign(company), "L9999"):
        payload = form.payload
        payload["private_metadata"] = payload["private_metadata"].replace('"L1"', json.dumps(lead))
        answer = form.send(payload)
        assert isinstance(answer, Reply)
        answers.append(answer.head.replace(lead, "it"))

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "callback", ["form:", "form:confirm", "form:drop_tables", "form:form:undo", "shared", "", None, 7, ["form:undo"]]
)
def test_a_forged_callback_id_does_nothing(desk: Desks, company: Company, callback: Any) -> None:
    form = sheet(desk("nora"), "set_lead_status", name="L1")
    before = contents(company.database)

    answer = form.send({**form.payload, "callback_id": callback})

    assert isinstance(answer, Reply)
    assert answer.state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_the_proposal_of_a_colleague_cannot_be_confirmed(desk: Desks, company: Company) -> None:
    card = desk("dana").means("log_activity #L30 kind=call")
    form = sheet(desk("nora"), "set_digest")
    before = contents(company.database)
    metadata = PrivateMetadata(confirmation=card.confirmation).to_json()

    answer = form.send({**form.payload, "callback_id": "form:confirm", "private_metadata": metadata})

    assert isinstance(answer, Reply)
    assert answer.state is ReplyState.NOT_FOUND
    assert contents(company.database) == before


@pytest.mark.parametrize(
    "metadata", [None, "", "[]", "7", "{", '{"fixed":7,"given":{},"place":[],"shown":{}}', "x" * 5000]
)
def test_metadata_that_says_nothing_is_no_fault(desk: Desks, company: Company, metadata: Any) -> None:
    form = sheet(desk("nora"), "set_lead_status", name="L1")
    before = contents(company.database)
    payload = {**form.payload, "private_metadata": metadata}

    answer = submit_form(form.desk.dispatcher, form.desk.request, payload)

    assert not isinstance(answer, Reply) or answer.state in (ReplyState.REFUSED, ReplyState.NOT_FOUND)
    assert read_form_origin(payload) is None
    assert contents(company.database) == before


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_is_filled_in_is_answered_and_never_a_fault(
    desk: Desks, company: Company, data: st.DataObject
) -> None:
    verb = data.draw(st.sampled_from(VERBS))
    lead = data.draw(st.sampled_from(["L5", "L30"]))
    values = data.draw(
        st.dictionaries(st.sampled_from(BLOCKS), st.dictionaries(st.text(max_size=3), STATES, max_size=2))
    )
    odd = data.draw(st.sampled_from([None, {"values": values}, values, [], "x"]))
    blocks: Any = data.draw(st.sampled_from(["own", None, [], [None, 7], [{"block_id": 3, "element": []}], {}]))
    form = _drawn(desk("nora"), verb, {"update_opportunity": "O1", "complete_follow_up": "F1"}.get(verb, lead))
    payload = form.payload
    payload["state"] = odd or {"values": {**payload["state"]["values"], **values}}
    payload["blocks"] = payload["blocks"] if blocks == "own" else blocks

    answer = submit_form(form.desk.dispatcher, form.desk.request, payload)

    assert isinstance(answer, FieldErrors | NextView | Reply)
    assert "went wrong" not in str(answer.fields if isinstance(answer, FieldErrors) else answer), answer
    if isinstance(answer, NextView):
        form._accepted(answer.view)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_is_chosen_the_form_is_drawn_anew_or_refused_with_a_sentence(
    desk: Desks, company: Company, data: st.DataObject
) -> None:
    form = sheet(desk("nora"), data.draw(st.sampled_from(["convert_lead", "update_lead"])), name="L5")
    payload = form.payload
    block = data.draw(st.sampled_from(["account", "contact~rA1", "opportunity~rnew", "field", "x", ""]))
    payload["state"]["values"][block] = {"a": data.draw(STATES)}

    with suppress(CommandError):
        made = update_form_view(form.desk.dispatcher, form.desk.request, payload, {"block_id": block})
        assert made is None or form._accepted(made)


def _drawn(desk: Desk, verb: str, about: str) -> Any:
    named = "name" in desk.dispatcher.commands[verb].model_fields
    try:
        return sheet(desk, verb, **({"name": about} if named else {}))
    except CommandError:
        form = sheet(desk, "set_digest")
        form.view.content |= {
            "callback_id": f"form:{verb}",
            "private_metadata": PrivateMetadata(fixed={"name": about}).to_json(),
        }
        return form


HARMFUL = (
    "<!channel> <https://evil.example/?q=1|click> *x* ![i](https://evil.example/c.png) \u202e\u200b\U000e0041 :smile:"
)


def test_what_stands_in_a_record_is_shown_as_plain_text_without_what_hides(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        lead = session.get_one(Lead, 1)
        lead.name, lead.title, lead.product_interest = HARMFUL, HARMFUL, HARMFUL
        lead.custom = {HARMFUL: "1"}
        account = session.get_one(Account, 5)
        account.name = HARMFUL
    for verb in ("convert_lead", "set_lead_status", "update_lead", "qualify_lead", "log_activity"):
        form = sheet(desk("nora"), verb, name="L1")
        text = json.dumps(form.view.content, ensure_ascii=False)
        assert '"mrkdwn"' not in text
        assert not {"\u202e", "\u200b", "\U000e0041"} & set(text)
        assert "<!channel>" in visible_text(form.view)
    assert all(each.get("emoji") is not True for each in _plain_texts(form.view.content))


def _plain_texts(value: Any) -> list[dict[str, Any]]:
    match value:
        case {"type": "plain_text", **_rest}:
            return [value]
        case dict():
            return [found for each in value.values() for found in _plain_texts(each)]
        case list():
            return [found for each in value for found in _plain_texts(each)]
        case _:
            return []


def test_the_largest_records_still_fit_a_view(desk: Desks, company: Company) -> None:
    """As long as columns allow, with more statuses, sources, accounts and custom fields than any menu takes."""
    with company.database.begin_write() as session:
        lead = session.get_one(Lead, 1)
        for field in ("name", "company", "product_interest", "budget", "timeframe", "street"):
            setattr(lead, field, "w" * 500)
        lead.description = "d" * 40_000
        lead.custom = {f"Field {number:03} {'x' * 60}": "y" for number in range(300)}
        for number in range(130):
            more = {"workspace_id": company.workspace_id, "position": 50 + number}
            session.add(
                Status(**more, name=f"S{number} {'s' * 110}", name_key=f"s{number}" + "s" * 110, status_class="open")
            )
            session.add(Source(**more, name=f"Q{number} {'q' * 100}", name_key=f"q{number}" + "q" * 100))
    for number in range(30):
        one_more_account(company, "w" * 500 if number % 2 else f"{'w' * 490} {number}")
    nora = desk("nora")

    for kind in COMMANDS:
        mark: Any = kind.list_reference_fields().get("name")
        form = sheet(nora, kind.verb(), **({"name": ABOUT[mark.kinds[0]]} if mark else {}))
        assert len(form.view.content["private_metadata"]) <= LONGEST_METADATA
    sheet(nora, "update_lead", name="L1", field="description")


def test_a_place_is_kept_as_it_was() -> None:
    view = {"private_metadata": PrivateMetadata(HERE, {"name": "L1"}, ("due",), "abc").to_json()}

    assert read_form_origin(view) == HERE == FormOrigin("C1", "1700000000.000100", "1700000000.000200", ephemeral=True)
    assert read_private_metadata(view) == PrivateMetadata(HERE, {"name": "L1"}, ("due",), "abc")
