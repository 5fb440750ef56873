"""The workspace's settings: currency, fiscal year, time zone, visibility, bands, and which scores people see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.contract.arguments import Labels, Words
from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context, WorkspaceDefaults
from commands.contract.errors import CommandError
from commands.contract.form_only import Administrative
from commands.contract.reply import Reply
from commands.digest.preview_set import Zone
from storage.scores.columns.horizon import HORIZON_DAYS
from storage.scores.showing.bands import can_apply_at_once, find_usual_cut_points
from storage.scores.showing.score_source import find_shown_scores
from storage.tables import Workspace
from storage.workspaces.workspace_vocabulary import Vocabulary

MONTHS = ("January February March April May June July August September October November December").split()
Month = Literal[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
Visibility = Literal["own", "team", "workspace"]
SEES = {"own": "own records only", "team": "the records of the own team", "workspace": "everybody's records"}
ShownScores = Literal["model", "imported", "automatic"]
SCORES_SEEN = {"model": "the scores made here", "imported": "imported scores"}
CURRENCY = re.compile(r"[A-Z]{3}")


class SetCompany(Administrative):
    """Set currency, start of the fiscal year, time zone, and whose records a rep sees."""

    currency: Annotated[
        Words | None, Field(description="Three letters, like USD or EUR, for new amounts; existing ones keep theirs")
    ] = None
    fiscal_year_starts: Annotated[
        Month | None, Field(description="The first month of the fiscal year; quarters follow it")
    ] = None
    time_zone: Annotated[
        Zone | None, Field(description="Like Europe/Berlin, for people whose own time zone is not known")
    ] = None
    visibility: Annotated[
        Visibility | None, Field(description="Whose records a rep sees: own, the team's, or the whole workspace's")
    ] = None

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        words = context.vocabulary
        return {
            "currency": words.currency,
            "fiscal_year_starts": MONTHS[words.fiscal_start_month - 1],
            "time_zone": words.time_zone or context.defaults.time_zone,
            "visibility": words.visibility or context.defaults.visibility,
        }

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        month = None if self.fiscal_year_starts is None else MONTHS.index(self.fiscal_year_starts) + 1
        given = {
            "currency": _read_currency(self.currency),
            "fiscal_start_month": month,
            "time_zone": self.time_zone,
            "visibility": self.visibility,
        }
        values = {column: value for column, value in given.items() if value is not None}
        changed = context.ledger.set_columns(workspace, **values)
        return Reply(
            f"{'' if changed else 'That is set already. '}{describe_company_settings(workspace, context.defaults)}"
        )


class SetBands(Administrative):
    """Set the scores from which a lead is hot or warm, or leave that to the usual shares."""

    hot_from: Annotated[int | None, Field(description="Scores from this on are hot", ge=2, le=99)] = None
    warm_from: Annotated[int | None, Field(description="Scores from this on are warm", ge=1, le=98)] = None
    by_share: Annotated[
        bool | None,
        Field(description="true to take the best 20 % as hot and the next 30 % as warm, false to keep scores set here"),
        Labels("Take the best 20 % as hot and the next 30 % as warm", "Keep scores set here"),
    ] = None

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        words = context.vocabulary
        return {"hot_from": words.hot_from, "warm_from": words.warm_from, "by_share": not words.bands_given}

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        given = self.hot_from is not None or self.warm_from is not None
        if self.by_share and given:
            raise CommandError("Either set the scores, or leave it to the shares. Not both at once, please.")
        if self.by_share:
            hot, warm = find_usual_cut_points(context.scope.session, workspace.id)
        else:
            hot = workspace.hot_from if self.hot_from is None else self.hot_from
            warm = workspace.warm_from if self.warm_from is None else self.warm_from
        if given and (hot is None or warm is None):
            raise CommandError("Set both: from which score a lead is hot, and from which it is warm.")
        if given and hot is not None and warm is not None and warm >= hot:
            raise CommandError(f"Warm has to begin below hot: {warm} is not below {hot}.")
        # Scores that an administrator sets stay; those by share are computed anew with each scoring.
        fixed = (workspace.bands_given or given) if self.by_share is None else not self.by_share
        changed = context.ledger.set_columns(workspace, hot_from=hot, warm_from=warm, bands_given=fixed)
        # Up to so many leads the ledger has given them their new bands already; the administrator waits for that.
        later = changed and not can_apply_at_once(context.scope.session, workspace.id)
        return Reply(
            f"{'' if changed else 'That is set already. '}{describe_bands(hot, warm, fixed=fixed)}",
            notes=("There are many leads here: they get these bands with the next scores.",) if later else (),
        )


class SetShownScores(Administrative):
    """Choose which scores people see, those made here or imported ones, and how far ahead those made here look."""

    scores: Annotated[
        ShownScores,
        Field(
            description="model: those made here; imported; automatic: made here once they beat chance, else imported"
        ),
    ]
    days: Annotated[
        int | None, Field(description="Within how many days a lead has to convert; 90 unless set", ge=14, le=730)
    ] = None

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        words = context.vocabulary
        return {"scores": words.scores_shown or "automatic", "days": words.score_horizon_days or HORIZON_DAYS}

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        days = self.days or context.vocabulary.score_horizon_days or HORIZON_DAYS
        changed = context.ledger.set_columns(
            workspace,
            scores_shown=None if self.scores == "automatic" else self.scores,
            score_horizon_days=None if days == HORIZON_DAYS else days,
        )
        words = SCORES_SEEN[find_shown_scores(context.scope.session, workspace.id)]
        why = " at present, chosen by themselves" if self.scores == "automatic" else ""
        later = ("Lists, cards and digests follow with the next scoring, tonight at the latest.",) if changed else ()
        return Reply(
            f"{'' if changed else 'That is set already. '}People see {words}{why}."
            f" Scores made here foretell a conversion within {days} days.",
            notes=later,
        )


def describe_company_settings(settings: Workspace | Vocabulary, defaults: WorkspaceDefaults) -> str:
    """Describe currency, fiscal year, time zone and visibility in one sentence."""
    zone, sees = settings.time_zone or defaults.time_zone, settings.visibility or defaults.visibility
    return (
        f"Amounts are in {settings.currency}, the fiscal year starts in {MONTHS[settings.fiscal_start_month - 1]},"
        f" the time zone is {zone}, reps see {SEES[sees]}."
    )


def describe_bands(hot: int | None, warm: int | None, *, fixed: bool) -> str:
    """Describe where the bands begin: `Hot from 80, warm from 50, set by hand.`"""
    if hot is None or warm is None:
        return "Bands begin with the first scores: the best 20 % hot, the next 30 % warm."
    why = "set by hand" if fixed else "the best 20 % and the next 30 % of open leads"
    return f"Hot from {hot}, warm from {warm}, {why}."


def _read_currency(said: str | None) -> str | None:
    """Read a three-letter currency code. CommandError for anything else."""
    if said is None:
        return None
    code = said.strip().upper()
    if not CURRENCY.fullmatch(code):
        raise CommandError(f"“{said}” is not a currency. Write its three letters, like USD, EUR or GBP.")
    return code
