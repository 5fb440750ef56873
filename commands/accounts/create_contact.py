"""Adds a contact."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from commands.accounts.update_contact import CONTACT_FIELDS
from commands.contract.arguments import MOST_WORDS, RecordMark, Words
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Button, Reply
from commands.values.phrases import end_sentence
from storage.audit.changed_lines import build_record_lines
from storage.leads.lead_duplicates import Duplicate, compose_lead_name, find_duplicates
from storage.names.no_company import has_no_company
from storage.tables import Account, Contact

NO_ACCOUNT = "none"
FIELDS = ("first_name", "last_name", "title", "email", "phone")


def _drop_words_for_none(said: Any) -> Any:
    return NO_ACCOUNT if isinstance(said, str) and has_no_company(said) else said


AccountOrNone = Annotated[
    str,
    BeforeValidator(_drop_words_for_none),
    Field(max_length=MOST_WORDS),
    RecordMark(("account",), frozenset({NO_ACCOUNT})),
]


class CreateContact(
    Command,
    group="change",
    writes=True,
    about_one=True,
    adds_person=True,
    offer="Add the contact {first_name} {last_name}",
    undone_as="the new contact {name}",
    advice="For a person at an account that exists. Somebody new who only showed interest is a lead: create_lead.",
    examples=("add a contact: Jo Doe at Globex",),
):
    """Add a contact, at an account where there is one; warns first where the person is there already."""

    first_name: Annotated[Words | None, Field(description="First name")] = None
    last_name: Annotated[Words | None, Field(description="Last name")] = None
    account: Annotated[AccountOrNone | None, Field(description="The account the person works for, or none")] = None
    title: Annotated[Words | None, Field(description="Job title")] = None
    email: Annotated[Words | None, Field(description="Email address")] = None
    phone: Annotated[Words | None, Field(description="Phone number")] = None

    def run(self, context: Context) -> Reply:
        values = {field: CONTACT_FIELDS.read(field, getattr(self, field), context.vocabulary) for field in FIELDS}
        name = compose_lead_name(values["first_name"], values["last_name"])
        if not name:
            raise CommandError("Who is it? Give first_name=… or last_name=….", field="last_name")
        account = None if self.account in (None, NO_ACCOUNT) else context.get_account(str(self.account))
        at = account.name if account else None
        found = find_duplicates(context.scope, name=name, company=at, email=values["email"])
        for each in found:
            who = ", ".join(part for part in (each.named.name, each.named.company) if part)
            context.ask_first(f"There is a {each.named.kind} {who} (#{each.named.ref}) that {each.why}. Add another?")
        contact = self._add_contact(context, name, account, values)
        return Reply(
            end_sentence(f"Added the contact {', '.join(filter(None, (name, at)))}"),
            question=f"Add {', '.join(part for part in (name, values['title'], at) if part)} as a contact?",
            records=context.build_records(build_record_lines(context.scope, [contact, account])),
            notes=tuple(filter(None, [" · ".join(part for part in (contact.email, contact.phone) if part)])),
            instead=tuple(_offer_conversions(context, found)),
        )

    def _add_contact(self, context: Context, name: str, account: Account | None, values: dict[str, Any]) -> Contact:
        contact = Contact(
            workspace_id=context.scope.workspace_id,
            name=name,
            owner_id=context.new_owner_id,
            account_id=account.id if account else None,
            created_at=context.now,
            updated_at=context.now,
            **values,
        )
        context.ledger.add_record(contact)
        return contact


def _offer_conversions(context: Context, found: list[Duplicate]) -> list[Button]:
    """Offer to convert the leads among the duplicates, which makes contacts of them."""
    leads = [context.get_lead(each.named.ref) for each in found if each.named.kind == "lead"]
    return [
        Button(f"Convert {lead.name}", "convert_lead", {"name": f"L{lead.id}"})
        for lead in leads
        if lead.lifecycle == "open"
    ]
