"""Converting leads, as reps see it (docs/domain.md, "Conversion")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from commands.contract.reply import Reply, ReplyState
from storage.database.doors import Database
from storage.names.normalise import make_company_key
from storage.tables import (
    Account,
    Activity,
    AuditEntry,
    Change,
    Contact,
    FollowUp,
    Lead,
    Opportunity,
    OpportunityContact,
    Rep,
    Workspace,
)
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

Desks = Callable[..., Desk]
KINDS = ("account", "contact", "opportunity", "opportunity_contact")


def convert(desk: Desk, text: str) -> Reply:
    """Convert and say yes to the card."""
    return desk.confirm(desk.types(f"convert_lead {text}"))


def counts(database: Database) -> dict[str, int]:
    return {table: count(database, table) for table in KINDS}


def lead_of(session: Session, name: str) -> Lead:
    return session.scalars(select(Lead).where(Lead.name == name)).one()


def change(database: Database, name: str, /, **values: Any) -> None:
    """Give a lead other values, as an import would."""
    with database.begin_write() as session:
        session.execute(update(Lead).where(Lead.name == name).values(**values))


def notes(reply: Reply) -> str:
    return "\n".join(reply.notes)


def test_a_company_called_by_its_web_address_is_the_account_there(desk: Desks, company: Company) -> None:
    change(company.database, "Glenn Close", company="initech.com", email="glenn@post.example", website=None)
    card = desk("nora").types("convert_lead glenn close")
    assert "Account: existing, Initech (#A5), same domain initech.com" in notes(card)
    assert "account name" not in notes(card)
    with company.database.begin_write() as session:
        session.execute(update(Account).where(Account.name == "Initech").values(website="https://www.initech.com/"))
    change(company.database, "Glenn Close", website="initech.com")
    assert "account website" not in notes(desk("nora").types("convert_lead glenn close"))

    change(company.database, "Glenn Close", company="mills.example", website=None)
    convert(desk("nora"), "glenn close")
    with company.database.begin_read() as session:
        made = session.scalars(select(Account).order_by(Account.id.desc())).first()
        assert made is not None
        assert (made.name, made.domain, made.website) == ("mills.example", "mills.example", "mills.example")


def test_two_strangers_at_a_mail_provider_share_no_account(desk: Desks, company: Company) -> None:
    change(company.database, "Glenn Close", company="gmail.com", email="glenn@gmail.com")

    assert "Account: new, Glenn Close" in notes(desk("nora").types("convert_lead glenn close"))


def test_converting_always_shows_its_preview_first_and_changes_nothing(desk: Desks, company: Company) -> None:
    before = contents(company.database)

    card = desk("nora").types("convert_lead glenn close")

    assert card.state is ReplyState.CONFIRM
    assert contents(company.database) == before
    assert "Account: new, Northwind Traders" in notes(card)
    assert "Contact: new, Glenn Close" in notes(card)
    assert (
        "Opportunity: new, Northwind Traders - Fleet renewal (no amount yet, Prospecting, closes Thu 31 Dec 2026)"
        in notes(card)
    )
    assert "2 activities" in notes(card)
    assert all(record.id != "A17" for record in card.records), "what is not there yet has no id"


def test_a_lead_of_an_unknown_company_becomes_a_contact_an_account_and_an_opportunity(
    desk: Desks, company: Company
) -> None:
    reply = convert(desk("nora"), "glenn close amount=30k")

    assert reply.state is ReplyState.DONE
    assert [record.kind for record in reply.records] == ["contact", "account", "opportunity"]
    with company.database.begin_read() as session:
        lead = lead_of(session, "Glenn Close")
        account = session.get_one(Account, lead.converted_account_id)
        contact = session.get_one(Contact, lead.converted_contact_id)
        deal = session.get_one(Opportunity, lead.converted_opportunity_id)
        assert (account.name, account.name_key, account.domain) == (
            "Northwind Traders",
            "northwind traders",
            "northwind.example",
        )
        assert (account.industry, account.employees, account.country) == ("Retail", 75, "United States")
        assert (contact.email, contact.title, contact.source) == (lead.email, lead.title, lead.source)
        assert contact.account_id == account.id
        assert (deal.name, str(deal.amount), deal.currency) == ("Northwind Traders - Fleet renewal", "30000", "USD")
        assert (deal.contact_id, deal.account_id, deal.source) == (contact.id, account.id, "Partner Referral")
        assert (deal.state, deal.probability, deal.close_date.isoformat()) == ("open", 10, "2026-12-31")
        assert {lead.owner_id} == {account.owner_id, contact.owner_id, deal.owner_id}
        assert (lead.lifecycle, lead.converted_at, lead.converted_by_id) == ("converted", company.now, lead.owner_id)


def test_what_happened_and_what_is_to_be_done_goes_along(desk: Desks, company: Company) -> None:
    convert(desk("nora"), "jane doe")

    with company.database.begin_read() as session:
        lead = lead_of(session, "Jane Doe")
        for table in (Activity, FollowUp):
            rows = session.scalars(select(table).where(table.lead_id == lead.id)).all()
            assert rows
            for row in rows:
                assert row.contact_id == lead.converted_contact_id
                assert row.account_id == lead.converted_account_id
                assert row.opportunity_id == lead.converted_opportunity_id


def test_a_second_person_of_a_company_joins_its_open_opportunity_as_a_contact(desk: Desks, company: Company) -> None:
    before = counts(company.database)

    card = desk("nora").types("convert_lead jane doe")
    desk("nora").confirm(card)

    assert "Account: existing, Initech (#A5), same domain initech.com and same name" in notes(card)
    assert "joins Initech - Fleet renewal" in notes(card)
    assert [button.label for button in card.buttons] == ["New opportunity", "No opportunity", "New account"]
    assert counts(company.database) == before | {
        "contact": before["contact"] + 1,
        "opportunity_contact": before["opportunity_contact"] + 1,
    }
    with company.database.begin_read() as session:
        lead = lead_of(session, "Jane Doe")
        deal = session.get_one(Opportunity, lead.converted_opportunity_id)
        assert deal.name == "Initech - Fleet renewal"
        assert deal.contact_id != lead.converted_contact_id, "its primary contact stays"
        assert session.get(OpportunityContact, (deal.id, lead.converted_contact_id)) is not None


def test_the_card_offers_a_new_opportunity_instead_of_joining(desk: Desks) -> None:
    nora = desk("nora")
    card = nora.types("convert_lead jane doe")

    other = nora.presses(next(button for button in card.buttons if button.label == "New opportunity"))

    assert other.state is ReplyState.CONFIRM
    assert "Opportunity: new, Initech - Fleet renewal" in notes(other)
    assert "Open there, to join: Initech - Fleet renewal (#O1" in notes(other)


def test_without_an_opportunity_none_is_made(desk: Desks, company: Company) -> None:
    before = counts(company.database)

    reply = convert(desk("nora"), "glenn close create_opportunity=false")

    assert [record.kind for record in reply.records] == ["contact", "account"]
    assert counts(company.database)["opportunity"] == before["opportunity"]


@pytest.mark.parametrize("written", ["Initech", "INITECH GmbH", "Initech, Inc."])
def test_an_account_of_the_same_name_is_taken_whatever_its_legal_form(
    desk: Desks, company: Company, written: str
) -> None:
    change(company.database, "Glenn Close", company=written, email=None, website=None)

    card = desk("nora").types("convert_lead glenn close")

    assert "Account: existing, Initech (#A5), same name." in notes(card)


def test_a_similar_name_is_shown_but_never_taken_silently(desk: Desks, company: Company) -> None:
    change(company.database, "Glenn Close", company="Globexx", email=None)

    card = desk("nora").types("convert_lead glenn close")

    assert "Account: new, Globexx, no certain match. Could also be: Globex (#A4, similar name)." in notes(card)
    assert "Account Globex" in [button.label for button in card.buttons]


def test_an_account_of_a_colleague_is_neither_named_nor_used(desk: Desks, company: Company) -> None:
    change(company.database, "Glenn Close", company="Acme Logistics", email="glenn@acmelogistics.example")

    card = desk("nora").types("convert_lead glenn close")

    assert "Account: new, Acme Logistics" in notes(card)
    assert "#A3" not in notes(card)


def test_two_accounts_that_fit_equally_well_are_asked_about(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        first = session.get_one(Account, int(company.id("A-05")[1:]))
        session.add(
            Account(
                workspace_id=first.workspace_id,
                owner_id=first.owner_id,
                name="Initech AG",
                name_key=make_company_key("Initech AG"),
                created_at=company.now,
                updated_at=company.now,
            )
        )
    change(company.database, "Jane Doe", email=None)
    nora = desk("nora")

    question = nora.types("convert_lead jane doe")
    card = nora.choose(question, 2)

    assert question.state is ReplyState.CHOOSE
    assert [choice.name for choice in question.choices] == ["Initech", "Initech AG"]
    assert "Account: existing, Initech AG" in notes(card)


def test_of_two_questions_in_a_row_both_answers_are_kept(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.types('update_lead jane roe field=name value="Jane Doe"')
    nora.types("update_lead #L2 field=email value=none")
    with company.database.begin_write() as session:
        globex = session.get_one(Account, 4)
        initech = session.get_one(Account, 5)
        globex.name_key, initech.name_key, initech.domain = "globex", "globex", None

    which_lead = nora.types("convert_lead jane doe")
    which_account = nora.choose(which_lead, [each.id for each in which_lead.choices].index("L2") + 1)
    card = nora.choose(which_account, 1)

    assert (which_lead.state, which_account.state, card.state) == (
        ReplyState.CHOOSE,
        ReplyState.CHOOSE,
        ReplyState.CONFIRM,
    )
    assert nora.confirm(card).state is ReplyState.DONE
    with company.database.begin_read() as session:
        assert session.get_one(Lead, 2).converted_account_id == 4


def test_a_contact_with_the_same_email_is_taken_its_blanks_filled_and_nothing_overwritten(
    desk: Desks, company: Company
) -> None:
    change(
        company.database,
        "Jane Doe",
        email="samir.patel@initech.com",
        mobile="+1 555 0777",
        title="CFO",
        custom={"Shoe size": "44", "Car": "van"},
    )
    before = counts(company.database)

    card = desk("nora").types("convert_lead jane doe")
    desk("nora").confirm(card)

    assert "Contact: existing, Samir Patel (#C1), same email address." in notes(card)
    assert "contact mobile “+1 555 0777”" in notes(card)
    assert "contact title “CFO” (there: “Chief Financial Officer”)" in notes(card)
    assert "custom fields, they stay on the lead: Car, Shoe size" in notes(card)
    assert counts(company.database) == before
    with company.database.begin_read() as session:
        samir = session.get_one(Contact, 1)
        assert (samir.mobile, samir.title) == ("+1 555 0777", "Chief Financial Officer")


def test_the_same_name_at_the_account_with_another_email_is_only_offered(desk: Desks, company: Company) -> None:
    change(company.database, "Jane Doe", first_name="Samir", last_name="Patel", name="Samir Patel")

    card = desk("nora").types("convert_lead #L1")

    assert "Contact: new, Samir Patel, no certain match. Could also be: Samir Patel (#C1" in notes(card)


def test_the_same_name_at_the_account_without_an_email_is_taken(desk: Desks, company: Company) -> None:
    change(company.database, "Jane Doe", first_name="Samir", last_name="Patel", name="Samir Patel", email=None)

    card = desk("nora").types("convert_lead #L1")

    assert "Contact: existing, Samir Patel (#C1), same name at Initech." in notes(card)


def test_what_was_said_about_account_and_opportunity_is_done(desk: Desks, company: Company) -> None:
    reply = convert(
        desk("nora"),
        'glenn close account=globex opportunity_name="Vans" amount=12.5k close_date=2027-03-31 stage=proposal',
    )

    with company.database.begin_read() as session:
        lead = lead_of(session, "Glenn Close")
        deal = session.get_one(Opportunity, lead.converted_opportunity_id)
        assert (deal.name, deal.account_id, str(deal.amount)) == ("Vans", 4, "12500")
        assert (deal.close_date.isoformat(), deal.probability) == ("2027-03-31", 50)
    assert reply.state is ReplyState.DONE


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('jane doe opportunity="globex gtx basic" account=initech', "belongs to Globex"),
        ('jane doe opportunity="initech fleet renewal" amount=3', "keeps its own name, amount"),
        ('jane doe opportunity="initech fleet renewal" create_opportunity=false', "exclude each other"),
        ("jane doe create_opportunity=false amount=3", "Without a new opportunity"),
        ("jane doe amount=-3", "not an amount"),
        ("jane doe close_date=9999-12-31", "years away"),
    ],
)
def test_what_does_not_fit_together_is_refused(desk: Desks, company: Company, said: str, why: str) -> None:
    before = contents(company.database)

    reply = desk("nora").types(f"convert_lead {said}")

    assert reply.state is ReplyState.REFUSED
    assert why in reply.head
    assert contents(company.database) == before


def test_a_closed_opportunity_cannot_be_joined(desk: Desks) -> None:
    nora = desk("nora")
    nora.types('update_opportunity initech fleet renewal stage="closed won"')

    reply = nora.types('convert_lead jane doe opportunity="initech fleet renewal"')

    assert reply.state is ReplyState.REFUSED
    assert "won already" in reply.head


def test_an_unqualified_lead_is_refused_and_offered_to_be_requalified(desk: Desks) -> None:
    nora = desk("nora")
    nora.types('set_lead_status jane doe status=unqualified reason="no budget"')

    reply = nora.types("convert_lead jane doe")
    nora.presses(reply.buttons[0])

    assert reply.state is ReplyState.REFUSED
    assert "Unqualified (no budget)" in reply.head
    assert nora.types("convert_lead jane doe").state is ReplyState.CONFIRM


@pytest.mark.parametrize(("missing", "words"), [("last_name", "last name"), ("company", "company")])
def test_a_lead_without_last_name_or_company_is_refused(
    desk: Desks, company: Company, missing: str, words: str
) -> None:
    change(company.database, "Jane Doe", **{missing: None})

    reply = desk("nora").types("convert_lead #L1")

    assert reply.state is ReplyState.REFUSED
    assert f"has no {words}" in reply.head


def test_a_colleagues_lead_is_not_found(desk: Desks) -> None:
    assert desk("dana").types("convert_lead jane doe").state is ReplyState.NOT_FOUND


def test_missing_criteria_are_named_and_converting_anyway_is_kept_in_the_audit_log(
    desk: Desks, company: Company
) -> None:
    nora = desk("nora")
    card = nora.types("convert_lead jane roe account=globex create_opportunity=true")

    assert card.head == "Convert Jane Roe anyway?"
    assert "product interest unknown, budget unknown, timeframe unknown" in notes(card)
    nora.confirm(card)
    with company.database.begin_read() as session:
        kept = session.scalars(select(Change).where(Change.field == "converted_anyway")).one()
        assert kept.after == "product interest unknown, budget unknown, timeframe unknown"


def test_a_workspace_can_make_the_criteria_a_gate(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        found = session.get_one(Workspace, company.workspace_id)
        found.guidelines = {**found.guidelines, "hard_gate": True}
    nora = desk("nora")

    refused = nora.types("convert_lead jane roe create_opportunity=true")

    assert refused.state is ReplyState.REFUSED
    assert "budget unknown" in refused.head
    assert nora.types("convert_lead jane roe create_opportunity=false").state is ReplyState.CONFIRM
    nora.types('qualify_lead jane roe product_interest=GTX budget=20k timeframe="next month"')
    assert nora.types("convert_lead jane roe create_opportunity=true").state is ReplyState.CONFIRM


def test_converting_again_answers_with_the_first_result_and_creates_nothing(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    first = convert(nora, "jane doe")
    before = contents(company.database)

    again = nora.types("convert_lead #L1")

    assert again.state is ReplyState.ANSWERED
    assert "by Nora Lindqvist" in again.head
    assert [record.id for record in again.records] == [record.id for record in first.records]
    assert contents(company.database) == before


def test_two_cards_for_one_lead_convert_it_once(desk: Desks, company: Company) -> None:
    nora, helen = desk("nora"), desk("helen", thread="other")
    first, second = nora.types("convert_lead jane doe"), helen.types("convert_lead jane doe")
    before = counts(company.database)

    done, answered = nora.confirm(first), helen.confirm(second)

    assert done.state is ReplyState.DONE
    assert answered.state is ReplyState.ANSWERED
    assert [record.id for record in answered.records] == [record.id for record in done.records]
    assert counts(company.database)["contact"] == before["contact"] + 1


def test_a_card_is_refused_where_the_lead_changed_in_the_meantime(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    card = nora.types("convert_lead jane doe")
    nora.types("update_lead jane doe field=title value=Boss")
    before = counts(company.database)

    assert nora.confirm(card).state is ReplyState.REFUSED
    assert counts(company.database) == before


@pytest.mark.parametrize(
    "text",
    [
        "set_lead_status #L1 status=open",
        "update_lead #L1 field=title value=x",
        "qualify_lead #L1 budget=5k",
        "assign_lead #L1 owner=me",
    ],
)
def test_a_converted_lead_is_read_only(desk: Desks, company: Company, text: str) -> None:
    convert(desk("nora"), "jane doe")
    before = contents(company.database)

    reply = desk("nora").types(text)

    assert reply.state is ReplyState.REFUSED
    assert "is converted" in reply.head
    assert contents(company.database) == before


def test_a_converted_lead_leaves_the_lists_of_open_leads(desk: Desks) -> None:
    nora = desk("nora")
    before = nora.types("list_leads limit=200").figures["count"]
    convert(nora, "jane doe")

    assert nora.types("list_leads limit=200").figures["count"] == before - 1
    assert "Jane Doe" in [record.name for record in nora.types("list_leads converted=true limit=200").records]


def test_a_conversion_leaves_one_audit_entry(desk: Desks, company: Company) -> None:
    before = count(company.database, "audit_entry")

    convert(desk("nora"), "jane doe")

    with company.database.begin_read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert len(entries) == before + 1
        nora = session.scalars(select(Rep.id).where(Rep.first_name == "Nora")).one()
        assert (entries[-1].rep_id, entries[-1].command, entries[-1].arguments["name"]) == (nora, "convert_lead", "L1")


def test_the_last_touch_moves_along(desk: Desks, company: Company) -> None:
    change(company.database, "Jane Doe", last_touch_at=company.now - timedelta(hours=1))

    convert(desk("nora"), "jane doe create_opportunity=true")

    with company.database.begin_read() as session:
        lead = lead_of(session, "Jane Doe")
        deal = session.get_one(Opportunity, lead.converted_opportunity_id)
        contact = session.get_one(Contact, lead.converted_contact_id)
        assert lead.last_touch_at == contact.last_touch_at == deal.last_touch_at


@pytest.mark.parametrize(
    "said",
    [
        "convert_lead glenn close amount=37k EUR",
        "convert_lead glenn close amount=37000 currency=euros",
    ],
)
def test_the_amount_of_a_new_opportunity_keeps_its_currency(desk: Desks, company: Company, said: str) -> None:
    nora = desk("nora")
    card = nora.types(said)
    assert "(€37,000, Prospecting, closes Thu 31 Dec 2026)" in notes(card)

    nora.confirm(card)
    with company.database.begin_read() as session:
        deal = session.get_one(Opportunity, lead_of(session, "Glenn Close").converted_opportunity_id)
        assert (deal.amount, deal.currency) == (37000, "EUR")


def test_a_currency_said_with_a_conversion_is_not_dropped(desk: Desks) -> None:
    assert "(€37,000" in notes(desk("nora").says("convert Glenn Close amount 37k EUR closing 31 March"))


@pytest.mark.parametrize("said", ["Self", "n/a", "Individual", "Selbstständig", "sin empresa", "Particulier"])
def test_persons_without_a_company_share_no_account_and_no_deal(desk: Desks, company: Company, said: str) -> None:
    nora = desk("nora")
    for first, last in (("Ada", "Prince"), ("Holly", "Gram")):
        added = nora.types(f"create_lead first_name={first} last_name={last} company='{said}'")
        assert added.state is ReplyState.DONE, "a stranger is no duplicate"
        done = convert(nora, f"{first} {last}")
        assert [each.name for each in done.records[:2]] == [f"{first} {last}"] * 2

    with company.database.begin_read() as session:
        leads = [lead_of(session, name) for name in ("Ada Prince", "Holly Gram")]
        for column in ("converted_account_id", "converted_contact_id", "converted_opportunity_id"):
            assert len({getattr(lead, column) for lead in leads} - {None}) == 2, column


def test_an_imported_account_for_no_company_is_not_joined(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    with company.database.begin_write() as session:
        initech = session.scalars(select(Account).where(Account.name == "Initech")).one()
        initech.name, initech.name_key = "Self", "self"
    nora.types("create_lead first_name=Ada last_name=Prince company=Self email=ada@post.example")

    card = nora.types("convert_lead Ada Prince")
    assert "Account: new, Ada Prince." in card.notes
    assert not any("joins" in each for each in card.notes)


def test_a_name_that_ends_with_a_dot_ends_the_sentence(desk: Desks) -> None:
    nora = desk("nora")
    added = nora.types("create_lead first_name=Ada last_name=Prince company='Harbour Co.' email=ada@harbour.example")
    card = nora.types("convert_lead Ada Prince create_opportunity=no")
    done = nora.confirm(card)

    assert added.head == "Added the lead Ada Prince, Harbour Co."
    assert "Account: new, Harbour Co." in card.notes
    assert done.head == "Ada Prince is converted: contact Ada Prince, account Harbour Co."
    assert nora.types("convert_lead Ada Prince").head.endswith("account Harbour Co. Nothing was created again.")


def test_strangers_with_one_mail_provider_stay_apart(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    for first in ("Ada", "Holly"):
        nora.types(f"create_lead first_name={first} last_name=Gram company=privat email={first}@post.example")
        convert(nora, f"{first} Gram")

    with company.database.begin_read() as session:
        assert [lead_of(session, f"{first} Gram").converted_account_id is not None for first in ("Ada", "Holly")] == [
            True,
            True,
        ]
        found = {lead_of(session, f"{first} Gram").converted_account_id for first in ("Ada", "Holly")}
        assert len(found) == 2


def test_a_lead_that_was_converted_nobody_knows_when_is_converted_all_the_same(company: Company, desk: Desks) -> None:
    nora = desk("nora")
    with company.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.name == "Glenn Close").values(lifecycle="converted"))
        number = session.scalar(select(Lead.id).where(Lead.name == "Glenn Close"))

    again = nora.types(f"convert_lead #L{number}")
    card = nora.types(f"show_record #L{number}")
    status = nora.types(f"set_lead_status #L{number} status=Contacted")

    assert again.head == "Glenn Close was converted. Nothing was created again."
    assert card.head.startswith("Glenn Close was converted.")
    assert status.state is ReplyState.REFUSED
    assert "is converted" in status.head
