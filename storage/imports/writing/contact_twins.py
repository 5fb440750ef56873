"""Making contacts of people whom one file holds both as leads and as customers, as HubSpot's does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, split_portions, update_many
from storage.imports.rows.built_records import COMPANY, Entry, Reference
from storage.imports.rows.row_reader import list_keys
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.writing.imported_rows import find_imported_records, save_imported_rows
from storage.imports.writing.references import Finder
from storage.imports.writing.waiting_references import build_waiting_row, save_waiting, settle_references
from storage.imports.writing.word_index import WordIndex
from storage.names.no_company import has_no_company
from storage.tables import Contact, Lead

SHARED = frozenset(
    "external_id name salutation first_name last_name title email phone mobile street city state postal_code country"
    " source owner_id description created_at updated_at version".split()
)
ACCOUNT = ("account",)


def add_twin_contacts(session: Session, plan: Plan, finder: Finder, rows: Sequence[tuple[Entry, int]]) -> None:
    """Add a contact for each such lead (entry, lead id) that has none, link the lead to it, and note how many."""
    # HubSpot has one table of people. Who is a customer there by the life cycle stage is in no other file, and deals
    # and activities refer to them as contacts.
    leads = {number: entry for entry, number in rows if entry.built.facts.get("became_contact")}
    if not leads:
        return
    workspace_id = finder.workspace_id
    pointing = set()
    for portion in split_portions(leads):
        pointing |= set(
            session.scalars(select(Lead.id).where(Lead.id.in_(portion), Lead.converted_contact_id.is_not(None)))
        )
    keys = {number: list_keys("contact", entry.cells)[0] for number, entry in leads.items() if number not in pointing}
    known = find_imported_records(session, workspace_id, "contact", keys.values())
    fresh = {number: key for number, key in keys.items() if key not in known}
    made = _insert_contacts(session, finder, [(leads[number], key) for number, key in fresh.items()])
    targets = {number: {"converted_contact_id": known.get(key) or made[key]} for number, key in keys.items()}
    update_many(session, Lead, list(targets.items()), versioned=False)
    plan.notes.add_total(
        len(made),
        "1 of the converted also became a contact, so that deals can name them",
        "{} of the converted also became contacts, so that deals can name them",
    )


def _insert_contacts(session: Session, finder: Finder, rows: Sequence[tuple[Entry, str]]) -> dict[str, int]:
    workspace_id = finder.workspace_id
    companies = {(ACCOUNT, company) for entry, _ in rows if (company := _find_company(entry))}
    accounts = finder.find_targets(session, companies) if companies else {}
    ids = reserve_ids(session, Contact, len(rows))
    contacts: list[dict[str, Any]] = []
    kept, waiting = [], []
    for number, (entry, key) in zip(ids, rows, strict=True):
        values = {name: value for name, value in entry.built.values.items() if name in SHARED}
        company = _find_company(entry)
        account = accounts.get((ACCOUNT, company)) if company else None
        if account:
            values["account_id"] = account[1]
        elif company:
            waiting.append(
                build_waiting_row(workspace_id, "contact", number, "account_id", Reference(ACCOUNT, company))
            )
        owner = entry.built.references.get("owner_id")
        if owner is not None and "owner_id" not in values:
            waiting.append(build_waiting_row(workspace_id, "contact", number, "owner_id", owner))
        contacts.append({"id": number, "workspace_id": workspace_id, **values})
        cells = {"external_id": entry.cells["external_id"]} if "external_id" in entry.cells else {}
        kept.append((key, number, cells))
    Inserter(session.connection(), Contact).insert_rows(contacts)
    WordIndex(workspace_id).insert_words(session, "contact", contacts)
    save_imported_rows(session, workspace_id, "contact", kept)
    save_waiting(session, waiting)
    if contacts:
        now = contacts[0]["updated_at"]
        settle_references(session, workspace_id, "contact", [(each["id"], each) for each in contacts], now=now)
    return {key: each["id"] for (_, key), each in zip(rows, contacts, strict=True)}


def _find_company(entry: Entry) -> str | None:
    address = entry.built.references.get(COMPANY)
    company: str | None = address.words if address else entry.built.values.get("company")
    return None if has_no_company(company) else company
