"""Builds the section of the day: what the digest would say now, and the follow-ups that are due."""

from __future__ import annotations

from dataclasses import replace

from bot.slack.home.parts import header_block, run_button
from bot.slack.render.blocks import (
    Json,
    actions_block,
    fits_menu,
    lines_block,
    overflow_menu,
    rich_text_block,
    section_block,
    text_element,
)
from bot.slack.render.record_actions import IN_MENU, actions_for_record
from bot.slack.render.records import record_elements, record_rows
from commands.activities.follow_ups import build_follow_up_records
from commands.contract.context import Context
from commands.contract.reply import Record, Reply, ReplyPart
from commands.digest.build import build_digest
from commands.digest.preview_set import build_digest_reply
from commands.values.phrases import format_count, format_day
from commands.wording.plain_text import pair_with_lines
from storage.people import reps
from storage.records import follow_ups
from storage.records.follow_ups import DueFilter
from storage.tables import Rep

# The digest may list more, but here the rest of the day should be seen without much scrolling.
MOST_FIRST = 3
MOST_DUE = 4


def my_day_section(context: Context, rep: Rep | None) -> list[Json]:
    """Build the section of today: the digest with its first leads, and the follow-ups due by today."""
    asker = context.asker if rep is None else reps.make_asker(rep)
    size = (rep.digest_size if rep is not None else None) or context.vocabulary.digest_size
    digest = build_digest(
        context.scope.session,
        asker,
        vocabulary=context.vocabulary,
        defaults=context.defaults,
        now=context.now,
        size=min(size, MOST_FIRST),
    )
    reply = build_digest_reply(digest, context, asker)
    return [
        header_block(f"My day · {format_day(context.today, context.today)}"),
        rich_text_block(text_element(digest.summary, bold=not digest.silent)),
        *(
            block
            for place, part in enumerate(reply.parts)
            for block in _digest_part(context, reply, part, first=place == 0)
        ),
        *_due_follow_ups(context),
        *actions_block(
            [run_button("All my leads", "list_leads", {"owner": "me"}), run_button("What changed", "whats_changed")]
        ),
    ]


def _digest_part(context: Context, reply: Reply, part: ReplyPart, *, first: bool) -> list[Json]:
    """Render a part of the digest: the leads of the first with buttons, those of others with a menu beside them."""
    title = [rich_text_block(text_element(part.title, bold=True))] if part.title else []
    if first and part.records:
        return [*title, *record_rows(reply, pair_with_lines(part), 1, kinds=False, today=context.today)]
    return [*title, *(_record_with_menu(context, each) for each in part.records), *lines_block(part.lines)]


def _record_with_menu(context: Context, record: Record) -> Json:
    able = [(each.label, each.call) for each in actions_for_record(record) if fits_menu(each.call)][:IN_MENU]
    return section_block(_record_text(context, record), overflow_menu(able) if able else None)


def _due_follow_ups(context: Context) -> list[Json]:
    wanted = DueFilter((context.asker.id,), due_to=context.today)
    page = follow_ups.list_follow_ups(context.scope, wanted, limit=MOST_DUE)
    if not page.count:
        return []
    # They are all the reader's own, so the owner is not named.
    records = [
        replace(each, fields=each.fields | {"owner": None}) for each in build_follow_up_records(context, page.lines)
    ]
    left = page.count - len(records)
    return [
        rich_text_block(text_element("Follow-ups due", bold=True)),
        *(
            section_block(_record_text(context, each), run_button("Done", "complete_follow_up", {"name": each.id}))
            for each in records
        ),
        *actions_block(
            [run_button(format_count(left, "more follow-up"), "list_follow_ups", {"owner": "me"})] if left else []
        ),
    ]


def _record_text(context: Context, record: Record) -> str:
    """Return the record as in a list, without its number."""
    return "".join(each["text"] for each in record_elements(1, record, today=context.today)[1:])
