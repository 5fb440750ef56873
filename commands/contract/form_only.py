"""The bases of commands that only buttons and forms carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.contract.authority import refuse_non_administrators
from commands.contract.command import Command
from commands.contract.context import Context


class FormOnly(Command, writes=True):
    """A write that only buttons and forms carry, and that undo takes back."""


class Administrative(FormOnly):
    """A change of the workspace, for administrators alone."""

    @classmethod
    def load_current_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        # The form is refused too, not just its submission: it would show settings to anybody who opens it.
        refuse_non_administrators(context)
        return {name: value for name, value in cls.load_stored_values(context, given).items() if value is not None}

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        """Load what the arguments are at present, as JSON values."""
        return {}
