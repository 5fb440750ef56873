"""Why a lead has the score it has, and why it stands where it stands today."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from commands.arguments import LeadName
from commands.command import Command
from commands.context import Context, zone_of
from commands.digest_making import occasion_of, ranking_for, urgencies
from commands.reading.moment import Moment
from commands.reasons import lowers, raises
from commands.reply import Record, Reply
from commands.spoken import day_words
from storage import leads, reps
from storage.priorities import UNSCORED
from storage.tables import Lead, LeadScore

TREND = 5


class ExplainScore(Command):
    """Explain the score of a lead: what raises and lowers it."""

    words: ClassVar[str | None] = "name"

    name: Annotated[LeadName, Field(description="Words that identify the lead, as the rep said them, or #id")]

    def run(self, context: Context) -> Reply:
        lead = context.lead(self.name)
        kept = leads.scores_of(context.scope, lead.id, TREND)
        record = context.records([leads.line(lead)])[0]
        today = _today(context, lead)
        if not kept:
            return Reply(_unscored(lead), records=(record,), notes=today)
        newest = kept[0]
        fields: dict[str, Any] = record.fields | {"as_of": newest.as_of.isoformat(), "model": newest.model}
        if newest.probability is not None:
            fields["probability"] = round(newest.probability, 4)
        fields |= {"raises": list(raises(newest.reasons)), "lowers": list(lowers(newest.reasons))}
        return Reply(
            f"{lead.name} scores {newest.score}{_of_band(lead)}.",
            records=(Record(record.kind, record.id, record.name, record.external_id, fields),),
            figures={"score": newest.score},
            rows=tuple(
                {"as_of": context.local_day(each.as_of).isoformat(), "score": each.score} for each in reversed(kept)
            ),
            notes=(*_reasons(newest), *_trend(context, kept), *today, _made(context, newest)),
        )


def _unscored(lead: Lead) -> str:
    if lead.score is not None:
        return f"{lead.name} scores {lead.score}, but how that came about was not kept."
    return f"{lead.name} is not scored yet; in the digest that counts as {UNSCORED}."


def _of_band(lead: Lead) -> str:
    if lead.converted_at is not None:
        return " (converted by now)"
    return f", {lead.band}" if lead.band else ""


def _reasons(newest: LeadScore) -> list[str]:
    found = [f"Raises it: {each}" for each in raises(newest.reasons)]
    found += [f"Lowers it: {each}" for each in lowers(newest.reasons)]
    return found or ["No reasons were kept with this score."]


def _trend(context: Context, kept: list[LeadScore]) -> list[str]:
    if len(kept) < 2:
        return []
    change = kept[0].score - kept[-1].score
    moved = f"up {change}" if change > 0 else f"down {-change}" if change < 0 else "unchanged"
    return [f"{moved.capitalize()} since {day_words(context.local_day(kept[-1].as_of))}."]


def _made(context: Context, newest: LeadScore) -> str:
    chance = f", {newest.probability:.0%} likely to convert" if newest.probability is not None else ""
    return f"Model {newest.model}, as of {day_words(context.local_day(newest.as_of))}{chance}."


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
        return (f"Snoozed until {day_words(lead.snoozed_until)}.",)
    points = ", ".join(f"{each.text} {each.points:+d}" for each in urgencies(found, occasion.today))
    return (f"Priority today {found.priority}: " + (points or "nothing urgent, the score alone") + ".",)
