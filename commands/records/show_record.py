"""One record on one card: what is known, what happened last, what is due, what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.activities.follow_ups import shown_follow_ups
from commands.contract.arguments import Names, RecordName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Button, Record, Reply
from commands.scores.explain_score import by_rules
from commands.values.phrases import counted, day_words, moment_words, money
from commands.wording.change_words import value_words
from commands.wording.score_reasons import lowers, raises, short
from commands.wording.sums import by_currency, spoken_amounts, together
from storage.audit import history
from storage.audit.changed_lines import line_of
from storage.leads import leads
from storage.names.name_index import ref
from storage.opportunities import opportunities, opportunity_sums, related_records
from storage.opportunities.opportunities import OpportunityFilter
from storage.records import contacts
from storage.records.record_line import Line
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
        "lost_reason",
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
    examples=("show Jane Doe", "who is the contact at Initech?"),
):
    """Show one lead, contact, account or opportunity with all that belongs to it."""

    name: Annotated[RecordName, Field(description="Words that identify the record, as the rep said them, or #id")]
    kind: Annotated[
        Literal["lead", "contact", "account", "opportunity"] | None,
        Field(description="Only a record of this kind"),
    ] = None

    def kinds_of(self, field: str, mark: Names) -> tuple[str, ...]:
        return (self.kind,) if self.kind else mark.kinds

    def run(self, context: Context) -> Reply:
        reply = self._reply(context)
        return replace(reply, card=reply.records[0].id == self.name)

    def _reply(self, context: Context) -> Reply:
        record = context.record(self.name)
        match record:
            case Lead():
                return converted_card(context, record) if record.converted_at else lead_card(context, record)
            case Contact():
                return contact_card(context, record, related_records.lead_behind(context.scope, record.id))
            case Account():
                return account_card(context, record)
            case _:
                return opportunity_card(context, record)


def lead_card(context: Context, lead: Lead) -> Reply:
    """An open or closed lead, with its stored score and the reasons kept with it."""
    kept = leads.scores_of(context.scope, lead.id, 1)
    fields: dict[str, Any] = {}
    why: list[str] = []
    if kept:
        fields = {"as_of": kept[0].as_of.isoformat(), "probability": kept[0].probability}
        fields |= {"raises": list(raises(kept[0].reasons)), "lowers": list(lowers(kept[0].reasons))}
        why += [f"+ {short(each)}" for each in fields["raises"][:2]]
        why += [f"– {short(each)}" for each in fields["lowers"][:1]]
        why += by_rules(context, kept[0])
    elif lead.score is None:
        why.append("Not scored yet.")
    reference = ref("lead", lead.id)
    buttons = [Button("Why this score?", "explain_score", {"name": reference})] if lead.score is not None else []
    if context.vocabulary.status[lead.status_id].status_class == "qualified":
        buttons.append(Button("Convert", "convert_lead", {"name": reference}))
    return Reply(
        _title(lead.name, lead.title, lead.company, "lead"),
        records=(
            _main(context, lead, leads.line(lead), fields),
            *shown_follow_ups(
                context, related_records.follow_ups(context.scope, "lead", lead.id, lead.name, MOST_RELATED)
            ),
        ),
        notes=(*_details(context, lead), *why, *_last_touches(context, "lead", lead.id)),
        buttons=tuple(buttons),
    )


def converted_card(context: Context, lead: Lead) -> Reply:
    """What a lead became (DOMAIN.md section 2): the card of its contact, else what of it is visible."""
    scope = context.scope
    contact = contacts.get(scope, lead.converted_contact_id or 0)
    if contact is not None:
        return contact_card(context, contact, lead)
    found = (*related_records.account(scope, lead.converted_account_id), *_joined(context, lead))
    return Reply(
        _conversion(context, lead, found),
        records=(*context.records(found), _main(context, lead, leads.line(lead), {})),
        notes=(*_details(context, lead), *_last_touches(context, "lead", lead.id)),
    )


def contact_card(context: Context, contact: Contact, lead: Lead | None) -> Reply:
    """A contact with account and open opportunities, and with the lead it came from."""
    scope = context.scope
    account = related_records.account(scope, contact.account_id)
    joined = _joined(context, lead) if lead else ()
    opportunities = related_records.opportunities_of_contact(scope, contact.id, MOST_RELATED)
    main = line_of(scope, contact)
    company = account[0].name if account else None
    head = _conversion(context, lead, (main, *account, *joined)) if lead else None
    return Reply(
        head or _title(contact.name, contact.title, company, "contact"),
        records=(
            _main(context, contact, main, {}),
            *context.records(account),
            *context.records(joined),
            *context.records(each for each in opportunities if each not in joined),
            *shown_follow_ups(
                context, related_records.follow_ups(scope, "contact", contact.id, contact.name, MOST_RELATED)
            ),
            *((_main(context, lead, leads.line(lead), {}),) if lead else ()),
        ),
        notes=(*_details(context, contact), *(_last_touches(context, "contact", contact.id) or _before(context, lead))),
    )


def account_card(context: Context, account: Account) -> Reply:
    """An account with its people, its open opportunities and what it has brought."""
    scope = context.scope
    reference = ref("account", account.id)
    return Reply(
        _title(account.name, None, account.industry, "account"),
        records=(
            _main(context, account, line_of(scope, account), {}),
            *context.records(related_records.contacts_of_account(scope, account.id, MOST_RELATED)),
            *context.records(related_records.opportunities_of_account(scope, account.id, MOST_RELATED)),
            *shown_follow_ups(
                context, related_records.follow_ups(scope, "account", account.id, account.name, MOST_RELATED)
            ),
        ),
        notes=(*_details(context, account), *_worth(context, account), *_last_touches(context, "account", account.id)),
        buttons=(Button("Its opportunities", "list_opportunities", {"account": reference, "owner": "everyone"}),),
    )


def opportunity_card(context: Context, opportunity: Opportunity) -> Reply:
    """An opportunity with its account and its people."""
    scope = context.scope
    late = opportunity.state == "open" and opportunity.close_date is not None and opportunity.close_date < context.today
    return Reply(
        _title(opportunity.name, None, None, "opportunity") + (" Its close date is past." if late else ""),
        records=(
            _main(context, opportunity, line_of(scope, opportunity), {"overdue": True} if late else {}),
            *context.records(related_records.account(scope, opportunity.account_id)),
            *context.records(related_records.contacts_of_opportunity(scope, opportunity, MOST_RELATED)),
            *shown_follow_ups(
                context,
                related_records.follow_ups(scope, "opportunity", opportunity.id, opportunity.name, MOST_RELATED),
            ),
        ),
        notes=(*_details(context, opportunity), *_last_touches(context, "opportunity", opportunity.id)),
    )


def _title(name: str, title: str | None, company: str | None, kind: str) -> str:
    """`Jane Doe, CTO, Initech (lead).`"""
    return f"{', '.join(part for part in (name, title, company) if part)} ({kind})."


def _main(context: Context, record: Any, line: Line, more: dict[str, Any]) -> Record:
    """The record itself, with every field that is filled."""
    (shown,) = context.records([line])
    fields = {name: _value(context, getattr(record, name)) for name in SHOWN[type(record)]} | more
    filled = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    return Record(shown.kind, shown.id, shown.name, shown.external_id, shown.fields | filled | _custom(record))


def _value(context: Context, value: Any) -> Any:
    match value:
        case datetime():
            return context.local_day(value).isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def _custom(record: Any) -> dict[str, Any]:
    return {"custom": record.custom} if record.custom else {}


def _details(context: Context, record: Any) -> tuple[str, ...]:
    """What is known, a line for each group of fields that has any; what head and facts say is left out."""
    fields = {name: value for name in SHOWN[type(record)] if (value := getattr(record, name)) not in (None, "")}
    if isinstance(record, Account):
        fields.pop("industry", None)
    lines = [
        " · ".join(_spoken(context, name, fields.pop(name)) for name in group if name in fields) for group in LINES
    ]
    description = fields.pop("description", None)
    said = [f"{_label(name)}: {_spoken(context, name, fields[name])}" for name in fields if name not in IN_HEAD]
    custom = [f"{name}: {value}" for name, value in (record.custom or {}).items() if value not in (None, "")]
    more = [f"and {len(custom) - MOST_CUSTOM} more fields"] if len(custom) > MOST_CUSTOM else []
    found = (*lines, " · ".join(said), " · ".join((*custom[:MOST_CUSTOM], *more)), _cut(description or ""))
    return tuple(line for line in found if line)


LINES = (("email", "phone", "mobile"), COMPANY, ADDRESS, ("product_interest", "budget", "timeframe"))
"""Fields that need no label, a line each group."""
IN_HEAD = frozenset({"salutation", "title", "company", "close_date"})
MOST_CUSTOM = 8
LONGEST = 300


def _label(name: str) -> str:
    return name.removesuffix("_at").replace("_", " ").capitalize()


def _spoken(context: Context, name: str, value: Any) -> str:
    match value:
        case datetime():
            return day_words(context.local_day(value), context.today)
        case date():
            return day_words(value, context.today)
        case Decimal():
            return f"{money(value, context.vocabulary.currency)} revenue"
        case int() if name == "employees":
            return counted(value, "employee")
        case str() if name == "budget":
            return f"budget {value_words(value, name)}"
        case _:
            return str(value)


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _last_touches(context: Context, kind: str, number: int) -> tuple[str, ...]:
    """The last calls, emails, meetings and notes, a line each."""
    found, _ = history.activities(context.scope, kind, number, (None, None), limit=LAST_TOUCHES)
    return tuple(
        f"{moment_words(each.at.astimezone(context.moment.zone), context.today)}  {each.kind}"
        f"{f' by {each.who}' if each.who and each.who != context.asker.name else ''}: "
        f"{_cut(each.text or each.subject or each.outcome or 'no words')}"
        for each in found
    )


def _before(context: Context, lead: Lead | None) -> tuple[str, ...]:
    """What happened while the person was a lead."""
    return _last_touches(context, "lead", lead.id) if lead else ()


def _joined(context: Context, lead: Lead) -> tuple[Line, ...]:
    """The opportunity that a lead became or joined."""
    return opportunities.lines(context.scope, [lead.converted_opportunity_id] if lead.converted_opportunity_id else [])


def _conversion(context: Context, lead: Lead, found: Iterable[Line]) -> str:
    assert lead.converted_at is not None
    who = context.names_of([lead.converted_by_id]).get(lead.converted_by_id or 0)
    what = ", ".join(f"{each.kind} {each.name}" for each in found)
    on = day_words(context.local_day(lead.converted_at))
    return f"{lead.name} was converted on {on}{f' by {who}' if who else ''}{f': now {what}' if what else ''}."


def _worth(context: Context, account: Account) -> tuple[str, ...]:
    """What the visible opportunities of an account have brought."""
    won = opportunity_sums.by_currency(context.scope, OpportunityFilter(states=("won",), account_id=account.id))
    count = together(each for (each,) in won.values()).count
    if not count:
        return ()
    amounts = by_currency({currency: {"amount": each.amount} for currency, (each,) in won.items()}, account.name)
    return (f"Won so far: {spoken_amounts(amounts, 'amount')} in {counted(count, 'deal')}.",)
