"""The form that converts a lead (docs/domain.md, "Conversion")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.slack.modals import FieldErrors, NextView, open_form_view
from bot.slack.modals.submission import OVERTAKEN
from bot.slack.payloads.button_value import ButtonCall
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.open_questions import load_proposal
from storage.database.doors import Database
from storage.names import name_index
from storage.names.normalise import make_company_key
from storage.tables import Account, Contact, Lead, Opportunity, OpportunityContact, Workspace
from tests.bot.slack.modals.form_sheet import HERE, sheet
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

Desks = Callable[..., Desk]
KINDS = ("account", "contact", "opportunity", "opportunity_contact")


def counts(database: Database) -> dict[str, int]:
    return {table: count(database, table) for table in KINDS}


def change(database: Database, number: int, **values: Any) -> None:
    with database.begin_write() as session:
        session.execute(update(Lead).where(Lead.id == number).values(**values))


def one_more_account(company: Company, name: str, **values: Any) -> None:
    with company.database.begin_write() as session:
        first = session.get_one(Account, int(company.id("A-05")[1:]))
        more = {"owner_id": first.owner_id, "created_at": company.now, "updated_at": company.now} | values
        account = Account(workspace_id=company.workspace_id, name=name, name_key=make_company_key(name), **more)
        session.add(account)
        session.flush()
        name_index.index_record(session, account)


def guidelines(company: Company, **values: Any) -> None:
    with company.database.begin_write() as session:
        workspace = session.get_one(Workspace, company.workspace_id)
        workspace.guidelines = {**workspace.guidelines, **values}


def done(answer: object) -> Reply:
    assert isinstance(answer, Reply), answer
    assert answer.state is ReplyState.DONE, answer
    return answer


def deal(session: Session, reply: Reply) -> Opportunity:
    return session.get_one(Opportunity, int(next(each.id for each in reply.records if each.kind == "opportunity")[1:]))


def test_candidates_stand_there_with_their_reasons_and_the_certain_one_is_chosen(desk: Desks) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L1")

    assert form.offers("account") == ["Initech", "New account Initech"]
    assert form.reasons("account") == ["Existing, same domain initech.com and same name"]
    assert form.reasons("opportunity") == ["$45,000, closes Tue 15 Dec 2026; as a further contact"]
    assert form.offers("contact") == ["New contact Jane Doe"]
    assert form.offers("opportunity") == [
        "Join Initech - Fleet renewal",
        "Open a new opportunity",
        "Contact and account only",
    ]
    assert [form.value(each) for each in ("account", "contact", "opportunity")] == ["A5", "new", "O1"]
    assert not form.has("amount")


def test_the_evidence_and_what_is_missing_stand_there(desk: Desks) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L1")

    assert "Product interest: strong, Fleet renewal" in form.words
    assert "Budget: unknown (strong is at least $10,000)" in form.words


def test_a_lead_joins_the_open_opportunity_of_its_account(desk: Desks, company: Company) -> None:
    before = counts(company.database)

    reply = done(sheet(desk("nora"), "convert_lead", name="L1").send())

    assert reply.head.startswith(
        "Jane Doe is converted: contact Jane Doe, account Initech, opportunity Initech - Fleet"
    )
    assert reply.notes == ()
    assert [each.label for each in reply.buttons] == ["Undo"]
    assert counts(company.database) == before | {
        "contact": before["contact"] + 1,
        "opportunity_contact": before["opportunity_contact"] + 1,
    }


def test_a_new_opportunity_is_described_in_the_form(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L8")
    assert form.value("opportunity_name") == "Pinnacle Bank - GTX Pro"
    assert (form.value("close_date"), form.value("stage"), form.value("amount")) == (
        "2026-12-31",
        "Prospecting",
        "80000",
    )

    reply = done(
        form.fill(amount="$1.2m", close_date="2027-01-31", stage="Proposal", opportunity_name="Branches").send()
    )

    with company.database.begin_read() as session:
        made = deal(session, reply)
        assert made.amount == Decimal(1_200_000)
        assert (made.name, made.currency) == ("Branches", "USD")
        assert made.close_date is not None
        assert made.close_date.isoformat() == "2027-01-31"


def test_an_amount_in_another_currency_keeps_it_through_the_form(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L8", amount="18k", currency="EUR")
    assert form.value("amount") == "18000 EUR"

    reply = done(form.fill(amount="21k GBP").send())

    with company.database.begin_read() as session:
        assert (deal(session, reply).amount, deal(session, reply).currency) == (21000, "GBP")


def test_choosing_a_new_opportunity_asks_for_it_and_says_that_the_lead_is_not_qualified(
    desk: Desks, company: Company
) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L1").choose("opportunity", "new")

    assert "Not qualified yet: budget unknown." in form.words
    assert form.view.content["submit"]["text"] == "Convert anyway"
    reply = done(form.fill(amount="45k").send())
    assert reply.head.startswith("Jane Doe is converted anyway")
    assert reply.notes == ("Not qualified yet: budget unknown. “Convert anyway” is kept in the audit log.",)


def test_choosing_another_account_shows_its_contacts_and_opportunities(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.add(
            Contact(
                workspace_id=company.workspace_id,
                owner_id=company.person("nora"),
                name="Jane Doe",
                account_id=5,
                created_at=company.now,
                updated_at=company.now,
            )
        )
    form = sheet(desk("nora"), "convert_lead", name="L1")
    assert form.offers("contact") == ["Jane Doe", "New contact Jane Doe"]
    assert form.value("contact") == "C21"

    form.choose("account", "new")
    assert form.offers("contact") == ["New contact Jane Doe"]
    assert form.offers("opportunity") == ["Open a new opportunity", "Contact and account only"]
    assert form.value("opportunity_name") == "Initech - Fleet renewal"

    form.choose("account", "A5")
    assert [form.value(each) for each in ("contact", "opportunity")] == ["C21", "O1"]


def test_what_was_typed_stays_when_another_account_is_chosen(desk: Desks) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L2")
    form.fill(opportunity_name="Turbines", amount="20k", close_date="2027-02-01")

    form.choose("account", "new")

    assert (form.value("opportunity_name"), form.value("amount"), form.value("close_date")) == (
        "Turbines",
        "20k",
        "2027-02-01",
    )


def test_a_suggested_name_follows_the_account(desk: Desks, company: Company) -> None:
    one_more_account(company, "Globex Energy")
    form = sheet(desk("nora"), "convert_lead", name="L2")
    assert form.value("opportunity_name") == "Globex - November 2026"

    form.choose("account", "Globex Energy")

    assert form.value("opportunity_name") == "Globex Energy - November 2026"


def test_what_is_filled_kept_and_left_is_said_and_happens(desk: Desks, company: Company) -> None:
    change(company.database, 1, industry="Software", city="Dallas", custom={"Shoe size": "44"})
    with company.database.begin_write() as session:
        session.execute(update(Account).where(Account.id == 5).values(industry=None))

    form = sheet(desk("nora"), "convert_lead", name="L1")

    assert "Fills blanks: account industry “Software”" in form.words
    assert "Not overwritten, stays on the lead: account city “Dallas” (there: “Austin”)" in form.words
    assert "No place for custom fields, they stay on the lead: Shoe size." in form.words
    done(form.send())
    with company.database.begin_read() as session:
        account = session.get_one(Account, 5)
        assert (account.industry, account.city) == ("Software", "Austin")


def test_a_contact_that_is_there_is_filled_and_not_made_anew(desk: Desks, company: Company) -> None:
    change(company.database, 1, email="samir.patel@initech.com", mobile="+1 555 7777")
    before = counts(company.database)

    form = sheet(desk("nora"), "convert_lead", name="L1")
    assert form.value("contact") == "C1"
    assert "contact mobile “+1 555 7777”" in form.words
    done(form.send())

    assert counts(company.database)["contact"] == before["contact"]
    with company.database.begin_read() as session:
        assert session.get_one(Contact, 1).mobile == "+1 555 7777"
        assert session.get(OpportunityContact, (1, 1)) is None, "already the primary contact"


def test_without_an_opportunity_none_is_made(desk: Desks, company: Company) -> None:
    before = counts(company.database)
    form = sheet(desk("nora"), "convert_lead", name="L4").choose("opportunity", "none")
    assert not form.has("opportunity_name")

    reply = done(form.send())

    assert [each.kind for each in reply.records] == ["contact", "account"]
    assert counts(company.database)["opportunity"] == before["opportunity"]


def test_the_hard_gate_offers_no_new_opportunity(desk: Desks, company: Company) -> None:
    guidelines(company, hard_gate=True)

    form = sheet(desk("nora"), "convert_lead", name="L2")

    assert form.offers("opportunity") == [
        "Join Globex - GTX Basic",
        "Join Globex - Support plan",
        "Contact and account only",
    ]
    assert form.value("opportunity") == "none"
    assert (
        "This workspace opens an opportunity only when product interest, budget and timeframe are strong" in form.words
    )
    done(form.send())


def test_the_hard_gate_holds_against_a_forged_choice(desk: Desks, company: Company) -> None:
    guidelines(company, hard_gate=True)
    form = sheet(desk("nora"), "convert_lead", name="L2")
    before = contents(company.database)
    payload = form.payload
    block = next(each for each in payload["state"]["values"] if each.startswith("opportunity~r"))
    payload["state"]["values"][block]["form:opportunity"]["selected_option"] = {"value": "new"}

    answer = form.send(payload)

    assert not isinstance(answer, Reply)
    assert contents(company.database) == before


def test_two_accounts_that_fit_equally_well_are_for_the_person_to_choose(desk: Desks, company: Company) -> None:
    one_more_account(company, "Initech AG")
    change(company.database, 1, email=None)

    form = sheet(desk("nora"), "convert_lead", name="L1")
    assert form.value("account") is None
    assert not form.has("contact")
    assert "Several fit equally well." in form.words

    form.choose("account", "Initech")
    assert form.value("opportunity") == "O1"
    assert "account Initech," in done(form.send()).head


@pytest.mark.parametrize(
    ("filled", "wrong"),
    [
        ({"amount": "lots"}, {"amount": "is not an amount"}),
        ({"amount": "-1"}, {"amount": "is not an amount"}),
        ({"close_date": "2199-12-31"}, {"close_date": "50 years away"}),
        ({"close_date": "1900-01-01"}, {"close_date": "50 years away"}),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_created(
    desk: Desks, company: Company, filled: dict[str, Any], wrong: dict[str, str]
) -> None:
    before = contents(company.database)
    form = sheet(desk("nora"), "convert_lead", name="L8")

    answer = form.fill(**filled).send()

    assert isinstance(answer, FieldErrors), answer
    assert answer.fields.keys() == wrong.keys()
    assert all(words in answer.fields[name] for name, words in wrong.items()), answer
    assert contents(company.database) == before
    done(form.fill(amount="10k", close_date="2026-12-01").send())


def test_a_choice_that_the_form_has_not_shown_yet_is_shown_before_it_is_done(desk: Desks, company: Company) -> None:
    before = contents(company.database)
    form = sheet(desk("nora"), "convert_lead", name="L1").fill(account="New account Initech")

    assert isinstance(form.send(), NextView)

    assert contents(company.database) == before
    assert form.value("account") == "new"
    done(form.send())


def test_an_account_that_a_colleague_made_meanwhile_is_shown_before_a_second_one_is_made(
    desk: Desks, company: Company
) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L4")
    assert form.offers("account") == ["New account Northwind Traders"]
    one_more_account(company, "Northwind Traders Inc.")
    before = contents(company.database)

    assert isinstance(form.send(), NextView)

    assert contents(company.database) == before
    assert OVERTAKEN in form.words
    assert "Northwind Traders Inc." in form.offers("account")


def test_a_new_account_is_not_insisted_on_so_that_one_made_in_the_same_moment_is_taken(desk: Desks) -> None:
    reply = done(sheet(desk("nora"), "convert_lead", name="L4").send())

    assert reply.arguments
    assert not {"account", "contact"} & reply.arguments.keys()


def test_a_new_account_besides_a_certain_one_is_insisted_on(desk: Desks, company: Company) -> None:
    before = counts(company.database)

    done(sheet(desk("nora"), "convert_lead", name="L1").choose("account", "new").send())

    assert counts(company.database)["account"] == before["account"] + 1


def test_a_lead_that_changed_meanwhile_is_shown_again_with_what_was_typed(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "convert_lead", name="L8").fill(amount="80k")
    desk("helen").types("qualify_lead #L8 budget=5k")

    assert isinstance(form.send(), NextView)

    assert "Budget: weak, $5,000" in form.words
    assert form.value("amount") == "80000"
    assert done(form.send()).head.startswith("Rich Osborne is converted anyway")


def test_a_second_submission_answers_with_the_first_result(desk: Desks, company: Company) -> None:
    nora, helen = desk("nora"), desk("helen")
    first, second = sheet(nora, "convert_lead", name="L1"), sheet(helen, "convert_lead", name="L1")
    reply = done(first.send())
    before = contents(company.database)

    for again in (first.send(), second.send()):
        assert isinstance(again, Reply)
        assert again.state is ReplyState.ANSWERED
        assert [each.id for each in again.records] == [each.id for each in reply.records]
    assert contents(company.database) == before


def test_the_same_submission_delivered_twice_is_done_once_and_answered_alike(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.request = replace(nora.request, key="view:V1:h1")
    form = sheet(nora, "convert_lead", name="L1")
    reply = done(form.send())
    before = counts(company.database)

    again = done(form.send())

    assert counts(company.database) == before
    assert [each.label for each in again.buttons] == [each.label for each in reply.buttons]


def test_which_lead_is_meant_is_asked_first(desk: Desks) -> None:
    form = sheet(desk("nora"), "convert_lead", name="jane")
    assert form.offers("name") == ["Jane Doe, Initech", "Jane Roe, Globex", "Mary-Jane Watts, Open Systems"]

    assert isinstance(form.fill(name="Jane Doe, Initech").send(), NextView)

    assert form.value("account") == "A5"
    done(form.send())


def test_a_proposal_is_changed_in_the_form(desk: Desks) -> None:
    nora = desk("nora")
    card = nora.types("convert_lead jane doe create_opportunity=true amount=30k stage=Proposal")
    assert card.confirmation

    with nora.dispatcher.database.begin_read() as session:
        verb, arguments = load_proposal(session, nora.request, card.confirmation)
    form = sheet(nora, verb, **arguments)

    assert (form.value("opportunity"), form.value("amount"), form.value("stage")) == ("new", "30000", "Proposal")


def test_no_form_opens_for_a_lead_that_cannot_be_converted(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.confirm(nora.types("convert_lead #L1"))
    change(company.database, 2, company=None)
    change(company.database, 3, lifecycle="closed")
    for lead, why in (("L1", "was converted on"), ("L2", "has no company"), ("L3", "Requalify it first")):
        with pytest.raises(CommandError, match=why):
            open_form_view(nora.dispatcher, nora.request, ButtonCall("convert_lead", {"name": lead}), HERE)
    with pytest.raises(NotFound):
        open_form_view(nora.dispatcher, nora.request, ButtonCall("convert_lead", {"name": "L30"}), HERE)


def test_records_of_colleagues_are_neither_offered_nor_taken(desk: Desks, company: Company) -> None:
    change(company.database, 4, company="Acme Logistics", email="glenn@acmelogistics.example")
    form = sheet(desk("nora"), "convert_lead", name="L4")
    assert "Acme Logistics" not in form.offers("account")
    before = contents(company.database)

    payload = form.payload
    payload["state"]["values"]["account"]["form:account"]["selected_option"] = {"value": "A3"}
    answer = form.send(payload)

    assert isinstance(answer, FieldErrors)
    assert "I can't find an account" in answer.fields["account"]
    assert contents(company.database) == before


def test_opening_a_form_reads_only(desk: Desks, company: Company) -> None:
    before = contents(company.database, without=())

    sheet(desk("nora"), "convert_lead", name="L1").choose("account", "new").choose("opportunity", "none")

    assert contents(company.database, without=()) == before
