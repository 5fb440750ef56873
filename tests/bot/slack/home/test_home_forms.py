"""From a button of the Home tab through its form to what is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack.home import home_view
from bot.slack.modals import FieldErrors, NextView
from commands import BY_VERB, FORM_ONLY
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from tests.bot.slack.home.test_home import calls, words
from tests.bot.slack.modals.form_sheet import Sheet, sheet
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    return Dispatcher(company.database, BY_VERB, WorkspaceDefaults(), {kind.verb(): kind for kind in FORM_ONLY})


def pressed(desk: Desk, label: str, verb: str) -> Sheet:
    """The form behind a button of the Home tab."""
    found = calls(home_view(desk.dispatcher, desk.request))
    call = next(call for name, call in found if call.verb == verb and name == label)
    return sheet(desk, call.verb, **call.arguments)


def done(form: Sheet) -> Reply:
    answer = form.send()
    assert isinstance(answer, Reply), answer
    assert answer.state is ReplyState.DONE, answer.head
    return answer


def home_of(desk: Desk) -> str:
    return words(home_view(desk.dispatcher, desk.request))


@pytest.mark.parametrize(
    ("label", "verb", "filled", "shown"),
    [
        ("Contacted (working)", "change_status", {"new_name": "Reached"}, "Reached (working)"),
        ("Proposal 50 %", "change_stage", {"probability": "55"}, "Proposal 55 %"),
        ("Add a source", "add_source", {"source_name": "Podcast"}, "Podcast"),
        ("Add a status", "add_status", {"status_name": "Nurturing", "status_class": "working"}, "Nurturing (working)"),
        ("Add a stage", "add_stage", {"stage_name": "Trial", "probability": "60"}, "Trial 60 %"),
        ("Change", "set_guidelines", {"budget_at_least": "25k"}, "a budget of $25,000 or more"),
        ("Change", "set_company", {"fiscal_year_starts": "April"}, "the fiscal year starts in April"),
        ("Hot and warm", "set_bands", {"hot_from": "90"}, "Hot from 90, warm from 56, set by hand."),
        ("Add a holiday", "add_holiday", {"day": "2026-12-25"}, "Coming holidays: Fri 25 Dec."),
        ("Working days", "set_working_days", {"days": ["mon", "tue"]}, "Digests come on Mondays and Tuesdays."),
        ("Change", "set_digest_defaults", {"time": "07:15"}, "Digests come at 07:15"),
        ("Add a person", "add_person", {"email": "lee@x.example", "full_name": "Lee Park"}, "Lee Park"),
        ("Tom Becker", "change_person", {"full_name": "Thomas Becker"}, "Thomas Becker"),
        ("Quiet days", "set_quiet_days", {"quiet_days": "nothing urgent"}, "it says “nothing urgent”"),
        ("Time, days, length", "set_digest", {"size": "4"}, "names up to 4 leads first"),
    ],
)
def test_what_is_filled_in_is_seen_on_the_home_tab(
    desk: Desks, label: str, verb: str, filled: dict[str, Any], shown: str
) -> None:
    priya = desk("priya")
    assert shown not in home_of(priya)

    done(pressed(priya, label, verb).fill(**filled))

    assert shown in home_of(priya)


def test_a_retired_status_leaves_its_button_and_is_named_below(desk: Desks) -> None:
    priya = desk("priya")
    done(pressed(priya, "Add a status", "add_status").fill(status_name="Nurturing", status_class="working"))

    done(pressed(priya, "Nurturing (working)", "change_status").fill(retired="yes"))

    seen = home_of(priya)
    assert "Nurturing (working)" not in seen
    assert "Retired: Nurturing. Add one again to bring it back." in seen


def test_a_manager_is_taken_away(desk: Desks) -> None:
    priya = desk("priya")

    reply = done(pressed(priya, "Tom Becker", "change_person").fill(manager="nobody"))

    assert [(each.field, each.before, each.after) for each in reply.change] == [("manager", "Helen Brandt", None)]


def test_what_cannot_be_is_said_in_the_form(desk: Desks) -> None:
    priya = desk("priya")

    answer = pressed(priya, "Priya Raman", "change_person").fill(role="rep").send()

    assert isinstance(answer, FieldErrors)
    assert "last administrator" in " ".join(answer.fields.values())


def test_a_form_left_as_it_was_changes_nothing(desk: Desks) -> None:
    priya = desk("priya")
    for label, verb in (("Tom Becker", "change_person"), ("Change", "set_company"), ("Hot and warm", "set_bands")):
        answer = pressed(priya, label, verb).send()
        assert isinstance(answer, Reply)
        assert answer.state is ReplyState.ANSWERED
        assert not answer.change


def test_the_desk_of_one_who_left_is_handed_over_from_home(desk: Desks) -> None:
    priya = desk("priya")
    gone = done(pressed(priya, "Tom Becker", "change_person").fill(active="no"))
    assert "4 open leads and 1 open opportunity still belong to Tom Becker." in gone.notes
    assert ("Hand over Tom Becker's", "hand_over") in [(each.label, each.command) for each in gone.buttons]

    form = pressed(priya, "Hand over Tom Becker’s", "hand_over").fill(to="U5")
    assert isinstance(form.send(), NextView), "what will happen is shown before it does"
    handed = done(form)

    assert handed.head == (
        "4 leads, 1 opportunity, 1 account, 1 contact and 1 follow-up of Tom Becker are now Dana Whitfield's."
    )
    assert "Hand over Tom" not in home_of(priya)
    priya.presses(handed.buttons[-1])
    assert "Hand over Tom Becker’s" in home_of(priya)


def test_a_manager_hands_over_from_home_what_somebody_of_the_team_has(desk: Desks) -> None:
    priya, helen = desk("priya"), desk("helen")
    done(pressed(priya, "Tom Becker", "change_person").fill(active="no"))

    assert "Hand over Tom Becker’s" in home_of(helen)
    form = pressed(helen, "Hand over somebody’s records", "hand_over")
    offered = form.offers("from")
    assert offered[0] == "Tom Becker (left)"
    assert form.view.content["submit"]["text"] == "Hand over"
    assert {"Nora Lindqvist", "Dana Whitfield"} <= set(offered)
    assert not {"Victor Hale", "Ruth Alvarez", "Nobody (without an owner)"} & set(offered)
    assert "Tom Becker (left)" not in form.offers("to")

    form.fill(**{"from": offered[0], "to": "Dana Whitfield"})
    assert isinstance(form.send(), NextView)
    assert done(form).head.endswith("are now Dana Whitfield's.")


def test_an_administrator_may_also_hand_over_what_nobody_has_and_a_rep_nothing(desk: Desks) -> None:
    offered = pressed(desk("priya"), "Hand over somebody’s records", "hand_over").offers("from")

    assert offered[0] == "Nobody (without an owner)"
    assert "Hand over" not in home_of(desk("nora"))
