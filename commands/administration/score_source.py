"""Which scores people see: those of the workspace's own model, or imported ones (docs/scores.md, "What a score is")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context
from commands.contract.form_only import Administrative
from commands.contract.reply import Reply
from storage.scores.showing.score_source import find_shown_scores

Shown = Literal["model", "imported", "automatic"]
SAID = {"model": "the scores made here", "imported": "imported scores"}


class SetShownScores(Administrative):
    """Choose which scores people see: those made here, or imported ones."""

    scores: Annotated[
        Shown,
        Field(
            description="model: those made here; imported; automatic: made here once they beat chance, else imported"
        ),
    ]

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"scores": context.vocabulary.scores_shown or "automatic"}

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        changed = context.ledger.set_columns(
            workspace, scores_shown=None if self.scores == "automatic" else self.scores
        )
        words = SAID[find_shown_scores(context.scope.session, workspace.id)]
        why = " at present, chosen by themselves" if self.scores == "automatic" else ""
        later = ("Lists, cards and digests follow with the next scoring, tonight at the latest.",) if changed else ()
        return Reply(f"{'' if changed else 'That is set already. '}People see {words}{why}.", notes=later)
