"""What opportunities can be grouped by, and how."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from storage.database.expressions import month_number, skip_index
from storage.people.visibility import Scope
from storage.tables import Account, Opportunity, Rep

Group = Literal[
    "owner", "team", "account", "product", "source", "industry", "place", "stage", "state", "type", "month", "quarter"
]
Join = tuple[Any, Any]

COLUMNS: dict[str, Any] = {
    "owner": Opportunity.owner_id,
    "account": Opportunity.account_id,
    "stage": Opportunity.stage_id,
    "product": Opportunity.product,
    "source": Opportunity.source,
    "state": Opportunity.state,
    "type": Opportunity.type,
}

# An alias takes longer to make than the query to run, so one serves all.
_below = aliased(Rep)


def select_group_column(scope: Scope, group: Group, fiscal_start_month: int) -> tuple[Any, Join | None]:
    """Return the column to group by, and the table with its condition that has to be joined for it.

    A group is the id of a rep, account or stage, a text, or a month numbered from the year 0 (of a quarter, its
    first). A team is the id of its manager.
    """
    match group:
        case "month":
            return month_number(Opportunity.close_date), None
        case "quarter":
            month = month_number(Opportunity.close_date)
            return month - (month - (fiscal_start_month - 1)) % 3, None
        case "industry":
            return Account.industry, (Account, Account.id == Opportunity.account_id)
        case "place":
            # The widest that is known: countries where there are any, in files of one country its states.
            return func.coalesce(Account.country, Account.state, Account.city), (
                Account,
                Account.id == Opportunity.account_id,
            )
        case "team":
            teams = _select_teams(scope)
            return teams.c.team, (teams, teams.c.rep_id == Opportunity.owner_id)
        case _:
            # The filter's index finds the rows; the group's own would make SQLite read everybody's.
            return skip_index(COLUMNS[group]), None


def _select_teams(scope: Scope) -> Any:
    # Who has reports counts to the team of their own, not to that of the manager above.
    has_people = (
        select(_below.id).where(_below.workspace_id == scope.workspace_id, _below.manager_id == Rep.id).exists()
    )
    return (
        select(Rep.id.label("rep_id"), case((has_people, Rep.id), else_=Rep.manager_id).label("team"))
        .where(Rep.workspace_id == scope.workspace_id)
        .cte("team_of")
    )
