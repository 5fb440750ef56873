"""Lists of leads and of opportunities."""

from __future__ import annotations

import re
from typing import Any

from commands.reading.filters import (
    amount_bounds,
    colleagues,
    iso,
    lead_filters,
    limit,
    owner,
    period,
    singular,
    span_days,
    stages,
    statuses,
)
from commands.reading.mood import bare_negation
from commands.reading.sentence import Sentence
from commands.reading.subjects import Subject, named, pointed
from commands.reading.understood import Understood
from storage.names.normalise import split_words

THAT_DEAL = re.compile(r"\b(?:this|that) (?:deal|opp|opportunity)\b", re.I)
WHATEVER = ("everything", "all", "those", "ones", "much", "many", "whatever")


def opportunities(s: Sentence) -> Understood | None:
    kind = s.has("kinds.deal")
    if s.said("deviation", "median", "variance") or (THAT_DEAL.search(s.clean) and pointed(s, ("opportunity",))):
        return None
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
        or (any(s.norms[spot[0] - 1] in ("in", "at") for spot in stage if spot[0]) and s.said(*WHATEVER))
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
    several = ("any", "deals", "opps", "opportunities", "all", "every", "a", "an")
    asks_which = s.said("which", "what") and not s.has("record.detail")
    if s.said("deal", "opp", "opportunity") and not (s.said(*several) or asks_which or s.has("list.biggest")):
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
    account = named(s, ("account",), skip=colleagues(s))
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
    elif ("sort" in more and singular(s, ("deal", "opp", "opportunity", "thing", "one", "fish"))) or (
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
    weak = weak or (bool(s.in_section("sources")) and bool(statuses(s)))
    if not (strong or weak):
        return None
    if s.has("kinds.deal"):
        return None
    if s.phrase("no follow up", "without follow up", "without a follow up"):
        return None
    if s.has("convert.verb") and not s.said("did", "how", "which", "who") and not s.has("convert.done"):
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
    return any(
        mention.words <= set(split_words(record.company)) or record.kind == "account" for record in mention.records
    )


def _loose_negation(s: Sentence) -> bool:
    if s.phrase("not converted", "not yet converted", "not been converted"):
        return False
    return bare_negation(s) and not s.has("list.untouched", "statuses.open", "statuses.closed", "moods.harmless")
