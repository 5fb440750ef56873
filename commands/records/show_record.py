"""Shows one record on one card: what is known, what happened last, what is due, what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.activities.follow_ups import build_follow_up_records
from commands.contract.arguments import RecordMark, RecordName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Button, Record, Reply
from commands.leads.criteria import format_budget
from commands.scores.explain_score import explain_rule_score
from commands.values.phrases import cut_to_line, end_sentence, format_count, format_day, format_money
from commands.wording.record_words import format_record_name
from commands.wording.score_reasons import list_lowering_reasons, list_raising_reasons, shorten_reason
from commands.wording.score_words import format_likelihood
from commands.wording.sums import combine_currencies, format_amounts, merge_sums
from storage.audit import history
from storage.audit.changed_lines import build_record_line
from storage.leads import leads
from storage.names.name_index import format_ref
from storage.opportunities import opportunities, opportunity_sums, related_records
from storage.opportunities.opportunities import OpportunityFilter
from storage.records import contacts
from storage.records.record_line import Line
from storage.scores.showing.score_source import find_horizon
from storage.tables import Account, Contact, Lead, Opportunity

MOST_RELATED = 10
LAST_TOUCHES = 3

PERSON = ("salutation", "title", "email", "phone", "mobile")
ADDRESS = ("street", "city", "state", "postal_code", "country")
COMPANY = ("website", "industry", "employees", "annual_revenue")
SHOWN: dict[type[Any], tuple[str, ...]] = {
    Lead: (
        *PERSON,
        "company",
        *COMPANY,
        *ADDRESS,
        "source",
        "rating",
        "product_interest",
        "budget",
        "timeframe",
        "close_reason",
        "snoozed_until",
        "created_at",
        "converted_at",
        "description",
    ),
    Contact: (*PERSON, *ADDRESS, "source", "created_at", "description"),
    Account: ("type", *COMPANY, "phone", *ADDRESS, "created_at", "description"),
    Opportunity: (
        "close_date",
        "next_step",
        "product",
        "type",
        "source",
        "created_at",
        "closed_at",
        "description",
    ),
}
"""The columns of a card, in order; what is empty is left out."""


class ShowRecord(
    Command,
    group="ask",
    about_one=True,
    quotes_records=True,
    words="name",
    offer="Show {name}",
    examples=("show Jane Doe", "who is the contact at Initech?"),
):
    """Show one lead, contact, account or opportunity with all that belongs to it."""

    name: Annotated[RecordName, Field(description="Words that identify the record, as the rep said them, or #id")]
    kind: Annotated[
        Literal["lead", "contact", "account", "opportunity"] | None,
        Field(description="Only a record of this kind"),
    ] = None

    def list_allowed_kinds(self, field: str, mark: RecordMark) -> tuple[str, ...]:
        return (self.kind,) if self.kind else mark.kinds

    def run(self, context: Context) -> Reply:
        reply = self._build_card(context)
        # A converted lead answers with its contact: then the first record is not the one that was asked for, and all
        # are listed alike.
        return replace(reply, card=reply.records[0].id == self.name)

    def _build_card(self, context: Context) -> Reply:
        record = context.get_record(self.name)
        match record:
            case Lead():
                return (
                    build_converted_card(context, record) if record.is_converted else build_lead_card(context, record)
                )
            case Contact():
                return build_contact_card(context, record, related_records.find_original_lead(context.scope, record.id))
            case Account():
                return build_account_card(context, record)
            case _:
                return build_opportunity_card(context, record)


def build_lead_card(context: Context, lead: Lead) -> Reply:
    """Build the card of an open or closed lead, with its stored score and the reasons kept with it."""
    kept = leads.list_scores(context.scope, lead.id, 1)
    fields: dict[str, Any] = {}
    why: list[str] = []
    if kept:
        fields = {"as_of": kept[0].as_of.isoformat(), "probability": kept[0].probability}
        fields |= {
            "raises": list(list_raising_reasons(kept[0].reasons)),
            "lowers": list(list_lowering_reasons(kept[0].reasons)),
        }
        likely = format_likelihood(kept[0], find_horizon(context.scope.session, context.scope.workspace_id))
        why += [f"{likely}."] if likely else []
        why += [f"+ {shorten_reason(each)}" for each in fields["raises"][:2]]
        why += [f"– {shorten_reason(each)}" for each in fields["lowers"][:1]]
        why += explain_rule_score(context, kept[0])
    elif lead.score is None:
        why.append("Not scored yet.")
    reference = format_ref("lead", lead.id)
    main = _build_main_record(context, lead, leads.build_line(lead), fields)
    buttons = [Button("Why this score?", "explain_score", {"name": reference})] if lead.score is not None else []
    if context.vocabulary.status[lead.status_id].status_class == "qualified":
        buttons.append(Button("Convert", "convert_lead", {"name": reference}))
    return Reply(
        f"{format_record_name(main)} (lead).",
        records=(
            main,
            *build_follow_up_records(
                context, related_records.list_record_follow_ups(context.scope, "lead", lead.id, lead.name, MOST_RELATED)
            ),
        ),
        notes=(*_list_details(context, lead), *why, *_list_last_touches(context, "lead", lead.id)),
        buttons=tuple(buttons),
    )


def build_converted_card(context: Context, lead: Lead) -> Reply:
    """Build the card of what a lead became: its contact's, else what else of it is visible.

    See docs/domain.md, "Conversion".
    """
    scope = context.scope
    contact = contacts.find_contact(scope, lead.converted_contact_id or 0)
    if contact is not None:
        return build_contact_card(context, contact, lead)
    found = (
        *related_records.find_account_line(scope, lead.converted_account_id),
        *_load_converted_opportunity(context, lead),
    )
    return Reply(
        _describe_conversion(context, lead, found),
        records=(*context.build_records(found), _build_main_record(context, lead, leads.build_line(lead), {})),
        notes=(*_list_details(context, lead), *_list_last_touches(context, "lead", lead.id)),
    )


def build_contact_card(context: Context, contact: Contact, lead: Lead | None) -> Reply:
    """Build the card of a contact with account and open opportunities, and with the lead it came from."""
    scope = context.scope
    account = related_records.find_account_line(scope, contact.account_id)
    joined = _load_converted_opportunity(context, lead) if lead else ()
    opportunities = related_records.list_contact_opportunities(scope, contact.id, MOST_RELATED)
    main = build_record_line(scope, contact)
    company = account[0].name if account else None
    head = _describe_conversion(context, lead, (main, *account, *joined)) if lead else None
    return Reply(
        head or _compose_title(contact.name, contact.title, company, "contact"),
        records=(
            _build_main_record(context, contact, main, {}),
            *context.build_records(account),
            *context.build_records(joined),
            *context.build_records(each for each in opportunities if each not in joined),
            *build_follow_up_records(
                context,
                related_records.list_record_follow_ups(scope, "contact", contact.id, contact.name, MOST_RELATED),
            ),
            *((_build_main_record(context, lead, leads.build_line(lead), {}),) if lead else ()),
        ),
        notes=(
            *_list_details(context, contact),
            *(_list_last_touches(context, "contact", contact.id) or _list_touches_as_lead(context, lead)),
        ),
    )


def build_account_card(context: Context, account: Account) -> Reply:
    """Build the card of an account with its people, its open opportunities and what it has brought."""
    scope = context.scope
    reference = format_ref("account", account.id)
    return Reply(
        _compose_title(account.name, None, account.industry, "account"),
        records=(
            _build_main_record(context, account, build_record_line(scope, account), {}),
            *context.build_records(related_records.list_account_contacts(scope, account.id, MOST_RELATED)),
            *context.build_records(related_records.list_account_opportunities(scope, account.id, MOST_RELATED)),
            *build_follow_up_records(
                context,
                related_records.list_record_follow_ups(scope, "account", account.id, account.name, MOST_RELATED),
            ),
        ),
        notes=(
            *_list_details(context, account),
            *_describe_won_amount(context, account),
            *_list_last_touches(context, "account", account.id),
        ),
        buttons=(Button("Its opportunities", "list_opportunities", {"account": reference, "owner": "everyone"}),),
    )


def build_opportunity_card(context: Context, opportunity: Opportunity) -> Reply:
    """Build the card of an opportunity with its account and its people."""
    scope = context.scope
    late = opportunity.state == "open" and opportunity.close_date is not None and opportunity.close_date < context.today
    return Reply(
        _compose_title(opportunity.name, None, None, "opportunity") + (" Its close date is past." if late else ""),
        records=(
            _build_main_record(
                context, opportunity, build_record_line(scope, opportunity), {"overdue": True} if late else {}
            ),
            *context.build_records(related_records.find_account_line(scope, opportunity.account_id)),
            *context.build_records(related_records.list_opportunity_contacts(scope, opportunity, MOST_RELATED)),
            *build_follow_up_records(
                context,
                related_records.list_record_follow_ups(
                    scope, "opportunity", opportunity.id, opportunity.name, MOST_RELATED
                ),
            ),
        ),
        notes=(*_list_details(context, opportunity), *_list_last_touches(context, "opportunity", opportunity.id)),
    )


def _compose_title(name: str, title: str | None, company: str | None, kind: str) -> str:
    """Compose the head of a card: `Jane Doe, CTO, Initech (lead).`"""
    return f"{', '.join(part for part in (name, title, company) if part)} ({kind})."


def _build_main_record(context: Context, record: Any, line: Line, more: dict[str, Any]) -> Record:
    """Build the record the card is about, with every field that is filled."""
    # Beside the line's facts all columns of the card: programs read them from the JSON, a person from the notes.
    (shown,) = context.build_records([line])
    fields = {name: _to_json_value(context, getattr(record, name)) for name in SHOWN[type(record)]} | more
    filled = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    return Record(
        shown.kind, shown.id, shown.name, shown.external_id, shown.fields | filled | _get_custom_fields(record)
    )


def _to_json_value(context: Context, value: Any) -> Any:
    match value:
        case datetime():
            return context.to_local_day(value).isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def _get_custom_fields(record: Any) -> dict[str, Any]:
    return {"custom": record.custom} if record.custom else {}


def _list_details(context: Context, record: Any) -> tuple[str, ...]:
    """List what is known, a line for each group of fields; what the head and the facts say already is left out."""
    fields = {name: value for name in SHOWN[type(record)] if (value := getattr(record, name)) not in (None, "")}
    # The head of an account's card names the industry.
    if isinstance(record, Account):
        fields.pop("industry", None)
    lines = [
        " · ".join(_format_field(context, name, fields.pop(name)) for name in group if name in fields)
        for group in LINES
    ]
    description = fields.pop("description", None)
    said = [
        f"{_label_field(name)}: {_format_field(context, name, fields[name])}" for name in fields if name not in IN_HEAD
    ]
    custom = [f"{name}: {value}" for name, value in (record.custom or {}).items() if value not in (None, "")]
    more = [f"and {len(custom) - MOST_CUSTOM} more fields"] if len(custom) > MOST_CUSTOM else []
    found = (
        *lines,
        " · ".join(said),
        " · ".join((*custom[:MOST_CUSTOM], *more)),
        cut_to_line(description or "", LONGEST),
    )
    return tuple(line for line in found if line)


LINES = (("email", "phone", "mobile"), COMPANY, ADDRESS, ("product_interest", "budget", "timeframe"))
"""Fields that need no label, a line each group."""
IN_HEAD = frozenset({"salutation", "title", "company", "close_date"})
MOST_CUSTOM = 8
LONGEST = 300


def _label_field(name: str) -> str:
    return name.removesuffix("_at").replace("_", " ").capitalize()


def _format_field(context: Context, name: str, value: Any) -> str:
    match value:
        case datetime():
            return format_day(context.to_local_day(value), context.today)
        case date():
            return format_day(value, context.today)
        case Decimal():
            return f"{format_money(value, context.vocabulary.currency)} revenue"
        case int() if name == "employees":
            return format_count(value, "employee")
        case str() if name == "budget":
            return f"budget {format_budget(value, context.vocabulary)}"
        case _:
            return str(value)


def _list_last_touches(context: Context, kind: str, number: int) -> tuple[str, ...]:
    """List the last calls, emails, meetings and notes, a line each."""
    found, _ = history.list_activities(context.scope, kind, number, (None, None), limit=LAST_TOUCHES)
    return tuple(
        f"{context.format_local_time(each.at)}  {each.kind}"
        f"{f' by {each.who}' if each.who and each.who != context.asker.name else ''}: "
        f"{cut_to_line(each.text or each.subject or each.outcome or 'no words', LONGEST)}"
        for each in found
    )


def _list_touches_as_lead(context: Context, lead: Lead | None) -> tuple[str, ...]:
    """List what happened while the person was still a lead."""
    return _list_last_touches(context, "lead", lead.id) if lead else ()


def _load_converted_opportunity(context: Context, lead: Lead) -> tuple[Line, ...]:
    """Load the opportunity that the lead became or joined; empty where there is none to be seen."""
    return opportunities.load_lines(
        context.scope, [lead.converted_opportunity_id] if lead.converted_opportunity_id else []
    )


def _describe_conversion(context: Context, lead: Lead, found: Iterable[Line]) -> str:
    who = context.load_people_names([lead.converted_by_id]).get(lead.converted_by_id or 0)
    what = ", ".join(f"{each.kind} {each.name}" for each in found)
    on = f" on {format_day(context.to_local_day(lead.converted_at))}" if lead.converted_at else ""
    return end_sentence(f"{lead.name} was converted{on}{f' by {who}' if who else ''}{f': now {what}' if what else ''}")


def _describe_won_amount(context: Context, account: Account) -> tuple[str, ...]:
    """Describe what the visible opportunities of an account have brought."""
    won = opportunity_sums.sum_by_currency(context.scope, OpportunityFilter(states=("won",), account_id=account.id))
    count = merge_sums(each for (each,) in won.values()).count
    if not count:
        return ()
    amounts = combine_currencies(
        {currency: {"amount": each.amount} for currency, (each,) in won.items()}, context.vocabulary.currency
    )
    return (f"Won so far: {format_amounts(amounts, 'amount')} in {format_count(count, 'deal')}.",)
