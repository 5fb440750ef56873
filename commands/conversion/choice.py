"""Chooses what a lead becomes: what the person said, else the certain match, else something new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from commands.contract.context import Context
from commands.contract.errors import Ambiguous, CommandError
from commands.opportunities.new_opportunity import plan_opportunity
from storage.leads import conversion_candidates
from storage.leads.conversion import ConversionChoice, name_account
from storage.leads.conversion_candidates import Candidate
from storage.names.name_index import KIND_OF, NamedRecord
from storage.names.no_company import has_no_company
from storage.records.new_opportunity import NewOpportunity
from storage.tables import Account, Contact, Lead, Opportunity
from storage.workspaces.workspace_vocabulary import StageDefinition

R = TypeVar("R", Account, Contact, Opportunity)


@dataclass(frozen=True)
class ConversionWish:
    """What the person said about the conversion; None where they said nothing.

    `joins` is an open opportunity to join, `opens` whether a new one is opened; the last five describe a new one.
    """

    account: Account | None
    new_account: bool
    contact: Contact | None
    new_contact: bool
    joins: Opportunity | None
    opens: bool | None
    name: str | None
    amount: Decimal | None
    currency: str | None
    close_date: date | None
    stage: StageDefinition | None

    @property
    def describes_new_opportunity(self) -> bool:
        return any(each is not None for each in (self.name, self.amount, self.currency, self.close_date, self.stage))


@dataclass(frozen=True)
class ConversionPlan:
    """What will be done and why, and all candidates there are, the surest first."""

    choice: ConversionChoice
    account_why: str
    contact_why: str
    opportunity_why: str
    accounts: tuple[Candidate[Account], ...]
    contacts: tuple[Candidate[Contact], ...]
    opportunities: tuple[Candidate[Opportunity], ...]

    @property
    def other_accounts(self) -> tuple[Candidate[Account], ...]:
        return tuple(each for each in self.accounts if each.record is not self.choice.account)

    @property
    def other_contacts(self) -> tuple[Candidate[Contact], ...]:
        return tuple(each for each in self.contacts if each.record is not self.choice.contact)

    @property
    def other_opportunities(self) -> tuple[Candidate[Opportunity], ...]:
        return tuple(each for each in self.opportunities if each.record is not self.choice.joins)


def plan_conversion(context: Context, lead: Lead, wish: ConversionWish) -> ConversionPlan:
    """Plan the conversion from what was said and what is there.

    CommandError where the two do not fit together, Ambiguous where several accounts or contacts are equally certain.
    """
    # In this order, because each choice narrows the next: contacts are looked for at the account, opportunities too.
    _refuse_contradictions(wish)
    accounts = conversion_candidates.find_matching_accounts(context.scope, lead)
    account, account_why = _choose_account(context, lead, wish, accounts)
    contacts = conversion_candidates.find_matching_contacts(context.scope, lead, account)
    contact, contact_why = _choose_contact(context, lead, wish, contacts)
    interest = lead.product_interest
    known = conversion_candidates.list_open_opportunities(context.scope, account, interest) if account else []
    joins, opportunity_why = _choose_joined_opportunity(wish, account, known)
    opens = None
    if joins is None and wish.opens is not False:
        opens = _plan_new_opportunity(context, lead, wish, account.name if account else name_account(lead))
    return ConversionPlan(
        ConversionChoice(account, contact, joins, opens),
        account_why,
        contact_why,
        opportunity_why,
        tuple(accounts),
        tuple(contacts),
        tuple(known),
    )


def _refuse_contradictions(wish: ConversionWish) -> None:
    if wish.opens is False and wish.describes_new_opportunity:
        raise CommandError("Without a new opportunity there is no name, amount, close date or stage to give.")
    if wish.joins is None:
        return
    if wish.opens is False:
        raise CommandError("Joining an opportunity and having none exclude each other. Say one of them.")
    if wish.opens or wish.describes_new_opportunity:
        raise CommandError(
            f"{wish.joins.name} keeps its own name, amount, close date and stage when it is joined."
            " Change them with update_opportunity, or leave out opportunity= to open a new one."
        )
    if wish.joins.state != "open":
        raise CommandError(f"{wish.joins.name} is {wish.joins.state} already. Only an open opportunity can be joined.")


def _choose_account(
    context: Context, lead: Lead, wish: ConversionWish, found: list[Candidate[Account]]
) -> tuple[Account | None, str]:
    joined = context.scope.session.get(Account, wish.joins.account_id) if wish.joins and wish.joins.account_id else None
    # The conversion would write to the account and name it, to a person who may not see it.
    if wish.joins is not None and joined is not None and not context.scope.may_see(joined.owner_id):
        raise CommandError(f"The account of {wish.joins.name} is not yours to see, so you cannot join it.")
    if joined is not None and wish.joins is not None:
        if wish.new_account or wish.account not in (None, joined):
            raise CommandError(f"{wish.joins.name} belongs to {joined.name}. Only an opportunity of the account fits.")
        return joined, f"{wish.joins.name} belongs to it"
    if wish.account is not None:
        return wish.account, _explain_candidate(found, wish.account, "as you said")
    if wish.new_account:
        return None, "as you said"
    if wish.contact is not None and wish.contact.account_id is not None:
        its_account = context.scope.session.get(Account, wish.contact.account_id)
        if its_account is not None and context.scope.may_see(its_account.owner_id):
            return its_account, f"{wish.contact.name} is there"
    certain = _find_certain_candidate(context, found, "account", lead.company or lead.name)
    return (certain.record, certain.why) if certain else (None, "")


def _choose_contact(
    context: Context, lead: Lead, wish: ConversionWish, found: list[Candidate[Contact]]
) -> tuple[Contact | None, str]:
    if wish.contact is not None:
        return wish.contact, _explain_candidate(found, wish.contact, "as you said")
    if wish.new_contact:
        return None, "as you said"
    certain = _find_certain_candidate(context, found, "contact", lead.name)
    return (certain.record, certain.why) if certain else (None, "")


def _choose_joined_opportunity(
    wish: ConversionWish, account: Account | None, found: list[Candidate[Opportunity]]
) -> tuple[Opportunity | None, str]:
    """Choose the opportunity to join: a company's second person joins its only open one, and opens no duplicate."""
    if wish.joins is not None:
        return wish.joins, "as you said"
    if wish.opens is not None or wish.describes_new_opportunity or account is None:
        return None, ""
    # Strangers who were filed under one word for “no company” have no deal in common.
    if has_no_company(account.name):
        return None, ""
    if len(found) == 1:
        return found[0].record, f"it is the only one open at {account.name}"
    # Of several open ones only the one about the product the lead asked for; otherwise the person decides.
    about = [each for each in found if each.sure > 1]
    return (about[0].record, about[0].why) if len(about) == 1 else (None, "")


def _find_certain_candidate(context: Context, found: list[Candidate[R]], field: str, words: str) -> Candidate[R] | None:
    """Find the one certain candidate, None where there is only likeness. Ambiguous where several are as certain."""
    # A likeness alone is never taken: two companies of nearly one name would be mixed, and that is hard to undo.
    best = [each for each in found if each.sure and each.sure == found[0].sure]
    if len(best) < 2:
        return best[0] if best else None
    # Past the yes there is nothing to choose any more: the card showed a plan that no longer holds.
    if context.confirmed:
        raise CommandError(f"Several {field}s fit {words} by now, so nothing was done. Please convert again.")
    raise Ambiguous(field, words, [_to_named(each.record) for each in best])


def _to_named(record: Account | Contact | Opportunity) -> NamedRecord:
    return NamedRecord(KIND_OF[type(record)], record.id, record.name, record.external_id)


def _explain_candidate(found: list[Candidate[R]], record: R, otherwise: str) -> str:
    return next((each.why for each in found if each.record is record), otherwise)


def _plan_new_opportunity(context: Context, lead: Lead, wish: ConversionWish, account: str) -> NewOpportunity:
    return plan_opportunity(
        context,
        account,
        name=wish.name,
        about=lead.product_interest,
        amount=wish.amount,
        currency=wish.currency,
        close_date=wish.close_date,
        stage=wish.stage,
    )
