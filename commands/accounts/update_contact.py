"""Changes what is known of a contact."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands.contract.arguments import ContactName, Words
from commands.contract.context import Context
from commands.contract.record_fields import ADDRESS, PERSON, RecordFields
from commands.contract.reply import Reply
from commands.contract.update_field import UpdateField
from storage.leads.lead_duplicates import describe_same_email
from storage.tables import Contact

CONTACT_FIELDS = RecordFields(
    Contact,
    (*PERSON, *ADDRESS, "source", "description", "name"),
    {"company": "account", "employer": "account", "organisation": "account", "organization": "account"},
    others=("account",),
)


class UpdateContact(
    UpdateField,
    group="change",
    offer="Change {field} of {name} to {value}",
    undone_as="the change of {name}",
    examples=("set the phone of the contact Greta Vogel to +1 555 0123",),
):
    """Change one field of a contact."""

    record_fields = CONTACT_FIELDS
    account_field = "account"
    name_parts = ("first_name", "last_name")
    owner_hint = "hand_over, which managers use."

    name: Annotated[ContactName, Field(description="Words that identify the contact, or #id")]
    field: Annotated[Words, Field(description="The field, for example phone, title, email or account")]

    @classmethod
    def load_record(cls, context: Context, reference: str) -> Contact:
        return context.get_contact(reference)

    def run(self, context: Context) -> Reply:
        contact = self.load_record(context, self.name)
        field = self.resolve_field()
        reply = self.write(context, contact, field, **self.collect_columns(context, contact, field))
        return replace(reply, notes=describe_same_email(context.scope, contact) if field == "email" else ())
