"""Listing opportunities."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from commands.contract.arguments import AccountName, ClosingPeriod, Limit, Money, OwnerName, Stages
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Reply
from commands.values.phrases import counted, money, period_words
from commands.wording.sums import account_number, by_currency, cents, check_amounts, spoken_amounts, together
from storage.names.name_index import ref
from storage.opportunities import opportunities, opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.opportunities.opportunity_sums import Sums

State = Literal["open", "won", "lost", "all"]
STATES: dict[str | None, tuple[str, ...] | None] = {
    None: ("open",),
    "open": ("open",),
    "won": ("won",),
    "lost": ("lost",),
    "all": None,
}


class ListOpportunities(
    Command,
    group="ask",
    words="account",
    period_field="closing",
    examples=(
        "which deals close this month?",
        "overdue deals of my team",
        "top 5 open opportunities",
    ),
):
    """List opportunities, the largest first."""

    stage: Annotated[Stages | None, Field(description="Opportunity stages of this workspace")] = None
    state: Annotated[State | None, Field(description="open (the default), won, lost or all")] = None
    owner: Annotated[OwnerName | None, Field(description="me, team, everyone, or a colleague's name")] = None
    account: Annotated[AccountName | None, Field(description="The account they belong to, by name or #id")] = None
    min_amount: Annotated[Money | None, Field(description="Amount of at least this")] = None
    max_amount: Annotated[Money | None, Field(description="Amount of at most this")] = None
    closing: Annotated[ClosingPeriod | None, Field(description="When they close or were closed")] = None
    overdue: Annotated[bool | None, Field(description="Open ones whose close date is past, or only others")] = None
    untouched_days: Annotated[
        int | None,
        Field(description="No call, email or meeting, also with their contacts, for this many days", ge=0, le=36500),
    ] = None
    sort: Annotated[
        Literal["amount", "close_date", "stage", "untouched"] | None, Field(description="Order of the list")
    ] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        check_amounts(self.min_amount, self.max_amount)
        wanted = self._filter(context)
        found = opportunity_sums.by_currency(context.scope, wanted)
        count = together(each for (each,) in found.values()).count
        usual = context.vocabulary.currency
        amounts = by_currency(
            {currency: {"amount": each.amount, "weighted": cents(each.weighted)} for currency, (each,) in found.items()}
            or {usual: {"amount": Sums().amount, "weighted": Sums().weighted}},
            usual,
        )
        lines = opportunities.listing(context.scope, wanted, self.sort or "amount", limit=self.limit) if count else ()
        return Reply(
            self._head(count, spoken_amounts(amounts, "amount")),
            records=context.records(lines),
            figures={"count": count, **amounts},
            receipt=context.receipt(", ".join(self._said(context)), count, self.owner),
        )

    def _filter(self, context: Context) -> OpportunityFilter:
        untouched = None
        if self.untouched_days is not None:
            untouched = context.moment.start_of(context.today - timedelta(days=self.untouched_days - 1))
        states = STATES[self.state]
        if self.overdue is not None:
            states = ("open",)
        elif self.stage and self.state is None:
            states = None
        return OpportunityFilter(
            states=states,
            stage_ids=tuple(context.stage(name).id for name in self.stage) if self.stage else None,
            owners=context.owners(self.owner),
            account_id=account_number(self.account),
            min_amount=self.min_amount,
            max_amount=self.max_amount,
            closing=((self.closing.start, self.closing.end),) if self.closing else None,
            closing_before=context.today if self.overdue else None,
            closing_from=context.today if self.overdue is False else None,
            untouched_before=untouched,
        )

    def _said(self, context: Context) -> list[str]:
        state = "" if self.state == "all" or (self.stage and not self.state) else f"{self.state or 'open'} "
        said = [f"{state}opportunities"]
        if self.stage:
            said.append(f"stage {' or '.join(self.stage)}")
        if self.account:
            said.append(f"account {context.account(self.account).name}")
        if self.min_amount is not None:
            said.append(f"amount {money(self.min_amount, context.vocabulary.currency)} or more")
        if self.max_amount is not None:
            said.append(f"amount {money(self.max_amount, context.vocabulary.currency)} or less")
        if self.closing:
            said.append(f"close date {period_words(self.closing)}")
        if self.overdue is not None:
            said.append("close date past" if self.overdue else "close date not past")
        if self.untouched_days is not None:
            said.append(f"untouched for {self.untouched_days} days or more")
        return said

    def _head(self, count: int, amount: str) -> str:
        if not count:
            return "No opportunities match."
        shown = f", the first {self.limit}" if count > self.limit else ""
        return f"{counted(count, 'opportunity')}, {amount} in all{shown}:"


def open_at(account_id: int) -> dict[str, str]:
    """The arguments of a button that lists an account's open opportunities."""
    return {"account": ref("account", account_id)}
