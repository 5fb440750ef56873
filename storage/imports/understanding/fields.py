"""The fields of each kind of record: how a cell is read, and which column keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import String

from storage.tables import Account, Activity, Contact, FollowUp, Lead, LeadScore, Opportunity, Rep

Reading = Literal[
    "text",
    "email",
    "phone",
    "money",
    "whole",
    "percent",
    "date",
    "moment",
    "yes_no",
    "outcome",
    "reference",
    "word",
    "reasons",
]

# Files are imported in this order, so that few references have to wait for their target.
KINDS = ("user", "account", "contact", "lead", "opportunity", "activity", "follow_up", "score")

TABLES: dict[str, Any] = {
    "user": Rep,
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "activity": Activity,
    "follow_up": FollowUp,
    "score": LeadScore,
}


@dataclass(frozen=True)
class Field:
    """A field that a file may fill.

    `column` is the table's column, None where the field only decides others (`converted`, `state`).
    `targets` are the kinds a reference may point to, the likeliest first. A `strict` field that cannot be
    read rejects its row; any other keeps the words as a custom field.
    """

    name: str
    reads: Reading
    column: str | None
    longest: int | None = None
    targets: tuple[str, ...] = ()
    # For amounts and dates of deals: a wrong figure in a forecast is worse than a missing row.
    strict: bool = False


ADDRESS = "street city state postal_code country"
COMPANY = "website industry employees:whole annual_revenue:money"
PERSON = "title email:email phone:phone mobile:phone"

# name[:reading][>targets][!]; what has no reading is text. A few fields beyond the documented ones serve exports that
# spread a fact over columns (`is_won`, `task_status`, `name` of a person).
DECLARED = {
    "user": "external_id name first_name last_name email:email manager>user role:word time_zone:word active:yes_no"
    " team",
    "account": f"external_id name {COMPANY} phone:phone type parent>account {ADDRESS} country owner>user"
    " created_at:moment description",
    "contact": "external_id first_name last_name name salutation account>account"
    f" {PERSON} {ADDRESS} source owner>user created_at:moment description last_activity_at:moment",
    "lead": f"external_id first_name last_name name salutation company {PERSON} {COMPANY} {ADDRESS} source status:word"
    " rating description owner>user created_at:moment last_activity_at:moment converted:outcome converted_at:moment"
    " closed_at:moment"
    " converted_account>account converted_contact>contact converted_opportunity>opportunity"
    " product_interest budget timeframe",
    "opportunity": "external_id name account>account contact>contact amount:money! currency:word stage:word state:word"
    " probability:percent close_date:date! closed_at:moment created_at:moment source owner>user next_step lost_reason"
    " type product description last_activity_at:moment is_won:yes_no is_closed:yes_no",
    "activity": "external_id kind:word subject text at:moment! lead>lead,contact contact>contact,lead"
    " account>account,opportunity opportunity>opportunity,account owner>user outcome due:date task_status:word",
    "follow_up": "external_id due:date! note lead>lead,contact contact>contact,lead account>account,opportunity"
    " opportunity>opportunity,account owner>user done:yes_no done_at:moment task_status:word",
    "score": "lead>lead score:whole! probability:percent! as_of:moment! reasons:reasons",
}

COLUMNS = {
    "last_activity_at": "last_touch_at",
    "status": None,
    "stage": None,
    "state": "state",
    "kind": "kind",
    "lead": "lead_id",
    "contact": "contact_id",
    "account": "account_id",
    "opportunity": "opportunity_id",
    "owner": "owner_id",
    "manager": "manager_id",
    "parent": "parent_id",
    "converted_account": "converted_account_id",
    "converted_contact": "converted_contact_id",
    "converted_opportunity": "converted_opportunity_id",
}
DERIVED = {
    ("opportunity", "state"),
    ("opportunity", "probability"),
    ("opportunity", "closed_at"),
    ("user", "role"),
    ("user", "active"),
    ("activity", "kind"),
    ("follow_up", "done_at"),
    ("score", "score"),
    ("score", "probability"),
    ("score", "as_of"),
    ("score", "reasons"),
}


def _parse_field(kind: str, declared: str) -> Field:
    strict = declared.endswith("!")
    name, _, targets = declared.rstrip("!").partition(">")
    name, _, reads = name.partition(":")
    column = COLUMNS.get(name, name)
    if column is None or (kind, name) in DERIVED or column not in TABLES[kind].__table__.columns:
        column = None
    kept = TABLES[kind].__table__.columns[column].type if column else None
    longest = kept.length if isinstance(kept, String) and not targets else None
    reading: Any = "reference" if targets else reads or "text"
    return Field(name, reading, column, longest, tuple(targets.split(",")) if targets else (), strict)


FIELDS: dict[str, dict[str, Field]] = {
    kind: {field.name: field for field in (_parse_field(kind, each) for each in words.split())}
    for kind, words in DECLARED.items()
}
