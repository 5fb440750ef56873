"""The report on how good the scores of a workspace are, as an object and as lines that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.scores.model.stored_models import Model, find_active_model
from storage.scores.showing.score_source import find_shown_scores
from storage.tables import LeadScore, ScoreFeedback

# In standard errors: a difference above this is not chance.
DRIFTED = 3.0

FIGURES = (
    *("auc", "auc_low", "auc_high", "average_precision", "calibration_error", "lift_top_tenth", "evaluated"),
    *("rows", "converted", "used", "left_out"),
)


@dataclass(frozen=True)
class ScoreReport:
    """The model in use, what reps say of its scores, and which scores are shown. Model None: the plain rules score."""

    model: Model | None
    rows: int
    converted: int
    disputed: tuple[tuple[str, int], ...]
    disputed_words: tuple[str, ...]
    shown: str
    now: datetime

    def as_object(self) -> dict[str, Any]:
        """Return what `score report --json` prints, without what does not apply."""
        if self.model is None:
            return {"state": "rules", "rows": self.rows, "converted": self.converted, "used": [], "left_out": {}}
        kept = self.model.evaluation
        found = {"state": self.model.state} | {name: kept[name] for name in FIGURES if kept.get(name) is not None}
        return found | {"trained_at": self.model.made_at.isoformat(), "model": self.model.name}

    def write_lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        if self.model is None:
            yield "No model was trained yet: leads are scored by plain rules. Run: leadlight score train"
            yield f"{self.rows:,} finished leads, {self.converted:,} of them converted."
            return
        kept = self.model.evaluation
        yield from self._describe_state(self.model, kept)
        if "auc" in kept and "reliability" in kept:
            yield from _describe_figures(kept, used=self.model.state == "ok")
        if kept.get("used"):
            yield ""
            yield f"Used ({len(kept['used'])}): " + ", ".join(kept["used"]) + "."
        if kept.get("left_out"):
            yield ""
            yield f"Left out ({len(kept['left_out'])}; overrule with --keep COLUMN):"
            yield from (f"  {name}: {why}" for name, why in kept["left_out"].items())
        yield ""
        yield from self._describe_context(kept)

    def _describe_state(self, model: Model, kept: dict[str, Any]) -> Iterator[str]:
        days = (self.now - model.made_at).days
        age = f"{days} days ago" if days > 1 else "yesterday" if days == 1 else "today"
        match model.state:
            case "ok":
                yield f"{model.name}, trained {age} ({model.made_at:%Y-%m-%d %H:%M} UTC), {kept['method']}."
                yield _explain_meaning(kept)
            case "not_predictive":
                yield (
                    f"{model.name}, trained {age} ({model.made_at:%Y-%m-%d %H:%M} UTC): not predictive yet. What is"
                    " known of leads does not tell who converts better than chance would, so the model is not used:"
                    " leads are scored by plain rules."
                )
            case _:
                few = kept.get("too_few")
                yield f"Leads are scored by plain rules: {few or 'too few outcomes to learn from.'}"
                if few:
                    return
        yield _describe_leads(kept)

    def _describe_context(self, kept: dict[str, Any]) -> Iterator[str]:
        drift = kept.get("drift")
        if drift and self.model is not None and self.model.state == "ok":
            yield (
                f"The base rate moved: {drift['observed']:.1%} of the latest {drift['rows']:,} converted, where"
                f" {drift['expected']:.1%} were expected. Probabilities are recalibrated to it; scores stay."
            )
        against = kept.get("against")
        if against:
            yield (
                f"It replaced {against['model']}: on {against['rows']:,} leads that neither had seen, log loss"
                f" {against['log_loss']:.4f} against {against['its_log_loss']:.4f}."
            )
        if kept.get("tried"):
            yield f"Last tried to do better on {kept['tried_at'][:10]}: {kept['tried']}."
        count = sum(number for _, number in self.disputed)
        if count:
            models = ", ".join(f"{number} of {name}" for name, number in self.disputed)
            yield f"Reps said “this is wrong” of {count} scores ({models})."
            yield from (f"  “{words}”" for words in self.disputed_words)
        else:
            yield "No rep said “this is wrong” of a score."
        yield "Lists and digests show imported scores." if self.shown == "imported" else "Lists and digests show these."


def build_report(session: Session, workspace_id: int, now: datetime) -> ScoreReport:
    """Build the report of the model in use."""
    model = find_active_model(session, workspace_id)
    rows = converted = 0
    if model is None:
        from storage.scores.columns.lead_lives import count_finished

        rows, converted = count_finished(session, workspace_id, now)
    counted = session.execute(
        select(LeadScore.model, func.count())
        .join(ScoreFeedback, ScoreFeedback.lead_score_id == LeadScore.id)
        .where(ScoreFeedback.workspace_id == workspace_id)
        .group_by(LeadScore.model)
        .order_by(func.count().desc(), LeadScore.model)
    )
    words = session.scalars(
        select(ScoreFeedback.said)
        .where(ScoreFeedback.workspace_id == workspace_id, ScoreFeedback.said.is_not(None))
        .order_by(ScoreFeedback.at.desc())
        .limit(5)
    )
    return ScoreReport(
        model,
        rows,
        converted,
        tuple((name, count) for name, count in counted),
        tuple(each for each in words if each),
        find_shown_scores(session, workspace_id),
        now,
    )


def _explain_meaning(kept: dict[str, Any]) -> str:
    if kept.get("horizon_days"):
        return (
            f"A score says how likely a lead that is open is to convert within the next {kept['horizon_days']} days; 99"
            " is the best hundredth of the leads that are open on a usual day."
        )
    return (
        "A score says how likely a lead is to have converted, among leads that came to an end. Nothing tells when leads"
        " came in and converted, so of those that stay open for long it promises too much."
    )


def _describe_leads(kept: dict[str, Any]) -> str:
    rows, converted = kept["rows"], kept["converted"]
    share = f" ({converted / rows:.1%})" if rows else ""
    if not kept.get("horizon_days"):
        return f"Learned from {rows:,} finished leads, {converted:,} of them converted{share}."
    since = datetime.fromtimestamp(kept["since"], UTC).date()
    return (
        f"Learned from {rows:,} leads that came in since {since:%Y-%m-%d}, {converted:,} of them converted{share}, at"
        f" {kept['moments']:,} moments of their lives; those too young to tell are left out."
    )


def _describe_figures(kept: dict[str, Any], *, used: bool) -> Iterator[str]:
    yield ""
    yield _explain_evaluation(kept)
    yield from _list_trials(kept)
    interval = f"{kept['auc_low']:.3f} to {kept['auc_high']:.3f}"
    yield f"  ROC-AUC            {kept['auc']:.3f}  (95 % interval of the next leads {interval})"
    rate = kept["evaluated_converted"] / kept["evaluated_rows"]
    yield f"  Average precision  {kept['average_precision']:.3f}  (by chance {rate:.3f})"
    yield f"  Calibration error  {kept['calibration_error']:.3f}  (expected calibration error, ten equal groups)"
    yield f"  Lift, top tenth    {kept['lift_top_tenth']:.2f}"
    if used:
        yield from _describe_shift(kept)
    yield ""
    yield "  Reliability        leads   predicted   observed"
    for number, group in enumerate(kept["reliability"], 1):
        count, predicted, observed = group["count"], group["predicted"], group["observed"]
        yield f"    {_name_tenth(number):<12} {count:>10,} {predicted:>11.1%} {observed:>10.1%}"


def _explain_evaluation(kept: dict[str, Any]) -> str:
    tried = f"{kept['evaluated_rows']:,} leads, {kept['evaluated_converted']:,} converted"
    if kept["evaluated"] != "forward":
        why = (
            "Too few conversions followed on past dates to try it there"
            if kept.get("horizon_days")
            else "No dates tell which leads came later"
        )
        return (
            f"Evaluated cross-validated: each lead was foretold from the others ({tried})."
            f" {why}, so this is optimistic."
        )
    if kept.get("horizon_days"):
        return (
            f"Evaluated forward in time: leads that were open at past dates, foretold from what was known by then and"
            f" held against the {kept['horizon_days']} days that followed ({tried})."
        )
    return f"Evaluated forward in time: each lead was foretold from earlier ones alone ({tried})."


def _list_trials(kept: dict[str, Any]) -> Iterator[str]:
    for trial in kept.get("trials") or ():
        yield (
            f"  from {trial['at']}  {trial['leads']:>7,} looks at open leads:"
            f" {trial['foretold']:.1%} foretold to convert, {trial['came']:.1%} did"
        )


def _describe_shift(kept: dict[str, Any]) -> Iterator[str]:
    """Say whether the leads that were predicted converted more or less often, on the whole, than expected."""
    rows, groups = kept["evaluated_rows"], kept["reliability"]
    foretold = sum(group["predicted"] * group["count"] for group in groups) / rows
    came = kept["evaluated_converted"] / rows
    # Several rows of one lead tell no more than one.
    alike = kept.get("alike", 1.0)
    error = sqrt(alike * sum(group["predicted"] * (1 - group["predicted"]) * group["count"] for group in groups)) / rows
    if kept["evaluated"] == "forward" and abs(came - foretold) > DRIFTED * error:
        often = "more" if came > foretold else "less"
        yield f"  Later leads converted {often} often than earlier ones made expect: {came:.1%}, not {foretold:.1%}."
        if not kept.get("drift"):
            yield "  The order holds; read the probabilities with care."


def _name_tenth(number: int) -> str:
    return f"tenth {number}"
