"""Why a lead has the score it has, and why it stands where it stands today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import LeadName
from commands.contract.command import Command
from commands.contract.context import Context, zone_of
from commands.contract.reply import Button, Part, Record, Reply
from commands.digest.build import occasion_of, ranking_for, urgencies
from commands.values.moment import Moment
from commands.values.phrases import day_words
from commands.wording.score_reasons import lowers, raises, spoken
from storage.digests import digest_runs
from storage.digests.priorities import UNSCORED
from storage.leads import leads
from storage.names.name_index import ref
from storage.people import reps
from storage.scores.showing.score_standing import reliance, why_not_scored
from storage.tables import Lead, LeadScore

TREND = 5


class ExplainScore(
    Command,
    group="ask",
    about_one=True,
    words="name",
    examples=("why is Jane Doe scored like that?",),
):
    """Explain the score of a lead: what raises and lowers it."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, as the rep said them, or #id")]

    def run(self, context: Context) -> Reply:
        lead = context.lead(self.name)
        kept = leads.scores_of(context.scope, lead.id, TREND)
        record = context.records([leads.line(lead)])[0]
        today = _today(context, lead)
        if not kept:
            return Reply(_unscored(context, lead), records=(record,), notes=today, parts=(Part(lines=today),))
        newest = kept[0]
        fields: dict[str, Any] = record.fields | {"as_of": newest.as_of.isoformat(), "model": newest.model}
        if newest.probability is not None:
            fields["probability"] = round(newest.probability, 4)
        fields |= {"raises": list(raises(newest.reasons)), "lowers": list(lowers(newest.reasons))}
        notes = (*_reasons(newest), *_trend(context, kept), *today, *_made(context, newest))
        return Reply(
            f"{lead.name} scores {newest.score}{_of_band(lead)}{_chance(newest)}.",
            records=(Record(record.kind, record.id, record.name, record.external_id, fields),),
            figures={"score": newest.score},
            rows=tuple(
                {"as_of": context.local_day(each.as_of).isoformat(), "score": each.score} for each in _changes(kept)
            ),
            notes=notes,
            parts=(Part(lines=notes),),
            buttons=(Button("This is wrong", "dispute_score", {"name": record.id}),),
        )


def _unscored(context: Context, lead: Lead) -> str:
    if lead.score is not None:
        return f"{lead.name} scores {lead.score}, but how that came about was not kept."
    why = why_not_scored(context.scope.session, lead)
    counts = f"; in the digest that counts as {UNSCORED}" if lead.lifecycle == "open" else ""
    return f"{lead.name} is not scored because {why}{counts}."


def _of_band(lead: Lead) -> str:
    if lead.converted_at is not None:
        return " (converted by now)"
    return f", {lead.band}" if lead.band else ""


def _reasons(newest: LeadScore) -> list[str]:
    found = [f"+ {spoken(each)}" for each in raises(newest.reasons)]
    found += [f"– {spoken(each)}" for each in lowers(newest.reasons)]
    return found or ["No reasons were kept with this score."]


def _changes(kept: list[LeadScore]) -> list[LeadScore]:
    """The kept scores, oldest first, without those that stayed as they were."""
    old_first = kept[::-1]
    return old_first[:1] + [each for before, each in pairwise(old_first) if each.score != before.score]


def _trend(context: Context, kept: list[LeadScore]) -> list[str]:
    """`Up 23 since Tue 17 Nov: 68 → 70 → 91.`"""
    if len(kept) < 2:
        return []
    since = f"since {day_words(context.local_day(kept[-1].as_of), context.today)}"
    scores = [str(each.score) for each in _changes(kept)]
    if len(scores) == 1:
        return [f"Unchanged {since}."]
    change = kept[0].score - kept[-1].score
    moved = f"Up {change}" if change > 0 else f"Down {-change}" if change < 0 else "Back where it was"
    return [f"{moved} {since}: {' → '.join(scores)}."]


def _chance(newest: LeadScore) -> str:
    if newest.probability is None:
        return ""
    # Where few convert, whole percentages would call most of them hopeless; and nobody is sure to.
    chance = min(newest.probability, 0.999)
    return f": {chance:{'.0%' if 0.0995 <= chance < 0.995 else '.1%'}} likely to convert"


def _made(context: Context, newest: LeadScore) -> list[str]:
    made = f"As of {day_words(context.local_day(newest.as_of), context.today)}, model {newest.model}."
    return [*by_rules(context, newest), made.replace("model model ", "model ")]


def by_rules(context: Context, score: LeadScore) -> list[str]:
    """That plain rules made a score, and why no model did; nothing where one did, or where it was imported."""
    match reliance(context.scope.session, context.scope.workspace_id, score.model):
        case "not_predictive":
            return ["Not predictive yet: no model foretells better than chance here, so plain rules score."]
        case "rules":
            return ["By plain rules: too few leads are finished to learn from."]
        case _:
            return []


def _today(context: Context, lead: Lead) -> tuple[str, ...]:
    """What today adds to the score in the owner's digest."""
    if lead.lifecycle != "open" or lead.owner_id is None:
        return ()
    owner = reps.get(context.scope.session, context.scope.workspace_id, lead.owner_id)
    if owner is None:
        return ()
    zone = zone_of(reps.asker(owner), context.vocabulary, context.defaults)
    occasion = occasion_of(context.scope, owner.id, Moment(context.now, zone, context.vocabulary))
    ranked = ranking_for(context.scope, owner.id, occasion, context.vocabulary, size=1, only=lead.id)
    if not ranked.leads:
        return ()
    found = ranked.leads[0]
    if lead.snoozed_until is not None and lead.snoozed_until > occasion.today:
        return (f"Snoozed until {day_words(lead.snoozed_until, context.today)}.",)
    points = [(each.text, each.points) for each in urgencies(found, occasion.today)]
    told = _told(context, owner.id, occasion.today, lead)
    if told is None or told["priority"] == found.priority:
        return (_priority("today", found.priority, points),)
    # What was new in the morning is not new any more: who asks why it stood first asks about the morning.
    morning = [(each["text"], each["points"]) for each in told["urgency"]]
    return (
        _priority("in today's digest", told["priority"], morning),
        _priority("by now", found.priority, points),
    )


def _priority(when: str, priority: int, points: Sequence[tuple[str, int]]) -> str:
    """`Priority today 112: follow-up due today +25.`"""
    said = ", ".join(f"{text} {number:+d}" for text, number in points)
    return f"Priority {when} {priority}: {said or 'nothing urgent, the score alone'}."


def _told(context: Context, rep_id: int, today: date, lead: Lead) -> dict[str, Any] | None:
    """What today's digest said of a lead among the first; None where it did not, or has not been sent."""
    content = digest_runs.told(context.scope.session, rep_id, today) or {}
    return next((each for each in content.get("first", ()) if each["id"] == ref("lead", lead.id)), None)
