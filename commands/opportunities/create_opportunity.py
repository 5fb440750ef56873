"""Opens an opportunity at an account, or with a person who has none."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from commands.accounts.create_contact import NO_ACCOUNT, AccountOrNone
from commands.contract.arguments import (
    ContactName,
    CurrencyCode,
    Day,
    DealAmount,
    Hint,
    SourceName,
    StageName,
    Words,
)
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.priced import Priced
from commands.contract.record_fields import clean_text
from commands.contract.reply import Button, Reply
from commands.opportunities.new_opportunity import plan_opportunity
from commands.opportunities.update_opportunity import describe_close_date, refuse_far_date
from commands.values.phrases import format_day, format_money
from storage.audit.changed_lines import build_record_lines
from storage.leads.conversion_candidates import list_open_opportunities
from storage.names.name_index import format_ref
from storage.names.no_company import has_no_company
from storage.opportunities import opportunities
from storage.records import accounts
from storage.records.new_opportunity import NewOpportunity, OpportunityPlace, open_opportunity
from storage.tables import Account, Contact, Opportunity

MOST_OFFERED = 3
NOBODY_NAMED = "Who is it with? Give account=… or contact=…."
NO_COMPANY_NAMED = "That stands for people without a company. Say with whom: contact=…."


class CreateOpportunity(
    Priced,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    words="account",
    day_field="close_date",
    offer="Open an opportunity at {account}",
    undone_as="the new opportunity {name}",
    advice="For an account that exists; what a lead is to become is convert_lead. Give no stage unless one is said.",
    examples=("open an opportunity at Initech",),
):
    """Open an opportunity at an account; warns first where one is open there already."""

    account: Annotated[AccountOrNone | None, Field(description="The account it is with; default: the contact's")] = None
    name: Annotated[
        Words | None,
        Hint("Left empty, it is named after the account and the product"),
        Field(description="What it is called; default: account and product, or month", max_length=500),
    ] = None
    amount: Annotated[DealAmount | None, Field(description="Its amount")] = None
    currency: Annotated[
        CurrencyCode | None,
        Hint("Of the amount; left empty, the workspace's"),
        Field(description="Currency of the amount; default: the workspace's"),
    ] = None
    close_date: Annotated[
        Day | None,
        Hint("Left empty, the end of this quarter"),
        Field(description="Close date; default: end of the current quarter"),
    ] = None
    stage: Annotated[StageName | None, Field(description="Stage; default: the first open stage")] = None
    contact: Annotated[ContactName | None, Field(description="Its primary contact, by name or #id")] = None
    product: Annotated[Words | None, Field(description="Product or service it is about", max_length=255)] = None
    source: Annotated[SourceName | None, Field(description="One of this workspace's lead sources")] = None

    def run(self, context: Context) -> Reply:
        refuse_far_date(self.close_date, context.today)
        contact = context.get_contact(self.contact) if self.contact else None
        account = self._find_account(context, contact)
        instead = _ask_about_others(context, account, self.product) if account else ()
        if account and contact and contact.account_id not in (None, account.id):
            context.ask_first(f"{contact.name} belongs to another account. Make them its contact all the same?")
        opportunity = self._open_opportunity(context, account, contact)
        return Reply(
            f"Opened {_describe(context, opportunity)}.",
            question=f"Open {_describe(context, opportunity)}?",
            records=context.build_records(build_record_lines(context.scope, [opportunity, account, contact])),
            notes=(
                *(("It has no amount yet.",) if opportunity.amount is None else ()),
                *describe_close_date(context, opportunity, self.close_date),
            ),
            instead=instead,
        )

    def _find_account(self, context: Context, contact: Contact | None) -> Account | None:
        """Find the account it is with, None for a person who has none. CommandError where neither was said."""
        account = None if self.account in (None, NO_ACCOUNT) else context.get_account(str(self.account))
        if account is None and self.account is None and contact is not None:
            account = accounts.find_account(context.scope, contact.account_id or 0)
            if account is None and contact.account_id is not None:
                raise CommandError(
                    f"The account of {contact.name} is a colleague's. Name one of yours: account=….", field="account"
                )
        # Strangers who were filed under one word for “no company” have no deal in common.
        if account is not None and has_no_company(account.name):
            account = None
        if account is None and contact is None:
            raise CommandError(NOBODY_NAMED if self.account is None else NO_COMPANY_NAMED, field="account")
        return account

    def _open_opportunity(self, context: Context, account: Account | None, contact: Contact | None) -> Opportunity:
        product = opportunities.spell_product(context.scope, self.product) if self.product else None
        owner = account or contact
        assert owner is not None
        new: NewOpportunity = plan_opportunity(
            context,
            owner.name,
            name=clean_text(self.name),
            about=product,
            amount=self.amount,
            currency=self.currency,
            close_date=self.close_date,
            stage=context.get_stage(self.stage) if self.stage else None,
            product=product,
        )
        place = OpportunityPlace(
            context.scope.workspace_id,
            context.new_owner_id,
            account.id if account else None,
            contact.id if contact else None,
            self.source,
        )
        return open_opportunity(context.ledger, new, place, today=context.today)


def _ask_about_others(context: Context, account: Account, product: str | None) -> tuple[Button, ...]:
    """Have it confirmed where an opportunity is open at the account; return the buttons that change those instead."""
    others = [each.record for each in list_open_opportunities(context.scope, account, product)][:MOST_OFFERED]
    for each in others:
        context.ask_first(f"{_describe(context, each)} (#{format_ref('opportunity', each.id)}) is open there already.")
    return tuple(
        Button(f"Change {each.name}", "update_opportunity", {"name": format_ref("opportunity", each.id)})
        for each in others
    )


def _describe(context: Context, opportunity: Opportunity) -> str:
    parts = [opportunity.name]
    if opportunity.amount is not None:
        parts.append(format_money(opportunity.amount, opportunity.currency))
    parts.append(context.vocabulary.stage[opportunity.stage_id].name)
    if opportunity.close_date is not None:
        parts.append(f"closes {format_day(opportunity.close_date)}")
    return ", ".join(parts)
