"""Changes an opportunity: stage, amount, close date, next step, product, contact, why it was lost."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import (
    ContactName,
    CurrencyCode,
    Day,
    DealAmount,
    FreeWords,
    Hint,
    OpportunityName,
    StageName,
    Words,
)
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.priced import Priced
from commands.contract.reply import Button, Reply
from commands.values.phrases import format_day, format_money
from storage.audit.changed_lines import build_record_lines
from storage.names.name_index import format_ref
from storage.opportunities import opportunities
from storage.tables import Opportunity

# Years. A close date further away than this is a slip of the keys: 2206 for 2026.
FAR = 50


class UpdateOpportunity(
    Priced,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    words="name",
    day_field="close_date",
    offer="Change {name}",
    undone_as="the change of {name}",
    advice=(
        "“Signed” or “we got it” is the won stage; “walked”, “ghosted us” or “took a competitor” the lost one, "
        "with lost_reason. One opportunity a call. Give a currency only where one is said."
    ),
    examples=(
        "move the Initech deal to Negotiation",
        "push the Initech deal to 15 December",
    ),
):
    """Change an opportunity: stage, amount, close date, next step, product, contact or lost reason."""

    name: Annotated[OpportunityName, Field(description="Words that identify the opportunity, or #id")]
    stage: Annotated[StageName | None, Field(description="One of this workspace's stages")] = None
    amount: Annotated[DealAmount | None, Field(description="New amount, in the opportunity's currency")] = None
    currency: Annotated[CurrencyCode | None, Field(description="Currency of the amount, if it is to be another")] = None
    close_date: Annotated[Day | None, Field(description="New close date")] = None
    next_step: Annotated[Words | None, FreeWords(), Field(description="What happens next", max_length=1000)] = None
    lost_reason: Annotated[
        Words | None,
        FreeWords(lines=True),
        Hint("What it was lost to: the price, a competitor, no budget"),
        Field(description="Why it was lost, in the rep's words", max_length=500),
    ] = None
    product: Annotated[Words | None, Field(description="Product or service it is about", max_length=255)] = None
    contact: Annotated[ContactName | None, Field(description="Its primary contact, by name or #id")] = None

    def run(self, context: Context) -> Reply:
        opportunity = context.get_opportunity(self.name)
        self._refuse_nonsense(context, opportunity)
        before = opportunity.close_date
        instead = self._ask_about_currency(context, opportunity)
        changed = context.ledger.set_columns(opportunity, **self._collect_plain_values(context))
        # These three depend on one another: what closes has no close date ahead, and only what is lost has a reason.
        if self.stage is not None or self.close_date is not None or self.lost_reason is not None:
            stage = context.get_stage(self.stage) if self.stage else context.vocabulary.stage[opportunity.stage_id]
            changed |= opportunities.set_stage(
                context.ledger,
                opportunity,
                stage,
                context.today,
                close_date=self.close_date,
                lost_reason=self.lost_reason,
            )
        lines = context.build_records(build_record_lines(context.scope, [opportunity]))
        if not changed:
            return Reply(f"{opportunity.name} is like that already, so nothing was changed.", records=lines)
        return Reply(
            f"{opportunity.name}: {self._describe_changes(context, opportunity)}.",
            question=f"Change {opportunity.name}: {self._describe_changes(context, opportunity)}?",
            records=lines,
            notes=tuple(self._compose_remarks(context, opportunity, before)),
            instead=instead,
        )

    def _ask_about_currency(self, context: Context, opportunity: Opportunity) -> tuple[Button, ...]:
        """Have another currency than the record's confirmed first; return the button that keeps the record's."""
        own = opportunity.currency
        if self.currency in (None, own):
            return ()
        context.ask_first(f"{opportunity.name} is in {own} so far; this makes it {self.currency}.")
        if self.amount is None:
            return ()
        kept = {**self.get_given_arguments(), "currency": own}
        return (Button(f"Keep {own}: {format_money(self.amount, own)}", self.verb(), kept),)

    def _collect_plain_values(self, context: Context) -> dict[str, Any]:
        given = {"amount": self.amount, "currency": self.currency, "next_step": self.next_step}
        values: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
        if self.product is not None:
            values["product"] = opportunities.spell_product(context.scope, self.product) or None
        if self.contact is not None:
            values["contact_id"] = context.get_contact(self.contact).id
        return values

    def _refuse_nonsense(self, context: Context, opportunity: Opportunity) -> None:
        if not self.model_fields_set - {"name"}:
            fields = [each for each in type(self).model_fields if each != "name"]
            raise CommandError(f"Say what to change: {', '.join(fields[:-1])} or {fields[-1]}.")
        refuse_far_date(self.close_date, context.today)
        state = context.get_stage(self.stage).state if self.stage else opportunity.state
        if self.stage is None and state != "open" and self.close_date is not None and self.close_date > context.today:
            ahead = ", ".join(each.name for each in context.vocabulary.list_stages("open"))
            raise CommandError(
                f"{opportunity.name} is {state}, so it has no close date ahead. To open it again, give the stage too:"
                f" {ahead}.",
                field="close_date",
            )
        if self.lost_reason is not None and state != "lost":
            lost = ", ".join(each.name for each in context.vocabulary.list_stages("lost"))
            raise CommandError(
                f"{opportunity.name} is not lost. To close it as lost, give the stage too: {lost}.", field="lost_reason"
            )

    def _describe_changes(self, context: Context, opportunity: Opportunity) -> str:
        said = []
        if self.stage is not None:
            said.append(f"now {self.stage}")
        if self.amount is not None:
            said.append(f"amount {format_money(self.amount, opportunity.currency)}")
        elif self.currency is not None:
            said.append(f"in {self.currency}")
        if self.close_date is not None and opportunity.close_date is not None:
            said.append(f"closes {format_day(opportunity.close_date)}")
        if self.next_step is not None:
            said.append(f"next step “{self.next_step}”")
        if self.lost_reason is not None:
            said.append(f"lost because “{self.lost_reason}”")
        if self.product is not None:
            said.append(f"product {opportunity.product or 'empty'}")
        if self.contact is not None:
            said.append(f"contact {context.get_contact(self.contact).name}")
        return ", ".join(said)

    def _compose_remarks(self, context: Context, opportunity: Opportunity, before: date | None) -> list[str]:
        remarks = describe_close_date(context, opportunity, self.close_date, before)
        if opportunity.state == "lost" and not opportunity.lost_reason:
            example = f"update_opportunity #{format_ref('opportunity', opportunity.id)} lost_reason=…"
            remarks.append(f"Why was it lost? You may leave it open, or say it now or later: {example}")
        return remarks


def describe_close_date(
    context: Context, opportunity: Opportunity, wanted: date | None, before: date | None = None
) -> list[str]:
    """Describe what a person may not expect of the close date that was given, else of the one before."""
    remarks = []
    # What is won today closes today: “won in a period” goes by close date, and the future has won nothing yet.
    day = wanted or before
    if opportunity.state != "open" and day is not None and day > context.today:
        remarks.append(f"It closes today: {format_day(day)} lies in the future.")
    if opportunity.state == "open" and wanted is not None and wanted < context.today:
        remarks.append(f"{format_day(wanted)} is in the past, so it counts as overdue.")
    return remarks


def refuse_far_date(day: date | None, today: date) -> None:
    """Raise CommandError for a close date that can only be a slip of the keys."""
    if day is not None and abs(day.year - today.year) > FAR:
        raise CommandError(
            f"{day.isoformat()} is more than {FAR} years away. Please check the date.", field="close_date"
        )
