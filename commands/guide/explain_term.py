"""Explains the words of the trade, after docs/domain.md, with the asker's own records as examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from rapidfuzz import fuzz, process

from commands.contract.arguments import Words
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Button, Record, Reply
from commands.wording.record_words import format_record
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter
from storage.names.normalise import normalise_name
from storage.opportunities import opportunities
from storage.opportunities.opportunities import OpportunityFilter
from storage.scores.showing.score_source import find_horizon

Example = Callable[[Context], tuple[Record, ...]]


@dataclass(frozen=True)
class Term:
    """A word of the trade: what it means, other words for it, and how to find an example of it."""

    meaning: str
    also: tuple[str, ...] = ()
    example: Example | None = None
    own: Callable[[Context], str] | None = None
    """Describes what the asker's workspace has of it: its own statuses, stages, sources, bands."""


def _find_best_lead(context: Context) -> tuple[Record, ...]:
    page = leads.list_leads(context.scope, LeadFilter(owners=context.resolve_owners(None)), limit=1)
    return context.build_records(page.lines)


def _make_largest_finder(state: str) -> Example:
    def find_largest(context: Context) -> tuple[Record, ...]:
        wanted = OpportunityFilter(states=(state,), owners=context.resolve_owners(None))
        return context.build_records(opportunities.list_opportunities(context.scope, wanted, "amount", limit=1))

    return find_largest


def _list_statuses(context: Context) -> str:
    used = context.vocabulary.list_statuses("open", "working", "qualified", "closed")
    return f"Yours: {', '.join(each.name for each in used)}."


def _list_stages(context: Context) -> str:
    used = context.vocabulary.list_stages("open", "won", "lost")
    return "Yours: " + ", ".join(f"{each.name} ({each.probability} %, {each.category})" for each in used) + "."


def _list_sources(context: Context) -> str:
    return f"Yours: {', '.join(context.vocabulary.sources)}."


def _describe_score(context: Context) -> str:
    scope = context.scope
    horizon = find_horizon(scope.session, scope.workspace_id)
    within = f"Here it foretells a conversion within {horizon} days. " if horizon else ""
    return within + _describe_bands(context)


def _describe_bands(context: Context) -> str:
    hot, warm = context.vocabulary.hot_from, context.vocabulary.warm_from
    if hot and warm:
        return f"Here hot begins at {hot} and warm at {warm}."
    return "Here hot is the top 20 % of open leads with a score, warm the next 30 %, cold the rest."


TERMS: dict[str, Term] = {
    "lead": Term(
        "An unqualified prospect: someone who showed interest, through an ad, a web form, a call, a referral. "
        "It says nothing about future revenue and is never counted in a forecast.",
        ("prospect", "inquiry", "suspect"),
        _find_best_lead,
    ),
    "contact": Term(
        "A person worth doing business with, at an account. A lead becomes a contact when it is converted.",
        ("person", "contact person"),
    ),
    "account": Term(
        "The organisation you do business with. It has many contacts and may have many opportunities.",
        ("company", "organisation", "organization", "customer", "client"),
    ),
    "opportunity": Term(
        "A qualified, active, possible sale with an amount, a stage and a close date. Only opportunities make the "
        "forecast.",
        ("opp", "sales opportunity"),
        _make_largest_finder("open"),
    ),
    "deal": Term(
        "Strictly, an opportunity that was won. In speech any opportunity is called a deal, and is understood so here.",
        ("closed deal", "sale", "business"),
        _make_largest_finder("won"),
    ),
    "status": Term(
        "Where a lead stands: not contacted, contacted, qualified, unqualified. Leads have a status, opportunities "
        "have a stage. Qualified is a status; converted is a separate fact with a date.",
        ("lead status",),
        own=_list_statuses,
    ),
    "stage": Term(
        "Where an opportunity stands on its way to won or lost. A stage brings a probability and a forecast category; "
        "an opportunity keeps its own probability when the stage's default changes.",
        ("opportunity stage", "sales stage"),
        own=_list_stages,
    ),
    "conversion": Term(
        "Turning a qualified lead into a contact and an account, and into an opportunity where there is a real deal. "
        "The lead stays findable and answers with what it became. Converting too early inflates the pipeline; it can "
        "be undone for 24 hours.",
        ("convert", "converting", "converted", "lead conversion"),
    ),
    "conversion rate": Term(
        "Of the leads created in a period, the share that is converted by now. About one lead in eight becomes an "
        "opportunity.",
    ),
    "score": Term(
        "How likely a lead is to convert, from 1 to 99, learned from what became of earlier leads and from "
        "engagement. It orders leads, never opportunities: likelihood is not value. Ask “why is she hot?” for the "
        "reasons.",
        ("lead score", "scoring", "probability of conversion"),
        _find_best_lead,
        _describe_score,
    ),
    "band": Term(
        "Hot, warm or cold: where the score of an open lead stands among the others.",
        ("hot", "warm", "cold", "hot lead", "warm lead", "cold lead"),
        own=_describe_bands,
    ),
    "rating": Term("Hot, Warm or Cold as a person judged a lead. It is a field of its own and not the score's band."),
    "qualification": Term(
        "Finding out whether a lead is worth an opportunity, by three criteria: product interest, budget, timeframe. "
        "Each is unknown, weak or strong, with evidence.",
        ("qualify", "qualified", "qualifying", "qualified lead", "criteria"),
    ),
    "unqualified": Term(
        "The status of a lead that was contacted and will hardly ever buy. It leaves the lists; it can be requalified.",
        ("disqualified", "bad fit", "junk", "dead lead"),
    ),
    "source": Term("Where a lead came from.", ("lead source",), own=_list_sources),
    "pipeline": Term(
        "All open opportunities together, with their amounts. As a forecast category it is what is still early.",
        ("funnel", "book"),
    ),
    "weighted amount": Term(
        "Amount times the opportunity's own probability, what a pipeline is worth on average.",
        ("weighted", "weighted pipeline", "expected revenue"),
    ),
    "forecast": Term(
        "What a period will bring, from opportunities with a close date in it: closed, commit, best case, pipeline and "
        "omitted, by the category of the stage, each alone and unweighted. Leads are never in it.",
        ("forecasting",),
    ),
    "forecast category": Term(
        "Closed is won, Commit is as good as sure, Best Case may come, Pipeline is early, Omitted is left out (lost).",
        ("commit", "best case", "omitted", "category"),
        own=_list_stages,
    ),
    "probability": Term("How likely an opportunity is to be won, in percent. Its stage brings a default."),
    "close date": Term(
        "The day on which an opportunity is expected to close, or was closed. What was won in a period goes by it.",
        ("closing date",),
    ),
    "win rate": Term("Won opportunities divided by won and lost ones, in a period by close date.", ("close rate",)),
    "sales cycle": Term("The days from an opportunity's creation to its close date.", ("cycle", "cycle days")),
    "follow up": Term(
        "Something you mean to do with a lead or an opportunity by a date. What is due stands first in your digest.",
        ("followup", "reminder", "task"),
    ),
    "untouched": Term(
        "Days since the last call, email, meeting or other touch by a person, for an opportunity also of its contacts; "
        "without any, since creation.",
        ("untouched day", "stale", "gone cold", "touch"),
    ),
    "digest": Term(
        "Your short list each working morning: whom to work on first and why, what closes soon, what changed.",
        ("morning digest", "daily digest"),
    ),
}
MEANT = {word: name for name, term in TERMS.items() for word in (name, *term.also)}
PATH = (
    "One path: a lead is converted into a contact and an account, and into an opportunity where there is a real deal; "
    "an opportunity that is won is a deal."
)
ON_THE_PATH = ("lead", "contact", "account", "opportunity", "deal", "conversion")
BETWEEN = re.compile(r"\s+(?:and|or|vs\.?|versus|from)\s+|\s*[,/&]\s*")
FRAME = re.compile(r"^(?:an?|the|what is|whats)\s+")


class ExplainTerm(
    Command,
    group="ask",
    words="term",
    offer="What “{term}” means",
    examples=("what is a lead?", "lead or opportunity, what is the difference?"),
):
    """Explain a word of the trade: lead, contact, account, opportunity, deal, status, stage, conversion, score."""

    term: Annotated[Words, Field(description="The word, or two joined by “and” to tell them apart")]

    def run(self, context: Context) -> Reply:
        names = [_find_term(part) for part in BETWEEN.split(" ".join(self.term.lower().split())) if part.strip()]
        if not names:
            raise CommandError(_explain_unknown_term(self.term))
        chosen = list(dict.fromkeys(names))
        notes = [f"{name.capitalize()}: {TERMS[name].meaning}" for name in chosen] if len(chosen) > 1 else []
        notes += [own(context) for own in dict.fromkeys(TERMS[name].own for name in chosen) if own]
        if len(chosen) > 1 and all(name in ON_THE_PATH for name in chosen):
            notes.append(PATH)
        shown = []
        for name in chosen:
            example = TERMS[name].example
            shown += [record for record in example(context) if record not in shown] if example else []
        if shown:
            notes.append(f"For example: {'; '.join(format_record(each) for each in shown)}.")
        head = (
            f"{' and '.join(chosen).capitalize()}:"
            if len(chosen) > 1
            else f"{chosen[0].capitalize()}: {TERMS[chosen[0]].meaning}"
        )
        return Reply(head, notes=tuple(notes), buttons=() if len(chosen) > 1 else _offer_comparison(chosen[0]))


def _find_term(words: str) -> str:
    """Find the name of the term that was meant, whatever its number and small typos. CommandError for none."""
    wanted = normalise_name(FRAME.sub("", words.strip()))
    for said in (wanted, _to_singular(wanted)):
        if said in MEANT:
            return MEANT[said]
    close = process.extractOne(_to_singular(wanted), list(MEANT), scorer=fuzz.ratio, score_cutoff=82)
    if close is None:
        raise CommandError(_explain_unknown_term(words.strip()))
    return MEANT[close[0]]


def _to_singular(words: str) -> str:
    if words.endswith("ies"):
        return words[:-3] + "y"
    # “statuses” loses two letters, and “status” none.
    if words.endswith(("uses", "sses")):
        return words[:-2]
    return words[:-1] if words.endswith("s") and not words.endswith(("ss", "us")) else words


def _explain_unknown_term(words: str) -> str:
    return f"“{words}” is not a term I explain. I know: {', '.join(TERMS)}."


def _offer_comparison(name: str) -> tuple[Button, ...]:
    """Offer to compare the term with the one it is easily confused with."""
    pairs = {"lead": "opportunity", "opportunity": "deal", "deal": "opportunity", "contact": "account"}
    pairs |= {"account": "contact", "status": "stage", "stage": "status", "band": "rating", "rating": "band"}
    other = pairs.get(name)
    both = f"{name} and {other}"
    return (Button(f"Compare with {other}", "explain_term", {"term": both}),) if other else ()
