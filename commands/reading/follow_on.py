"""What goes on from the last answer: `and last quarter?`, `same for Globex`, `only mine`, `show more`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from commands.contract.arguments import MOST_LISTED, OwnerMark, Past, RecordMark
from commands.contract.command import Command
from commands.reading.filters import (
    amount_bounds,
    colleagues,
    group,
    industry,
    iso,
    limit,
    owner,
    period,
    sources,
    stages,
    statuses,
)
from commands.reading.mood import opening
from commands.reading.questions.periods import in_thread
from commands.reading.sentence import Sentence
from commands.reading.subjects import known, named
from commands.reading.understood import Understood
from commands.values.dates import GRAINS, get_calendar_period
from storage.names.normalise import split_words

MEASURES = {"win_rate": "stats.win_rate", "average_amount": "stats.average", "cycle_days": "stats.cycle"}
MORE = 20


def follow_on(s: Sentence, decide: Callable[[Sentence], Understood | None]) -> Understood | None:
    """The last call with what this sentence changes, None where the sentence is a request of its own."""
    verb, kind = s.focus.command, s.focus.kind
    picked = _picked(s)
    if picked is not None:
        return picked
    if verb is None or len(s.units) > 9:
        return None
    last = dict(s.focus.arguments)
    if kind is not None and s.has("list.more") and len(s.units) <= 5 and verb.startswith("list_"):
        shown = int(last.get("limit", kind.model_fields["limit"].default))
        return Understood(verb, {**last, "limit": min(MOST_LISTED, shown + MORE)})
    amount = _how_much_was_it(s, verb, last)
    if amount is not None:
        return amount
    marked = _marked(s)
    if not marked or _own_request(s):
        own = decide(s)
        if own is not None or not (marked or len(s.units) <= 4):
            return own
    return _changed(s, kind, last) if kind is not None else None


def _how_much_was_it(s: Sentence, verb: str, last: dict[str, Any]) -> Understood | None:
    """`and how much was it` behind a list of won or lost deals."""
    if (
        verb != "list_opportunities"
        or last.get("state") not in ("won", "lost")
        or not s.phrase("how much")
        or s.mentions
    ):
        return None
    found: dict[str, Any] = {"measure": f"{last['state']}_amount"}
    for kept, name in (("closing", "period"), ("owner", "owner"), ("account", "account")):
        if kept in last:
            found[name] = last[kept]
    return Understood("deal_stats", found)


def _marked(s: Sentence) -> bool:
    """Whether a sentence opens, or closes, as one that goes on from the last."""
    if s.said("instead") or s.has("follow_on.same"):
        return True
    start = opening(s, 0, len(s.units) - 1)
    opens = [each for each in s.all("follow_on.start") if each.first in (0, start) or each.last + 1 == start]
    return bool(opens) or s.norms[0] in ("and", "but", "or", "just", "only", "now")


OWN = (
    "kinds.lead kinds.deal pipeline.word forecast.word digest.word follow_up.noun convert.verb "
    "snooze.verb activity.note "
    "history.word undo.word help.word drop.order drop.verdict changes.word digest.priorities record.about "
    "record.detail "
    "score.word score.why deal_verbs.push follow_up.verb"
).split()
TOUCHED = ("activity.call", "activity.voicemail")


def _own_request(s: Sentence) -> bool:
    """Whether a sentence says by itself what it wants."""
    if s.has(*TOUCHED):
        return True
    if s.has("follow_on.same"):
        return False
    return s.has(*OWN) or (bool(s.in_section("pronouns")) and not s.said("that", "it", "them", "those", "this"))


def _changed(s: Sentence, kind: type[Command], last: dict[str, Any]) -> Understood | None:
    verb, field = kind.verb(), kind.period_field
    more: dict[str, Any] = {}
    when = period(s)
    if when is not None:
        when = in_thread(s, when)
    before = _before_that(s, last.get(field or "")) if s.phrase("before that", "before it") else None
    if before is not None and field:
        return Understood(verb, {**last, field: before})
    if when is not None and field:
        if verb == "list_leads" and "converted_in" in last:
            field = "converted_in"
        past = field in kind.marked_fields(Past) or last.get("state") in ("won", "lost")
        more[field] = iso(when.period("past" if past else "future"))
    elif when is not None and verb == "whats_changed" and when.past.start:
        more["since"] = when.past.start.isoformat()
    elif when is not None and verb == "list_follow_ups" and when.future.end:
        today = s.context.today
        more["when"] = "today" if when.future.start == today == when.future.end else "week"
    if s.said("overdue") and verb == "list_follow_ups":
        more["when"] = "overdue"
    if not kind.writes and "owner" in kind.marked_fields(OwnerMark):
        whose = owner(s)
        if whose:
            more["owner"] = whose
    more |= _named(s, kind)
    if verb == "list_leads":
        more |= _lead_changes(s)
    if verb == "list_opportunities":
        more |= _deal_changes(s)
    if "group_by" in kind.model_fields:
        by = group(
            s, ("stage", "owner", "team", "account", "product", "source", "industry", "status", "month", "quarter")
        )
        if by:
            more["group_by"] = by
    if verb == "list_opportunities":
        summed = _summed(s, {**last, **more})
        if summed is not None:
            return summed
    if verb == "deal_stats":
        for measure, concept in MEASURES.items():
            if s.has(concept):
                more["measure"] = measure
    count = limit(s)
    if count is not None and verb.startswith("list_"):
        more["limit"] = count
    return Understood(verb, {**last, **more}) if more else None


def _summed(s: Sentence, listed: dict[str, Any]) -> Understood | None:
    """`by whom?` behind a list of won or lost deals: what they come to, group by group."""
    by = group(s, ("owner", "team", "account", "product", "source", "industry", "month", "quarter"))
    if by is None or listed.get("state") not in ("won", "lost"):
        return None
    found = {"measure": f"{listed['state']}_amount", "group_by": by}
    for kept, name in (("closing", "period"), ("owner", "owner"), ("account", "account")):
        if kept in listed:
            found[name] = listed[kept]
    return Understood("deal_stats", found)


def _before_that(s: Sentence, kept: Any) -> dict[str, str] | None:
    """The period before the last one: `and in the quarter before that?`."""
    grain = next((GRAINS[norm] for norm in s.norms if norm in GRAINS), None)
    if not isinstance(kept, dict) or "from" not in kept or grain is None:
        return None
    return iso(get_calendar_period(s.context.moment, grain, -1, date.fromisoformat(kept["from"])))


def _named(s: Sentence, kind: type[Command]) -> dict[str, Any]:
    verb = kind.verb()
    if not any(mention.records for mention in s.mentions.values()):
        return {}
    if verb in ("list_opportunities", "deal_stats"):
        account = named(s, ("account",), skip=colleagues(s))
        return {"account": account.name} if account is not None else {}
    if verb == "list_leads":
        company = named(s, ("account", "lead"), skip=colleagues(s))
        if company is not None and company.one is not None:
            return {"company": company.one.name if company.one.kind == "account" else company.one.company}
        return {}
    if kind.about_one and not kind.writes and (s.has("follow_on.start", "follow_on.same") or len(s.units) <= 2):
        about = named(s, kind.marked_fields(RecordMark)["name"].kinds)
        if about is not None and verb != "show_record":
            return {"name": about.name}
    return {}


def _lead_changes(s: Sentence) -> dict[str, Any]:
    more: dict[str, Any] = {}
    for band in ("hot", "warm", "cold"):
        if s.has(f"list.{band}"):
            more["band"] = band
    said = sources(s)
    if said:
        more["source"] = said
    named_so = [spot[2] for spot in statuses(s)]
    if named_so:
        more["status"] = named_so
    branch = industry(s)
    if branch and not said:
        more["industry"] = branch
    if s.has("list.newest"):
        more["sort"] = "newest"
    elif s.has("list.by_name"):
        more["sort"] = "name"
    elif s.has("list.by_score"):
        more["sort"] = "score"
    return more


def _deal_changes(s: Sentence) -> dict[str, Any]:
    more: dict[str, Any] = dict(amount_bounds(s))
    stage = [spot[2] for spot in stages(s)]
    if stage:
        more["stage"] = stage
    if s.has("list.biggest"):
        more["sort"] = "amount"
    elif s.has("list.soonest"):
        more["sort"] = "close_date"
    if s.has("list.state_won"):
        more["state"] = "won"
    elif s.has("list.state_lost"):
        more["state"] = "lost"
    return more


def _picked(s: Sentence) -> Understood | None:
    """`the one from blackwater`, `the second one`, `no, the other jane`: one of the records shown."""
    if not s.focus.records or len(s.units) > 8:
        return None
    kinds = ("lead", "contact", "account", "opportunity")
    if s.has("pronouns.other") and s.mentions:
        shown = {record.ref for record in known(s, kinds)}
        for mention in s.mentions.values():
            rest = [
                record
                for record in mention.records
                if record.ref not in shown and record.kind in ("lead", "contact", "account")
            ]
            called = [
                record
                for record in rest
                if split_words(record.name)[:1] and split_words(record.name)[0] in mention.words
            ]
            if len(called or rest) == 1:
                return Understood("show_record", {"name": (called or rest)[0].ref})
        return None
    if s.said("one") and s.mentions and s.said("the") and len(s.units) <= 6:
        words = {word for mention in s.mentions.values() for word in mention.words}
        fits = [
            record
            for record in known(s, kinds)
            if words <= set(split_words(record.name)) | set(split_words(record.company))
        ]
        if len(fits) == 1:
            return Understood("show_record", {"name": fits[0].ref})
    return None
