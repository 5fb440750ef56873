"""The budget of tokens: what a rep and a workspace may use in a day (UTC)."""

from __future__ import annotations

import logging

from bot.model.server.model_configuration import ModelConfiguration
from bot.model.server.model_errors import ModelTrouble, TroubleKind
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble
from storage.threads import model_usage

log = logging.getLogger(__name__)


class Budget:
    """Limits the tokens of a day (UTC), for each rep and for the workspace. Kept in the database, for all processes."""

    def __init__(self, database: Database, model: ModelConfiguration) -> None:
        self._database = database
        self._model = model

    def count_tokens_left(self, request: Request) -> int:
        """Count the tokens this turn may use. Raises ModelTrouble where the rep's or the workspace's day is used up."""
        with self._database.begin_read() as session:
            used = model_usage.sum_usage_today(session, request.workspace_id, request.rep_id, request.now)
        left = min(self._model.rep_tokens - used.rep, self._model.workspace_tokens - used.workspace)
        if left <= 0:
            raise ModelTrouble(TroubleKind.BUDGET)
        return min(left, self._model.turn_tokens)

    def record_usage(self, request: Request, tokens_in: int, tokens_out: int) -> None:
        """Record what one round of the model used. Where that fails it is only logged."""
        try:
            with self._database.begin_write() as session:
                model_usage.add_usage(
                    session,
                    workspace_id=request.workspace_id,
                    rep_id=request.rep_id,
                    now=request.now,
                    model=self._model.name,
                    tokens_in=tokens_in,
                    tokens_out=tokens_out,
                    cost=self._model.compute_cost(tokens_in, tokens_out),
                )
        except DatabaseTrouble:
            # The answer is there and paid for: the rep gets it, counted or not.
            log.warning("the %s tokens of a call could not be kept", tokens_in + tokens_out)
