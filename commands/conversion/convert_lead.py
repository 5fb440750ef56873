"""Converting a lead: what it becomes, decided from what is there, shown before it is done."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from commands.contract.arguments import (
    MOST_WORDS,
    Day,
    Labels,
    LeadName,
    Money,
    Names,
    OpportunityName,
    StageName,
    Words,
)
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Button, Reply, State
from commands.conversion.choice import Chosen, Wish, choose
from commands.conversion.conversion_wording import anyway_words, gate_words, instead, preview
from commands.conversion.offer import Offer, gate_closed, offer
from commands.leads.criteria import Criterion, criteria, missing, strong
from commands.leads.lead_fields import cleaned
from commands.opportunities.update_opportunity import refuse_far_date
from commands.values.phrases import day_words
from storage.audit.changed_lines import lines_of
from storage.leads import conversion
from storage.leads.conversion import Conversion
from storage.names.name_index import parse_ref, ref
from storage.people.visibility import CONSOLE
from storage.tables import Account, Contact, Lead, Opportunity

NEW = frozenset({"new"})


def _or_new(value: Any) -> Any:
    said = value.strip() if isinstance(value, str) else value
    return "new" if isinstance(said, str) and said.lower() in ("new", "a new one", "new one") else said


AccountOrNew = Annotated[str, BeforeValidator(_or_new), Field(max_length=MOST_WORDS), Names(("account",), NEW)]
ContactOrNew = Annotated[str, BeforeValidator(_or_new), Field(max_length=MOST_WORDS), Names(("contact",), NEW)]


class ConvertLead(
    Command,
    group="convert",
    heads_group=True,
    writes=True,
    always_asks=True,
    opens_form=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    examples=("convert Jane Doe",),
):
    """Convert a lead into a contact, an account and, where there is a real deal, an opportunity."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, or #id")]
    account: Annotated[AccountOrNew | None, Field(description="An existing account by name or #id, or new")] = None
    contact: Annotated[ContactOrNew | None, Field(description="An existing contact by name or #id, or new")] = None
    opportunity: Annotated[OpportunityName | None, Field(description="An open opportunity to join")] = None
    create_opportunity: Annotated[
        bool | None,
        Field(description="true: open a new opportunity; false: contact and account only"),
        Labels("Open a new opportunity", "Contact and account only"),
    ] = None
    opportunity_name: Annotated[Words | None, Field(description="Name of the new opportunity", max_length=500)] = None
    amount: Annotated[Money | None, Field(description="Amount of the new opportunity")] = None
    close_date: Annotated[Day | None, Field(description="Close date; default: end of the current quarter")] = None
    stage: Annotated[StageName | None, Field(description="Stage; default: the first open stage")] = None

    def run(self, context: Context) -> Reply:
        lead = _locked(context, self.name)
        ended = _ended(context, lead)
        if ended is not None:
            return ended
        refuse_far_date(self.close_date, context.today)
        chosen = choose(context, lead, self._wish(context))
        found = criteria(context, lead)
        anyway = chosen.choice.opens is not None and not strong(found)
        if anyway and gate_closed(context, found):
            raise CommandError(f"{gate_words(lead, found)} Use qualify_lead, or convert with create_opportunity=false.")
        by = None if context.asker.id == CONSOLE else context.asker.id
        done = conversion.convert(context.ledger, lead, chosen.choice, by=by, today=context.today)
        if anyway:
            context.ledger.remark(lead, "converted_anyway", missing(found))
        return self._reply(context, lead, chosen, done, found, anyway=anyway)

    def offered(self, context: Context) -> Offer | Reply:
        """What it would do, to be decided on, without doing it; a Reply where there is nothing to decide.

        CommandError or NotFound where it is not possible at all.
        """
        lead = context.lead(self.name)
        return _ended(context, lead) or offer(context, lead, self._wish(context))

    def _wish(self, context: Context) -> Wish:
        return Wish(
            account=_existing(context.account, self.account),
            new_account=self.account == "new",
            contact=_existing(context.contact, self.contact),
            new_contact=self.contact == "new",
            joins=_existing(context.opportunity, self.opportunity),
            opens=self.create_opportunity,
            name=cleaned(self.opportunity_name),
            amount=self.amount,
            close_date=self.close_date,
            stage=context.stage(self.stage) if self.stage else None,
        )

    def _reply(
        self,
        context: Context,
        lead: Lead,
        chosen: Chosen,
        done: Conversion,
        found: tuple[Criterion, ...],
        *,
        anyway: bool,
    ) -> Reply:
        # What the card told is not told again once it is done: the head says what has become of the lead.
        notes = () if context.confirmed else preview(context, lead, chosen, done)
        if anyway:
            notes = (anyway_words(found), *notes)
        elif not strong(found) and not context.confirmed:
            notes = (*notes, f"Qualification: {missing(found)}.")
        return Reply(
            f"{lead.name} is converted{' anyway' if anyway else ''}: {_became(done)}.",
            question=f"Convert {lead.name}{' anyway' if anyway else ''}?",
            records=_records(context, [done.contact, done.account, done.opportunity]),
            notes=notes,
            instead=instead(context, lead, chosen),
        )


def already(context: Context, lead: Lead) -> Reply:
    """What a converted lead became: whoever converts it again is answered with the first result."""
    became = [
        _seen(context.contact, "contact", lead.converted_contact_id),
        _seen(context.account, "account", lead.converted_account_id),
        _seen(context.opportunity, "opportunity", lead.converted_opportunity_id),
    ]
    assert lead.converted_at is not None
    who = context.names_of([lead.converted_by_id]).get(lead.converted_by_id or 0)
    named = [f"{kind} {each.name}" for kind, each in zip(KINDS, became, strict=True) if each is not None]
    day = day_words(context.local_day(lead.converted_at))
    return Reply(
        f"{lead.name} was converted on {day}{f' by {who}' if who else ''}"
        f"{': ' + ', '.join(named) if named else ''}. Nothing was created again.",
        records=_records(context, became),
    )


KINDS = ("contact", "account", "opportunity")


def _locked(context: Context, reference: str) -> Lead:
    parsed = parse_ref(reference)
    lead = conversion.locked(context.scope, parsed[1]) if parsed else None
    if lead is None:
        raise NotFound(f"There is no lead “{reference}”.")
    return lead


def _ended(context: Context, lead: Lead) -> Reply | None:
    """The answer where a lead is converted already or closed. CommandError where it lacks what converting needs."""
    return already(context, lead) if lead.converted_at is not None else _refused(context, lead)


def _refused(context: Context, lead: Lead) -> Reply | None:
    """Why this lead cannot be converted, with the way out as a button."""
    name = ref("lead", lead.id)
    status = context.vocabulary.status[lead.status_id]
    if lead.lifecycle == "closed" or status.status_class == "closed":
        because = f" ({lead.close_reason})" if lead.close_reason else ""
        again = context.vocabulary.statuses_in("qualified", "working", "open")
        return Reply(
            f"{lead.name} is {status.name}{because}, so it cannot be converted. Requalify it first.",
            State.REFUSED,
            records=_records(context, [lead]),
            buttons=tuple(
                Button(f"Set {each.name}", "set_lead_status", {"name": name, "status": each.name})
                for each in again[::-1][:2]
            ),
        )
    for field, words in (("last_name", "last name"), ("company", "company")):
        if not (getattr(lead, field) or "").strip():
            raise CommandError(
                f"{lead.name} has no {words}, and converting needs one."
                f" Add it first: update_lead #{name} field={field} value=…",
                field="name",
            )
    return None


def _became(done: Conversion) -> str:
    parts = [f"contact {done.contact.name}", f"account {done.account.name}"]
    return ", ".join([*parts, *([f"opportunity {done.opportunity.name}"] if done.opportunity else [])])


def _existing(load: Any, reference: str | None) -> Any:
    return None if reference is None or reference == "new" else load(reference)


def _seen(load: Any, kind: str, number: int | None) -> Account | Contact | Opportunity | None:
    if number is None:
        return None
    try:
        found: Account | Contact | Opportunity = load(ref(kind, number))
    except NotFound:
        return None
    return found


def _records(context: Context, records: list[Any]) -> Any:
    return context.records(lines_of(context.scope, records))
