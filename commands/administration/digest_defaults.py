"""The workspace's digest defaults, and a rep's own choice about quiet days and hot leads.

See docs/domain.md, "The morning digest".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context, WorkspaceDefaults
from commands.contract.errors import CommandError
from commands.contract.form_only import Administrative, FormOnly
from commands.contract.reply import Reply
from commands.digest.preview_set import TimeOfDay
from storage.people import reps
from storage.tables import Rep, Workspace
from storage.workspaces.workspace_vocabulary import DIGEST_WEIGHTS, Vocabulary

Silence = Literal["silent", "nothing urgent"]
OwnSilence = Literal["silent", "nothing urgent", "as the workspace"]
TELLS = {"silent": False, "nothing urgent": True, "as the workspace": None}
SAID = {tells: said for said, tells in TELLS.items()}
Points = Annotated[int, Field(ge=-100, le=100)]


class SetDigestDefaults(Administrative):
    """Set when digests come and how long they are, where a rep has not chosen otherwise."""

    time: Annotated[TimeOfDay | None, Field(description="Local time of day, like 08:30")] = None
    size: Annotated[int | None, Field(description="How many leads a digest names first, 1 to 20", ge=1, le=20)] = None
    quiet_days: Annotated[
        Silence | None, Field(description="On a day with nothing to say: stay silent, or send “nothing urgent”")
    ] = None

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        words = context.vocabulary
        return {
            "time": f"{words.digest_time or context.defaults.digest_time:%H:%M}",
            "size": words.digest_size,
            "quiet_days": SAID[words.tell_quiet_days],
        }

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        tells = None if self.quiet_days is None else TELLS[self.quiet_days]
        given = {"digest_time": self.time, "digest_size": self.size, "tell_quiet_days": tells}
        changed = context.ledger.set_columns(
            workspace, **{column: value for column, value in given.items() if value is not None}
        )
        return Reply(
            f"{'' if changed else 'That is set already. '}{describe_digest_defaults(workspace, context.defaults)}"
        )


class SetUrgency(Administrative):
    """Set how many points move a lead up or down in the digest."""

    follow_up_due: Annotated[Points | None, Field(description="A follow-up is due today or overdue")] = None
    new: Annotated[Points | None, Field(description="New since the last digest and not yet contacted")] = None
    score_rose: Annotated[Points | None, Field(description="The score rose by 10 or more since the last digest")] = None
    hot_untouched: Annotated[Points | None, Field(description="Hot and untouched for 3 days or more")] = None
    warm_untouched: Annotated[Points | None, Field(description="Warm and untouched for 7 days or more")] = None
    just_touched: Annotated[Points | None, Field(description="Touched in the last 24 hours and no follow-up due")] = (
        None
    )

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return dict(context.vocabulary.digest_weights)

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        given = {name: getattr(self, name) for name in DIGEST_WEIGHTS}
        # Only weights that were ever set are stored, so the defaults fill in the others.
        before = DIGEST_WEIGHTS | workspace.digest_weights
        after = before | {name: points for name, points in given.items() if points is not None}
        changed = after != before and context.ledger.set_columns(workspace, digest_weights=after)
        return Reply(f"{'' if changed else 'That is set already. '}{describe_urgency_points(after)}")


class SetQuietDays(FormOnly, at_once=True):
    """Choose what your digest does on a day with nothing to say."""

    quiet_days: Annotated[
        OwnSilence, Field(description="Stay silent, send “nothing urgent”, or do as the workspace does")
    ]

    @classmethod
    def load_current_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
        return {} if rep is None else {"quiet_days": SAID[rep.tell_quiet_days]}

    def run(self, context: Context) -> Reply:
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
        if rep is None:
            raise CommandError("The console gets no digest. Say who you are, then set it.")
        changed = context.ledger.set_columns(rep, tell_quiet_days=TELLS[self.quiet_days])
        return Reply(
            f"{'' if changed else 'That is set already. '}With nothing to say, your digest"
            f" {describe_quiet_days(tells_quiet_days(rep, context.vocabulary), one=True)}."
        )


class SetHotLeads(FormOnly, at_once=True):
    """Choose whether you are told at once of a new hot lead of yours."""

    tell: Annotated[bool, Field(description="Tell me of new hot leads between 8 and 18 o'clock")]

    @classmethod
    def load_current_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
        return {} if rep is None else {"tell": rep.tell_hot_leads}

    def run(self, context: Context) -> Reply:
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
        if rep is None:
            raise CommandError("The console is told of nothing. Say who you are, then set it.")
        changed = context.ledger.set_columns(rep, tell_hot_leads=self.tell)
        words = "You are told at once of new hot leads" if self.tell else "You are not told of new hot leads any more"
        return Reply(f"{'' if changed else 'That is set already. '}{words}.")


def describe_digest_defaults(settings: Workspace | Vocabulary, defaults: WorkspaceDefaults) -> str:
    """Describe the defaults: `Digests come at 08:30, name up to 5 leads first, and stay silent on quiet days.`"""
    at = settings.digest_time or defaults.digest_time
    return (
        f"Digests come at {at:%H:%M}, name up to {settings.digest_size} leads first,"
        f" and {describe_quiet_days(settings.tell_quiet_days)}."
    )


def describe_urgency_points(weights: Mapping[str, int]) -> str:
    """Describe the weights of the digest: `Urgency in points: follow up due +25, new +15.`"""
    said = ", ".join(f"{name.replace('_', ' ')} {points:+d}" for name, points in weights.items())
    return f"Urgency in points: {said}."


def tells_quiet_days(rep: Rep, vocabulary: Vocabulary) -> bool:
    """Tell whether a person gets “nothing urgent” on a day with nothing to say; otherwise nothing is sent."""
    return vocabulary.tell_quiet_days if rep.tell_quiet_days is None else rep.tell_quiet_days


def describe_quiet_days(tells: bool, *, one: bool = False) -> str:
    """Describe a day with nothing to say: `stay silent on quiet days`; of `one` digest: `stays silent`."""
    if one:
        return "says “nothing urgent”" if tells else "stays silent"
    return "say “nothing urgent” on quiet days" if tells else "stay silent on quiet days"
