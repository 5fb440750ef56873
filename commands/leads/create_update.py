"""Adds a lead, and changes what is known of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import FreeWords, LeadName, SourceName, Words, match_status_name
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.record_fields import clean_text
from commands.contract.reply import Reply
from commands.contract.update_field import UpdateField
from commands.leads.converted_lead import refuse_converted_lead
from commands.leads.criteria import CRITERIA
from commands.leads.lead_fields import LEAD_FIELDS
from commands.leads.qualify import QualifyLead
from commands.leads.set_status import SetLeadStatus
from commands.values.phrases import end_sentence
from storage.leads import leads
from storage.leads.lead_duplicates import compose_lead_name, describe_same_email, find_duplicates
from storage.records import activities
from storage.records.activities import NOTE, LoggedActivity
from storage.tables import Lead

PERSON = ("first_name", "last_name", "company", "email", "phone", "title", "source")


class CreateLead(
    Command,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    adds_person=True,
    offer="Add {first_name} {last_name}",
    undone_as="the new lead {name}",
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
        values = {field: LEAD_FIELDS.read(field, getattr(self, field), context.vocabulary) for field in PERSON}
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
            end_sentence(f"Added the lead {', '.join(filter(None, dict.fromkeys((lead.name, lead.company))))}"),
            question=f"Add {', '.join(dict.fromkeys(filter(None, (lead.name, lead.title, lead.company))))} as a lead?",
            records=context.build_records([leads.build_line(lead)]),
            notes=(
                *_describe_contact_data(lead),
                *((f"Converting will need {' and '.join(missing)}.",) if missing else ()),
            ),
        )

    def _add_lead(self, context: Context, name: str, values: dict[str, Any]) -> Lead:
        lead = Lead(
            workspace_id=context.scope.workspace_id,
            name=name,
            owner_id=context.new_owner_id,
            status_id=context.vocabulary.list_statuses("open", "working")[0].id,
            lifecycle="open",
            created_at=context.now,
            updated_at=context.now,
            **values,
        )
        context.ledger.add_record(lead)
        note = clean_text(self.note)
        if note:
            activities.log_activity(context.ledger, lead, LoggedActivity(NOTE, note, context.now, context.new_owner_id))
        return lead


def _describe_contact_data(lead: Lead) -> tuple[str, ...]:
    """Describe email, phone and source in one line, so that the person sees what was understood."""
    said = " · ".join(each for each in (lead.email, lead.phone, lead.source) if each)
    return (said,) if said else ()


NEEDED = {"last_name": "a last name", "company": "a company"}


class UpdateLead(
    UpdateField,
    group="change",
    offer="Change {field} of {name} to {value}",
    undone_as="the change of {name}",
    examples=("set Jane Doe's phone to +1 555 0123",),
):
    """Change one field of a lead."""

    record_fields = LEAD_FIELDS
    name_parts = ("first_name", "last_name", "company", "email")
    names_needed = "a name, a company or an email address. Give another one first."
    owner_hint = "assign_lead: owner=…"

    name: Annotated[LeadName, Field(description="Words that identify the lead, or #id")]
    field: Annotated[Words, Field(description="The field, for example phone, title, email, company, rating or source")]

    @classmethod
    def load_record(cls, context: Context, reference: str) -> Lead:
        lead = context.get_lead(reference)
        refuse_converted_lead(context, lead)
        return lead

    @classmethod
    def show_value(cls, context: Context, record: Any, field: str) -> str:
        if field == "status":
            return context.vocabulary.status[record.status_id].name
        return super().show_value(context, record, field)

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        refuse_converted_lead(context, lead, field=self.field, value=self.value)
        field = self.resolve_field()
        # These two have commands of their own, with rules beyond one column: the class of a status, the evidence and
        # the date of a criterion.
        match field:
            case "status":
                status = match_status_name(self.value, context.vocabulary)
                return SetLeadStatus(name=self.name, status=status).run(context)
            case _ if field in CRITERIA:
                given = {"name": self.name, field: self.value}
                return QualifyLead.model_validate(given, context=context.moment).run(context)
        reply = self.write(context, lead, field, **self.collect_columns(context, lead, field))
        return replace(reply, notes=describe_same_email(context.scope, lead) if field == "email" else ())
