"""Says what a score's probability means, by what it was learned from."""

from __future__ import annotations

from storage.scores.showing.score_source import IMPORTED
from storage.tables import LeadScore


def format_likelihood(score: LeadScore, horizon: int | None) -> str:
    """Format a probability: `12% likely to convert within 90 days`; empty where the score has none.

    `horizon` are the days within which the model in use foretells a conversion. Without them it was learned from leads
    that ended, and the rate is one among such leads.
    """
    if score.probability is None:
        return ""
    # Where few convert, whole percentages would call most of them hopeless; and nobody is sure to.
    chance = min(score.probability, 0.999)
    share = f"{chance:{'.0%' if 0.0995 <= chance < 0.995 else '.1%'}}"
    if score.model == IMPORTED:
        return f"{share} likely to convert"
    if horizon is None:
        return f"{share} of such leads that came to an end converted"
    return f"{share} likely to convert within {horizon} days"
