"""Shows what happened with a record: activities and changes in one list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import Limit, PastPeriod, RecordName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Receipt, Reply, ReplyPart
from commands.values.phrases import format_count, format_period
from commands.wording.change_words import format_field_name, format_value
from storage.audit import history
from storage.audit.changed_lines import build_record_lines
from storage.audit.history import PastActivity, RecordChange
from storage.database.whole_days import find_whole_day
from storage.names.name_index import parse_ref


class ShowActivity(
    Command,
    group="ask",
    about_one=True,
    quotes_records=True,
    words="name",
    period_field="period",
    offer="What happened with {name}",
    examples=("what happened with Jane Doe?",),
):
    """Show calls, emails, meetings, notes and changes of a record, newest first."""

    name: Annotated[RecordName, Field(description="Words that identify the record, as the rep said them, or #id")]
    period: Annotated[PastPeriod | None, Field(description="When it happened")] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        record = context.get_record(self.name)
        kind = (parse_ref(self.name) or ("lead", 0))[0] or "lead"
        moments = context.get_utc_bounds(self.period) or (None, None)
        # Up to `limit` of each, since the newest of both together may all be of one sort.
        done, touched = history.list_activities(context.scope, kind, record.id, moments, limit=self.limit)
        changed, changes = history.list_record_changes(context.scope, kind, record.id, moments, limit=self.limit)
        rows = [(each.at, _build_activity_row(each)) for each in done] + [
            (each.at, _build_change_row(each, record.name)) for each in changed
        ]
        rows.sort(key=lambda each: each[0], reverse=True)
        said = f" {format_period(self.period)}" if self.period else ""
        total = touched + changes
        shown = rows[: self.limit]
        notes = (f"The last {self.limit} are shown.",) if total > self.limit else ()
        return Reply(
            _compose_head(record.name, said, touched, changes),
            records=context.build_records(build_record_lines(context.scope, [record])),
            figures={"count": total},
            rows=tuple({"at": _format_local_time(context, at), **row} for at, row in shown),
            notes=notes,
            parts=(
                ReplyPart(
                    lines=(*(_format_row(context, at, row) for at, row in shown), *notes, *_suggest_first_entry(total))
                ),
            ),
            # Not the context's receipt, which names the asker's usual owners: the history of a record is everybody's.
            receipt=Receipt(
                f"activities and changes of {record.name}{said}",
                total,
                context.now.isoformat(timespec="seconds"),
                "by everyone",
            ),
        )


def _compose_head(name: str, said: str, touched: int, changes: int) -> str:
    """Compose the first sentence: how many touches and changes there were, or that nothing happened."""
    if not touched and not changes:
        return f"Nothing happened with {name}{said or ' yet'}."
    parts = [format_count(touched, "activity")] if touched else []
    parts += [format_count(changes, "change")] if changes else []
    return f"{name}: {' and '.join(parts)}{said}, newest first."


def _suggest_first_entry(total: int) -> tuple[str, ...]:
    """Suggest logging the first activity where nothing has happened yet."""
    return () if total else ("Log the first one: “log a call with …”, or use log_activity.",)


def _format_row(context: Context, at: datetime, row: dict[str, Any]) -> str:
    """Format a row: `18 Nov 09:30  call by Dana Whitfield: Asked for a quote`; the asker's own without the name."""
    who = f" by {row['who']}" if row["who"] and row["who"] != context.asker.name else ""
    what = row["kind"] if row["kind"] != "change" else ""
    begin = f"{context.format_local_time(at)}  "
    if not what:
        return f"{begin}{row['text']}{who and ','}{who}"
    return f"{begin}{what}{who}" + (f": {row['text']}" if row["text"] else "")


def _format_local_time(context: Context, at: datetime) -> str:
    """Format a moment as `2026-11-18 09:30` in the asker's time zone, a day without a time as `2026-11-18`."""
    if day := find_whole_day(at):
        return day.isoformat()
    return f"{at.astimezone(context.moment.zone):%Y-%m-%d %H:%M}"


def _build_activity_row(happened: PastActivity) -> dict[str, Any]:
    words = ": ".join(part for part in (happened.subject, happened.text) if part)
    if happened.outcome:
        words = f"{words} ({happened.outcome})" if words else happened.outcome
    return {"kind": happened.kind, "who": happened.who, "text": words or None}


def _build_change_row(change: RecordChange, shown: str) -> dict[str, Any]:
    about = "" if change.name == shown else f"{change.name}: "
    before, after = (format_value(each, change.field) for each in (change.before, change.after))
    match change.field:
        case "record":
            text = "removed" if change.after is None else "created"
        case "converted_at":
            text = "conversion taken back" if change.after is None else "converted"
        case _:
            text = f"{format_field_name(change.field)} {before} → {after}"
    return {"kind": "change", "who": change.who, "text": about + text}
