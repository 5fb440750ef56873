"""What every command here is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.contract.authority import refuse_others
from commands.contract.command import Command
from commands.contract.context import Context


class Pressed(Command, writes=True):
    """A write that only buttons and forms carry, and that undo takes back."""


class Administrative(Pressed):
    """A change of the workspace. Its form, too, opens for administrators alone."""

    @classmethod
    def present(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        refuse_others(context)
        return {name: value for name, value in cls.now(context, given).items() if value is not None}

    @classmethod
    def now(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the arguments are at present, as JSON values."""
        return {}
