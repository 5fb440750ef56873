"""What the workspace takes for a qualified lead (docs/domain.md, "Qualification")."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import Labels, Money
from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context
from commands.contract.form_only import Administrative
from commands.contract.reply import Reply
from commands.values.phrases import format_count, format_money
from storage.workspaces.workspace_vocabulary import GUIDELINES


class SetGuidelines(Administrative):
    """Say what a strong budget and timeframe are, and whether converting needs all three criteria."""

    budget_at_least: Annotated[Money | None, Field(description="A budget of this amount or more is strong")] = None
    timeframe_months: Annotated[
        int | None, Field(description="A timeframe within so many months is strong", ge=1, le=120)
    ] = None
    hard_gate: Annotated[
        bool | None,
        Field(
            description="true to open opportunities only when all three are strong,"
            " false to warn and let the rep convert anyway"
        ),
        Labels("Open opportunities only when all three are strong", "Warn and let the rep convert anyway"),
    ] = None

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: context.vocabulary.guidelines[name] for name in GUIDELINES}

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        # The guidelines are a JSON column, where an amount is kept as its exact text.
        budget = None if self.budget_at_least is None else f"{self.budget_at_least.normalize():f}"
        given: dict[str, Any] = {
            "budget_at_least": budget,
            "timeframe_months": self.timeframe_months,
            "hard_gate": self.hard_gate,
        }
        before = GUIDELINES | workspace.guidelines
        after = before | {name: value for name, value in given.items() if value is not None}
        changed = after != before and context.ledger.set_columns(workspace, guidelines=after)
        return Reply(f"{'' if changed else 'That is set already. '}{describe_guidelines(after, workspace.currency)}")


def describe_guidelines(guidelines: Mapping[str, Any], currency: str) -> str:
    """Describe what counts as strong, and what happens when a lead that is not is converted."""
    gate = (
        "Converting with an opportunity needs all three."
        if guidelines["hard_gate"]
        else "With less, converting warns first."
    )
    budget = format_money(Decimal(str(guidelines["budget_at_least"])), currency)
    return (
        f"Strong is: a product they named, a budget of {budget}"
        f" or more, a timeframe within {format_count(guidelines['timeframe_months'], 'month')}. {gate}"
    )
