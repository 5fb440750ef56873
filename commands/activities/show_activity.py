"""What happened with a record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import Limit, PastPeriod, RecordName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Part, Receipt, Reply
from commands.values.phrases import counted, moment_words, period_words
from commands.wording.change_words import field_words, value_words
from storage.audit import history
from storage.audit.changed_lines import lines_of
from storage.audit.history import Happening, RecordChange
from storage.names.name_index import parse_ref


class ShowActivity(
    Command,
    group="ask",
    about_one=True,
    quotes_records=True,
    words="name",
    period_field="period",
    examples=("what happened with Jane Doe?",),
):
    """Show calls, emails, meetings, notes and changes of a record, newest first."""

    name: Annotated[RecordName, Field(description="Words that identify the record, as the rep said them, or #id")]
    period: Annotated[PastPeriod | None, Field(description="When it happened")] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        record = context.record(self.name)
        kind = (parse_ref(self.name) or ("lead", 0))[0] or "lead"
        moments = context.moments(self.period) or (None, None)
        done, touched = history.activities(context.scope, kind, record.id, moments, limit=self.limit)
        changed, changes = history.changes_of(context.scope, kind, record.id, moments, limit=self.limit)
        rows = [(each.at, _activity_row(each)) for each in done] + [
            (each.at, _change_row(each, record.name)) for each in changed
        ]
        rows.sort(key=lambda each: each[0], reverse=True)
        said = f" {period_words(self.period)}" if self.period else ""
        total = touched + changes
        shown = rows[: self.limit]
        notes = (f"The last {self.limit} are shown.",) if total > self.limit else ()
        return Reply(
            _head(record.name, said, touched, changes),
            records=context.records(lines_of(context.scope, [record])),
            figures={"count": total},
            rows=tuple({"at": _local(context, at), **row} for at, row in shown),
            notes=notes,
            parts=(Part(lines=(*(_line(context, at, row) for at, row in shown), *notes, *_hint(total))),),
            receipt=Receipt(
                f"activities and changes of {record.name}{said}",
                total,
                context.now.isoformat(timespec="seconds"),
                "by everyone",
            ),
        )


def _head(name: str, said: str, touched: int, changes: int) -> str:
    if not touched and not changes:
        return f"Nothing happened with {name}{said or ' yet'}."
    parts = [counted(touched, "activity")] if touched else []
    parts += [counted(changes, "change")] if changes else []
    return f"{name}: {' and '.join(parts)}{said}, newest first."


def _hint(total: int) -> tuple[str, ...]:
    return () if total else ("Log the first one: “log a call with …”, or use log_activity.",)


def _line(context: Context, at: datetime, row: dict[str, Any]) -> str:
    """`18 Nov 09:30  call by Dana Whitfield: Asked for a quote`; the asker's own without the name."""
    who = f" by {row['who']}" if row["who"] and row["who"] != context.asker.name else ""
    what = row["kind"] if row["kind"] != "change" else ""
    begin = f"{moment_words(at.astimezone(context.moment.zone), context.today)}  "
    if not what:
        return f"{begin}{row['text']}{who and ','}{who}"
    return f"{begin}{what}{who}" + (f": {row['text']}" if row["text"] else "")


def _local(context: Context, at: datetime) -> str:
    return f"{at.astimezone(context.moment.zone):%Y-%m-%d %H:%M}"


def _activity_row(happened: Happening) -> dict[str, Any]:
    words = ": ".join(part for part in (happened.subject, happened.text) if part)
    if happened.outcome:
        words = f"{words} ({happened.outcome})" if words else happened.outcome
    return {"kind": happened.kind, "who": happened.who, "text": words or None}


def _change_row(change: RecordChange, shown: str) -> dict[str, Any]:
    about = "" if change.name == shown else f"{change.name}: "
    before, after = (value_words(each, change.field) for each in (change.before, change.after))
    match change.field:
        case "record":
            text = "removed" if change.after is None else "created"
        case "converted_at":
            text = "conversion taken back" if change.after is None else "converted"
        case _:
            text = f"{field_words(change.field)} {before} → {after}"
    return {"kind": "change", "who": change.who, "text": about + text}
