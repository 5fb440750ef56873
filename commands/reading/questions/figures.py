"""Figures: pipeline, forecast, what was won and lost, conversion."""

from __future__ import annotations

from typing import Any

from commands.reading.dates import unit
from commands.reading.dates import whens as times
from commands.reading.filters import group, iso, limit, owner, period
from commands.reading.questions.words import RANKS
from commands.reading.sentence import Sentence
from commands.reading.subjects import Subject, named
from commands.reading.understood import Understood
from storage.words import words_of

DEAL_GROUPS = ("owner", "team", "account", "product", "source", "industry", "stage", "month", "quarter")


PIPELINE_GROUPS = ("stage", "owner", "account", "source", "month")


LEAD_GROUPS = ("source", "status", "owner", "industry", "month")


def forecast(s: Sentence) -> Understood | None:
    colleague = s.phrase("how is @ doing") and any(m.people and not m.records for m in s.mentions.values())
    if not (s.has("forecast.word") or colleague) or s.has("score.word"):
        return None
    if s.phrase("best case") and s.has("terms.ask"):
        return None
    found: dict[str, Any] = {}
    when = period(s)
    if when is not None:
        found["period"] = iso(when.period("future"))
    whose = owner(s)
    if whose:
        found["owner"] = whose
    return Understood("forecast", found)


def lead_stats(s: Sentence) -> Understood | None:
    by = group(s, LEAD_GROUPS)
    word = s.has("lead_stats.word")
    grouped = (
        by is not None
        and (s.has("kinds.lead") or s.has("convert.done"))
        and not s.has("kinds.deal", "stats.win_rate")
        and not s.has("stats.won")
    )
    share = (
        s.said("share", "percentage", "proportion", "percent", "ratio")
        and s.has("kinds.lead")
        and (s.has("convert.done") or s.said("convert"))
    )
    both = (
        s.has("kinds.lead", "convert.done")
        and s.has("stats.how_many")
        and s.has("convert.done")
        and s.said("leads")
        and len(s.all("stats.how_many")) >= 2
    )
    if not (word or grouped or both or share):
        return None
    if s.has("kinds.deal") and not s.has("kinds.lead") and not s.phrase("conversion rate"):
        return None
    found: dict[str, Any] = {}
    if by is None and (
        s.phrase("lead source", "lead sources", "come from", "coming from", "which source", "what source")
        or s.in_section("sources")
    ):
        by = "source"
    if by:
        found["group_by"] = by
    when = period(s)
    if when is not None:
        found["period"] = iso(when.period("past"))
    whose = owner(s)
    if whose:
        found["owner"] = whose
    return Understood("lead_stats", found)


def deal_stats(s: Sentence) -> Understood | None:
    measure, state = _measure(s)
    if measure is None:
        return None
    found: dict[str, Any] = {"measure": measure}
    if state:
        found["state"] = state
    by = group(s, DEAL_GROUPS)
    whens = [when for when in s.whens if when.bound != "for" and when.grain != "clock"]
    compares = s.has("stats.compare") and s.whens
    if by == "owner" and any(mention.people for mention in s.mentions.values()):
        by = None
    if by:
        found["group_by"] = by
    _periods(s, found, whens, bool(compares))
    whose = owner(s)
    people = [mention for mention in s.mentions.values() if mention.people]
    if len(people) >= 2 and s.has("stats.compare"):
        found["group_by"], whose = "owner", None
        by = "owner"
    if by is None and s.in_section("sources"):
        found["group_by"] = "source"
    if whose and not (by == "team" and whose == "team"):
        found["owner"] = whose
    account = None if len(people) >= 2 else named(s, ("account",))
    if account is not None and account.places and _is_account(s, account):
        found["account"] = account.name
    product = _product(s)
    if product:
        found["product"] = product
    if by:
        if (measure == "lost_amount" and s.said(*RANKS)) or s.said(
            "worst", "lowest", "least", "weakest", "poorest", "fewest", "bottom", "slowest"
        ):
            found["order"] = "worst"
        elif s.has("stats.rank") or s.said(*RANKS) or s.phrase("best first", "who sold most", "the most"):
            found["order"] = "best"
        count = limit(s)
        if count is not None:
            found["limit"] = count
    return Understood("deal_stats", found)


def _is_account(s: Sentence, account: Subject) -> bool:
    """Whether a name is at least meant as an account's: not a colleague's, not a product's."""
    place = account.places[0]
    return bool(account.records) or not (s.mentions[place].people or _product_only(s, place))


def _product_only(s: Sentence, at: int) -> bool:
    mention = s.mentions[at]
    return bool(mention.records) and all(record.kind == "opportunity" for record in mention.records)


def _product(s: Sentence) -> str | None:
    if s.products:
        return s.products[0]
    for mention in s.mentions.values():
        for record in mention.records:
            if record.kind == "opportunity" and record.product and mention.words <= set(words_of(record.product)):
                return record.product
    return None


def _measure(s: Sentence) -> tuple[str | None, str | None]:
    if s.has("stats.win_rate"):
        return "win_rate", None
    if s.has("stats.cycle"):
        return "cycle_days", None
    lost, won = s.has("stats.lost"), s.has("stats.won")
    if s.phrase("standard deviation") or s.said("median", "deviation", "variance"):
        return None, None
    if s.has("stats.average"):
        state = "open" if s.said("open", "current") and not won else "lost" if lost and not won else None
        return "average_amount", state
    if s.has("stats.how_many") or s.phrase("count only"):
        if s.has("kinds.lead") or not (won or lost):
            return None, None
        if s.phrase("in each stage"):
            return None, None
        return "count", "lost" if lost and not won else "won"
    by = group(s, DEAL_GROUPS)
    much = s.has("stats.how_much")
    if lost and (much or (by and (s.has("stats.rank") or s.said(*RANKS)))):
        return "lost_amount", None
    ranks = (s.has("stats.rank") or s.said(*RANKS)) and by is not None and not s.has("kinds.lead", "list.state_open")
    if s.has("lead_stats.word") and not won:
        return None, None
    times = len([when for when in s.whens if when.bound != "for"])
    if (
        s.has("stats.compare")
        and times >= 2
        and (won or not s.has("kinds.lead", "score.word", "kinds.deal", "pipeline.word"))
    ):
        return "won_amount", None
    if won and s.has("stats.compare") and len([m for m in s.mentions.values() if m.people]) >= 2:
        return "won_amount", None
    if by in ("month", "quarter") and s.said("best", "worst", "strongest", "weakest") and not s.has("kinds.lead"):
        return "won_amount", None
    if won and (much or by is not None or s.phrase("who won", "who sold")):
        return "won_amount", None
    if much and s.said("revenue", "sales", "turnover", "bookings", "income") and not s.has("pipeline.word"):
        return "won_amount", None
    if s.said("total") and s.has("owners.me") and s.whens:
        return "won_amount", None
    if s.phrase("brought us", "bring us", "bring in", "brought in"):
        return "won_amount", None
    if ranks and not s.has("pipeline.word"):
        return (
            ("won_amount", None)
            if (by in ("owner", "team", "account", "product", "industry") and not s.has("kinds.deal")) or won
            else (None, None)
        )
    return None, None


def _periods(s: Sentence, found: dict[str, Any], whens: list[Any], compares: bool) -> None:
    if not whens:
        return
    if compares and whens[0].grain == "range" and s.norms[whens[0].first] == "between":
        inner = times(s.units[whens[0].first + 1 : whens[0].last + 1], s.context.moment)
        whens = inner if len(inner) == 2 else whens
    first = iso(whens[0].period("past"))
    if len(whens) >= 2 and (
        compares
        or s.said("vs", "versus", "against", "than", "between", "and", "compared", "compare", "or", "to", "from")
    ):
        other = iso(whens[1].period("past"))
        newer, older = (first, other) if first.get("from", "") >= other.get("from", "") else (other, first)
        found["period"], found["compare_period"] = newer, older
        return
    found["period"] = first
    if (
        compares
        and s.phrase("the one before", "one before", "previous", "last one", "year before", "last")
        and s.said("versus", "vs", "against", "than", "compared", "compare", "yoy")
    ):
        grain = whens[0].grain
        if grain in ("week", "month", "quarter", "year") and whens[0].past.start:
            back = unit(s.context.moment, grain, -1, whens[0].past.start)
            found["compare_period"] = iso(back)


def pipeline(s: Sentence) -> Understood | None:
    by = group(s, PIPELINE_GROUPS)
    word = s.has("pipeline.word")
    grouped = by is not None and (s.has("kinds.deal") or s.phrase("in each stage"))
    if not (word or grouped) or s.has("kinds.lead"):
        return None
    if word and s.has("list.biggest") and not by:
        return None
    found: dict[str, Any] = {}
    if by:
        found["group_by"] = by
    if s.has("list.state_won") and s.has("kinds.deal"):
        found["state"] = "won"
    elif s.has("list.state_lost"):
        found["state"] = "lost"
    when = period(s)
    if when is not None:
        found["closing"] = iso(when.period("future"))
    whose = owner(s)
    if whose:
        found["owner"] = whose
    return Understood("summarize_pipeline", found)
