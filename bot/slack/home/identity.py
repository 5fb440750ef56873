"""Whom Leadlight takes me for, and whose records I see."""

from __future__ import annotations

from bot.slack.render.blocks import Json, small
from bot.slack.render.escaping import one_line
from commands.contract.context import Context
from commands.values.phrases import counted
from storage.tables import Rep

ROLES = {"rep": "rep", "manager": "manager", "admin": "administrator"}


def who_i_am(context: Context, rep: Rep | None) -> list[Json]:
    """Name, address, role, manager, time zone and reach."""
    known = [context.asker.name, context.asker.email, ROLES[context.asker.role], f"time zone {context.moment.zone.key}"]
    manager = context.names_of([rep.manager_id]).get(rep.manager_id) if rep is not None and rep.manager_id else None
    known += [f"reports to {manager}"] if manager else []
    shown = " · ".join(one_line(each) for each in known if each)
    return [
        small(f"You are {shown}"),
        small(f"You see {_seen(context)}. If any of this is wrong, an administrator can change it."),
    ]


def _seen(context: Context) -> str:
    visible = context.scope.visible
    if visible is None:
        return "everybody’s records"
    others = len(set(visible) - {context.asker.id})
    return f"your own records and those of {counted(others, 'colleague')}" if others else "your own records"
