"""What scores leads: a learned model or the plain rules, behind the same few questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.features import MISSING
from storage.scores.columns.lead_columns import Column, Values
from storage.scores.model.additive_model import Additive
from storage.scores.model.measures import sigmoid
from storage.scores.model.stored_models import RULES, Model
from storage.scores.plain_rules import RuleScorer
from storage.scores.showing.score_reasons import Reasons


class Scorer(Protocol):
    """Turns the columns of leads into codes, and codes into scores and reasons."""

    @property
    def name(self) -> str:
        """The model that scores name."""

    @property
    def columns(self) -> Sequence[Column]:
        """What it must be given of a lead."""

    @property
    def width(self) -> int:
        """How many codes a lead has."""

    def encode(self, cells: Mapping[Column, Values], rows: int) -> NDArray[np.uint8]:
        """The codes of leads, a row each."""

    def scored(self, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
        """Scores from 1 to 99, and probabilities where there are any."""

    def known(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Which leads enough is known of to score them."""

    def reasons(self, codes: NDArray[np.uint8]) -> list[str]:
        """What raises and lowers each score, as the database keeps it."""


class ModelScorer:
    """Scores leads by a learned model."""

    def __init__(self, name: str, model: Additive) -> None:
        self.name = name
        self.model = model
        self.columns = tuple(feature.column for feature in model.features)
        self.width = len(model.features)
        self._reasons = Reasons(model)
        self._told = np.array([column.origin != "engagement" for column in self.columns])

    def encode(self, cells: Mapping[Column, Values], rows: int) -> NDArray[np.uint8]:
        codes = np.zeros((rows, self.width), dtype=np.uint8)
        for place, feature in enumerate(self.model.features):
            values = cells.get(feature.column)
            if values is not None:
                codes[:, place] = feature.encode(values)
        return codes

    def scored(self, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        logits = self.model.logits(codes)
        return self.model.scores(logits), sigmoid(logits + self.model.offset)

    def known(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """All but those of which no used field says anything and nothing has happened."""
        fields = (codes[:, self._told] != MISSING).any(axis=1)
        lively = np.zeros(len(codes), dtype=bool)
        for place in np.flatnonzero(~self._told):
            lively |= codes[:, place] > self.model.features[place].code(0)
        known: NDArray[np.bool_] = fields | lively
        return known

    def reasons(self, codes: NDArray[np.uint8]) -> list[str]:
        return self._reasons.as_json(codes, self.model.parts(codes))


def scorer_of(model: Model | None, guidelines: Mapping[str, Any], now: datetime) -> Scorer:
    """What scores with a kept model: itself if it is better than chance, else the rules."""
    if model is not None and model.state == "ok":
        return ModelScorer(model.name, Additive.from_json(model.data["model"]))
    return RuleScorer(RULES, guidelines, now)
