"""References of imported rows to records that no import has brought yet, other than owners."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from storage.tables import Lead, PendingReference

MOST_NAMED = 3
LONGEST_NAME = 60
# What a reference that waits under this kind may point to.
TARGETS = {
    "account": ("account", "accounts"),
    "contact": ("contact", "contacts"),
    "lead": ("lead", "leads"),
    "opportunity": ("opportunity", "opportunities"),
    "who": ("lead or contact", "leads or contacts"),
    "what": ("account or opportunity", "accounts or opportunities"),
    "any": ("record", "records"),
}
ROWS = {"opportunity": "opportunities", "activity": "activities", "follow_up": "follow-ups"}
TOUCHES = ("activity", "follow_up")
PEOPLE = ("lead", "contact")
BRING = "import their file too, in any order, and they are linked"
AS_CONTACTS = "imported with --kind contact, leads are contacts too"


@dataclass(frozen=True)
class MissingReferences:
    """How many records of a kind refer to how many records of another that are not here, and what some are called.

    `leads` are those of the missing contacts who are here as leads.
    """

    kind: str
    target: str
    records: int
    targets: int
    named: tuple[str, ...]
    leads: int = 0


def list_missing_references(
    session: Session, workspace_id: int, kinds: Collection[str] | None = None
) -> list[MissingReferences]:
    """List what the records of these kinds, or of all, refer to and is not here."""
    waits = and_(PendingReference.workspace_id == workspace_id, PendingReference.target_kind.in_(TARGETS), _misses())
    if kinds is not None:
        waits = and_(waits, PendingReference.kind.in_(kinds))
    groups = session.execute(
        select(
            PendingReference.kind,
            PendingReference.target_kind,
            func.count(PendingReference.record_id.distinct()),
            func.count(PendingReference.target_key.distinct()),
        )
        .where(waits)
        .group_by(PendingReference.kind, PendingReference.target_kind)
        .order_by(PendingReference.kind, PendingReference.target_kind)
    ).all()
    found = []
    for kind, target, records, targets in groups:
        named = session.execute(
            select(func.min(PendingReference.words), PendingReference.target_key)
            .where(waits, PendingReference.kind == kind, PendingReference.target_kind == target)
            .group_by(PendingReference.target_key)
            .order_by(func.count().desc(), PendingReference.target_key)
            .limit(MOST_NAMED)
        )
        leads = _count_leads(session, workspace_id, waits, kind) if target == "contact" else 0
        found.append(MissingReferences(kind, target, records, targets, tuple(row[0] for row in named), leads))
    return found


def describe_missing_references(found: MissingReferences, *, naming: bool = True) -> str:
    """Say it in a sentence: `12 activities refer to 3 leads or contacts that are not here (“A-1”, “A-2”, …): …`."""
    one, many = TARGETS[found.target]
    single = found.kind.replace("_", "-")
    several = ROWS.get(found.kind, f"{single}s")
    rows = f"1 {single} refers" if found.records == 1 else f"{found.records:,} {several} refer"
    what = f"1 {one} that is" if found.targets == 1 else f"{found.targets:,} {many} that are"
    words = ", ".join(f"“{each[:LONGEST_NAME]}”" for each in found.named)
    more = ", …" if found.targets > len(found.named) else ""
    bring = BRING
    if found.leads == found.targets:
        bring = f"{'it is a lead' if found.leads == 1 else 'they are leads'} here; {AS_CONTACTS}"
    elif found.leads:
        bring = (
            f"{BRING}; {found.leads:,} of them {'is a lead' if found.leads == 1 else 'are leads'} here; {AS_CONTACTS}"
        )
    return f"{rows} to {what} not here{f' ({words}{more})' if naming else ''}: {bring}"


def describe_shared_names(names: Sequence[str]) -> str:
    """Say of names that several have that they tell nobody: `“Ann Lee” is the name of several here: …`."""
    said = ", ".join(f"“{each[:LONGEST_NAME]}”" for each in names)
    verb = "is the name" if len(names) == 1 else "are names"
    return f"{said} {verb} of several here, so nobody is taken for it: an id or an email in the file says who is meant"


def _count_leads(session: Session, workspace_id: int, waits: ColumnElement[bool], kind: str) -> int:
    query = select(func.count(PendingReference.target_key.distinct())).join(
        Lead, and_(Lead.workspace_id == workspace_id, Lead.email == PendingReference.target_key)
    )
    return (
        session.scalar(query.where(waits, PendingReference.kind == kind, PendingReference.target_kind == "contact"))
        or 0
    )


def is_missed(kind: str, target: str) -> bool:
    """Say whether a record of this kind lacks what it refers to: a touch has one of its two people."""
    return kind not in TOUCHES or target not in PEOPLE


def _misses() -> ColumnElement[bool]:
    """Tell what a record lacks. A company's web address is kept on the lead, and a touch has one of its two people."""
    of_touch = PendingReference.kind.in_(TOUCHES)
    return not_(or_(PendingReference.field == "company", and_(of_touch, PendingReference.target_kind.in_(PEOPLE))))
