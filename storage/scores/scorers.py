"""The two ways to score leads, a learned model and the plain rules, behind one interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.engagement import AGE, MONTH
from storage.scores.columns.features import MISSING
from storage.scores.columns.lead_columns import LeadColumn, Values
from storage.scores.model.additive_model import AdditiveModel
from storage.scores.model.measures import sigmoid
from storage.scores.model.stored_models import RULES, Model
from storage.scores.plain_rules import RuleScorer
from storage.scores.showing.score_reasons import ReasonPicker


class Scorer(Protocol):
    """Encodes the columns of leads, and turns these codes into scores and reasons."""

    @property
    def name(self) -> str:
        """Return the name that scores carry as their model."""

    @property
    def columns(self) -> Sequence[LeadColumn]:
        """Return the columns of a lead that it needs."""

    @property
    def width(self) -> int:
        """Return how many codes a lead has."""

    def encode_leads(self, cells: Mapping[LeadColumn, Values], rows: int) -> NDArray[np.uint8]:
        """Encode leads, a row for each; columns that are missing in `cells` count as unknown."""

    def score_leads(self, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
        """Score leads from 1 to 99; return probabilities too where the scorer has any."""

    def find_scorable(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Find out of which leads enough is known to score them."""

    def explain_leads(self, codes: NDArray[np.uint8]) -> list[str]:
        """Write what raises and lowers each score, as the JSON that the database keeps."""


class ModelScorer:
    """Scores leads by a learned model."""

    def __init__(self, name: str, model: AdditiveModel) -> None:
        self.name = name
        self.model = model
        self.columns = tuple(feature.column for feature in model.features)
        self.width = len(model.features)
        self._reasons = ReasonPicker(model)
        self._are_fields = np.array([column.origin != "engagement" for column in self.columns])

    def encode_leads(self, cells: Mapping[LeadColumn, Values], rows: int) -> NDArray[np.uint8]:
        codes = np.zeros((rows, self.width), dtype=np.uint8)
        for place, feature in enumerate(self.model.features):
            values = cells.get(feature.column)
            if values is not None:
                codes[:, place] = feature.encode_values(values)
        return codes

    def score_leads(self, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        logits = self.model.predict_logits(codes)
        return self.model.rank_logits(logits), sigmoid(logits + self.model.offset)

    def find_scorable(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Find the leads of which a used field is filled, or with which something has happened."""
        fields = (codes[:, self._are_fields] != MISSING).any(axis=1)
        lively = np.zeros(len(codes), dtype=bool)
        for place, column in enumerate(self.columns):
            # Every lead has an age, and the month is the same for all.
            if column.origin != "engagement" or column.field in (AGE, MONTH):
                continue
            # Of engagement every lead has a count: only one above zero says something.
            lively |= codes[:, place] > self.model.features[place].encode_value(0)
        known: NDArray[np.bool_] = fields | lively
        return known

    def explain_leads(self, codes: NDArray[np.uint8]) -> list[str]:
        return self._reasons.pick_as_json(codes, self.model.compute_contributions(codes))


def make_scorer(model: Model | None, guidelines: Mapping[str, Any], now: datetime) -> Scorer:
    """Make the scorer of a stored model if that is better than chance, else of the plain rules."""
    if model is not None and model.state == "ok":
        return ModelScorer(model.name, AdditiveModel.from_json(model.data["model"]))
    return RuleScorer(RULES, guidelines, now)
