"""What is known about the language model: where it is, what it may cost, how long it may take."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import SecretStr

from bot.settings import Settings

# Limits of one turn: how often it asks the model, how many calls it makes in all, and how many writes it proposes.
# A model that loops ends here before its tokens do, and nobody gets more cards than can be read.
MOST_ROUNDS = 6
MOST_CALLS = 12
MOST_PROPOSALS = 5
MILLION = 1_000_000


@dataclass(frozen=True)
class ModelConfiguration:
    """Describes a model that speaks Chat Completions, and its limits. Tokens count prompt and answer together.

    `seconds` is the wall clock of a whole turn. Prices are for a million tokens, in whatever currency they are
    billed; without them no cost is kept.
    """

    api_key: SecretStr
    name: str
    base_url: str | None = None
    seconds: float = 30.0
    turn_tokens: int = 100_000
    rep_tokens: int = 1_000_000
    workspace_tokens: int = 20_000_000
    price_in: Decimal | None = None
    price_out: Decimal | None = None
    hide_contacts: bool = False

    def compute_cost(self, tokens_in: int, tokens_out: int) -> Decimal | None:
        """Compute what these tokens cost; None where no prices are set."""
        if self.price_in is None and self.price_out is None:
            return None
        return (tokens_in * (self.price_in or 0) + tokens_out * (self.price_out or 0)) / Decimal(MILLION)


def configure_model(settings: Settings) -> ModelConfiguration | None:
    """Configure the model from the settings; None where no key or no model name is set."""
    if settings.openai_api_key is None or not settings.openai_model:
        return None
    return ModelConfiguration(
        settings.openai_api_key,
        settings.openai_model,
        settings.openai_base_url,
        settings.openai_seconds,
        settings.openai_turn_tokens,
        settings.openai_rep_tokens,
        settings.openai_workspace_tokens,
        settings.openai_price_in,
        settings.openai_price_out,
        settings.openai_hide_contacts,
    )
