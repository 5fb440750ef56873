"""The ways in which a language model fails, in words for reps and for administrators."""

from __future__ import annotations

from enum import StrEnum


class TroubleKind(StrEnum):
    """Names why a model gave no answer."""

    DOWN = "down"
    SLOW = "slow"
    BUSY = "busy"
    CREDIT = "credit"
    KEY = "key"
    UNKNOWN_MODEL = "unknown model"
    REFUSED = "refused"
    DECLINED = "declined"
    GARBLED = "garbled"
    CUT = "cut"
    ENDLESS = "endless"
    BUDGET = "budget"
    PAUSED = "paused"


FOR_REPS = {
    TroubleKind.DOWN: "The language model does not answer right now",
    TroubleKind.SLOW: "The language model took too long",
    TroubleKind.BUSY: "The language model is busy right now",
    TroubleKind.CREDIT: "The language model is not available right now",
    TroubleKind.KEY: "The language model is not available right now",
    TroubleKind.UNKNOWN_MODEL: "The language model is not available right now",
    TroubleKind.REFUSED: "The language model did not take that",
    TroubleKind.DECLINED: "The language model did not take that",
    TroubleKind.GARBLED: "The language model answered with something unusable",
    TroubleKind.CUT: "The language model broke off",
    TroubleKind.ENDLESS: "The language model came to no end",
    TroubleKind.BUDGET: "The language model has been used up for today",
    TroubleKind.PAUSED: "The language model does not answer right now",
}
# PAUSED is not among them: whatever led to the pause was told already.
FOR_ADMINISTRATORS = {
    TroubleKind.DOWN: "The language model cannot be reached. Check OPENAI_BASE_URL and the network.",
    TroubleKind.SLOW: "The language model does not answer in time. Check its server, or raise OPENAI_SECONDS.",
    TroubleKind.BUSY: "The language model's server refuses calls because there are too many. Raise its rate limit.",
    TroubleKind.CREDIT: "The account of the language model is out of credit. Add some with its vendor.",
    TroubleKind.KEY: "The language model refuses the key. Set a valid OPENAI_API_KEY.",
    TroubleKind.UNKNOWN_MODEL: "The server does not know this model. Set OPENAI_MODEL to one that it has.",
    TroubleKind.REFUSED: "The language model's server refuses our calls. It must speak Chat Completions with tools.",
    TroubleKind.DECLINED: "The language model's server did not take one request, for what it said or for its length.",
    TroubleKind.GARBLED: "The language model answers with something unusable. Choose one that can call tools.",
    TroubleKind.CUT: "The language model breaks off in the middle of answers. Check its server.",
    TroubleKind.ENDLESS: "The language model calls tools without end. Choose another one.",
    TroubleKind.BUDGET: "The tokens of the day are used up. Raise OPENAI_REP_TOKENS or OPENAI_WORKSPACE_TOKENS if "
    "need be; OPENAI_TURN_TOKENS must hold one round.",
}
# What does not pass by itself: somebody has to change a setting or pay.
LASTING = frozenset({TroubleKind.CREDIT, TroubleKind.KEY, TroubleKind.UNKNOWN_MODEL, TroubleKind.REFUSED})
# What one question or one model brings about, and what says nothing about whether the server answers the next one.
OF_THE_TURN = frozenset(
    {TroubleKind.ENDLESS, TroubleKind.BUDGET, TroubleKind.PAUSED, TroubleKind.GARBLED, TroubleKind.DECLINED}
)


class ModelTrouble(Exception):
    """Says why the model gave no usable answer, without the server's own words: they may repeat the key."""

    def __init__(self, kind: TroubleKind, status: int | None = None) -> None:
        super().__init__(f"language model: {kind}{f' (HTTP {status})' if status else ''}")
        self.kind = kind
        self.status = status

    @property
    def for_reps(self) -> str:
        """Say it to a rep, as half a sentence without a full stop."""
        return FOR_REPS[self.kind]


class Stopped(Exception):
    """Raised where the person pressed Stop."""
