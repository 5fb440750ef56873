"""Figures on deals: one figure, a ranking, or two periods side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.contract.arguments import OWNERS_OF_LIST, AccountName, Hint, Limit, OwnerName, PastPeriod, Words
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.opportunities.list_opportunities import STATES, OpportunityState
from commands.opportunities.team_names import filter_by_product, find_team
from commands.values.phrases import format_count, format_money, format_period
from commands.wording.sums import make_group_namer, merge_sums, parse_account_number, round_to_cents
from storage.opportunities import opportunity_sums
from storage.opportunities.opportunities import Days, OpportunityFilter
from storage.opportunities.opportunity_groups import Group
from storage.opportunities.opportunity_sums import Figure, GroupOrder, Slice, Sums

Measure = Literal["won_amount", "count", "win_rate", "average_amount", "cycle_days", "lost_amount"]
Value = Decimal | float | int | None
MOST_ROWS = 200

STATES_OF: dict[str, tuple[str, ...]] = {
    "won_amount": ("won",),
    "lost_amount": ("lost",),
    "win_rate": ("won", "lost"),
    "average_amount": ("won",),
    "cycle_days": ("won",),
    "count": ("open",),
}
"""The states a measure counts where none is given."""
FIGURE_OF: dict[str, Figure] = {
    "won_amount": "amount",
    "lost_amount": "amount",
    "win_rate": "win_rate",
    "average_amount": "average",
    "cycle_days": "cycle_days",
    "count": "count",
}
IN_MONEY = ("won_amount", "lost_amount", "average_amount")
# Groups with an order of their own: a year by months is read from first to last, unless best or worst is asked for.
IN_ORDER = ("stage", "month", "quarter")


class DealStats(
    Command,
    group="numbers",
    period_field="period",
    usual={"order": "best", "measure": "won_amount"},
    offer="Figures of deals",
    advice=(
        "For won, lost and average figures of a past period. What is still open is summarize_pipeline, what will "
        "close is forecast."
    ),
    examples=(
        "who sold most last quarter?",
        "win rate by product this year",
        "how much did we win this quarter versus last?",
    ),
):
    """Figures on deals: won or lost amount, count, win rate, average amount, sales cycle; ranked or compared.

    A period goes by close date. The win rate is won / (won + lost); the sales cycle runs from creation to the
    close date of won deals, in days. A team is a manager with everyone below; grouped by team, people with
    people below them count to their own team, all others to their manager's.
    """

    measure: Annotated[Measure, Field(description="Which figure")] = "won_amount"
    group_by: Annotated[
        Group | None,
        Field(description="One row each; place is the account's country, month and quarter are of the close date"),
    ] = None
    period: Annotated[PastPeriod | None, Field(description="Close dates from and to. Default: all time")] = None
    compare_period: Annotated[PastPeriod | None, Field(description="The earlier period to compare with")] = None
    state: Annotated[
        OpportunityState | None,
        Hint(""),
        Field(description="open, won, lost or all, for count, average_amount and cycle_days"),
    ] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None
    team: Annotated[Words | None, Field(description="The manager of a team, or the team's name")] = None
    account: Annotated[AccountName | None, Field(description="The account they belong to, by name or #id")] = None
    product: Annotated[Words | None, Field(description="The product sold")] = None
    order: Annotated[
        Literal["best", "worst"] | None,
        Field(description="Ranking: best is the most won, the highest rate, the shortest cycle, the least lost"),
    ] = None
    limit: Annotated[Limit | None, Field(description="How many rows. Default: all")] = None

    def run(self, context: Context) -> Reply:
        wanted = self._build_filter(context)
        periods = self._list_periods()
        found = opportunity_sums.sum_by_currency(
            context.scope, wanted, FIGURE_OF[self.measure], [Slice(days=days) for days in periods]
        )
        usual = context.vocabulary.currency
        # A currency that occurs in neither period would stand there as a row of zeros.
        found = {currency: parts for currency, parts in found.items() if any(each.count for each in parts)}
        figures = self._build_figures(found, usual)
        rows, groups = self._build_rows(context, wanted, periods, sorted(found, key=lambda each: (each != usual, each)))
        return Reply(
            self._compose_head(figures, rows, found),
            figures=figures,
            rows=tuple(rows),
            notes=tuple(self._compose_notes(context, found, len(rows), groups)),
            receipt=context.build_receipt(
                ", ".join(self._describe_filter(context, wanted)), figures["count"], self.owner
            ),
        )

    # What is asked for.

    def _resolve_states(self) -> tuple[str, ...] | None:
        """Choose the states to count, None for all. CommandError where the measure is no figure of the state."""
        usual = STATES_OF[self.measure]
        if self.state is None or (self.state == "all" and self.measure in ("won_amount", "lost_amount", "win_rate")):
            return usual
        states = STATES[self.state]
        if self.measure == "cycle_days" and self.state == "all":
            return ("won", "lost")
        fits = self.measure in ("count", "average_amount") or (states is not None and set(states) <= set(usual))
        if self.measure == "cycle_days" and self.state == "lost":
            return states
        if not fits:
            raise CommandError(
                f"{_label_measure(self.measure)} is not a figure of {self.state} deals. Leave out the state."
            )
        return usual if self.measure == "win_rate" else states

    def _build_filter(self, context: Context) -> OpportunityFilter:
        owners = context.resolve_owners(self.owner)
        if self.team is not None:
            team = find_team(context, self.team)
            owners = team if owners is None or self.owner is None else tuple(set(owners) & set(team))
        wanted = OpportunityFilter(
            states=self._resolve_states(),
            owners=owners,
            account_id=parse_account_number(self.account),
            closing=self._list_periods() if self.period or self.compare_period else None,
        )
        return wanted if self.product is None else filter_by_product(context, wanted, self.product)

    def _list_periods(self) -> tuple[Days, ...]:
        period = (self.period.start, self.period.end) if self.period else (None, None)
        if self.compare_period is None:
            return (period,)
        return period, (self.compare_period.start, self.compare_period.end)

    # What is answered.

    def _build_figures(self, found: Mapping[str, Sequence[Sums]], usual: str) -> dict[str, Any]:
        """Build the figures of one row or of all; the second sum of a currency is the period compared with."""
        now = {currency: parts[0] for currency, parts in found.items()}
        before = {currency: parts[1] for currency, parts in found.items() if len(parts) > 1}
        figures: dict[str, Any] = {"count": merge_sums(now.values()).count}
        if self.measure not in IN_MONEY:
            value = self._compute_measure(merge_sums(now.values()))
            figures |= self._compare_values(value, self._compute_measure(merge_sums(before.values())))
            return figures | ({"rate": value} if self.measure == "win_rate" else {})
        # Amounts of several currencies are never added: each is summed and compared with itself.
        key = "average" if self.measure == "average_amount" else "amount"
        apart = {
            currency: self._compare_values(
                self._compute_measure(each), self._compute_measure(before.get(currency, Sums()))
            )
            for currency, each in (now or {usual: Sums()}).items()
        }
        apart = {currency: each | {key: each["value"]} for currency, each in apart.items()}
        if len(apart) > 1:
            return figures | {"by_currency": dict(sorted(apart.items()))}
        ((currency, only),) = apart.items()
        return figures | only | {"currency": currency}

    def _compute_measure(self, each: Sums) -> Value:
        match self.measure:
            case "count":
                return each.count
            case "win_rate":
                closed = each.won + each.lost
                return each.won / closed if closed else None
            case "average_amount":
                # Over those that have an amount: one without is unknown, not zero.
                return round_to_cents(each.amount / each.priced) if each.priced else None
            case "cycle_days":
                return each.days / each.cycles if each.cycles else None
            case _:
                return each.amount

    def _compare_values(self, value: Value, previous: Value) -> dict[str, Any]:
        if self.compare_period is None:
            return {"value": value}
        change = float(value / previous - 1) if value is not None and previous else None  # type: ignore[operator]
        return {"value": value, "previous": previous, "change": change}

    def _build_rows(
        self, context: Context, wanted: OpportunityFilter, periods: Sequence[Days], currencies: Sequence[str]
    ) -> tuple[list[dict[str, Any]], int]:
        if self.group_by is None or not currencies:
            return [], 0
        several = self.measure in IN_MONEY and len(currencies) > 1
        apart: list[str | None] = [*currencies] if several else [None]
        slices = [Slice(currency, days) for currency in apart for days in periods]
        found, groups = opportunity_sums.sum_by_group(
            context.scope,
            wanted,
            self.group_by,
            FIGURE_OF[self.measure],
            slices,
            self._choose_ranking(),
            fiscal_start_month=context.vocabulary.fiscal_start_month,
        )
        if self.group_by == "stage" and self.order is None:
            places = [stage.id for stage in context.vocabulary.stages]
            found.sort(key=lambda each: places.index(each[0]))
        named = make_group_namer(context, self.group_by, [key for key, _ in found])
        rows = []
        # Storage answers one sum a slice, in their order: for each currency all periods in turn.
        for key, parts in found:
            chunks = [parts[at : at + len(periods)] for at in range(0, len(parts), len(periods))]
            each = {currency or currencies[0]: chunk for currency, chunk in zip(apart, chunks, strict=True)}
            filled = {currency: chunk for currency, chunk in each.items() if any(part.count for part in chunk)}
            rows.append({self.group_by: named(key), **self._build_figures(filled or each, currencies[0])})
        return rows, groups

    def _choose_ranking(self) -> GroupOrder:
        """Choose the order of the groups: the best first, unless the worst is asked for."""
        limit = self.limit or MOST_ROWS
        if self.group_by in IN_ORDER and self.order is None:
            return GroupOrder(by_figure=False, limit=limit)
        # A short cycle is good. Little lost is too where best or worst is asked for, but who just asks for lost
        # amounts wants to see where most was lost.
        small_is_good = self.measure == "cycle_days" or (self.measure == "lost_amount" and self.order is not None)
        return GroupOrder(descending=(self.order == "worst") is small_is_good, limit=limit)

    # In words.

    def _compose_head(
        self, figures: dict[str, Any], rows: Sequence[dict[str, Any]], found: Mapping[str, Sequence[Sums]]
    ) -> str:
        about = f"{_label_measure(self.measure)}{f' {format_period(self.period)}' if self.period else ''}"
        if not found:
            return f"{about}: no deals match."
        said = self._format_figures(figures) + self._format_won_share(found, 0)
        if self.compare_period:
            previous = self._format_figures(figures, "previous") + self._format_won_share(found, 1)
            said = f"{said}, against {previous} {format_period(self.compare_period)}"
            change = figures.get("change")
            said += f" ({change:+.1%})" if change is not None else ""
        return f"{about}: {said}{':' if rows else '.'}"

    def _format_figures(self, figures: dict[str, Any], key: str = "value") -> str:
        apart = figures.get("by_currency")
        if apart:
            return " and ".join(
                _format_measure(self.measure, each.get(key), currency) for currency, each in apart.items()
            )
        return _format_measure(self.measure, figures.get(key), figures.get("currency", ""))

    def _format_won_share(self, found: Mapping[str, Sequence[Sums]], period: int) -> str:
        """Format what the win rate of a period is made of: ` (85 of 157)`; empty where no deal was closed in it."""
        all_ = merge_sums(parts[period] for parts in found.values())
        closed = all_.won + all_.lost if self.measure == "win_rate" else 0
        return f" ({all_.won:,} of {closed:,})" if closed else ""

    def _compose_notes(
        self, context: Context, found: Mapping[str, Sequence[Sums]], shown: int, groups: int
    ) -> list[str]:
        all_ = merge_sums(parts[0] for parts in found.values())
        notes = []
        if groups > shown:
            notes.append(f"{shown} of {groups:,} are shown.")
        if self.measure in IN_MONEY and all_.priced < all_.count:
            notes.append(f"{format_count(all_.count - all_.priced, 'deal')} without an amount.")
        if self.measure in IN_MONEY and len(found) > 1 and self.group_by:
            notes.append(
                f"Ranked by {context.vocabulary.currency if context.vocabulary.currency in found else min(found)}."
            )
        if self.measure == "cycle_days" and all_.cycles < all_.count:
            notes.append(
                f"Left out: {format_count(all_.count - all_.cycles, 'deal')} closed before creation or without a date."
            )
        return notes

    def _describe_filter(self, context: Context, wanted: OpportunityFilter) -> list[str]:
        said = [f"{' and '.join(wanted.states) if wanted.states else 'all'} opportunities"]
        if self.account:
            said.append(f"account {context.get_account(self.account).name}")
        if wanted.products:
            said.append(f"product {' or '.join(wanted.products)}")
        if self.team:
            said.append(f"team {self.team}")
        if self.period:
            said.append(f"close date {format_period(self.period)}")
        if self.compare_period:
            said.append(f"against {format_period(self.compare_period)}")
        return said + ([f"by {self.group_by}"] if self.group_by else [])


def _label_measure(measure: str) -> str:
    return {
        "won_amount": "Won amount",
        "lost_amount": "Lost amount",
        "average_amount": "Average amount",
        "win_rate": "Win rate",
        "cycle_days": "Sales cycle",
    }.get(measure, "Deals")


def _format_measure(measure: str, value: Value, currency: str) -> str:
    # A rate or an average of no deals is none, and no zero either.
    if value is None:
        return "no deals"
    match measure:
        case "count":
            return format_count(int(value), "deal")
        case "win_rate":
            return f"{value:.1%}"
        case "cycle_days":
            return f"{value:,.1f} days"
        case _:
            return format_money(Decimal(value), currency)
