"""What can go wrong with a language model, in words for a rep and for an administrator."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Why a model gave no answer."""

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
    Kind.DOWN: "The language model does not answer right now",
    Kind.SLOW: "The language model took too long",
    Kind.BUSY: "The language model is busy right now",
    Kind.CREDIT: "The language model is not available right now",
    Kind.KEY: "The language model is not available right now",
    Kind.UNKNOWN_MODEL: "The language model is not available right now",
    Kind.REFUSED: "The language model did not take that",
    Kind.DECLINED: "The language model did not take that",
    Kind.GARBLED: "The language model answered with something unusable",
    Kind.CUT: "The language model broke off",
    Kind.ENDLESS: "The language model came to no end",
    Kind.BUDGET: "The language model has been used up for today",
    Kind.PAUSED: "The language model does not answer right now",
}
FOR_ADMINISTRATORS = {
    Kind.DOWN: "The language model cannot be reached. Check OPENAI_BASE_URL and the network.",
    Kind.SLOW: "The language model does not answer in time. Check its server, or raise OPENAI_SECONDS.",
    Kind.BUSY: "The language model's server refuses calls because there are too many. Raise its rate limit.",
    Kind.CREDIT: "The account of the language model is out of credit. Add some with its vendor.",
    Kind.KEY: "The language model refuses the key. Set a valid OPENAI_API_KEY.",
    Kind.UNKNOWN_MODEL: "The server does not know this model. Set OPENAI_MODEL to one that it has.",
    Kind.REFUSED: "The language model's server refuses our calls. It must speak Chat Completions with tools.",
    Kind.DECLINED: "The language model's server did not take one request, for what it said or for its length.",
    Kind.GARBLED: "The language model answers with something unusable. Choose one that can call tools.",
    Kind.CUT: "The language model breaks off in the middle of answers. Check its server.",
    Kind.ENDLESS: "The language model calls tools without end. Choose another one.",
    Kind.BUDGET: "The tokens of the day are used up. Raise OPENAI_REP_TOKENS or OPENAI_WORKSPACE_TOKENS if need be; "
    "OPENAI_TURN_TOKENS must hold one round.",
}
LASTING = frozenset({Kind.CREDIT, Kind.KEY, Kind.UNKNOWN_MODEL, Kind.REFUSED})
"""What does not pass by itself."""
OF_THE_TURN = frozenset({Kind.ENDLESS, Kind.BUDGET, Kind.PAUSED, Kind.GARBLED, Kind.DECLINED})
"""What says nothing about whether the server answers the next one."""


class ModelTrouble(Exception):
    """The model gave no usable answer. Holds nothing that the server said: that may contain the key."""

    def __init__(self, kind: Kind, status: int | None = None) -> None:
        super().__init__(f"language model: {kind}{f' (HTTP {status})' if status else ''}")
        self.kind = kind
        self.status = status

    @property
    def for_reps(self) -> str:
        """Half a sentence without a full stop."""
        return FOR_REPS[self.kind]


class Stopped(Exception):
    """The person pressed Stop."""
