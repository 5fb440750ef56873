"""Offers calls whole, as “did you mean”, each described in a few words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from commands.contract.arguments import Labels
from commands.contract.reply import Button
from commands.language.readings.reading import Reading
from commands.leads.list_leads import LeadConditions
from commands.opportunities.list_opportunities import OpportunityConditions
from commands.values.moment import Period
from commands.values.phrases import add_article, format_day, format_period

OFFERED = 0.12
"""The least trust with which a call is offered as “did you mean”."""


def offer_calls(ways: Sequence[Reading]) -> list[Button]:
    """Offer the likeliest calls whole."""
    return [
        Button(describe_call(way), way.verb, way.arguments)
        for way in ways
        if way.trust >= OFFERED and way.is_complete and not _reaches_too_far(way)
    ]


def _reaches_too_far(way: Reading) -> bool:
    """Tell whether a change of many records leaves out words that may have said which: `unassigned leads to Tom`."""
    return bool(way.left) and way.kind.writes and issubclass(way.kind, (LeadConditions, OpportunityConditions))


def describe_call(way: Reading) -> str:
    """Describe a call in a few words, as its command says it is offered, with its values as they were said."""
    named = {each.argument: each.shown[0] for each in way.used if each.shown}
    # A value that came from what was shown before is kept as data, so only words are shown as they were said.
    shown = {
        name: _describe_flag(way, name, yes=value)
        if isinstance(value, bool)
        else named[name]
        if name in named and is_plain_text(value)
        else format_value(value)
        for name, value in way.arguments.items()
    }
    label = way.kind.offer or way.kind.help_line().rstrip(".")
    said = {name for name in shown if f"{{{name}}}" in label}
    for name in said:
        label = label.replace(f"{{{name}}}", shown[name])
    lacking = way.arguments.get("missing", ())
    if lacking:
        label = f"{label} without {' or '.join(add_article(each.replace('_', ' ')) for each in lacking)}"
    more = ", ".join(
        WORDS_FOR.get(shown[name], shown[name]) for name in shown if name not in said and name != "missing"
    )
    return f"{label}: {more}" if more else label


WORDS_FOR = {
    "me": "mine",
    "team": "my team's",
    "everyone": "everyone's",
    "unassigned": "nobody's",
}
"""What stands on a button for values that are no words of a person."""


def _describe_flag(way: Reading, name: str, *, yes: bool) -> str:
    """Describe a yes or no as a form offers it, else by its name: `overdue`, `not overdue`."""
    for each in way.kind.model_fields[name].metadata:
        if isinstance(each, Labels):
            label = each.yes if yes else each.no
            return label[0].lower() + label[1:]
    words = name.replace("_", " ")
    return words if yes else f"not {words}"


def is_plain_text(value: object) -> bool:
    """Tell whether a value of a call is neither a day, a number nor a period."""
    return isinstance(value, str) and not ISO_DAY.fullmatch(value)


def format_value(value: object) -> str:
    """Write a value of a call for a person."""
    match value:
        case int() | float():
            return f"{value:,.15g}"
        case dict():
            return format_period(Period.model_validate(value))
        case list():
            return " or ".join(map(str, value))
        case str() if ISO_DAY.fullmatch(value):
            return format_day(date.fromisoformat(value))
        case str():
            return value.replace("_", " ")
        case _:
            return str(value)


ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
CLOSEST = (
    Button("Who should I call first?", "preview_digest", {}),
    Button("My hot leads", "list_leads", {"band": "hot", "owner": "me"}),
    Button("What I can ask", "help", {}),
)
"""What is offered where nothing comes near."""
