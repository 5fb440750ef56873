"""Whom Leadlight takes me for, and whose records I see."""

from __future__ import annotations

from bot.slack.render.blocks import Json, context_block
from bot.slack.render.escaping import one_line
from commands.contract.context import Context
from commands.values.phrases import format_count
from storage.tables import Rep

ROLES = {"rep": "rep", "manager": "manager", "admin": "administrator"}


def identity_section(context: Context, rep: Rep | None) -> list[Json]:
    """Build the lines with name, address, role, manager, time zone and reach."""
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
