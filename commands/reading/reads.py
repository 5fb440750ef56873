"""Questions: what a sentence wants to see. Each reader gives a call, or None where it is not meant."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from commands.help import about
from commands.reading.clock import read_zone
from commands.reading.filters import (
    amount_bounds,
    group,
    iso,
    lead_filters,
    limit,
    owner,
    period,
    span_days,
    stages,
)
from commands.reading.mood import bare_negation, is_question
from commands.reading.sentence import Sentence
from commands.reading.subjects import Subject, known, named, subject
from commands.reading.understood import Understood

TERMS = (
    "lead", "contact", "account", "opportunity", "deal", "status", "stage", "conversion", "score", "qualified",
    "unqualified", "contacted", "forecast", "pipeline", "weighted_amount", "hot", "warm", "cold", "band", "commit", "best_case",
    "win_rate", "digest", "prospecting", "rating", "source", "close_date", "sales_cycle", "follow_up",
)  # fmt: skip
DEAL_GROUPS = ("owner", "team", "account", "product", "source", "industry", "stage", "month", "quarter")
PIPELINE_GROUPS = ("stage", "owner", "account", "source", "month")
LEAD_GROUPS = ("source", "status", "owner", "industry", "month")


def explain_term(s: Sentence) -> Understood | None:
    """`what's a lead?`, `difference between a lead and an opportunity`, `which stages do we use?`."""
    if not (s.has("terms.ask") or _asks_term(s)) or s.mentions or s.whens:
        return None
    if s.said("my", "mine", "our") or any(each.money for each in s.amounts):
        return None
    spots = []
    for term in TERMS:
        for each in s.all(f"terms.{term}"):
            if not any(
                other[1] <= each.first and each.last <= other[2] and other[0] != term
                for other in spots
                if other[2] - other[1] > each.last - each.first
            ):
                spots.append((term, each.first, each.last))
    spots = [
        spot
        for spot in spots
        if not any(
            o is not spot and o[1] <= spot[1] and spot[2] <= o[2] and o[2] - o[1] > spot[2] - spot[1] for o in spots
        )
    ]
    ordered = list(dict.fromkeys(term.replace("_", " ") for term, _, _ in sorted(spots, key=lambda each: each[1])))
    if not ordered:
        return None
    compares = s.phrase("same as", "same thing", "versus", "differ", "different from") or s.said(
        "difference", "differences", "vs", "or"
    )
    if compares and len(ordered) >= 2:
        return Understood("explain_term", {"term": " and ".join(ordered[:2])})
    if "conversion" in ordered and s.phrase("what happens", "happens to", "before"):
        return Understood("explain_term", {"term": "conversion"})
    return Understood("explain_term", {"term": ordered[0]})


def _asks_term(s: Sentence) -> bool:
    """`what is contact and what is account`: a term right behind, with nothing more said about it."""
    for at in range(len(s.units) - 2):
        if s.norms[at] in ("what", "whats") and s.norms[at + 1] in ("is", "are"):
            term = next(
                (each for each in s.in_section("terms") if each.first == at + 2 and each.concept != "terms.ask"), None
            )
            if term is not None and (
                term.last == len(s.units) - 1 or s.norms[term.last + 1] in ("and", "or", "exactly", "anyway", "please")
            ):
                return True
    return False


def help_(s: Sentence) -> Understood | None:
    first, _, word = s.text.clean.strip().partition(" ")
    if first.lower() == "help" and " " not in word and word and about(word):
        return Understood("help", {"topic": word.lower()})
    if s.phrase("help me with", "help with") and not s.mentions:
        topic = next((word for word in TOPICS if word in s.norms), "follow-ups" if s.has("follow_up.noun") else None)
        return Understood("help", {"topic": topic} if topic else {})
    cue = s.first("help.word")
    if cue is None or s.mentions or (cue.fixed < 2 and len(s.units) > 5):
        return None
    if s.said("help") and s.phrase("help me") and len(s.units) > 4:
        return None
    topic = next((word for word in TOPICS if word in s.norms), None)
    return Understood("help", {"topic": topic} if topic else {})


TOPICS = tuple(
    "convert conversion forecast pipeline digest snooze log assign undo import export score scores follow-ups reminders activities "
    "contacts accounts stages statuses notes calls deals opportunities deal opportunity leads lead".split()
)


def undo(s: Sentence) -> Understood | None:
    cue = max(s.all("undo.word"), key=lambda each: each.fixed, default=None)
    if cue is None or bare_negation(s) or (s.mentions and cue.fixed < 2):
        return None
    if s.phrase("revert with", "go back") and s.mentions:
        return None
    if s.norms[cue.first] == "revert" and cue.fixed == 1:
        return None
    if s.norms[cue.first] == "oops" and cue.fixed == 1 and len(s.units) > 2:
        return None
    if is_question(s, cue.first) and not s.phrase("can i undo", "can we undo"):
        return None
    if s.has("moods.condition", "help.word"):
        return None
    return Understood("undo", {})


def digest(s: Sentence) -> Understood | None:
    """Settings of the morning digest, and its preview."""
    if not s.has("digest.word"):
        if s.phrase("my tz", "my time zone", "my timezone"):
            zone = _zone(s)
            return Understood("set_digest", {"timezone": zone}) if zone else None
        return None
    found: dict[str, Any] = {}
    zone = _zone(s)
    if zone:
        found["timezone"] = zone
    if s.has("snooze.verb", "snooze.until") and any(m.records for m in s.mentions.values()):
        return None
    asks = is_question(s, 0) and not s.phrase("will i get")
    clock = next((when for when in s.whens if when.clock is not None), None)
    if clock is not None and clock.clock is not None:
        found["time"] = clock.clock.strftime("%H:%M")
    days = _days(s)
    if days:
        found["days"] = days
    size = _size(s)
    if size is not None and "time" not in found:
        found["size"] = size
    settings = [key for key in found if key != "timezone"]
    if s.has("digest.off") and not s.has("digest.preview") | (s.said("show")) and not settings and not asks:
        if not s.phrase("do not stop", "not stop"):
            return Understood("set_digest", {"enabled": False})
        return None
    if (
        found
        and "days" not in found
        and s.has("digest.on")
        and s.said("on", "enable", "start", "resume", "restart", "activate", "back")
        and s.phrase(
            "turn on",
            "switch on",
            "on again",
            "back on",
            "digest on",
            "on at",
            "digest back",
            "start the",
            "start my",
            "resume my",
            "resume the",
            "on and",
        )
    ):
        found = {"enabled": True, **found}
    if found and not (asks and not s.said("can", "could", "would", "at")):
        return Understood("set_digest", found)
    if s.has("digest.on") and not s.has("digest.preview") and not asks:
        return Understood("set_digest", {"enabled": True})
    whose = owner(s)
    return Understood("preview_digest", {"owner": whose} if whose else {})


NAMES_OF_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(s: Sentence) -> list[str] | None:
    from commands.reading.dates import WEEKDAYS

    if s.said("weekdays", "workdays") or s.phrase("working days", "week days", "business days"):
        return list(NAMES_OF_DAYS[:5])
    if s.phrase("every day", "seven days") or (s.said("daily") and not s.phrase("daily digest")):
        return list(NAMES_OF_DAYS) if s.said("weekends") or s.phrase("every day") else None
    said = [WEEKDAYS[norm] for norm in s.norms if norm in WEEKDAYS]
    if not said:
        return None
    if s.phrase("monday to friday", "monday through friday", "mon to fri", "mon fri", "monday friday"):
        return list(NAMES_OF_DAYS[:5])
    joined = re.search(r"\b(\w+)\s*(?:-|to|through|until|till)\s*(\w+)\b", s.clean.lower())
    if joined and joined.group(1) in WEEKDAYS and joined.group(2) in WEEKDAYS:
        return list(NAMES_OF_DAYS[WEEKDAYS[joined.group(1)] : WEEKDAYS[joined.group(2)] + 1])
    if s.said("no", "not", "except", "without", "skip", "off", "stop"):
        return [name for number, name in enumerate(NAMES_OF_DAYS[:5]) if number not in said]
    return [name for number, name in enumerate(NAMES_OF_DAYS) if number in said]


def _size(s: Sentence) -> int | None:
    for amount in reversed(s.amounts):
        if not amount.money and 1 <= amount.value <= 20 and amount.value == int(amount.value):
            return int(amount.value)
    return None


def _zone(s: Sentence) -> str | None:
    """A time zone by its name, or by a city before `time` or behind `time zone`."""
    found = re.search(r"\b(?:[A-Z][a-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?|UTC|GMT|CET|EST|PST)\b", s.clean)
    if found:
        return read_zone(found.group()) or found.group()
    place = re.search(r"\b([A-Za-z]+(?: [A-Za-z]+)?) time\b", s.clean)
    for words in [place.group(1), place.group(1).split()[-1]] if place else []:
        if len(words) > 3 and words.lower() not in ("local", "this time", "that", "what"):
            zone = read_zone(words)
            if zone:
                return zone
    if s.phrase("time zone") or s.said("tz", "timezone"):
        behind = re.search(r"\b(?:to|is|now|in)\s+([A-Za-z][\w ]+?)(?: time)?[.!?]?$", s.clean)
        return (read_zone(behind.group(1)) or behind.group(1).strip()) if behind else None
    return None


def priorities(s: Sentence) -> Understood | None:
    if not s.has("digest.priorities") or s.has("list.hot", "list.warm", "list.cold", "list.untouched"):
        return None
    if s.has("kinds.deal", "follow_up.noun", "follow_up.overdue") or (
        s.mentions and not any(m.people for m in s.mentions.values())
    ):
        return None
    cue = s.first("digest.priorities")
    if cue is not None and cue.fixed < 2 and len(s.units) > 3:
        return None
    if any(mention.records for mention in s.mentions.values()):
        return None
    colleague = owner(s)
    return Understood("preview_digest", {"owner": colleague} if colleague and colleague not in ("me", "team") else {})


def follow_ups(s: Sentence) -> Understood | None:
    noun, due = s.has("follow_up.noun") or s.phrase("follow ups", "follow up"), s.has("follow_up.due")
    overdue = s.has("follow_up.overdue")
    if not noun and not due and not (overdue and not s.has("kinds.deal", "kinds.lead", "list.closing")):
        return None
    if s.has("kinds.deal", "kinds.lead") and not noun:
        return None
    if s.has("list.overdue_deal") and not noun and s.phrase("close date", "past close"):
        return None
    if any(mention.records and not mention.people for mention in s.mentions.values()) or s.has("pronouns.person"):
        return None
    if s.phrase("still open", "open and due"):
        return None
    found: dict[str, Any] = {}
    if overdue:
        found["when"] = "overdue"
    elif s.phrase(
        "all follow ups", "all my follow ups", "all reminders", "all my reminders", "all my tasks", "all tasks"
    ) or s.said("all", "every"):
        found["when"] = "all"
    else:
        when = period(s)
        if when is None and s.said("week"):
            found["when"] = "week"
        if when is not None:
            today = s.context.today
            if when.future.start == today == when.future.end:
                found["when"] = "today"
            elif when.grain == "week" or (when.future.end is not None and (when.future.end - today).days <= 7):
                found["when"] = "week"
            else:
                found["when"] = "all"
    whose = owner(s)
    if whose:
        found["owner"] = whose
    return Understood("list_follow_ups", found)


def score(s: Sentence) -> Understood | None:
    """`why is she hot`, `what's sunday's score`, `trend of farid`."""
    asked = (
        s.has("score.word", "score.bands")
        or (s.has("score.why") and s.has("score.level"))
        or s.phrase("how come", "how so")
    )
    if s.has("score.why") and re.search(r"\bwhy\b", s.clean, re.I) and len(s.units) <= 4:
        asked = True
    numbered = s.has("score.why") and any(1 <= each.value <= 99 and not each.money for each in s.amounts)
    if not (asked or numbered):
        return None
    if (s.said("leads", "deals") and not s.has("score.why")) or (s.has("amounts.least") and s.has("kinds.lead")):
        return None
    about = subject(s, ("lead",), unsaid=True)
    return Understood("explain_score", {"name": about.name}) if about is not None else None


def activity(s: Sentence) -> Understood | None:
    if not s.has("history.word") or s.phrase("been contacted", "been called", "been converted", "been qualified"):
        return None
    about = (
        named(s, ("opportunity",))
        if s.said("amount", "stage", "deal", "opportunity", "opp") or s.phrase("close date")
        else None
    )
    if about is None or not about.records:
        about = subject(s, unsaid=True)
    if about is None or (about.places and not about.records and s.mentions[about.places[0]].people):
        return None
    found: dict[str, Any] = {"name": about.name}
    when = period(s)
    if when is not None and not s.phrase("last call", "last calls"):
        found["period"] = iso(when.period("past"))
    return Understood("show_activity", found)


def changes(s: Sentence) -> Understood | None:
    if not s.has("changes.word") or any(m.records for m in s.mentions.values()):
        return None
    if s.has("pronouns.person") or (s.said("there") and s.focus.records):
        return None
    cue = s.first("changes.word")
    assert cue is not None
    if s.has("follow_up.noun", "digest.word") or (
        s.has("kinds.lead") and not s.said("changed", "changes", "moved", "happened")
    ):
        return None
    if s.has("stats.won", "stats.lost") and s.has("kinds.deal") and cue.fixed < 2:
        return None
    when = period(s)
    found: dict[str, Any] = {}
    if when is not None:
        start = when.past.start
        if start is not None:
            found["since"] = (
                datetime.combine(start, when.clock).isoformat(timespec="minutes") if when.clock else start.isoformat()
            )
    else:
        days = span_days(s)
        if days is not None:
            from datetime import timedelta

            found["since"] = (s.context.today - timedelta(days=days - 1)).isoformat()
    return Understood("whats_changed", found)


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
    if account is not None and account.places and (account.records or not s.mentions[account.places[0]].people):
        if account.records or not _product_only(s, account.places[0]):
            found["account"] = account.name
    product = _product(s)
    if product:
        found["product"] = product
    if by:
        if (measure == "lost_amount" and s.said(*RANKS)) or s.said("worst", "lowest", "least", "weakest", "poorest", "fewest", "bottom", "slowest"):
            found["order"] = "worst"
        elif s.has("stats.rank") or s.said(*RANKS) or s.phrase("best first", "who sold most", "the most"):
            found["order"] = "best"
        count = limit(s)
        if count is not None:
            found["limit"] = count
    return Understood("deal_stats", found)


RANKS = (
    "best",
    "top",
    "most",
    "biggest",
    "highest",
    "strongest",
    "leaderboard",
    "ranking",
    "rank",
    "fastest",
    "largest",
)


def _product_only(s: Sentence, at: int) -> bool:
    mention = s.mentions[at]
    return bool(mention.records) and all(record.kind == "opportunity" for record in mention.records)


def _product(s: Sentence) -> str | None:
    from storage.words import words_of

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
    from commands.reading.dates import unit

    if not whens:
        return
    if compares and whens[0].grain == "range" and s.norms[whens[0].first] == "between":
        from commands.reading.dates import whens as times

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


def opportunities(s: Sentence) -> Understood | None:
    kind = s.has("kinds.deal")
    stage = stages(s)
    won, lost = s.has("list.state_won"), s.has("list.state_lost")
    bounds = amount_bounds(s)
    selling = s.phrase("selling to", "sell to", "sold to") or s.said("buy", "buys", "bought")
    when = period(s)
    overdue = s.has("list.overdue_deal")
    money = bool(bounds) and not s.has("score.word")
    about_deals = (
        kind
        or selling
        or money
        or (
            (won or lost)
            and not s.has("kinds.lead")
            and (when is not None or s.said("what", "anything", "why", "everything", "clients", "customers"))
        )
        or (s.has("list.closing") and when is not None and not s.has("kinds.lead"))
        or (stage and s.said("which", "what", "whats", "list", "show", "anything"))
        or (overdue and s.phrase("close date"))
        or (s.has("list.biggest") and s.has("pipeline.word"))
        or (s.said("slipped") and s.said("what", "which", "anything"))
    )
    if not about_deals or (s.has("kinds.lead") and not kind):
        return None
    if (
        not s.has("kinds.deal")
        and any(m.records for m in s.mentions.values())
        and not (selling or money or won or lost)
    ):
        return None
    several = ("any", "which", "what", "deals", "opps", "opportunities", "all", "every", "a", "an")
    if s.said("deal", "opp", "opportunity") and not s.said(*several) and not s.has("list.biggest"):
        one = named(s, ("opportunity",))
        if one is not None and one.one is not None:
            return None
    found: dict[str, Any] = {}
    states = {each.name: each.state for each in s.context.vocabulary.stages}
    if (
        stage
        and not (won and all(states.get(spot[2]) == "won" for spot in stage))
        and not (lost and all(states.get(spot[2]) == "lost" for spot in stage))
    ):
        found["stage"] = list(dict.fromkeys(spot[2] for spot in stage))
    closed = s.said("closed") and not s.phrase("should have closed")
    if s.has("list.state_all"):
        found["state"] = "all"
    elif "stage" not in found:
        if lost:
            found["state"] = "lost"
        elif won or s.said("sold", "bought", "buy", "won") or (closed and not s.phrase("get closed", "be closed")):
            found["state"] = "won"
    whose = owner(s)
    if whose:
        found["owner"] = whose
    account = named(s, ("account",))
    if account is not None and (account.records or not _person_only(s, account)):
        found["account"] = account.name
    found |= bounds
    untouched = s.has("list.untouched")
    if overdue and not found.get("state"):
        found["overdue"] = True
    elif untouched and span_days(s) is not None:
        found["untouched_days"] = span_days(s)
    elif when is not None and not (
        found.get("state") is None and when.future.end and when.future.end < s.context.today
    ):
        lean = "past" if found.get("state") in ("won", "lost") else "future"
        found["closing"] = iso(when.period(lean))  # type: ignore[arg-type]
    found |= _order_of_deals(s, found)
    return Understood("list_opportunities", found)


def _person_only(s: Sentence, account: Subject) -> bool:
    mention = s.mentions[account.places[0]] if account.places else None
    return mention is None or (bool(mention.people) and not mention.records)


def _order_of_deals(s: Sentence, found: dict[str, Any]) -> dict[str, Any]:
    from commands.reading.filters import _singular

    more: dict[str, Any] = {}
    count = limit(s)
    top = s.said("top") and s.has("kinds.deal")
    if s.has("list.smallest") and not s.has("list.biggest"):
        return {"impossible": True}
    if s.has("list.soonest"):
        more["sort"] = "close_date"
    elif s.has("list.biggest") or top or s.has("list.best"):
        more["sort"] = "amount"
    elif s.has("list.longest") or (s.has("list.untouched") and not found.keys() & {"untouched_days", "stage"}):
        more["sort"] = "untouched"
    elif s.phrase("sorted by stage", "sort by stage", "order by stage", "ordered by stage", "by stage"):
        more["sort"] = "stage"
    if count is not None:
        more["limit"] = count
    elif ("sort" in more and _singular(s, ("deal", "opp", "opportunity", "thing", "one", "fish"))) or (
        "sort" in more and more["sort"] == "close_date" and s.phrase("which deal", "which opportunity", "which opp")
    ):
        more["limit"] = 1
    return more


def leads(s: Sentence) -> Understood | None:
    strong = s.has(
        "kinds.lead", "list.hot", "list.warm", "list.cold", "list.untouched", "statuses.open", "convert.done"
    )
    weak = (
        (
            bool(s.in_section("sources"))
            and (s.said("people", "anything", "anyone", "who", "ones", "everyone", "which", "show", "list"))
        )
        or (s.has("list.new") and s.said("ones", "one") and period(s) is not None)
        or s.has("list.movement")
        or (limit(s) is not None and s.has("list.best"))
        or s.phrase("unqualified ones", "qualified ones", "contacted ones", "open ones")
    )
    weak = weak or (
        s.has("statuses.closed", "statuses.qualified", "statuses.working")
        and s.said("who", "all", "everyone", "which", "ones")
    )
    weak = weak or (bool(s.in_section("industries")) and s.said("anyone", "anybody", "who", "anything"))
    if not (strong or weak):
        return None
    if s.has("kinds.deal"):
        return None
    person = next((m for m in s.mentions.values() if m.records and not _of_company(m)), None)
    if person is not None and not s.said("leads", "prospects"):
        return None
    found = lead_filters(s)
    if found is None:
        return None
    if s.said("works", "working", "work") and "company" not in found:
        searched = re.search(r"\bwork(?:s|ing)? (?:at|in|for|as) (?:an? |the )?([\w -]+?)[?.!]?$", s.clean, re.I)
        if searched:
            found["search"] = searched.group(1)
    if _loose_negation(s):
        return None
    return Understood("list_leads", found)


def _of_company(mention: Any) -> bool:
    from storage.words import words_of

    return any(mention.words <= set(words_of(record.company)) or record.kind == "account" for record in mention.records)


def _loose_negation(s: Sentence) -> bool:
    if s.phrase("not converted", "not yet converted", "not been converted"):
        return False
    return bare_negation(s) and not s.has("list.untouched", "statuses.open", "statuses.closed", "moods.harmless")


def record(s: Sentence) -> Understood | None:
    """A name, and whatever is asked about it: the card."""
    kinds: tuple[str, ...] = ("lead", "contact", "account", "opportunity")
    wanted = None
    if s.has("kinds.account") and not s.said("company", "firm"):
        wanted = "account"
    elif s.said("contact") and s.phrase("contact @", "@ contact") and not s.said("lead"):
        wanted = "contact"
    elif s.has("kinds.deal"):
        wanted = "opportunity"
    elif s.said("lead") and s.phrase("lead @", "@ lead"):
        wanted = "lead"
    if wanted:
        about = named(s, (wanted,))
        if about is not None and about.records:
            return Understood("show_record", {"name": about.name})
    about = named(s, kinds)
    if about is None or not about.records:
        pointed = subject(s, kinds, unsaid=False) if about is None else None
        about = pointed or about
    if about is None and (
        s.has("record.detail", "record.about", "pronouns.person", "pronouns.thing") or s.said("contact")
    ):
        about = subject(s, kinds, unsaid=True)
    if about is None:
        return None
    if not about.records and about.places:
        mention = s.mentions[about.places[0]]
        if mention.people:
            return None
        if not _looks_asked(s, about):
            return None
    return Understood("show_record", {"name": about.name})


def _looks_asked(s: Sentence, about: Subject) -> bool:
    """Whether words that name nobody are at least asked for as a name."""
    mention = s.mentions[about.places[0]]
    frames = s.has("record.about", "record.detail") or s.phrase(
        "who is", "show @", "find @", "@ lead", "@ account", "lead @", "account @"
    )
    proper = (
        all(unit.capital for unit in s.units[about.places[0] : about.places[0] + 1])
        and mention.said.lower() != mention.said
    )
    alone = len(s.units) == 1 and mention.unknown
    return frames or alone or proper


def shown(s: Sentence) -> list[str]:
    return [record.ref for record in known(s, ("lead", "contact", "account", "opportunity"))]
