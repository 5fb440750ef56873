"""Completing rows of accounts and opportunities by what follows from their cells."""

from __future__ import annotations

import re
from typing import Any

from storage.database.whole_days import find_whole_day, to_whole_day
from storage.imports.rows.built_records import BuiltRecord
from storage.imports.rows.imported_definitions import Definitions, guess_stage_state
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.amount_units import find_currency, settle_sign
from storage.imports.values.cell_text import squash_name
from storage.imports.values.cell_vocabulary import SHARED_SIGNS
from storage.imports.values.import_errors import Unreadable
from storage.names.normalise import extract_domain, make_company_key, normalise_name

DOMAIN_COLUMNS = frozenset(["companydomainname", "domain", "emaildomain", "companydomain", "domainname"])
WON = frozenset(["won", "closed won", "closedwon", "win", "yes", "true", "1"])
LOST = frozenset(["lost", "closed lost", "closedlost", "deleted", "canceled", "cancelled", "out sold"])
CODE = re.compile(r"[A-Za-z]{3}")
LONGEST_NAME = 500


def finish_account(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete an account with the keys by which accounts are compared."""
    values = built.values
    domain = next((text for name, text in built.custom.items() if squash_name(name) in DOMAIN_COLUMNS), None)
    domain = extract_domain(domain) or extract_domain(values.get("website"))
    name = values.get("name") or domain
    if not name:
        raise Unreadable("names no account: the name is empty")
    values["name"] = name[:LONGEST_NAME]
    values["name_key"] = make_company_key(name)[:LONGEST_NAME]
    values["domain"] = domain[:255] if domain else None
    values.setdefault("created_at", plan.around.now)
    values["updated_at"] = plan.around.now
    values["version"] = 1
    revenue = values.get("annual_revenue")
    if revenue is not None:
        values["annual_revenue"] = revenue.value


def finish_opportunity(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete an opportunity: its stage gives state and probability, unless the row says more."""
    values, facts = built.values, built.facts
    values["name"] = _name_opportunity(built)[:LONGEST_NAME]
    values["currency"] = _find_currency(built, plan)
    amount = values.get("amount")
    if amount is not None:
        values["amount"] = amount.value
    if source := values.get("source"):
        values["source"] = definitions.find_or_add_source(source)
    given = facts.get("probability")
    percent = round(given * 100) if given is not None else None
    words, said = facts.get("stage"), _read_state(facts)
    # A stage is won or lost itself where the row's flags follow from it; a status beside it says nothing of it.
    of_stage = said if facts.get("is_won") is not None or facts.get("is_closed") is not None else None
    usual = plan.stage_probabilities.get(words) if words else None
    stage = definitions.find_or_add_stage(words, state=of_stage if words else said, probability=usual)
    if said and stage.state != said:
        # The row's outcome contradicts its stage and is the surer of the two. The words of the stage are kept.
        if words and said != "open":
            built.custom.setdefault(plan.find_column_name("stage"), words)
        if said != "open":
            stage = definitions.find_or_add_stage(None, state=said)
    values["stage_id"] = stage.id
    values["state"] = stage.state
    if stage.state == "open":
        values["probability"] = percent if percent is not None else stage.probability
    else:
        values["probability"] = 100 if stage.state == "won" else 0
    _set_closing(built, plan)
    values.setdefault("created_at", plan.around.now)
    values["updated_at"] = plan.around.now
    values["version"] = 1


def _name_opportunity(built: BuiltRecord) -> str:
    """Return the opportunity's own name, else one made of account and product, as a rep would call it, else its id."""
    name = built.values.get("name")
    if name:
        return str(name)
    account = built.references.get("account_id")
    parts = [account.words if account else None, built.values.get("product")]
    joined = " - ".join(part for part in parts if part)
    external_id = built.values.get("external_id")
    return joined or (f"Deal {external_id}" if external_id else "Deal without a name")


def _read_state(facts: dict[str, Any]) -> str | None:
    won, closed = facts.get("is_won"), facts.get("is_closed")
    if won:
        return "won"
    if closed:
        return "lost" if won is False else None
    state = normalise_name(facts.get("state") or "")
    by_words = guess_stage_state(state) if state else "open"
    if state in WON or by_words == "won":
        return "won"
    if state in LOST or by_words == "lost":
        return "lost"
    return "open" if state in {"open", "new", "in progress", "active"} else None


def _find_currency(built: BuiltRecord, plan: Plan) -> str:
    """Find the currency: the row's own, else the amount's or that in its column's name, else the workspace's."""
    said = (built.facts.pop("currency", None) or built.values.get("currency") or "").strip()
    amount = built.values.get("amount")
    found = find_currency(said) if said else None
    if found is None and CODE.fullmatch(said):
        return said.upper()
    if found is None and said:
        # A currency that is not known here keeps its words, or a sum would be taken for the workspace's own.
        built.custom.setdefault(plan.find_column_name("currency"), said)
        plan.notes.add(f"“{said[:40]}” is no currency that is known here; the words are kept")
    if found is None and amount is not None:
        found = amount.currency or amount.sign
    if found in SHARED_SIGNS:
        settled = settle_sign(found, own=plan.around.currency, zone=plan.around.zone_name)
        if settled != plan.around.currency:
            options = ", ".join(SHARED_SIGNS[found])
            plan.notes.add(f"“{found}” may be any of {options}; it was read as {settled}")
        return settled
    return found or plan.around.currency


def _set_closing(built: BuiltRecord, plan: Plan) -> None:
    """Set when the opportunity closed: the moment that the row says, else the whole day of its close date."""
    values, said = built.values, built.facts.get("closed_at")
    values["closed_at"] = None
    if values["state"] == "open":
        return
    if said is not None:
        # Of a deal that is over the day on which it ended counts, not that for which it was expected.
        day = find_whole_day(said) or said.astimezone(plan.around.zone).date()
        expected = values.get("close_date")
        if expected not in (None, day):
            built.custom.setdefault(plan.find_column_name("close_date"), expected.isoformat())
        values["close_date"] = day
    close_date = values.get("close_date")
    moment = said or (to_whole_day(close_date) if close_date is not None else plan.around.now)
    values["closed_at"] = min(moment, plan.around.now)
