"""Lists opportunities, and holds the conditions by which commands choose several."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from commands.contract.arguments import (
    OWNERS_OF_LIST,
    AccountName,
    ClosingPeriod,
    Hint,
    Limit,
    Money,
    OwnerName,
    Stages,
    Words,
    split_list,
)
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.opportunities.team_names import filter_by_product
from commands.values.phrases import format_count, format_money, format_period
from commands.wording.ranges import describe_range, refuse_crossed_range
from commands.wording.sums import (
    combine_currencies,
    format_amounts,
    merge_sums,
    parse_account_number,
    round_to_cents,
)
from storage.opportunities import opportunities, opportunity_sums
from storage.opportunities.opportunities import Missing, OpportunityFilter
from storage.opportunities.opportunity_sums import Sums

OpportunityState = Literal["open", "won", "lost", "all"]
STATES: dict[str | None, tuple[str, ...] | None] = {
    None: ("open",),
    "open": ("open",),
    "won": ("won",),
    "lost": ("lost",),
    "all": None,
}


MissingValues = Annotated[tuple[Missing, ...], BeforeValidator(split_list)]


class OpportunityConditions(Command, words="account"):
    """The conditions by which opportunities are chosen, shared by every command that takes several."""

    stage: Annotated[Stages | None, Field(description="Opportunity stages of this workspace")] = None
    state: Annotated[OpportunityState | None, Hint(""), Field(description="open (the default), won, lost or all")] = (
        None
    )
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None
    account: Annotated[AccountName | None, Field(description="The account they belong to, by name or #id")] = None
    product: Annotated[Words | None, Field(description="The product sold")] = None
    place: Annotated[Words | None, Field(description="City, state or country of the account, in full")] = None
    min_amount: Annotated[Money | None, Field(description="Amount of at least this")] = None
    max_amount: Annotated[Money | None, Field(description="Amount of at most this")] = None
    closing: Annotated[ClosingPeriod | None, Field(description="When they close or were closed")] = None
    overdue: Annotated[bool | None, Field(description="Open ones whose close date is past, or only others")] = None
    untouched_days: Annotated[
        int | None,
        Field(description="No call, email or meeting, also with their contacts, for this many days", ge=0, le=36500),
    ] = None
    missing: Annotated[
        MissingValues | None,
        Hint("Only deals that lack this"),
        Field(description="What is not there: amount, next_step, owner, contact, account or open follow_up"),
    ] = None

    def build_opportunity_filter(self, context: Context) -> OpportunityFilter:
        """Build storage's filter from the conditions."""
        refuse_crossed_range("amount", self.min_amount, self.max_amount)
        untouched = None
        if self.untouched_days is not None:
            untouched = context.moment.get_day_start(context.today - timedelta(days=self.untouched_days - 1))
        states = STATES[self.state]
        # A won deal is never overdue, whatever its close date; and a stage that was named brings its own state.
        if self.overdue is not None:
            if self.state in {"won", "lost"}:
                raise CommandError(
                    f"Only open deals are past their close date or not. Ask for {self.state} deals alone, or for"
                    " overdue ones.",
                    field="overdue",
                )
            states = ("open",)
        elif self.stage and self.state is None:
            states = None
        wanted = OpportunityFilter(
            states=states,
            stage_ids=tuple(context.get_stage(name).id for name in self.stage) if self.stage else None,
            owners=context.resolve_owners(self.get_owner_condition()),
            account_id=parse_account_number(self.account),
            min_amount=self.min_amount,
            max_amount=self.max_amount,
            closing=((self.closing.start, self.closing.end),) if self.closing else None,
            closing_before=context.today if self.overdue else None,
            closing_from=context.today if self.overdue is False else None,
            untouched_before=untouched,
            place=self.place,
            missing=self.missing or (),
        )
        return wanted if self.product is None else filter_by_product(context, wanted, self.product)

    def get_owner_condition(self) -> str | None:
        """Return the owner argument that says whose opportunities are meant."""
        return self.owner

    def describe_conditions(self, context: Context) -> list[str]:
        """Describe the conditions for a receipt."""
        state = "" if self.state == "all" or (self.stage and not self.state) else f"{self.state or 'open'} "
        if self.overdue is not None:
            state = "open "
        said = [f"{state}opportunities"]
        if self.stage:
            said.append(f"stage {' or '.join(self.stage)}")
        if self.account:
            said.append(f"account {context.get_account(self.account).name}")
        if self.product:
            said.append(f"product {self.product}")
        if self.place:
            said.append(f"in {self.place}")
        said += describe_range(
            "amount", self.min_amount, self.max_amount, lambda each: format_money(each, context.vocabulary.currency)
        )
        if self.closing:
            said.append(f"close date {format_period(self.closing)}")
        if self.overdue is not None:
            said.append("close date past" if self.overdue else "close date not past")
        if self.untouched_days is not None:
            said.append(f"untouched for {self.untouched_days} days or more")
        said += [f"no {each.replace('_', ' ')}" for each in self.missing or ()]
        return said


class ListOpportunities(
    OpportunityConditions,
    group="ask",
    period_field="closing",
    usual={"state": "open", "sort": "amount"},
    offer="Deals",
    examples=(
        "which deals close this month?",
        "overdue deals of my team",
        "deals without a next step",
        "top 5 open opportunities",
    ),
):
    """List opportunities, the largest first."""

    sort: Annotated[
        Literal["amount", "close_date", "stage", "untouched"] | None, Field(description="Order of the list")
    ] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        wanted = self.build_opportunity_filter(context)
        found = opportunity_sums.sum_by_currency(context.scope, wanted)
        count = merge_sums(each for (each,) in found.values()).count
        usual = context.vocabulary.currency
        amounts = combine_currencies(
            {
                currency: {"amount": each.amount, "weighted": round_to_cents(each.weighted)}
                for currency, (each,) in found.items()
            }
            or {usual: {"amount": Sums().amount, "weighted": Sums().weighted}},
            usual,
        )
        lines = (
            opportunities.list_opportunities(context.scope, wanted, self.sort or "amount", limit=self.limit)
            if count
            else ()
        )
        return Reply(
            self._compose_head(count, format_amounts(amounts, "amount")),
            records=context.build_records(lines),
            figures={"count": count, **amounts},
            receipt=context.build_receipt(", ".join(self.describe_conditions(context)), count, self.owner),
        )

    def _compose_head(self, count: int, amount: str) -> str:
        if not count:
            return "No opportunities match."
        shown = f", the first {self.limit}" if count > self.limit else ""
        return f"{format_count(count, 'opportunity')}, {amount} in all{shown}:"
