"""Figures: pipeline, forecast, what was won and lost, conversion."""

from __future__ import annotations

from typing import Any

from commands.reading.filters import group, iso, limit, owner, period
from commands.reading.questions.periods import said_periods
from commands.reading.questions.words import RANKS
from commands.reading.sentence import Sentence
from commands.reading.subjects import Subject, named
from commands.reading.understood import Understood
from commands.values.dates import find_times as times
from commands.values.dates import get_calendar_period
from storage.names.normalise import split_words

DEAL_GROUPS = ("owner", "team", "account", "product", "source", "industry", "stage", "month", "quarter")


PIPELINE_GROUPS = ("stage", "owner", "account", "source", "month")


LEAD_GROUPS = ("source", "status", "owner", "industry", "month")


def forecast(s: Sentence) -> Understood | None:
    colleague = s.phrase("how is @ doing") and any(m.people and not m.records for m in s.mentions.values())
    looks = (
        s.norms[0] == "how"
        and s.said("look", "looks", "looking", "shaping")
        and any(when.grain in ("month", "quarter", "year") for when in s.whens)
        and not s.has("pipeline.word", "kinds.lead", "kinds.deal", "follow_up.noun")
    )
    if not (s.has("forecast.word") or colleague or looks) or s.has("score.word"):
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


def _leads_said(s: Sentence) -> bool:
    """Whether leads were said, and not only the source of a lead."""
    return any(s.norms[each.last + 1 : each.last + 2] not in (["source"], ["sources"]) for each in s.all("kinds.lead"))


def lead_stats(s: Sentence) -> Understood | None:
    by = group(s, LEAD_GROUPS)
    if by == "owner" and s.phrase("have i", "did i", "i have", "have we", "did we", "we have"):
        by = None
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
    if s.has("pipeline.word") and not (_leads_said(s) or s.has("convert.done") or s.said("convert", "converts")):
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
    whens = [when for when in said_periods(s) if when.bound != "for" and when.grain != "clock"]
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
            if record.kind == "opportunity" and record.product and mention.words <= set(split_words(record.product)):
                return record.product
    return None


WINS = ("won", "win", "wins", "sold", "sell", "sells", "closed", "brought", "booked", "made", "gained", "most")


MOST_DEALS = tuple(
    f"{did} {most} {what}"
    for did in ("closed", "won", "lost", "win", "lose", "close", "sold")
    for most in ("the most", "most", "the fewest")
    for what in ("deals", "opportunities", "opps")
)


def _measure(s: Sentence) -> tuple[str | None, str | None]:
    if s.has("stats.win_rate"):
        return "win_rate", None
    if s.has("stats.cycle"):
        return "cycle_days", None
    lost, won = s.has("stats.lost"), any(not _a_book(s, each.first) for each in s.all("stats.won"))
    if won and s.said("close", "closes") and not s.has("stats.how_much", "stats.how_many") and not s.said(*WINS):
        won = False
    if s.has("kinds.deal") and group(s, DEAL_GROUPS) and s.phrase(*MOST_DEALS) and not s.has("list.state_open"):
        return "count", "lost" if s.said("lost", "lose") else "won"
    if _how_it_went(s):
        return "won_amount", None
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
    times = len([when for when in said_periods(s) if when.bound != "for"])
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


def _how_it_went(s: Sentence) -> bool:
    """`how did we do last quarter`, `how was october`: a bygone period and nothing else."""
    framed = s.norms[0] == "how" and bool(s.whens) and s.whens[0].last == len(s.units) - 1
    return (
        framed
        and s.whens[0].grain in ("week", "month", "quarter", "half", "year")
        and (s.norms[1:4] in (["did", "we", "do"], ["did", "i", "do"], ["did", "@", "do"]) or s.norms[1:2] == ["was"])
        and s.whens[0].first == (4 if s.norms[1] == "did" else 2)
        and not any(mention.records and not mention.people for mention in s.mentions.values())
    )


def _a_book(s: Sentence, at: int) -> bool:
    """Whether `book` is a thing somebody has, not what was booked."""
    before = s.units[at - 1] if at else None
    return s.norms[at] == "book" and before is not None and (before.possessive or before.norm in WHOSE)


WHOSE = frozenset("my our the his her their your whole entire whose".split())


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
        start = whens[1].past.start
        if other == first and start and whens[0].grain in ("week", "month", "quarter", "year"):
            other = iso(get_calendar_period(s.context.moment, whens[0].grain, -1, start))
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
            back = get_calendar_period(s.context.moment, grain, -1, whens[0].past.start)
            found["compare_period"] = iso(back)


def pipeline(s: Sentence) -> Understood | None:
    by = group(s, PIPELINE_GROUPS)
    word = s.has("pipeline.word")
    grouped = by is not None and (s.has("kinds.deal") or s.phrase("in each stage")) and not s.has("list.overdue_deal")
    if not (word or grouped) or _leads_said(s):
        return None
    if s.has("list.hot", "list.warm", "list.cold") and not s.has("kinds.deal"):
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
