"""Explains why a lead has its score, and why it has its place in today's digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise, takewhile
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import LeadName
from commands.contract.command import Command
from commands.contract.context import Context, choose_time_zone
from commands.contract.reply import Button, Record, Reply, ReplyPart
from commands.digest.build import build_occasion, list_urgencies, rank_leads
from commands.values.moment import Moment
from commands.values.phrases import format_day
from commands.wording.record_words import name_lead
from commands.wording.score_reasons import list_lowering_reasons, list_raising_reasons, tighten_percentages
from commands.wording.score_words import format_likelihood
from storage.digests import digest_runs
from storage.digests.priorities import UNSCORED
from storage.digests.score_movement import find_last_sent
from storage.leads import leads
from storage.names.name_index import format_ref
from storage.people import reps
from storage.scores.showing.score_source import explain_missing_score, find_horizon, find_reliance
from storage.tables import Lead, LeadScore

TREND = 5


class ExplainScore(
    Command,
    group="ask",
    about_one=True,
    words="name",
    offer="Why {name} has its score",
    examples=("why is Jane Doe scored like that?",),
):
    """Explain the score of a lead: what raises and lowers it."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, as the rep said them, or #id")]

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        kept = _take_same_model(leads.list_scores(context.scope, lead.id, TREND))
        record = context.build_records([leads.build_line(lead)])[0]
        today = _explain_today(context, lead)
        if not kept:
            return Reply(
                _explain_missing_score(context, lead), records=(record,), notes=today, parts=(ReplyPart(lines=today),)
            )
        newest = kept[0]
        fields: dict[str, Any] = record.fields | {"as_of": newest.as_of.isoformat(), "model": newest.model}
        if newest.probability is not None:
            fields["probability"] = round(newest.probability, 4)
        fields |= {
            "raises": list(list_raising_reasons(newest.reasons)),
            "lowers": list(list_lowering_reasons(newest.reasons)),
        }
        notes = (
            *_list_reasons(newest),
            *_describe_trend(context, lead, kept),
            *today,
            *_describe_origin(context, newest),
        )
        who = name_lead(lead.name, lead.company)
        return Reply(
            f"{who} scores {newest.score}{_format_band(lead)}{_format_chance(context, newest)}.",
            records=(Record(record.kind, record.id, record.name, record.external_id, fields),),
            figures={"score": newest.score},
            rows=tuple(
                {"as_of": context.to_local_day(each.as_of).isoformat(), "score": each.score}
                for each in _drop_unchanged(kept)
            ),
            notes=notes,
            parts=(ReplyPart(lines=notes),),
            buttons=(Button("This is wrong", "dispute_score", {"name": record.id}),),
        )


def _explain_missing_score(context: Context, lead: Lead) -> str:
    if lead.score is not None:
        return f"{name_lead(lead.name, lead.company)} scores {lead.score}, but how that came about was not kept."
    why = explain_missing_score(context.scope.session, lead)
    counts = f"; in the digest that counts as {UNSCORED}" if lead.lifecycle == "open" else ""
    return f"{name_lead(lead.name, lead.company)} is not scored because {why}{counts}."


def _format_band(lead: Lead) -> str:
    if lead.is_converted:
        return " (converted by now)"
    return f", {lead.band}" if lead.band else ""


def _list_reasons(newest: LeadScore) -> list[str]:
    found = [f"+ {tighten_percentages(each)}" for each in list_raising_reasons(newest.reasons)]
    found += [f"– {tighten_percentages(each)}" for each in list_lowering_reasons(newest.reasons)]
    return found or ["No reasons were kept with this score."]


def _take_same_model(kept: list[LeadScore]) -> list[LeadScore]:
    """Take the newest scores as far back as the same model gave them: those of others mean something else."""
    return [*takewhile(lambda each: each.model == kept[0].model, kept)]


def _drop_unchanged(kept: list[LeadScore]) -> list[LeadScore]:
    """Return the kept scores oldest first, without those that did not differ from the one before."""
    old_first = kept[::-1]
    return old_first[:1] + [each for before, each in pairwise(old_first) if each.score != before.score]


def _describe_trend(context: Context, lead: Lead, kept: list[LeadScore]) -> list[str]:
    """Describe how the score moved: `Up 21 since the last digest. 68 → 70 → 91 since Tue 17 Nov.`"""
    said = []
    if lead.movement:
        scope = context.scope
        seen = lead.owner_id and find_last_sent(scope.session, scope.workspace_id, lead.owner_id, context.now)
        way = "Up" if lead.movement > 0 else "Down"
        said.append(f"{way} {abs(lead.movement)} {'since the last digest' if seen else 'in the last 24 hours'}.")
    if len(kept) > 1:
        scores = [str(each.score) for each in _drop_unchanged(kept)]
        since = f"since {format_day(context.to_local_day(kept[-1].as_of), context.today)}"
        said.append(f"{' → '.join(scores)} {since}." if len(scores) > 1 else f"Unchanged {since}.")
    return [" ".join(said)] if said else []


def _format_chance(context: Context, newest: LeadScore) -> str:
    said = format_likelihood(newest, find_horizon(context.scope.session, context.scope.workspace_id))
    return f": {said}" if said else ""


def _describe_origin(context: Context, newest: LeadScore) -> list[str]:
    made = f"As of {format_day(context.to_local_day(newest.as_of), context.today)}, model {newest.model}."
    # Models trained here are called “model 7” already; imported ones bring a name of their own.
    return [*explain_rule_score(context, newest), made.replace("model model ", "model ")]


def explain_rule_score(context: Context, score: LeadScore) -> list[str]:
    """Say that plain rules made a score, and why no model did; empty where one did, or where it was imported."""
    match find_reliance(context.scope.session, context.scope.workspace_id, score.model):
        case "not_predictive":
            return ["Not predictive yet: no model foretells better than chance here, so plain rules score."]
        case "rules":
            return ["By plain rules: too few leads are finished to learn from."]
        case _:
            return []


def _explain_today(context: Context, lead: Lead) -> tuple[str, ...]:
    """Explain what today adds to the score in the owner's digest."""
    # By the owner's day and time zone, whoever asks: it is that digest the priority belongs to.
    if lead.lifecycle != "open" or lead.owner_id is None:
        return ()
    owner = reps.find_rep(context.scope.session, context.scope.workspace_id, lead.owner_id)
    if owner is None:
        return ()
    zone = choose_time_zone(reps.make_asker(owner), context.vocabulary, context.defaults)
    occasion = build_occasion(context.scope, owner.id, Moment(context.now, zone, context.vocabulary))
    ranked = rank_leads(context.scope, owner.id, occasion, context.vocabulary, size=1, only=lead.id)
    if not ranked.leads:
        return ()
    found = ranked.leads[0]
    if lead.snoozed_until is not None and lead.snoozed_until > occasion.today:
        return (f"Snoozed until {format_day(lead.snoozed_until, context.today)}.",)
    points = [(each.text, each.points) for each in list_urgencies(found, occasion.today)]
    told = _find_in_sent_digest(context, owner.id, occasion.today, lead)
    if told is None or told["priority"] == found.priority:
        return (_format_priority("today", found.priority, points),)
    # What was new in the morning is not new any more: who asks why it stood first asks about the morning.
    morning = [(each["text"], each["points"]) for each in told["urgency"]]
    return (
        _format_priority("in today's digest", told["priority"], morning),
        _format_priority("by now", found.priority, points),
    )


def _format_priority(when: str, priority: int, points: Sequence[tuple[str, int]]) -> str:
    """Format a priority with its points: `Priority today 112: follow-up due today +25.`"""
    said = ", ".join(f"{text} {number:+d}" for text, number in points)
    return f"Priority {when} {priority}: {said or 'nothing urgent, the score alone'}."


def _find_in_sent_digest(context: Context, rep_id: int, today: date, lead: Lead) -> dict[str, Any] | None:
    """Find what today's digest said of a lead among the first; None where it did not, or has not been sent."""
    run = digest_runs.find_delivered_run(context.scope.session, rep_id, today)
    told = (run.content or {}).get("first", ()) if run is not None else ()
    return next((each for each in told if each["id"] == format_ref("lead", lead.id)), None)
