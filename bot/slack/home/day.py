"""My day: what the morning digest says as of now, and the follow-ups that are due."""

from __future__ import annotations

from dataclasses import replace

from bot.slack.home.parts import heading, runs
from bot.slack.render.blocks import Json, actions, fits_menu, lines, menu, paragraph, said, section
from bot.slack.render.record_actions import IN_MENU, offers_of
from bot.slack.render.records import line, rows_of_records
from commands.activities.follow_ups import shown_follow_ups
from commands.contract.context import Context
from commands.contract.reply import Part, Record, Reply
from commands.digest.build import digest_of
from commands.digest.preview_set import preview
from commands.values.phrases import counted, day_words
from commands.wording.plain_text import records_of
from storage.people import reps
from storage.records import follow_ups
from storage.tables import Rep

MOST_FIRST = 3
"""The digest may name more; here the rest of the day has to be seen without much scrolling."""
MOST_DUE = 4


def my_day(context: Context, rep: Rep | None) -> list[Json]:
    """The same content as the digest, the first leads of it, and under it what is to be done by today."""
    asker = context.asker if rep is None else reps.asker(rep)
    size = (rep.digest_size if rep is not None else None) or context.vocabulary.digest_size
    digest = digest_of(
        context.scope.session,
        asker,
        vocabulary=context.vocabulary,
        defaults=context.defaults,
        now=context.now,
        size=min(size, MOST_FIRST),
    )
    reply = preview(digest, context, asker)
    return [
        heading(f"My day · {day_words(context.today, context.today)}"),
        paragraph(said(digest.summary, bold=not digest.silent)),
        *(block for place, part in enumerate(reply.parts) for block in _part(context, reply, part, first=place == 0)),
        *_due(context),
        *actions([runs("All my leads", "list_leads", {"owner": "me"}), runs("What changed", "whats_changed")]),
    ]


def _part(context: Context, reply: Reply, part: Part, *, first: bool) -> list[Json]:
    """The leads with their buttons; what else there is with a menu beside it, or as lines."""
    title = [paragraph(said(part.title, bold=True))] if part.title else []
    if first and part.records:
        return [*title, *rows_of_records(reply, records_of(part), 1, kinds=False, today=context.today)]
    return [*title, *(_beside(context, each) for each in part.records), *lines(part.lines)]


def _beside(context: Context, record: Record) -> Json:
    able = [(each.label, each.call) for each in offers_of(record) if fits_menu(each.call)][:IN_MENU]
    return section(_words(context, record), menu(able) if able else None)


def _due(context: Context) -> list[Json]:
    page = follow_ups.listing(
        context.scope, owners=(context.asker.id,), due_from=None, due_to=context.today, limit=MOST_DUE
    )
    if not page.count:
        return []
    records = [replace(each, fields=each.fields | {"owner": None}) for each in shown_follow_ups(context, page.lines)]
    left = page.count - len(records)
    return [
        paragraph(said("Follow-ups due", bold=True)),
        *(section(_words(context, each), runs("Done", "complete_follow_up", {"name": each.id})) for each in records),
        *actions([runs(counted(left, "more follow-up"), "list_follow_ups", {"owner": "me"})] if left else []),
    ]


def _words(context: Context, record: Record) -> str:
    """The record as a line of a list has it, without its number."""
    return "".join(each["text"] for each in line(1, record, today=context.today)[1:])
