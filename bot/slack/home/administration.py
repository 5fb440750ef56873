"""Builds the section for administrators: people, vocabulary and settings, with the forms that change them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.slack.home.parts import form_button, header_block, setting_blocks
from bot.slack.render.blocks import Json, actions_block, context_block, rich_text_block, text_element
from bot.slack.render.escaping import one_line
from commands.administration.calendar import describe_holidays
from commands.administration.company import describe_bands, describe_company_settings
from commands.administration.digest_defaults import describe_digest_defaults
from commands.administration.guidelines import describe_guidelines
from commands.administration.staffing import describe_missing_owners, describe_roles
from commands.contract.context import Context
from commands.digest.preview_set import format_weekdays
from storage.names.name_index import format_ref
from storage.people import reps, staff
from storage.tables import Source, Stage, Status
from storage.workspaces import definitions

# Among more buttons than these nobody finds a name; the form asks for it instead.
MOST_PEOPLE = 12
MOST_SHOWN = 20


def administration_section(context: Context) -> list[Json]:
    """Build the section of people, vocabulary and settings."""
    words = context.vocabulary
    session, workspace = context.scope.session, context.scope.workspace_id
    return [
        header_block("Administration"),
        *_people_setting(context),
        *_vocabulary_list(
            "Lead statuses",
            form_button("Add a status", "add_status"),
            (
                form_button(f"{each.name} ({each.status_class})", "change_status", {"status": each.name})
                for each in words.statuses
                if not each.retired
            ),
            definitions.list_retired_names(session, Status, workspace),
        ),
        *_vocabulary_list(
            "Opportunity stages",
            form_button("Add a stage", "add_stage"),
            (
                form_button(f"{each.name} {each.probability} %", "change_stage", {"stage": each.name})
                for each in words.stages
                if not each.retired
            ),
            definitions.list_retired_names(session, Stage, workspace),
        ),
        *_vocabulary_list(
            "Lead sources",
            form_button("Add a source", "add_source"),
            (form_button(each, "change_source", {"source": each}) for each in words.sources),
            definitions.list_retired_names(session, Source, workspace),
        ),
        *setting_blocks(
            "Qualification",
            describe_guidelines(words.guidelines, words.currency),
            [form_button("Change", "set_guidelines")],
        ),
        *setting_blocks(
            "Calendar",
            f"Digests come {format_weekdays(words.working_days)}."
            f" {describe_holidays(words.holidays, context.today) or 'No holidays are set.'}",
            [
                form_button("Add a holiday", "add_holiday"),
                *([form_button("Remove one", "remove_holiday")] if words.holidays else []),
                form_button("Working days", "set_working_days"),
            ],
        ),
        *setting_blocks(
            "Company",
            f"{describe_company_settings(words, context.defaults)}"
            f" {describe_bands(words.hot_from, words.warm_from, fixed=words.bands_given)}",
            [
                form_button("Change", "set_company"),
                form_button("Hot and warm", "set_bands"),
                form_button("Scores", "set_shown_scores"),
            ],
        ),
        *setting_blocks(
            "Everyone’s digest",
            describe_digest_defaults(words, context.defaults),
            [form_button("Change", "set_digest_defaults"), form_button("Order of leads", "set_urgency")],
        ),
    ]


def _people_setting(context: Context) -> list[Json]:
    session, workspace = context.scope.session, context.scope.workspace_id
    found = staff.count_staff(session, workspace)
    count = sum(found.by_role.values())
    unmet = (
        f" {found.unmet:,} of them {'has' if found.unmet == 1 else 'have'} not come by in Slack yet."
        if found.unmet
        else ""
    )
    missing = describe_missing_owners(session, workspace)
    few = reps.list_active_reps(session, workspace) if count <= MOST_PEOPLE else []
    return setting_blocks(
        "People",
        f"{describe_roles(found)}.{unmet}" + (f"\n{one_line(missing)}" if missing else ""),
        [
            *(form_button(each.name, "change_person", {"person": format_ref("user", each.id)}) for each in few),
            *([] if few else [form_button("Change a person", "change_person")]),
            form_button("Add a person", "add_person"),
        ],
    )


def _vocabulary_list(title: str, add: Json, changes: Iterable[Json], retired: Sequence[str]) -> list[Json]:
    """Build a list of buttons in its order, each opening the form of one entry, with a button to add one."""
    shown = list(changes)
    left = len(shown) - MOST_SHOWN
    notes = [f"{left:,} more can be chosen in the form of any of these."] if left > 0 else []
    if retired:
        names = ", ".join(one_line(each) for each in retired[:MOST_SHOWN])
        notes.append(f"Retired: {names}. Add one again to bring it back.")
    return [
        rich_text_block(text_element(title, bold=True)),
        *actions_block([*shown[:MOST_SHOWN], add]),
        *([context_block(" ".join(notes))] if notes else []),
    ]
