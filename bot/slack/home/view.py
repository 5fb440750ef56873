"""The view of the Home tab, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.home.administration import administration
from bot.slack.home.day import my_day
from bot.slack.home.digest import digest_settings
from bot.slack.home.identity import who_i_am
from bot.slack.home.pipeline import my_pipeline
from bot.slack.home.suggestions import asking
from bot.slack.render.blocks import Json, divider, numbered, paragraph, said, section
from bot.slack.render.limits import VIEW_BLOCKS, Answer, fit
from commands.contract.errors import CommandError
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.people import reps


def home_view(dispatcher: Dispatcher, request: Request) -> Json:
    """The view for views.publish: at most 100 blocks, buttons as in messages.

    Who may not ask gets the sentence that says so, as `stranger_home` does.
    """
    try:
        with dispatcher.database.reading() as session:
            context = dispatcher.context(session, request)
            rep = reps.get(session, request.workspace_id, request.rep_id)
            sections = [my_day(context, rep), my_pipeline(context), digest_settings(context, rep), asking()]
            sections += [administration(context)] if context.asker.is_admin else []
            sections.append(who_i_am(context, rep))
    except CommandError as error:
        return stranger_home(str(error))
    return _view([each for each in sections if each])


def stranger_home(words: str) -> Json:
    """The view of somebody whom Leadlight does not know, with what to do about it."""
    return _view([[section("Leadlight"), paragraph(said(words))]])


def _view(sections: Sequence[Sequence[Json]]) -> Json:
    blocks: list[Json] = []
    for each in sections:
        blocks += [*([divider()] if blocks else []), *each]
    return {"type": "home", "blocks": numbered(fit([Answer(tuple(blocks))], VIEW_BLOCKS))}
