"""Builds the view of the Home tab, from one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.home.administration import administration_section
from bot.slack.home.day import my_day_section
from bot.slack.home.handing_over import handing_over_section
from bot.slack.home.parts import form_button, header_block, run_button
from bot.slack.home.pipeline import pipeline_section
from bot.slack.render.blocks import (
    Json,
    actions_block,
    context_block,
    divider,
    number_action_ids,
    rich_text_block,
    section_block,
    text_element,
)
from bot.slack.render.escaping import one_line
from bot.slack.render.limits import VIEW_BLOCKS, AnswerBlocks, fit_blocks
from commands.administration.digest_defaults import describe_quiet_days, tells_quiet_days
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.digest.preview_set import describe_digest_settings
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from commands.values.phrases import format_count
from storage.people import reps
from storage.tables import Rep

ROLES = {"rep": "rep", "manager": "manager", "admin": "administrator"}
# Words and the call that they mean. The button carries the call, so nothing has to be understood.
EXAMPLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("my hot leads", "list_leads", {"owner": "me", "band": "hot"}),
    ("my leads untouched for 14 days", "list_leads", {"owner": "me", "untouched_days": 14}),
    ("my overdue deals", "list_opportunities", {"owner": "me", "overdue": True}),
    ("what is due this week?", "list_follow_ups", {"when": "week"}),
    ("pipeline by stage", "summarize_pipeline", {"group_by": "stage"}),
    ("how much did I win this month?", "deal_stats", {"measure": "won_amount", "owner": "me", "period": "this month"}),
)


def home_view(dispatcher: Dispatcher, request: Request) -> Json:
    """Build the view for views.publish. Somebody who may not ask gets `stranger_home`."""
    try:
        with dispatcher.database.begin_read() as session:
            context = dispatcher.build_context(session, request)
            rep = reps.find_rep(session, request.workspace_id, request.rep_id)
            sections = [
                my_day_section(context, rep),
                pipeline_section(context),
                _digest_section(context, rep),
                _suggestions_section(),
            ]
            sections.append(handing_over_section(context))
            sections += [administration_section(context)] if context.asker.is_admin else []
            sections.append(_identity_section(context, rep))
    except CommandError as error:
        return stranger_home(str(error))
    return _join_sections([each for each in sections if each])


def stranger_home(words: str) -> Json:
    """Build the view for somebody who may not ask, with the sentence that says why and what to do."""
    return _join_sections([[section_block("Leadlight"), rich_text_block(text_element(words))]])


def _digest_section(context: Context, rep: Rep | None) -> list[Json]:
    """Build the section that says when the digest comes, with the buttons that change it."""
    # The console has no rep, and no digest.
    if rep is None:
        return []
    if not rep.digest_enabled:
        switch = [
            run_button("Turn on", "set_digest", {"enabled": True}),
            form_button("Time, days, length", "set_digest"),
        ]
        words = "Your digest is off."
    else:
        quiet = describe_quiet_days(tells_quiet_days(rep, context.vocabulary), one=True)
        words = f"{describe_digest_settings(context, rep)} With nothing to say it {quiet}."
        switch = [
            form_button("Time, days, length", "set_digest"),
            form_button("Quiet days", "set_quiet_days"),
            run_button("Turn off", "set_digest", {"enabled": False}),
        ]
    return [
        header_block("My digest"),
        rich_text_block(text_element(words)),
        *actions_block([*switch, run_button("Show it now", "preview_digest")]),
    ]


def _suggestions_section() -> list[Json]:
    """Build the section of examples of what to ask, each a button."""
    return [
        header_block("What you can ask"),
        context_block("Write to me as you would to a colleague, or press one of these. I answer in our messages."),
        *actions_block(
            [
                *(run_button(said, verb, arguments) for said, verb, arguments in EXAMPLES),
                form_button("Add a lead", "create_lead"),
                run_button("Help", "help"),
            ]
        ),
    ]


def _identity_section(context: Context, rep: Rep | None) -> list[Json]:
    """Build the lines that say whom Leadlight takes the reader for, and whose records they see."""
    known = [context.asker.name, context.asker.email, ROLES[context.asker.role], f"time zone {context.moment.zone.key}"]
    manager = (
        context.load_people_names([rep.manager_id]).get(rep.manager_id) if rep is not None and rep.manager_id else None
    )
    known += [f"reports to {manager}"] if manager else []
    shown = " · ".join(one_line(each) for each in known if each)
    return [
        context_block(f"You are {shown}"),
        context_block(f"You see {_visible_records(context)}. If any of this is wrong, an administrator can change it."),
    ]


def _visible_records(context: Context) -> str:
    visible = context.scope.visible
    if visible is None:
        return "everybody’s records"
    others = len(set(visible) - {context.asker.id})
    return f"your own records and those of {format_count(others, 'colleague')}" if others else "your own records"


def _join_sections(sections: Sequence[Sequence[Json]]) -> Json:
    blocks: list[Json] = []
    for each in sections:
        blocks += [*([divider()] if blocks else []), *each]
    return {"type": "home", "blocks": number_action_ids(fit_blocks([AnswerBlocks(tuple(blocks))], VIEW_BLOCKS))}
