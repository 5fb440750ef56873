"""Says who is here, whose records wait for people who are not, and what an administrator can do about it."""

from __future__ import annotations

from commands.values.phrases import format_count
from storage.database.doors import Session
from storage.people.missing_owners import MissingOwner, list_missing_owners
from storage.people.staff import StaffCounts

MOST_NAMED = 3
ROLES = (("admin", "administrator"), ("manager", "manager"), ("rep", "rep"))
HOW_TO_BRING = (
    "Import your people with the names, emails or ids that your files use (ids: Salesforce User, HubSpot owners), and"
    " these records are theirs at once. Until then only administrators see them."
)


def describe_roles(counts: StaffCounts) -> str:
    """Say how many people there are in which role: `1 administrator, 5 reps`."""
    return ", ".join(format_count(counts.by_role[role], noun) for role, noun in ROLES if counts.by_role.get(role))


def describe_missing_owners(session: Session, workspace_id: int, *, naming: bool = True) -> str | None:
    """Say how many records wait for owners who are nobody here, `naming` those of most; None where none is missing."""
    missing = list_missing_owners(session, workspace_id)
    if not missing:
        return None
    named = ": " + ", ".join(f"{each.words} ({_describe_counts(each)})" for each in missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
    who = "somebody who is" if len(missing) == 1 else f"{len(missing):,} people who are"
    count = sum(each.total for each in missing)
    verb = "belongs" if count == 1 else "belong"
    return f"{format_count(count, 'record')} {verb} to {who} not here{named + more if naming else ''}. {HOW_TO_BRING}"


def _describe_counts(owner: MissingOwner) -> str:
    return ", ".join(format_count(count, kind.replace("_", "-")) for kind, count in owner.counts.items())
