"""Completing rows of users, contacts and leads by what follows from their cells."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.imports.rows.built_records import COMPANY, BuiltRecord, Reference
from storage.imports.rows.imported_definitions import Definitions, says_converted
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.cell_vocabulary import CONVERTED_STAGES, QUALIFIED_STAGES, ROLES
from storage.imports.values.import_errors import Unreadable
from storage.imports.values.salesforce_ids import looks_like_id
from storage.names.column_synonyms import CUSTOM
from storage.names.normalise import (
    extract_domain,
    fold_text,
    normalise_name,
    order_person_name,
    read_domain,
    split_person_name,
)
from storage.workspaces.workspace_vocabulary import StatusDefinition

ZONE = re.compile(r"[A-Z][A-Za-z]+/[\w+\-/]+|\bUTC\b|\bGMT\b")
OPPOSITES = ("disabled", "archived", "deactivated")
SALUTATION = re.compile(r"(mrs?|ms|miss|dr|prof|herr|frau|mme|mlle|sr|sra|ing|sir)\.?\s+(?=\S)", re.IGNORECASE)
LONGEST_NAME = 500
LONGEST_REP_NAME = 255


def finish_user(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete a user: name, role, time zone, and whether active."""
    values = built.values
    name = values.get("name") or _join_name(values)
    if name and not values.get("last_name"):
        name = order_person_name(name)
    if not name and not values.get("email"):
        raise Unreadable("names nobody: there is no name and no email")
    name = (name or values["email"])[:LONGEST_REP_NAME]
    values["name"] = name
    if not values.get("first_name") and not values.get("last_name") and "@" not in name:
        first, last = split_person_name(name)
        values["first_name"], values["last_name"] = first or None, last
    role = built.facts.get("role")
    # Without a given role it is decided at the end, from who reports to whom. An id, as in Salesforce's UserRoleId, and
    # a type of user such as `Standard` say nothing of it.
    if role and not looks_like_id(role) and (guessed := guess_role(role)):
        values["role"], values["role_given"] = guessed, True
    if role and fold_text(role) not in {"rep", "manager", "admin"}:
        built.custom[plan.find_column_name("role")] = role
    zone = values.pop("time_zone", None)
    if zone:
        values["time_zone"] = parse_time_zone(zone)
        if values["time_zone"] is None:
            built.custom[plan.find_column_name("time_zone")] = zone
    active = built.facts.get("active", True)
    # Dynamics exports the opposite, `Is Disabled`, and HubSpot `archived`.
    values["active"] = not active if plan.find_column_name("active").lower().endswith(OPPOSITES) else active
    values["created_at"] = plan.around.now


def parse_time_zone(words: str) -> str | None:
    """Find a time zone's name in words such as `(GMT-05:00) Eastern Time (America/New_York)`; None if there is none."""
    found = ZONE.search(words)
    try:
        return ZoneInfo(found[0]).key if found else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def guess_role(words: str) -> str | None:
    """Guess rep, manager or admin from the words of a role or a profile; None where they say neither."""
    plain = " ".join(re.findall(r"[^\W_]+", fold_text(words)))
    return next((role for role, pattern in ROLES if re.search(pattern, plain)), None)


def finish_contact(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete a contact. Raise Unreadable if it has neither a name nor an email address."""
    values = built.values
    name = _split_name(built)
    if not name and not values.get("email"):
        raise Unreadable("names nobody: there is no name and no email")
    values["name"] = (name or values["email"])[:LONGEST_NAME]
    _set_source(values, definitions)
    _set_row_defaults(values, plan)


def finish_lead(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete a lead: its name, source and status, and whether it is open, closed or converted."""
    values = built.values
    person = _split_name(built)
    name = person or values.get("company") or values.get("email")
    if not name:
        number = built.custom.get("Lead Number") or values.get("external_id")
        name = f"Lead {number}" if number else "Lead without a name"
    values["name"] = name[:LONGEST_NAME]
    _set_source(values, definitions)
    _set_row_defaults(values, plan)
    _keep_domain(built, plan)
    _set_lifecycle(built, plan, definitions)


def _keep_domain(built: BuiltRecord, plan: Plan) -> None:
    """Have a company that is called by its web address get the name of the account there, and keep the address."""
    values = built.values
    company: str = values.get("company") or ""
    domain = read_domain(company)
    if domain is None:
        return
    built.references[COMPANY] = Reference(("account",), domain)
    if extract_domain(values.setdefault("website", domain)) != domain:
        built.custom.setdefault(plan.find_column_name("company"), company)


def _set_lifecycle(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    values, facts = built.values, built.facts
    words = facts.get("status")
    stage = (
        normalise_name(built.custom.get((plan.life_cycle or "").removeprefix(CUSTOM), "")) if plan.life_cycle else ""
    )
    converted = facts.get("converted")
    if converted is None:
        converted = (
            bool(values.get("converted_at"))
            or any(column.startswith("converted_") for column in built.references)
            or stage in CONVERTED_STAGES
        ) or None
    status = _choose_status(words, stage, converted=bool(converted), definitions=definitions)
    if words and not converted and says_converted(words) and status.status_class in {"qualified", "closed"}:
        # The file's own column of outcomes is the surer of the two.
        if converted is None:
            converted = True
            plan.notes.add(f"“{words}” says that a lead was won, so it counts as converted")
        else:
            told = plan.find_column_name("converted")
            plan.notes.add(
                f"“{words}” says that a lead was won, but “{told}” says no: it came in as {status.status_class}"
            )
    if not words and not converted and values.get("closed_at"):
        status = definitions.find_first_status("closed")
    # A training file holds leads that are over: who did not convert counts as closed, whatever its status says.
    finished = facts.get("finished") and not converted and status.status_class != "closed"
    if finished:
        if words:
            built.custom[plan.find_column_name("status")] = words
        status = definitions.find_first_status("closed")
    values["status_id"] = status.id
    touched, closed_at = values.get("last_touch_at"), values.pop("closed_at", None)
    if converted:
        values["lifecycle"] = "converted"
        # HubSpot has one table of people: a customer in it is a contact as well as a converted lead.
        facts["became_contact"] = stage in CONVERTED_STAGES and "converted_contact_id" not in built.references
        # A column of the days on which leads ended says of these when they converted.
        values.setdefault("converted_at", closed_at or touched)
    elif status.status_class == "closed":
        values["lifecycle"] = "closed"
        values["closed_at"] = closed_at or touched
    else:
        values["lifecycle"] = "open"
        if closed_at is not None:
            # Whoever is worked on was not closed for good: the day stays as the file's own.
            built.custom[plan.find_column_name("closed_at")] = f"{closed_at:%Y-%m-%d}"


def _choose_status(words: str | None, stage: str, *, converted: bool, definitions: Definitions) -> StatusDefinition:
    if words:
        return definitions.find_or_add_status(words)
    if converted or stage in QUALIFIED_STAGES:
        return definitions.find_first_status("qualified")
    return definitions.find_first_status("open")


def _split_name(built: BuiltRecord) -> str | None:
    """Return the full name; split a name in one cell into salutation, first and last name."""
    values, whole = built.values, built.facts.pop("name", None) or built.values.pop("name", None)
    if whole and not values.get("last_name"):
        salutation = SALUTATION.match(whole)
        if salutation:
            values.setdefault("salutation", salutation[0].strip()[:60])
            whole = whole[salutation.end() :]
        first, last = split_person_name(whole)
        if first and not values.get("first_name"):
            values["first_name"] = first[:255]
        values["last_name"] = (last or first)[:255]
    return _join_name(values)


def _join_name(values: dict[str, Any]) -> str | None:
    return " ".join(part for part in (values.get("first_name"), values.get("last_name")) if part) or None


def _set_source(values: dict[str, Any], definitions: Definitions) -> None:
    source = values.get("source")
    if source:
        values["source"] = definitions.find_or_add_source(source)


def _set_row_defaults(values: dict[str, Any], plan: Plan) -> None:
    values.setdefault("created_at", plan.around.now)
    values["updated_at"] = plan.around.now
    values["version"] = 1
    revenue = values.get("annual_revenue")
    if revenue is not None:
        values["annual_revenue"] = revenue.value
