"""Loaded records as lines, whatever their kind, for showing what a change was about."""

from __future__ import annotations

from collections.abc import Iterable

from storage.leads import leads
from storage.opportunities import opportunities
from storage.people.visibility import Scope
from storage.records.record_line import Line
from storage.tables import Account, Contact, Lead, Opportunity


def build_record_lines(
    scope: Scope, records: Iterable[Lead | Contact | Account | Opportunity | None]
) -> tuple[Line, ...]:
    """Build the lines of the records that are visible, in the same order."""
    return tuple(
        build_record_line(scope, each) for each in records if each is not None and scope.may_see(each.owner_id)
    )


def build_record_line(scope: Scope, record: Lead | Contact | Account | Opportunity) -> Line:
    """Build the line of one record."""
    match record:
        case Lead():
            return leads.build_line(record)
        case Contact():
            fields = {
                "title": record.title,
                "company": _find_account_name(scope, record.account_id),
                "email": record.email,
                "owner_id": record.owner_id,
                "touched_at": record.last_touch_at or record.created_at,
            }
            return Line("contact", record.id, record.name, record.external_id, fields)
        case Opportunity():
            return opportunities.build_line(scope, record)
        case _:
            return Line("account", record.id, record.name, record.external_id, {"owner_id": record.owner_id})


def _find_account_name(scope: Scope, account_id: int | None) -> str | None:
    account = scope.session.get(Account, account_id) if account_id else None
    return account.name if account is not None and scope.may_see(account.owner_id) else None
