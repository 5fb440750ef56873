"""Says whose records wait for people who are not here, and what an administrator can do about it."""

from __future__ import annotations

from commands.values.phrases import format_count
from storage.database.doors import Session
from storage.people.missing_owners import MissingOwner, list_missing_owners

MOST_NAMED = 3
HOW_TO_BRING = (
    "Import your people with the ids that your files use (Salesforce: User; HubSpot: owners), and these records are"
    " theirs at once. Until then only administrators see them."
)


def describe_missing_owners(session: Session, workspace_id: int) -> str | None:
    """Say which owners are nobody here, with counts; None where none is missing."""
    missing = list_missing_owners(session, workspace_id)
    if not missing:
        return None
    named = ", ".join(f"{each.words} ({_describe_counts(each)})" for each in missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
    who = "somebody who is" if len(missing) == 1 else f"{len(missing):,} people who are"
    count = sum(each.total for each in missing)
    verb = "belongs" if count == 1 else "belong"
    return f"{format_count(count, 'record')} {verb} to {who} not here: {named}{more}. {HOW_TO_BRING}"


def _describe_counts(owner: MissingOwner) -> str:
    return ", ".join(format_count(count, kind.replace("_", "-")) for kind, count in owner.counts.items())
