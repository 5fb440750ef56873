"""Opportunities: won, lost, moved, their amount, stage and next step."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from commands.reading.filters import number, stages
from commands.reading.mood import is_question, may_write
from commands.reading.orders.words import DEAL, corrected, free_text
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, named, pointed, subject
from commands.reading.understood import Understood
from commands.values.dates import add_to_day, pick_day
from storage.names.mentions import find_close_date
from storage.names.name_index import parse_ref


def deal_change(s: Sentence) -> Understood | None:
    """Stage, amount, close date, next step or end of an opportunity."""
    if s.has("stats.average", "stats.win_rate", "stats.cycle", "forecast.word"):
        return None
    if s.phrase("how much", "how many"):
        return None
    step = _next_step(s)
    if step is not None:
        return step
    amounts = [each for each in s.amounts if each.money or each.value >= 500 or s.has("deal_verbs.amount")]
    stage = list(stages(s))
    for reader in (_won_or_lost, _moved, _set_fields):
        found = reader(s, amounts, stage)
        if found is not None:
            return found
    return None


def _deal(s: Sentence, *, unsaid: bool = True, within: tuple[int, int] | None = None) -> Subject | None:
    found = named(s, DEAL, within=within)
    if found is not None and not found.records and found.places:
        mention = s.mentions[found.places[0]]
        if mention.people and not mention.records:
            return None
    return found or pointed(s, DEAL) or (subject(s, DEAL, unsaid=True) if unsaid else None)


def _next_step(s: Sentence) -> Understood | None:
    cue = next(
        (each for each in s.all("deal_verbs.next_step") if s.norms[each.first] in ("next", "the", "todo", "action")),
        None,
    )
    if cue is None:
        return None
    about = _deal(s)
    if about is None or is_question(s, cue.first):
        return None
    after = [cue.last, *(place for place in about.places if place > cue.first)]
    start = max(after[:2]) + 1
    if start >= len(s.units):
        return None
    text = s.clean[s.units[start - 1].end :]
    quoted = re.search(r"(?:^|\W)['\"]([^'\"]{3,})['\"]", text)
    text = quoted.group(1) if quoted else text
    text = re.sub(r"^[\s,:;=-]*(?:is|to|now|should be|will be|are|:)?\s*(?:to\s+)?(?=\w)", "", text, flags=re.I)
    cleaned = free_text(text) if text else None
    if not cleaned or not may_write(s, cue.first, cue.last + 1):
        return None
    arguments: dict[str, Any] = {"name": about.name, "next_step": cleaned}
    money = [each for each in s.amounts if (each.money or each.value >= 500) and each.last < cue.first]
    if money and s.has("deal_verbs.amount"):
        arguments = {"name": about.name, "amount": number(money[0].value), "next_step": cleaned}
    return Understood("update_opportunity", arguments)


def _won_or_lost(s: Sentence, amounts: Any, stage: Any) -> Understood | None:
    vocabulary = s.context.vocabulary
    lost, won = s.first("deal_verbs.lost"), s.first("deal_verbs.won")
    for spot in stage:
        definition = next((each for each in vocabulary.stages if each.name == spot[2]), None)
        if definition is not None and definition.state == "won":
            won = won or ConceptMention("deal_verbs.won", spot[0], spot[1], 1)
        elif definition is not None and definition.state == "lost":
            lost = lost or ConceptMention("deal_verbs.lost", spot[0], spot[1], 1)
    cue, state = (lost, "lost") if lost is not None else (won, "won")
    if cue is None or (s.has("drop.order") and state == "lost" and not s.has("kinds.deal")):
        return None
    if s.has("stats.how_much", "stats.how_many") or s.said("leads", "deals", "opps", "opportunities"):
        return None
    ends = vocabulary.list_stages(state)
    about = _deal(s)
    if about is None or not ends:
        return None
    free = None
    if state == "lost":
        free = max([cue.last, *about.places]) + 1
    if not may_write(s, cue.first, free):
        return None
    if not about.records and about.places:
        return None
    arguments: dict[str, Any] = {"name": about.name, "stage": ends[0].name}
    if state == "lost":
        reason = _lost_reason(s, cue, about)
        if reason:
            arguments["lost_reason"] = reason
    elif amounts and amounts[0].money:
        arguments["amount"] = number(amounts[0].value)
    return Understood("update_opportunity", arguments)


def _lost_reason(s: Sentence, cue: ConceptMention, about: Subject) -> str | None:
    start = max([cue.last, *about.places, *(each.last for each in s.all("deal_verbs.lost"))]) + 1
    to = next(
        (at for at in range(cue.first, len(s.units)) if s.norms[at] == "to" and at >= max(about.places, default=0)),
        None,
    )
    if to is not None and {"lost", "lose"} & set(s.norms[cue.first : cue.last + 1]) and to <= start:
        start = to + 1
    rival = next((at for at in range(cue.first, start) if s.norms[at] == "with"), None)
    if rival is not None and not any(place > rival for place in about.places):
        start = rival + 1
    text = s.cut(start) if start < len(s.units) else ""
    return free_text(text) or _reason_before(s, cue, about)


def _reason_before(s: Sentence, cue: ConceptMention, about: Subject) -> str | None:
    """`stonegate support, they froze the budget, mark it lost`: what stands between commas, name and order."""
    named_at = [place for place in about.places if place in s.mentions and place < cue.first]
    if (
        not named_at
        or s.norms[cue.first] not in ("mark", "close", "set", "put", "closed")
        or not s.units[cue.first].gap
    ):
        return None
    first = max(named_at) + 1
    while first < cue.first and not s.units[first].gap:
        first += 1
    said = free_text(s.cut(first, cue.first - 1)) if first < cue.first else None
    return said if said and len(said.split()) > 1 else None


def _moved(s: Sentence, amounts: Any, stage: Any) -> Understood | None:
    """Pushed and pulled close dates; with an amount or a stage said as well, those too."""
    pull, push = s.first("deal_verbs.pull"), s.first("deal_verbs.push")
    cue = pull or push
    if cue is None:
        return None
    about = _deal(s)
    if about is None or (about.places and not about.records):
        return None
    if not may_write(s, cue.first, None):
        return None
    day = _new_close_date(s, about, earlier=pull is not None)
    if day is None:
        return None
    arguments: dict[str, Any] = {"name": about.name}
    if stage:
        arguments["stage"] = stage[0][2]
    if amounts and (amounts[0].money or amounts[0].value >= 500):
        arguments["amount"] = number(amounts[0].value)
    return Understood("update_opportunity", {**arguments, "close_date": day})


def _new_close_date(s: Sentence, about: Subject, *, earlier: bool) -> str | None:
    whens = s.whens[-1:] if corrected(s) else list(s.whens)
    behind = [
        when
        for when in whens
        if (when.first and s.norms[when.first - 1] in ("to", "into", "until", "by", "for", "on", "is", "date"))
        or s.norms[when.first] in ("to", "by", "until", "on", "in")
    ]
    for when in [*behind, *whens]:
        if when.grain == "clock":
            continue
        length = when.bound == "for" or ((when.days is not None or when.months is not None) and when.bound == "in")
        if length:
            record = about.one
            parsed = parse_ref(record.ref) if record is not None else None
            own = find_close_date(s.context.scope, parsed[1]) if parsed else None
            if own is None:
                return None
            sign = -1 if earlier else 1
            return add_to_day(own, days=sign * (when.days or 0), months=sign * (when.months or 0)).isoformat()
        found = pick_day(when, "future", end=when.grain in ("month", "quarter", "year", "half"))
        if found is not None and when.grain == "week":
            found = when.future.end and when.future.end - timedelta(days=2)
        if found is not None and found >= s.context.today:
            return found.isoformat()
    return None


SETS = frozenset(
    "set make change update put move mark bump raise lower push switch advance bring get correct enter "
    "increase reduce cut "
    "decrease passes pass goes now is at worth went take record shown amount value close stage back".split()
)


TO_STAGE = tuple([word] for word in "= -> → => in to into".split())


def _set_fields(s: Sentence, amounts: Any, stage: Any) -> Understood | None:
    """An amount or a stage that is given to an opportunity."""
    about = _deal(s)
    if about is None or (about.places and not about.records):
        return None
    verb = next((at for at, norm in enumerate(s.norms) if norm in SETS), None)
    closing = None
    if s.phrase("close date", "closing date", "closes") or s.has("deal_verbs.push"):
        closing = _new_close_date(s, about, earlier=False)
    if s.has("qualify.budget", "qualify.timeframe") and not s.said("deal", "opportunity", "opp"):
        return None
    if s.said("leads", "deals", "opps", "opportunities"):
        return None
    arguments: dict[str, Any] = {}
    place = None
    before = s.norms[stage[-1][0] - 1 : stage[-1][0]] if stage else []
    listed = about.places and any(":" in s.units[at].gap for at in range(1, len(s.units)))
    if stage and (verb is not None or listed or before in TO_STAGE):
        arguments["stage"], place = stage[-1][2], stage[-1][0]
    money = [each for each in amounts if each.money or each.value >= 500 or verb is not None]
    arrow = bool(money) and s.norms[money[-1].first - 1 : money[-1].first] in (["->"], ["→"], ["=>"], ["="])
    if money and (verb is not None or arrow or s.has("deal_verbs.amount") or len(s.units) <= 4):
        chosen = money[-1]
        arguments["amount"] = number(chosen.value)
        place = place if place is not None else chosen.first
    if closing is not None:
        arguments["close_date"] = closing
        place = place if place is not None else (s.first("deal_verbs.push") or ConceptMention("", 0, 0, 0)).first
    if not arguments or place is None or not may_write(s, place, None):
        return None
    if "amount" in arguments and not (arguments["amount"] >= 500) and not money[-1].money:
        return None
    if "stage" in arguments and len(arguments) == 1 and verb is None and len(s.units) > 8:
        return None
    return Understood("update_opportunity", {"name": about.name, **arguments})


def told_figures(s: Sentence) -> Understood | None:
    """`initech: dec 20`, `globex basic 13k`: a deal and nothing but its new date or amount."""
    about = named(s, DEAL)
    if about is None or about.one is None or about.one.over or len(s.units) > 7 or is_question(s, 0):
        return None
    if not (about.places and all(record.kind == "opportunity" for record in about.records)):
        return None
    money = [each for each in s.amounts if each.money or each.value >= 500]
    taken = set(about.places)
    for each in money:
        taken |= set(range(each.first, each.last + 1))
    for when in s.whens:
        taken |= set(range(when.first, when.last + 1))
    rest = [norm for at, norm in enumerate(s.norms) if at not in taken and norm not in SAYS_NOTHING]
    if rest or not may_write(s, 0, None):
        return None
    found: dict[str, Any] = {"name": about.name}
    if money:
        found["amount"] = number(money[-1].value)
    elif s.whens:
        day = _new_close_date(s, about, earlier=False)
        if day is None or any(when.bound == "for" for when in s.whens):
            return None
        found["close_date"] = day
    return Understood("update_opportunity", found) if len(found) > 1 else None


SAYS_NOTHING = frozenset(
    "deal opp opportunity now the is at to on by please pls amount value close date new only just".split()
)
