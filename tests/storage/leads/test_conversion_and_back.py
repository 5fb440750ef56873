"""Whatever the lead and the accounts: converting and taking it back gives the database back as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.contract.reply import ReplyState
from storage.database.doors import Session
from storage.names import name_index
from storage.names.normalise import extract_domain, make_company_key
from storage.tables import Account, Activity, Contact, FollowUp, Lead, Opportunity
from tests.company import Company
from tests.database_rows import records
from tests.desk import Desk

FIRST = ("Jane", "Samir", "Zoë", None)
LAST = ("Doe", "Patel", "O'Neil")
COMPANIES = ("Initech", "INITECH GmbH", "Initch", "Globex", "Neu & Söhne AG", "Acme")
EMAILS = (None, "jane@initech.com", "samir.patel@initech.com", "x@gmail.com", "zoe@neu.example")
BLANK_OR = st.one_of(st.none(), st.sampled_from(("", "x", "Berlin", "Straße 1")))

lead_values = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(FIRST),
        "last_name": st.sampled_from(LAST),
        "company": st.sampled_from(COMPANIES),
        "email": st.sampled_from(EMAILS),
        "title": BLANK_OR,
        "phone": BLANK_OR,
        "street": BLANK_OR,
        "city": BLANK_OR,
        "industry": BLANK_OR,
        "employees": st.one_of(st.none(), st.integers(0, 10**6)),
        "annual_revenue": st.one_of(st.none(), st.decimals(0, 10**9, places=2)),
        "website": st.sampled_from((None, "initech.com", "https://neu.example/x")),
        "source": st.sampled_from((None, "Web")),
        "product_interest": st.sampled_from((None, "GTX", "Fleet renewal")),
        "custom": st.one_of(st.none(), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)),
    }
)
company_values = st.fixed_dictionaries(
    {
        "name": st.sampled_from(COMPANIES),
        "website": st.sampled_from((None, "initech.com", "neu.example")),
        "industry": BLANK_OR,
        "street": BLANK_OR,
        "city": BLANK_OR,
        "people": st.lists(st.tuples(st.sampled_from(LAST), st.sampled_from(EMAILS)), max_size=2),
        "deals": st.integers(0, 2),
    }
)
SAID = ("", "create_opportunity=true", "create_opportunity=false", "account=new", "contact=new amount=5")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=lead_values,
    companies=st.lists(company_values, max_size=2),
    said=st.sampled_from(SAID),
    touches=st.integers(0, 2),
)
def test_converting_and_taking_it_back_leaves_no_trace_but_the_log(
    company: Company,
    desk: Callable[..., Desk],
    values: dict[str, Any],
    companies: list[dict[str, Any]],
    said: str,
    touches: int,
) -> None:
    nora = desk("nora")
    with company.database.begin_write() as session:
        number = _add(session, company, values, companies, touches)
    before = records(company.database)

    card = nora.types(f"convert_lead #L{number} {said}")
    for _ in ("account", "contact"):
        if card.state is not ReplyState.CHOOSE:
            break
        card = nora.choose(card, 1)
    done = nora.confirm(card)
    undone = nora.types("undo")

    assert (card.state, done.state, undone.state) == (ReplyState.CONFIRM, ReplyState.DONE, ReplyState.DONE)
    assert records(company.database) == before


def _add(
    session: Session, company: Company, values: dict[str, Any], companies: list[dict[str, Any]], touches: int
) -> int:
    own = {
        "workspace_id": company.workspace_id,
        "owner_id": company.person("nora"),
        "created_at": company.now,
    }
    changing = own | {"updated_at": company.now}
    for each in companies:
        fields = {field: each[field] for field in ("name", "website", "industry", "street", "city")}
        keys = {"name_key": make_company_key(each["name"]), "domain": extract_domain(each["website"])}
        account = _kept(session, Account(**changing, **fields, **keys))
        for last_name, email in each["people"]:
            _kept(session, Contact(**changing, name=last_name, last_name=last_name, email=email, account_id=account.id))
        for _ in range(each["deals"]):
            stage = {"stage_id": 1, "probability": 10, "currency": "USD"}
            _kept(session, Opportunity(**changing, name=f"{account.name} - GTX", account_id=account.id, **stage))
    name = " ".join(part for part in (values["first_name"], values["last_name"]) if part)
    touched = company.now - timedelta(days=1) if touches else None
    lead = _kept(session, Lead(**changing, **values, name=name, status_id=1, last_touch_at=touched))
    for _ in range(touches):
        session.add(Activity(**own, kind="call", at=touched, lead_id=lead.id))
        session.add(FollowUp(**own, due=company.now.date(), lead_id=lead.id))
    return int(lead.id)


def _kept(session: Session, record: Any) -> Any:
    session.add(record)
    session.flush()
    name_index.index_record(session, record)
    return record
