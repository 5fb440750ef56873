"""Converts a lead: decides from what is there what it becomes, and shows that before it is done."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from commands.contract.arguments import (
    MOST_WORDS,
    CurrencyCode,
    Day,
    DealAmount,
    Hint,
    Labels,
    LeadName,
    OpportunityName,
    RecordMark,
    StageName,
    Words,
)
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.priced import Priced
from commands.contract.record_fields import clean_text
from commands.contract.reply import Button, Reply, ReplyState
from commands.conversion.choice import ConversionPlan, ConversionWish, plan_conversion
from commands.conversion.conversion_wording import (
    explain_closed_gate,
    format_opportunity,
    offer_alternatives,
    offer_amount,
    preview_conversion,
    warn_of_unqualified,
)
from commands.conversion.offer import ConversionOffer, build_conversion_offer, is_gate_closed
from commands.leads.converted_lead import load_what_became
from commands.leads.criteria import Criterion, are_all_strong, assess_criteria, describe_gaps
from commands.opportunities.update_opportunity import refuse_far_date
from commands.values.phrases import end_sentence, format_day
from storage.audit.changed_lines import build_record_lines
from storage.leads import conversion
from storage.leads.conversion import Conversion
from storage.names.name_index import format_ref, parse_ref
from storage.people.visibility import CONSOLE
from storage.tables import Lead

NEW = frozenset({"new"})


def _normalize_new(value: Any) -> Any:
    """Write every way of saying “a new one” as `new`."""
    said = value.strip() if isinstance(value, str) else value
    return "new" if isinstance(said, str) and said.lower() in ("new", "a new one", "new one") else said


AccountOrNew = Annotated[
    str, BeforeValidator(_normalize_new), Field(max_length=MOST_WORDS), RecordMark(("account",), NEW)
]
ContactOrNew = Annotated[
    str, BeforeValidator(_normalize_new), Field(max_length=MOST_WORDS), RecordMark(("contact",), NEW)
]


class ConvertLead(
    Priced,
    group="convert",
    heads_group=True,
    writes=True,
    always_asks=True,
    opens_form=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    offer="Convert {name}",
    undone_as="the conversion of {name}",
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
    amount: Annotated[DealAmount | None, Field(description="Amount of the new opportunity")] = None
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

    def run(self, context: Context) -> Reply:
        # Locked before it is looked at: of two who convert the lead at once, the second reads the first one's result.
        lead = _lock_lead(context, self.name)
        ended = _answer_ended_lead(context, lead)
        if ended is not None:
            return ended
        refuse_far_date(self.close_date, context.today)
        chosen = plan_conversion(context, lead, self._build_wish(context))
        found = assess_criteria(context, lead)
        anyway = chosen.choice.opens is not None and not are_all_strong(found)
        if anyway and is_gate_closed(context, found):
            raise CommandError(
                f"{explain_closed_gate(lead, found)} Use qualify_lead, or convert with create_opportunity=false."
            )
        by = None if context.asker.id == CONSOLE else context.asker.id
        done = conversion.convert_lead(context.ledger, lead, chosen.choice, by=by, today=context.today)
        if anyway:
            context.ledger.add_remark(lead, "converted_anyway", describe_gaps(found))
        return self._build_reply(context, lead, chosen, done, found, anyway=anyway)

    def offer_conversion(self, context: Context) -> ConversionOffer | Reply:
        """Build what converting would do, without doing it; a Reply where there is nothing to decide.

        CommandError or NotFound where converting is not possible at all.
        """
        lead = context.get_lead(self.name)
        return _answer_ended_lead(context, lead) or build_conversion_offer(context, lead, self._build_wish(context))

    def _build_wish(self, context: Context) -> ConversionWish:
        return ConversionWish(
            account=_load_existing(context.get_account, self.account),
            new_account=self.account == "new",
            contact=_load_existing(context.get_contact, self.contact),
            new_contact=self.contact == "new",
            joins=_load_existing(context.get_opportunity, self.opportunity),
            opens=self.create_opportunity,
            name=clean_text(self.opportunity_name),
            amount=self.amount,
            currency=self.currency,
            close_date=self.close_date,
            stage=context.get_stage(self.stage) if self.stage else None,
        )

    def _build_reply(
        self,
        context: Context,
        lead: Lead,
        chosen: ConversionPlan,
        done: Conversion,
        found: tuple[Criterion, ...],
        *,
        anyway: bool,
    ) -> Reply:
        # What the card told is not told again once it is done: the head says what has become of the lead.
        notes = () if context.confirmed else preview_conversion(context, lead, chosen, done)
        if anyway:
            notes = (warn_of_unqualified(found), *notes)
        elif not are_all_strong(found) and not context.confirmed:
            notes = (*notes, f"Qualification: {describe_gaps(found)}.")
        return Reply(
            end_sentence(f"{lead.name} is converted{' anyway' if anyway else ''}: {_describe_result(context, done)}"),
            question=f"Convert {lead.name}{' anyway' if anyway else ''}?",
            records=_build_records(context, [done.contact, done.account, done.opportunity]),
            notes=notes,
            buttons=offer_amount(context, lead, chosen, done),
            instead=offer_alternatives(context, lead, chosen),
        )


def recall_conversion(context: Context, lead: Lead) -> Reply:
    """Build the reply to converting a lead again: what it became the first time."""
    # A double click, a retry and a second person are no mistakes, so this is an answer and no refusal.
    became = load_what_became(context, lead)
    who = context.load_people_names([lead.converted_by_id]).get(lead.converted_by_id or 0)
    named = [f"{kind} {each.name}" for kind, each in zip(KINDS, became, strict=True) if each is not None]
    day = f" on {format_day(context.to_local_day(lead.converted_at))}" if lead.converted_at else ""
    return Reply(
        end_sentence(
            f"{lead.name} was converted{day}{f' by {who}' if who else ''}{': ' + ', '.join(named) if named else ''}"
        )
        + " Nothing was created again.",
        records=_build_records(context, list(became)),
    )


KINDS = ("contact", "account", "opportunity")


def _lock_lead(context: Context, reference: str) -> Lead:
    parsed = parse_ref(reference)
    lead = conversion.lock_lead(context.scope, parsed[1]) if parsed else None
    if lead is None:
        raise NotFound(f"There is no lead “{reference}”.")
    return lead


def _answer_ended_lead(context: Context, lead: Lead) -> Reply | None:
    """Build the reply for a lead that is converted or closed; None for one that can be converted.

    CommandError where it lacks what converting needs.
    """
    return recall_conversion(context, lead) if lead.is_converted else _explain_refusal(context, lead)


def _explain_refusal(context: Context, lead: Lead) -> Reply | None:
    """Build the refusal for a closed lead, with buttons that reopen it; None where it can be converted."""
    name = format_ref("lead", lead.id)
    status = context.vocabulary.status[lead.status_id]
    if lead.lifecycle == "closed" or status.status_class == "closed":
        because = f" ({lead.close_reason})" if lead.close_reason else ""
        again = context.vocabulary.list_statuses("qualified", "working", "open")
        return Reply(
            f"{lead.name} is {status.name}{because}, so it cannot be converted. Requalify it first.",
            ReplyState.REFUSED,
            records=_build_records(context, [lead]),
            buttons=tuple(
                Button(f"Set {each.name}", "set_lead_status", {"name": name, "status": each.name})
                for each in again[::-1][:2]
            ),
        )
    for field, words, hint in (
        ("last_name", "last name", ""),
        ("company", "company", " (“Self” for a private person)"),
    ):
        if not (getattr(lead, field) or "").strip():
            raise CommandError(
                f"{lead.name} has no {words}, and converting needs one."
                f" Add it first: update_lead #{name} field={field} value=…{hint}",
                field="name",
            )
    return None


def _describe_result(context: Context, done: Conversion) -> str:
    parts = [f"contact {done.contact.name}", f"account {done.account.name}"]
    if done.opportunity is not None:
        parts.append(f"opportunity {format_opportunity(context, done.opportunity)}")
    return ", ".join(parts)


def _load_existing(load: Any, reference: str | None) -> Any:
    return None if reference is None or reference == "new" else load(reference)


def _build_records(context: Context, records: list[Any]) -> Any:
    return context.build_records(build_record_lines(context.scope, records))
