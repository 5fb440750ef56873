"""What the reader does with what it is sure of, what it is not, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.dialogue.dialogue import Conversation
from bot.evaluation.sentence_table import load_table
from bot.evaluation.training_examples import is_right, make_example
from commands import BY_VERB
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.language.message_requests import read_requests
from commands.language.offers import describe_call
from commands.language.readings.reading import NOTHING, Reading
from commands.language.readings.readings import fill_arguments, look_at
from commands.language.readings.weights import get_weights
from commands.values.text import tokenize_text
from storage.database.doors import Database
from storage.imports import run_import
from storage.tables import Account
from tests.company import Company
from tests.desk import Desk

SENTENCES = Path(__file__).parents[2] / "sentences"


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture
def nora(desk: Callable[..., Desk]) -> Desk:
    return desk("nora", thread="reader")


def test_what_an_answer_leaves_out_is_said(nora: Desk) -> None:
    reply = nora.says("my hot leads about flurbistan")

    assert (reply.command, reply.arguments) == ("list_leads", {"band": ["hot"], "owner": "me"})
    assert [each.strip() for each in reply.left_out] == ["flurbistan"]
    assert "I left out “flurbistan”" in reply.head


def test_a_month_that_is_a_name_as_well_is_not_left_out(nora: Desk) -> None:
    reply = nora.says("won amount april vs may")

    assert reply.arguments is not None
    assert reply.arguments["compare_period"] == {"from": "2026-04-01", "to": "2026-04-30"}
    assert reply.left_out == ()


@pytest.mark.parametrize("said", ["set Initech fleet to 5k more", "Initech fleet +2k"])
def test_a_difference_is_never_taken_for_the_amount(nora: Desk, said: str) -> None:
    assert nora.says(said).state is ReplyState.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    "said",
    ["deals over 50k or in negotiation", "leads from Spain or from Italy", "my leads in manufacturing or food"],
)
def test_an_or_between_conditions_is_not_answered_as_an_and(nora: Desk, said: str) -> None:
    assert nora.says(said).state is ReplyState.NOT_UNDERSTOOD


def test_several_values_of_one_condition_are_joined_by_or(nora: Desk) -> None:
    reply = nora.says("hot or warm leads from the web or the quiz")

    assert {name: sorted(values) for name, values in (reply.arguments or {}).items()} == {
        "band": ["hot", "warm"],
        "source": ["Quiz", "Web"],
    }


def test_what_goes_on_from_a_follow_up_that_was_ticked_off_is_read(desk: Callable[..., Desk]) -> None:
    nora = desk("nora", thread="ticked")
    reply = nora.says("cross off the purchase order")
    nora.says("yes")

    assert reply.command == "complete_follow_up"
    assert nora.says("and Jane Doe's").state is not ReplyState.ERROR
    assert nora.says("Follow-up on the purchase order answered, tick it.").state is not ReplyState.ERROR


def test_places_of_follow_ups_are_those_of_the_list(nora: Desk) -> None:
    shown = nora.says("my follow-ups this week")
    second = shown.records[1]
    reply = nora.says("tick the second one off")

    assert reply.state is ReplyState.CONFIRM
    assert reply.records[0].name == second.name


def test_what_is_not_sure_is_offered_whole_and_done_when_pressed(nora: Desk) -> None:
    reply = nora.says("may lin contacted?")
    offered = {button.label: button for button in reply.buttons}

    assert reply.state is ReplyState.NOT_UNDERSTOOD
    done = nora.presses(offered["Set May Lin to Contacted"])
    assert [(each.name, each.field, each.after) for each in done.change] == [("May Lin", "status", "Contacted")]


def test_a_misspelled_name_is_found_among_thousands(
    company: Company, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    names = ["".join(letters) for letters in product("abcdefghij", repeat=4)][:2100]
    rows = [f"Kim,Ka{name}son,Firm {name}" for name in names]
    file = tmp_path / "leads.csv"
    file.write_text("\n".join(["First Name,Last Name,Company", *rows]))
    run_import(company.database, company.workspace_id, [file], now=company.now)

    reply = desk("priya").says("show me art kowalsky")

    assert [each.name for each in reply.records] == ["Art Kowalski"]


@pytest.mark.parametrize("said", ["merge jane doe with may lin", "delete jane doe", "snooze my digest until monday"])
def test_what_there_is_no_command_for_proposes_nothing(nora: Desk, said: str) -> None:
    assert nora.says(said).state is ReplyState.NOT_UNDERSTOOD


@pytest.mark.parametrize("said", ["snooze Jane Doe until yesterday", "snooze Jane Doe until last Friday"])
def test_a_day_that_was_said_and_does_not_fit_gives_way_to_no_usual_one(nora: Desk, said: str) -> None:
    assert nora.says(said).state is ReplyState.NOT_UNDERSTOOD


def test_two_requests_are_read_apart(nora: Desk) -> None:
    reply = nora.says("show me my hot leads and what is due today")

    assert (reply.command, [each.command for each in reply.also]) == ("list_leads", ["list_follow_ups"])


def test_a_sign_of_two_letters_is_no_country() -> None:
    assert tokenize_text(":no:").tokens == ()


@pytest.mark.parametrize(
    ("said", "name"),
    [("snooze May Lin until wednesday", "until"), ("remind me to call May Lin on wednesday", "due")],
)
def test_the_weekday_of_today_is_the_next_one(nora: Desk, said: str, name: str) -> None:
    # It is a Wednesday.
    assert (nora.says(said).arguments or {})[name] == "2026-11-25"


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("give May Lin to Dana", False),
        ("give May Lin to Dana from December", True),
        ("mark May Lin contacted", False),
        ("mark May Lin contacted on 3 December", True),
        ("May Lin contacted?", True),
        ("could you mark May Lin contacted?", False),
    ],
)
def test_a_change_of_a_later_day_and_one_that_asks_wait(nora: Desk, said: str, waits: bool) -> None:
    assert nora.says(said).state is (ReplyState.NOT_UNDERSTOOD if waits else ReplyState.CONFIRM)


def test_there_is_no_account_that_the_asker_may_not_see(nora: Desk, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Account).where(Account.name == "Globex").values(owner_id=company.person("dana")))
    nora.says("show Hank Morris")

    for said in ("anything open with him?", "who else do we know there?"):
        assert "Globex" not in str(nora.says(said).arguments)


def test_an_amount_within_a_reason_stays_in_it(nora: Desk) -> None:
    reply = nora.says("Kitsune support plan lost, budget cut to 2k")

    assert [each.field for each in reply.change if each.field == "amount"] == []
    assert "budget cut to 2k" in reply.head


@pytest.mark.parametrize("flag", ["🇩🇪", ":flag-de:", ":de:"])
def test_a_flag_is_its_country(nora: Desk, flag: str) -> None:
    reply = nora.says(f"leads from {flag}")

    assert (reply.command, reply.arguments) == ("list_leads", {"place": "Germany"})


def test_several_names_are_one_request_each(nora: Desk) -> None:
    reply = nora.says("mark May Lin, Will Hartley and Glenn Close as contacted")

    calls = [(each.command, (each.arguments or {}).get("name")) for each in (reply, *reply.also)]
    assert calls == [("set_lead_status", name) for name in ("May Lin", "Will Hartley", "Glenn Close")]


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("snooze Jane Doe, May Lin and Will Hartley for two weeks", "until", "2026-12-02"),
        ("snooze Jane Doe, May Lin and Will Hartley until 10 December", "until", "2026-12-10"),
        ("give Jane Doe, May Lin and Will Hartley to Dana", "owner", "Dana Whitfield"),
    ],
)
def test_what_is_said_of_several_names_is_said_of_each(nora: Desk, said: str, name: str, value: str) -> None:
    reply = nora.says(said)

    calls = [each.arguments or {} for each in (reply, *reply.also)]
    assert [call.get("name") for call in calls] == ["Jane Doe", "May Lin", "Will Hartley"]
    assert {call.get(name) for call in calls} == {value}


def test_each_may_get_somebody_else(nora: Desk) -> None:
    reply = nora.says("give Jane Doe to Dana and May Lin to Tom")

    calls = [each.arguments or {} for each in (reply, *reply.also)]
    assert [(call.get("name"), call.get("owner")) for call in calls] == [
        ("Jane Doe", "Dana Whitfield"),
        ("May Lin", "Tom Becker"),
    ]


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("follow-ups next week", {"from": "2026-11-23", "to": "2026-11-29"}),
        ("follow-ups this week", "week"),
        ("follow-ups for next week", {"from": "2026-11-23", "to": "2026-11-29"}),
        ("what's due tomorrow?", {"from": "2026-11-19", "to": "2026-11-19"}),
        ("follow-ups for Thursday", {"from": "2026-11-19", "to": "2026-11-19"}),
        ("follow-ups for 2 December", {"from": "2026-12-02", "to": "2026-12-02"}),
        ("follow-ups in January", {"from": "2027-01-01", "to": "2027-01-31"}),
    ],
)
def test_follow_ups_are_those_of_the_time_that_was_said(nora: Desk, said: str, when: object) -> None:
    assert (nora.says(said).arguments or {}).get("when") == when


@pytest.mark.parametrize(
    ("said", "answer"), [("hi", "Hello!"), ("thanks a lot!", "You are welcome."), ("good morning team", "Hello!")]
)
def test_manners_have_a_short_answer(nora: Desk, said: str, answer: str) -> None:
    reply = nora.says(said)

    assert reply.head.startswith(answer)
    assert reply.command is None


def test_manners_beside_a_request_do_not_hide_it(nora: Desk) -> None:
    assert nora.says("hi, show me my hot leads please").command == "list_leads"


@dataclass
class Tenth:
    """Sentences of about the same trust: how many, how much they were trusted, how many were right."""

    sentences: int = 0
    trust: float = 0.0
    right: int = 0


@pytest.mark.slow
def test_trust_comes_true(company: Company, dispatcher: Dispatcher, desk: Callable[..., Desk]) -> None:
    """On sentences that were kept away: what is trusted with 0.8 is right in about eight of ten."""
    tenths = [Tenth() for _ in range(10)]
    weights = get_weights()
    asked: list[tuple[bool, bool, bool]] = []
    conversation = Conversation(dispatcher)
    with company.database.begin_read() as session:
        for table in ("kept_away.jsonl", "kept_away/plain_everyday_rep.jsonl", "kept_away/dutch_direct.jsonl"):
            for case in load_table(SENTENCES / table):
                if case.after or case.expect.get("also"):
                    continue
                request = desk(case.by, thread=f"{table} {case.number}").request
                context = dispatcher.build_context(session, request)
                focus = conversation.load_focus(session, request)
                example = make_example(case, context, focus, table, weights.names)
                (way, *_) = read_requests(example.sentence, weights)[0].ways
                tenth = tenths[min(9, int(way.trust * 10))]
                tenth.sentences += 1
                tenth.trust += way.trust
                tenth.right += is_right(example, way)
                if example.verb != NOTHING:
                    seen = look_at(example.sentence, weights)
                    chances = weights.commands.weigh(seen.features)
                    told = fill_arguments(seen, BY_VERB[example.verb], chances, weights)
                    likeliest = max(chances, key=chances.__getitem__)
                    asked.append((likeliest == example.verb, is_right(example, told), is_right(example, way)))

    command, filled, whole = (sum(one) / len(asked) for one in zip(*asked, strict=True))
    print(f"{len(asked)} requests: command {command:.1%}, arguments {filled:.1%}, both {whole:.1%}")  # noqa: T201
    for number, each in enumerate(tenths):
        if each.sentences:
            mean, share = each.trust / each.sentences, each.right / each.sentences
            print(f"trust {number / 10:.1f}: {each.sentences} sentences, trusted {mean:.2f}, right {share:.2f}")  # noqa: T201
    sure = [each for each in tenths[7:] if each.sentences >= 20]
    assert sure
    assert all(abs(each.trust - each.right) / each.sentences <= 0.15 for each in sure)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("delete jane doe", "never delete"),
        ("draft an email to hank morris", "write to nobody"),
        ("schedule a call with jane doe for friday at 3pm", "keep no calendar"),
        ("move all my open deals to negotiation", "Many leads at once"),
    ],
)
def test_what_no_command_does_is_said_with_what_comes_nearest(nora: Desk, said: str, answer: str) -> None:
    reply = nora.says(said)

    assert reply.state is ReplyState.NOT_UNDERSTOOD
    assert answer in reply.head


def test_a_day_that_no_month_has_is_not_left_out_of_a_change(nora: Desk) -> None:
    assert nora.says("snooze jane doe until 30 Feb").state is ReplyState.NOT_UNDERSTOOD


def test_a_particle_belongs_to_the_family_name(nora: Desk) -> None:
    reply = nora.says("add lead Maria dos Santos from Café 99, maria@cafe99.example")

    assert reply.command == "create_lead"
    assert (reply.arguments or {})["last_name"] == "dos Santos"


def test_a_lead_that_was_converted_does_not_stand_for_its_contact(nora: Desk) -> None:
    reply = nora.says("Carlos Mendes's title is Head of Purchasing")

    assert (reply.command, reply.state) == ("update_contact", ReplyState.CONFIRM)


@pytest.mark.parametrize(
    ("first", "second", "changed"),
    [
        ("remind me to call May Lin on Thursday", "no, I meant Friday", {"due": "2026-11-20"}),
        ("snooze Jane Doe until Monday", "sorry, until Wednesday", {"until": "2026-11-25"}),
        ("move the Initech fleet renewal to 18 December", "the 21st, sorry", {"close_date": "2026-12-21"}),
    ],
)
def test_what_was_just_asked_for_is_put_right_by_what_differs(
    nora: Desk, first: str, second: str, changed: dict[str, str]
) -> None:
    before, reply = nora.says(first), nora.says(second)

    assert reply.command == before.command
    assert reply.arguments == {**(before.arguments or {}), **changed}


@pytest.mark.parametrize("said", ["show 山田太郎", "show 太郎山田", "show 山田さん"])
def test_a_name_written_without_a_blank_is_found(nora: Desk, said: str) -> None:
    nora.says('create_lead first_name=太郎 last_name=山田 company="Harbor Foods"')

    assert nora.says(said).arguments == {"name": "太郎 山田"}


@pytest.mark.parametrize(
    ("said", "command", "argument"),
    [("show ミドリ", "show_record", "name"), ("log a call with 小林健: likes it", "log_activity", "name")],
)
def test_a_company_is_found_without_its_legal_form(nora: Desk, said: str, command: str, argument: str) -> None:
    nora.says('create_lead first_name=健 last_name=小林 company="株式会社ミドリ"')

    reply = nora.says(said)

    assert (reply.command, (reply.arguments or {})[argument]) == (command, "健 小林")


def test_leads_are_listed_by_a_company_without_its_legal_form(nora: Desk) -> None:
    nora.says('create_lead first_name=健 last_name=小林 company="株式会社ミドリ"')

    assert [each.name for each in nora.says("leads at ミドリ").records] == ["健 小林"]


@pytest.mark.parametrize(
    ("said", "command", "missing"),
    [
        ("leads without a phone", "list_leads", "phone"),
        ("leads without an email", "list_leads", "email"),
        ("deals without an amount", "list_opportunities", "amount"),
        ("deals without a next step", "list_opportunities", "next_step"),
    ],
)
def test_what_is_missing_is_a_question_of_its_own(nora: Desk, said: str, command: str, missing: str) -> None:
    reply = nora.says(said)

    assert (reply.command, reply.arguments) == (command, {"missing": [missing]})


@pytest.mark.parametrize("said", ["show marsh", "email of marsh", "log a call with marsh: no answer"])
def test_a_name_that_a_lead_and_a_contact_have_is_asked_about(desk: Callable[..., Desk], said: str) -> None:
    reply = desk("priya").says(said)

    assert (reply.state, {each.name for each in reply.choices}) == (ReplyState.CHOOSE, {"Ella Marsh", "Penny Marsh"})


def test_a_noun_chooses_between_a_lead_and_a_contact_of_one_name(desk: Callable[..., Desk]) -> None:
    assert desk("priya").says("show contact marsh").records[0].name == "Ella Marsh"


def test_what_is_missing_is_offered_in_words() -> None:
    assert describe_call(Reading("list_leads", {"missing": ["phone", "email"]}, 1.0)) == (
        "Leads without a phone or an email"
    )
    assert describe_call(Reading("list_opportunities", {"missing": ["next_step"], "owner": "me"}, 1.0)) == (
        "Deals without a next step: mine"
    )


@pytest.mark.parametrize(
    ("command", "arguments", "offered"),
    [
        ("list_opportunities", {"overdue": True, "owner": "me"}, "Deals: overdue, mine"),
        ("list_opportunities", {"overdue": False}, "Deals: not overdue"),
        ("list_leads", {"converted": False}, "Leads: not converted"),
        ("set_digest", {"enabled": False}, "Change my digest: stop it"),
    ],
)
def test_a_yes_or_no_is_offered_by_what_it_means(command: str, arguments: dict[str, Any], offered: str) -> None:
    assert describe_call(Reading(command, arguments, 1.0)) == offered


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("how much did Nobody Known win last quarter", "Nobody Known"),
        ("how many deals did Wanda Fish close last month", "Wanda Fish"),
        ("how much did quibble win this quarter", "quibble"),
        ("how much did Justin Case win this year", "Justin Case"),
    ],
)
@pytest.mark.parametrize("who", ["nora", "helen"])
def test_a_question_about_nobody_is_no_question_about_the_team(
    desk: Callable[..., Desk], who: str, said: str, name: str
) -> None:
    reply = desk(who).says(said)

    # Where the rest is not sure either, nobody's name alone is not what is asked about.
    assert reply.state in (ReplyState.NOT_UNDERSTOOD, ReplyState.NOT_FOUND)
    assert reply.head == f"Nobody here is called “{name}”. Say a colleague's name." or "I did nothing" in reply.head
    assert not reply.figures


@pytest.mark.parametrize("said", ["how much did we win this year", "how much did Tom win this year"])
def test_who_is_known_is_answered_for(desk: Callable[..., Desk], said: str) -> None:
    assert desk("helen").says(said).command == "deal_stats"


def test_a_short_name_is_mended_by_one_letter_only(nora: Desk) -> None:
    # There is a Sunday Okafor, two letters away.
    assert nora.says("Sanjay's pipeline").head.startswith("Nobody here is called “Sanjay”")
    assert (nora.says("show Sundey Okafor").arguments or {})["name"] == "Sunday Okafor"


def test_a_guess_shares_a_word_with_the_name(nora: Desk) -> None:
    assert "Did you mean" not in nora.says("show Robert Miller").head


def test_values_that_are_joined_are_taken_together(nora: Desk) -> None:
    assert sorted((nora.says("show me my hot or warm leads").arguments or {})["band"]) == ["hot", "warm"]


def test_of_two_periods_the_earlier_is_compared_with(nora: Desk) -> None:
    asked = nora.says("how much did we win in August vs September").arguments or {}

    assert asked["period"]["from"] > asked["compare_period"]["from"]


def test_what_was_lost_lies_behind(nora: Desk) -> None:
    asked = nora.says("list the deals I lost in december").arguments or {}

    assert asked["closing"]["to"] < f"{nora.request.now:%Y-%m-%d}"


def test_no_change_of_many_is_offered_that_leaves_out_which(nora: Desk) -> None:
    reply = nora.says("all the flurbish leads should somehow go to Dana")

    assert reply.state is ReplyState.NOT_UNDERSTOOD
    assert all(button.command != "assign_leads" for button in reply.buttons)


def test_what_was_said_of_one_record_is_not_done_to_the_next(desk: Callable[..., Desk]) -> None:
    nora = desk("nora", thread="two new leads")
    nora.says("add a lead: José Prado, head of sales, Prado Foods, jose@prado.example")

    asked = nora.says("add a lead: Ivy Lund at Fjell Sport").arguments or {}

    assert (asked["first_name"], asked["last_name"]) == ("Ivy", "Lund")
    assert not {"title", "email"} & asked.keys()
    assert nora.says("add a lead: Maria dos Santos, Porto Foods").state is ReplyState.CONFIRM


def test_a_question_of_its_own_keeps_no_period_of_another(desk: Callable[..., Desk]) -> None:
    nora = desk("nora", thread="two questions")
    nora.says("my win rate by product this year")

    assert "closing" not in (nora.says("deals without a next step").arguments or {})


@pytest.mark.parametrize(
    "said",
    [
        "leads not in Germany",
        "deals that are not mine",
        "leads not owned by Dana",
        "deals not closing this month",
        "give all web leads not in Energy to Tom",
    ],
)
def test_what_was_denied_is_not_asked_for(nora: Desk, said: str) -> None:
    reply = nora.says(said)

    assert reply.state is ReplyState.NOT_UNDERSTOOD
    assert "not for all that is not" in reply.head


@pytest.mark.parametrize(
    "said", ["which of my leads have I not called in three weeks", "deals I haven't touched for a month"]
)
def test_a_denied_touch_is_no_denied_owner(nora: Desk, said: str) -> None:
    reply = nora.says(said)

    assert reply.arguments is not None
    assert reply.arguments["owner"] == "me"
