"""Adds a lead, and changes what is known of one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import FreeWords, LeadName, SourceName, Words, match_known_name
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.leads.criteria import CRITERIA
from commands.leads.lead_fields import READERS, clean_text, find_field, read_field
from commands.leads.qualify import QualifyLead
from commands.leads.set_status import SetLeadStatus, refuse_converted_lead
from storage.leads import leads
from storage.leads.lead_duplicates import compose_lead_name, find_duplicates
from storage.names.normalise import normalise_name
from storage.people.visibility import CONSOLE
from storage.records import activities
from storage.records.activities import NOTE, LoggedActivity
from storage.tables import Lead

PERSON = ("first_name", "last_name", "company", "email", "phone", "title", "source")


class CreateLead(
    Command,
    group="change",
    writes=True,
    about_one=True,
    offer="Add {first_name} {last_name}",
    examples=("add a lead: Jo Doe at Globex",),
):
    """Add a lead; warns first where it looks like somebody who is there already."""

    first_name: Annotated[Words | None, Field(description="First name")] = None
    last_name: Annotated[Words | None, Field(description="Last name")] = None
    company: Annotated[Words | None, Field(description="Company the person works for")] = None
    email: Annotated[Words | None, Field(description="Email address")] = None
    phone: Annotated[Words | None, Field(description="Phone number")] = None
    title: Annotated[Words | None, Field(description="Job title")] = None
    source: Annotated[SourceName | None, Field(description="One of this workspace's lead sources")] = None
    note: Annotated[
        Words | None, FreeWords(lines=True), Field(description="Anything worth remembering, kept as a note")
    ] = None

    def run(self, context: Context) -> Reply:
        values = {field: read_field(field, getattr(self, field), context.vocabulary) for field in PERSON}
        name = compose_lead_name(values["first_name"], values["last_name"], values["company"], values["email"])
        if not name:
            raise CommandError("Who is it? Give at least a name, a company or an email address.")
        # A likely duplicate is asked about, not refused: two people of one name at one company do exist.
        for each in find_duplicates(context.scope, name=name, company=values["company"], email=values["email"]):
            who = ", ".join(part for part in (each.named.name, each.named.company) if part)
            context.ask_first(f"There is a {each.named.kind} {who} (#{each.named.ref}) that {each.why}. Add another?")
        lead = self._add_lead(context, name, values)
        missing = [words for field, words in NEEDED.items() if not values[field]]
        return Reply(
            f"Added the lead {', '.join(part for part in dict.fromkeys((lead.name, lead.company)) if part)}.",
            question=f"Add {', '.join(dict.fromkeys(filter(None, (lead.name, lead.title, lead.company))))} as a lead?",
            records=context.build_records([leads.build_line(lead)]),
            notes=(
                *_describe_contact_data(lead),
                *((f"Converting will need {' and '.join(missing)}.",) if missing else ()),
            ),
        )

    def _add_lead(self, context: Context, name: str, values: dict[str, Any]) -> Lead:
        # The console owns no records; a lead it adds waits without an owner until it is assigned.
        owner = None if context.asker.id == CONSOLE else context.asker.id
        lead = Lead(
            workspace_id=context.scope.workspace_id,
            name=name,
            owner_id=owner,
            status_id=context.vocabulary.list_statuses("open", "working")[0].id,
            lifecycle="open",
            created_at=context.now,
            updated_at=context.now,
            **values,
        )
        context.ledger.add_record(lead)
        note = clean_text(self.note)
        if note:
            activities.log_activity(context.ledger, lead, LoggedActivity(NOTE, note, context.now, owner))
        return lead


def _describe_contact_data(lead: Lead) -> tuple[str, ...]:
    """Describe email, phone and source in one line, so that the person sees what was understood."""
    said = " · ".join(each for each in (lead.email, lead.phone, lead.source) if each)
    return (said,) if said else ()


NAME_PARTS = ("name", "first_name", "last_name", "company", "email")
NEEDED = {"last_name": "a last name", "company": "a company"}


class UpdateLead(
    Command,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    words="name",
    offer="Change {field} of {name} to {value}",
    examples=("set Jane Doe's phone to +1 555 0123",),
):
    """Change one field of a lead."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, or #id")]
    field: Annotated[Words, Field(description="The field, for example phone, title, email, company, rating or source")]
    value: Annotated[Words, Field(description="The new value; empty to clear it")]

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        refuse_converted_lead(lead)
        field = self._resolve_field()
        # These two have commands of their own, with rules beyond one column: the class of a status, the evidence and
        # the date of a criterion.
        match field:
            case "status":
                statuses = [each.name for each in context.vocabulary.statuses if not each.retired]
                return SetLeadStatus(name=self.name, status=match_known_name(self.value, statuses, "lead status")).run(
                    context
                )
            case _ if field in CRITERIA:
                return QualifyLead.model_validate({"name": self.name, field: self.value}).run(context)
        values = self._collect_values(context, lead, field)
        if not context.ledger.set_columns(lead, **values):
            return Reply(
                f"{lead.name} has that {_label_field(field)} already.",
                records=context.build_records([leads.build_line(lead)]),
            )
        shown = self.value.strip() if values[field] is not None else "empty"
        return Reply(
            f"{lead.name}: {_label_field(field)} is now {shown}.",
            question=f"Change the {_label_field(field)} of {lead.name}?",
            records=context.build_records([leads.build_line(lead)]),
            notes=tuple(self._warn_of_duplicates(context, lead, field)),
        )

    def _resolve_field(self) -> str:
        if normalise_name(self.field) == "status":
            return "status"
        if normalise_name(self.field) == "owner":
            raise CommandError("To give a lead to a colleague, use assign_lead with owner=…")
        field = find_field(self.field)
        if field is None:
            fields = ", ".join(each for each in READERS if each != "name")
            raise CommandError(f"A lead has no field “{self.field}” that can be changed. There are: {fields}.")
        return field

    def _collect_values(self, context: Context, lead: Lead, field: str) -> dict[str, Any]:
        value = read_field(field, self.value, context.vocabulary)
        values = {field: value}
        if field == "name":
            first, _, last = (value or "").rpartition(" ")
            values |= {
                part: read_field(part, words, context.vocabulary)
                for part, words in (("first_name", first), ("last_name", last))
            }
        if field in NAME_PARTS:
            name = _compose_lead_name(lead, values)
            if not name:
                raise CommandError("A lead needs a name, a company or an email address. Give another one first.")
            values["name"] = name
        return values

    def _warn_of_duplicates(self, context: Context, lead: Lead, field: str) -> list[str]:
        if field != "email" or not lead.email:
            return []
        same = find_duplicates(context.scope, name=lead.name, company=None, email=lead.email, but=lead.id)
        return [f"The {each.named.kind} {each.named.name} (#{each.named.ref}) {each.why}." for each in same]


def _compose_lead_name(lead: Lead, values: dict[str, Any]) -> str:
    """Compose what the lead is called with the new values."""
    # An imported name may be more than its parts say (a title, a second surname): it stays until a part of the
    # person's name is changed. A new company or email alone does not rename anybody.
    before = {part: getattr(lead, part) for part in NAME_PARTS[1:]}
    person_changes = {"name", "first_name", "last_name"} & values.keys()
    if not person_changes and lead.name != compose_lead_name(**before):
        return lead.name
    return compose_lead_name(**before | {part: value for part, value in values.items() if part in before})


def _label_field(field: str) -> str:
    return field.replace("_", " ")
