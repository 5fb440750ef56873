"""What an argument could be is found in a sentence, whatever weights choose among it later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands import BY_VERB
from commands.dispatching.dispatcher import Dispatcher
from commands.language.candidates.candidates import find_candidates
from commands.language.readings.clauses import find_boundaries
from commands.language.readings.weights import get_weights
from commands.language.sentences.sentence import FocusView, Sentence, sentence_of
from storage.database.doors import Database
from storage.imports import run_import
from tests.company import Company
from tests.desk import Desk

Look = Callable[[str], Sentence]


@pytest.fixture
def look(sqlite_database: Database, dispatcher: Dispatcher, desk: Callable[..., Desk]) -> Iterator[Look]:
    company = Company(sqlite_database)
    request = desk("nora", thread="candidates").request
    with company.database.begin_read() as session:
        context = dispatcher.build_context(session, request)
        yield lambda said: sentence_of(said, context, None, get_weights().names)


@pytest.mark.parametrize(
    ("said", "verb", "argument", "value"),
    [
        ("won amount for 2025 and 2026", "deal_stats", "period", {"from": "2025-01-01", "to": "2026-12-31"}),
        (
            "deals that close in December, January and February",
            "list_opportunities",
            "closing",
            {"from": "2026-12-01", "to": "2027-02-28"},
        ),
        ("are we ahead of last year", "deal_stats", "period", {"from": "2026-01-01", "to": "2026-12-31"}),
        ("ring Jane Doe early in January, say the 8th", "set_follow_up", "due", "2027-01-08"),
        ("no digest for me on Thursdays", "set_digest", "days", ["mon", "tue", "wed", "fri"]),
        ("Globex closes 9. January", "update_opportunity", "close_date", "2027-01-09"),
        ("leads that nobody emailed this month", "list_leads", "not_touched_by", "email"),
        ("leads that nobody emailed since Monday", "list_leads", "untouched_days", 3),
        ("firms with 400 to 2000 staff", "list_leads", "max_employees", 2000),
        ("whoever came in over the phone", "list_leads", "source", "Phone Inquiry"),
        ("my prospects who are directors", "list_leads", "search", "director"),
        ("deals that close in January or later", "list_opportunities", "closing", {"from": "2027-01-01"}),
        ("our worst four weeks", "deal_stats", "limit", 4),
        ("open fleet renewal deals of mine", "list_opportunities", "product", "Fleet renewal"),
        ("open gtx pro deals", "list_opportunities", "product", "GTX Pro"),
        ("convert Glenn Close, company: new", "convert_lead", "account", "new"),
        ("convert Glenn Close to an account of his own", "convert_lead", "account", "new"),
        ("what is in negot", "list_opportunities", "stage", "Negotiation"),
        ("my digest t, no, m/w/f", "set_digest", "days", ["mon", "wed", "fri"]),
        ("digest tue thru fri", "set_digest", "days", ["tue", "wed", "thu", "fri"]),
        ("globex 2 140k", "update_opportunity", "amount", 140000),
        ("what came in since 1630 yesterday", "whats_changed", "since", "2026-11-17T16:30"),
        ("forecast to the end of january", "forecast", "period", {"from": "2026-11-18", "to": "2027-01-31"}),
        ("digest to a quarter past seven", "set_digest", "time", "07:15"),
        ("remind me of Jane Doe on 10.12", "set_follow_up", "due", "2026-12-10"),
        ("my 🔥 leads", "list_leads", "band", "hot"),
        ("my leads without the unqualified", "list_leads", "status", "Qualified"),
        ("the best of my region", "list_leads", "owner", "team"),
        ("leads in aviation", "list_leads", "industry", "Aviation"),
        ("tick off what I owe on the purchase order", "complete_follow_up", "name", "F7"),
        ("jinwon is contacted", "set_lead_status", "name", "L5"),
        ("mary-jane's: (415) 555-0177", "update_lead", "value", "(415) 555-0177"),
        ("Jin Won's title → plant director", "update_lead", "value", "plant director"),
        ("stage of the fleet: neg", "update_opportunity", "stage", "Negotiation"),
        ("move Jane Doe to St. Louis, the city", "update_lead", "value", "St. Louis"),
        ("my leads in salt lake city", "list_leads", "place", "salt lake city"),
        ("deals in turin", "list_opportunities", "place", "turin"),
        ("Jane Doe's new number is five five five oh nine double one", "update_lead", "value", "555 0911"),
        (
            "her address is jane dot doe at initech dash labs dot example",
            "update_lead",
            "value",
            "jane.doe@initech-labs.example",
        ),
        ("put Jane Doe down as a warm rating", "update_lead", "value", "Warm"),
        ("how does a lead's status differ from a deal's stage", "explain_term", "term", "status and stage"),
        ("put Globex GTX Basic at 11 December", "update_opportunity", "close_date", "2026-12-11"),
        ("leads I have not written to in three weeks", "list_leads", "not_touched_by", "email"),
    ],
)
def test_what_is_said_is_among_the_candidates(look: Look, said: str, verb: str, argument: str, value: object) -> None:
    found = find_candidates(look(said), BY_VERB[verb], get_weights().edges)

    assert value in [each.value for each in found if each.argument == argument]


def test_what_a_change_is_joined_to_is_not_taken_from_what_was_shown_before(look: Look) -> None:
    said = look("convert Glenn Close")
    said.focus = FocusView(("C1", "A1", "O1"), "summarize_pipeline")

    found = find_candidates(said, BY_VERB["convert_lead"], get_weights().edges)

    assert {each.value for each in found if each.argument == "account"}.isdisjoint(said.focus.records)


@pytest.mark.parametrize(
    ("said", "stages"),
    [
        ("deals in Needs Analysis or later", ["Needs Analysis", "Proposal", "Negotiation"]),
        ("what is beyond the proposal", ["Negotiation"]),
        ("deals not yet in Needs Analysis", ["Prospecting", "Qualification"]),
        ("deals in Proposal", ["Proposal"]),
        ("deals from Needs Analysis to Negotiation", ["Needs Analysis", "Proposal", "Negotiation"]),
        ("between qualification and proposal", ["Qualification", "Needs Analysis", "Proposal"]),
        ("all my deals but the Proposal ones", ["Prospecting", "Qualification", "Needs Analysis", "Negotiation"]),
    ],
)
def test_a_stage_bounds_a_range_of_stages(look: Look, said: str, stages: list[str]) -> None:
    found = find_candidates(look(said), BY_VERB["list_opportunities"], get_weights().edges)

    assert [each.value for each in found if each.argument == "stage"] == stages


@pytest.mark.parametrize(
    ("said", "shown", "listed", "meant"),
    [
        ("no, the other Jane", "L1", (), "L2"),
        ("the other Globex deal please", "O2", (), "O9"),
        ("and the other one?", "O2", ("O2", "O5"), "O5"),
        ("and the next one down?", "L2", ("L1", "L2", "L5"), "L5"),
        ("next please", "L2", ("L1", "L2", "L5"), "L5"),
        ("who is right above her", "L2", ("L1", "L2", "L5"), "L1"),
    ],
)
def test_one_that_was_not_shown_is_found_from_the_one_that_was(
    look: Look, said: str, shown: str, listed: tuple[str, ...], meant: str
) -> None:
    s = look(said)
    s.focus = FocusView((shown,), "show_record", listed=listed)

    found = find_candidates(s, BY_VERB["show_record"], get_weights().edges)

    assert [each.value for each in found if each.argument == "name" and each.sort.startswith("other")] == [meant]


def test_the_next_week_is_not_the_next_one_of_a_list(look: Look) -> None:
    s = look("snooze her to next week")
    s.focus = FocusView(("L2",), "show_record", listed=("L1", "L2", "L5"))

    found = find_candidates(s, BY_VERB["snooze_lead"], get_weights().edges)

    assert {each.value for each in found if each.argument == "name"} == {"L2"}


@pytest.mark.parametrize(
    "said",
    [
        "log a call with Jane Doe, we met at that point in time",
        "Jane Doe's title: at this point head of sales",
        "call Jane Doe at seven on the dot please",
        "she is at Globex, dot the i and be done",
    ],
)
def test_ordinary_words_are_no_dictated_address(look: Look, said: str) -> None:
    found = find_candidates(look(said), BY_VERB["update_lead"], get_weights().edges)

    assert not [each.value for each in found if each.sort.startswith("dictated")]


def test_who_pushes_a_deal_to_a_day_of_the_month_means_the_next_after_its_close_date(look: Look) -> None:
    # It closes on 26 February.
    found = find_candidates(
        look("push Acme Industries to the 20th"), BY_VERB["update_opportunity"], get_weights().edges
    )

    assert "2027-03-20" in [each.value for each in found if each.argument == "close_date"]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("cnvrt rch osbrn", ["Rich Osborne"]),
        ("jn wn s cntctd", []),
        ("clsd dls ths mnth", []),
    ],
)
def test_names_are_found_without_their_vowels(look: Look, said: str, names: list[str]) -> None:
    found = [record.name for mention in look(said).mentions.values() for record in mention.records]

    assert found == names


@pytest.mark.parametrize(("words", "found"), [(1, True), (7, False)])
def test_names_without_their_blanks_are_cut_in_sentences_not_in_texts_of_them(
    look: Look, words: int, found: bool
) -> None:
    said = look(" ".join(["jinwon"] * words))

    assert any(mention.records for mention in said.mentions.values()) is found


def test_the_value_of_a_field_ends_with_its_sentence(look: Look) -> None:
    found = find_candidates(
        look("Acme moved to Reno. The city, I mean."), BY_VERB["update_account"], get_weights().edges
    )

    values = [each.value for each in found if each.argument == "value"]
    assert "Reno" in values
    assert not any("Reno." in each for each in values)


def test_a_close_date_moves_by_a_length_of_time_from_where_it_stands(look: Look) -> None:
    said = look("the Acme Industries deal slips by two weeks")

    moved = {
        each.sort: each.value
        for each in find_candidates(said, BY_VERB["update_opportunity"], get_weights().edges)
        if each.argument == "close_date" and each.sort.startswith("moved")
    }

    assert moved == {"moved 1 for": "2027-03-12", "moved -1 for": "2027-02-12"}


@pytest.mark.parametrize(
    ("said", "second"),
    [
        ("Undo. Then Penny Marsh: Contacted", "penny"),
        ("average deal size by product and by rep", "by rep"),
        ("snooze Jane Doe until 9. January, and what is due today?", "what is"),
    ],
)
def test_a_message_may_part_wherever_a_request_could_begin(look: Look, said: str, second: str) -> None:
    s = look(said)

    assert second in [s.cut(each.start)[: len(second)].lower() for each in find_boundaries(s, get_weights())]


def test_a_time_is_never_parted(look: Look) -> None:
    s = look("snooze Jane Doe until 9. January, and what is due today?")

    assert "January" not in [s.cut(each.start)[:7] for each in find_boundaries(s, get_weights())]


def test_what_has_no_address_is_not_what_nobody_wrote_to(look: Look) -> None:
    found = find_candidates(look("leads without an email"), BY_VERB["list_leads"], get_weights().edges)

    assert ("missing", "email") in [(each.argument, each.value) for each in found]
    assert "not_touched_by" not in [each.argument for each in found]


def test_a_stretch_within_a_month_is_no_day_to_snooze_until(look: Look) -> None:
    found = find_candidates(
        look("snooze jane roe until the last week of November"), BY_VERB["snooze_lead"], get_weights().edges
    )

    assert all(isinstance(each.value, str) for each in found if each.argument == "until")


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("mark robert delgado as contacted", ["robert delgado"]),
        ("show me Rosa Delgado's number", ["Rosa Delgado"]),
        ("call mr delgado tomorrow", []),
        ("show me delgado's number", []),
        ("mark delgado's number", []),
    ],
)
def test_who_has_anothers_family_name_is_not_that_other(look: Look, said: str, unknown: list[str]) -> None:
    # Nora has a lead called Mark Delgado, and sees no other Delgado.
    assert [each.said for each in look(said).mentions.values() if each.unknown] == unknown


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("leads in salt lake city", ["salt lake city"]),
        ("Florida's deals", ["Florida"]),
        ("who is Victoria Smith?", []),
        ("call Boston Media", []),
        ("my leeds", []),
        ("leads in leeds", ["leeds"]),
        ("lisbon", ["lisbon"]),
        ("leads in St. Louis", ["St. Louis"]),
        ("anyone from fort worth", ["fort worth"]),
    ],
)
def test_known_places_are_no_names_of_people_or_firms(look: Look, said: str, places: list[str]) -> None:
    assert [each.said for each in look(said).mentions.values() if each.is_place] == places


@pytest.fixture
def cities(sqlite_database: Database, tmp_path: Path) -> None:
    """Leads of Nora at companies that are called after cities."""
    file = tmp_path / "leads.csv"
    companies = ("Denver Medical", "Denver Medical", "Phoenix Inc", "York Mills", "RSM")
    leads = (f"Kim,Alder {number},{company}" for number, company in enumerate(companies))
    rows = ["First Name,Last Name,Company,Owner", *(f"{each},Nora Lindqvist" for each in leads)]
    file.write_text("\n".join(rows))
    run_import(sqlite_database, 1, [file], now=Company(sqlite_database).now)


@pytest.mark.parametrize(
    ("said", "records"),
    [
        ("deals in Denver", 0),
        ("denver leads", 0),
        ("how is Denver Medical doing", 2),
        ("deals in Denver Medical", 2),
        ("leads phoenix", 1),
        ("my new york leads", 0),
        ("how is York Mills", 1),
        ("rsm leads", 1),
    ],
)
def test_a_city_is_a_place_where_that_is_asked_for(cities: None, look: Look, said: str, records: int) -> None:
    (mention,) = look(said).mentions.values()

    assert len(mention.records) == records
