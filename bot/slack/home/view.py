"""The view of the Home tab, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.home.administration import administration_section
from bot.slack.home.day import my_day_section
from bot.slack.home.digest import digest_section
from bot.slack.home.identity import identity_section
from bot.slack.home.pipeline import pipeline_section
from bot.slack.home.suggestions import suggestions_section
from bot.slack.render.blocks import Json, divider, number_action_ids, rich_text_block, section_block, text_element
from bot.slack.render.limits import VIEW_BLOCKS, AnswerBlocks, fit_blocks
from commands.contract.errors import CommandError
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.people import reps


def home_view(dispatcher: Dispatcher, request: Request) -> Json:
    """Build the view for views.publish: at most 100 blocks, buttons as in messages.

    Who may not ask gets the sentence that says so, as `stranger_home` does.
    """
    try:
        with dispatcher.database.begin_read() as session:
            context = dispatcher.build_context(session, request)
            rep = reps.find_rep(session, request.workspace_id, request.rep_id)
            sections = [
                my_day_section(context, rep),
                pipeline_section(context),
                digest_section(context, rep),
                suggestions_section(),
            ]
            sections += [administration_section(context)] if context.asker.is_admin else []
            sections.append(identity_section(context, rep))
    except CommandError as error:
        return stranger_home(str(error))
    return _join_sections([each for each in sections if each])


def stranger_home(words: str) -> Json:
    """Build the view of somebody whom Leadlight does not know, with what to do about it."""
    return _join_sections([[section_block("Leadlight"), rich_text_block(text_element(words))]])


def _join_sections(sections: Sequence[Sequence[Json]]) -> Json:
    blocks: list[Json] = []
    for each in sections:
        blocks += [*([divider()] if blocks else []), *each]
    return {"type": "home", "blocks": number_action_ids(fit_blocks([AnswerBlocks(tuple(blocks))], VIEW_BLOCKS))}
