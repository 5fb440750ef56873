"""The workspace's people, vocabulary and settings, for administrators: what is set, and the forms that change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.slack.home.parts import heading, opens
from bot.slack.render.blocks import Json, actions, paragraph, said, small
from bot.slack.render.escaping import one_line
from commands.administration.calendar import holidays_words
from commands.administration.company import bands_words, company_words
from commands.administration.digest_defaults import defaults_words
from commands.administration.guidelines import guidelines_words
from commands.contract.context import Context
from commands.digest.preview_set import days_words
from commands.values.phrases import counted
from storage.names.name_index import ref
from storage.people import reps, staff
from storage.tables import Source, Stage, Status
from storage.workspaces import definitions

MOST_PEOPLE = 12
"""Of more than these nobody finds a name among buttons; the form takes it."""
MOST_SHOWN = 20
ROLES = (("admin", "administrator"), ("manager", "manager"), ("rep", "rep"))


def administration(context: Context) -> list[Json]:
    words = context.vocabulary
    session, workspace = context.scope.session, context.scope.workspace_id
    return [
        heading("Administration"),
        *_people(context),
        *_words(
            "Lead statuses",
            opens("Add a status", "add_status"),
            (
                opens(f"{each.name} ({each.status_class})", "change_status", {"status": each.name})
                for each in words.statuses
                if not each.retired
            ),
            definitions.retired_names(session, Status, workspace),
        ),
        *_words(
            "Opportunity stages",
            opens("Add a stage", "add_stage"),
            (
                opens(f"{each.name} {each.probability} %", "change_stage", {"stage": each.name})
                for each in words.stages
                if not each.retired
            ),
            definitions.retired_names(session, Stage, workspace),
        ),
        *_words(
            "Lead sources",
            opens("Add a source", "add_source"),
            (opens(each, "change_source", {"source": each}) for each in words.sources),
            definitions.retired_names(session, Source, workspace),
        ),
        *_setting(
            "Qualification", guidelines_words(words.guidelines, words.currency), [opens("Change", "set_guidelines")]
        ),
        *_setting(
            "Calendar",
            f"Digests come {days_words(words.working_days)}."
            f" {holidays_words(words.holidays, context.today) or 'No holidays are set.'}",
            [
                opens("Add a holiday", "add_holiday"),
                *([opens("Remove one", "remove_holiday")] if words.holidays else []),
                opens("Working days", "set_working_days"),
            ],
        ),
        *_setting(
            "Company",
            f"{company_words(words, context.defaults)}"
            f" {bands_words(words.hot_from, words.warm_from, fixed=words.bands_given)}",
            [opens("Change", "set_company"), opens("Hot and warm", "set_bands"), opens("Scores", "set_shown_scores")],
        ),
        *_setting(
            "Everyone’s digest",
            defaults_words(words, context.defaults),
            [opens("Change", "set_digest_defaults"), opens("Order of leads", "set_urgency")],
        ),
    ]


def _people(context: Context) -> list[Json]:
    session, workspace = context.scope.session, context.scope.workspace_id
    found = staff.staff(session, workspace)
    count = sum(found.by_role.values())
    roles = ", ".join(counted(found.by_role[role], noun) for role, noun in ROLES if found.by_role.get(role))
    unmet = f" {found.unmet:,} of them did not come by in Slack yet." if found.unmet else ""
    few = reps.active(session, workspace) if count <= MOST_PEOPLE else []
    return _setting(
        "People",
        f"{roles}.{unmet}",
        [
            *(opens(each.name, "change_person", {"person": ref("user", each.id)}) for each in few),
            *([] if few else [opens("Change a person", "change_person")]),
            opens("Add a person", "add_person"),
        ],
    )


def _words(title: str, add: Json, changes: Iterable[Json], retired: Sequence[str]) -> list[Json]:
    """A list in its order, each name a button that opens its form."""
    shown = list(changes)
    left = len(shown) - MOST_SHOWN
    notes = [f"{left:,} more can be chosen in the form of any of these."] if left > 0 else []
    if retired:
        names = ", ".join(one_line(each) for each in retired[:MOST_SHOWN])
        notes.append(f"Retired: {names}. Add one again to bring it back.")
    return [
        paragraph(said(title, bold=True)),
        *actions([*shown[:MOST_SHOWN], add]),
        *([small(" ".join(notes))] if notes else []),
    ]


def _setting(title: str, words: str, buttons: Sequence[Json]) -> list[Json]:
    return [paragraph(said(title, bold=True), said(f"\n{words}")), *actions(buttons)]
