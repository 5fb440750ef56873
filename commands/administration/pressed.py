"""What every command here is."""

from __future__ import annotations

from typing import ClassVar

from commands.command import Command


class Pressed(Command):
    """A write that only buttons and forms carry, and that undo takes back."""

    writes: ClassVar[bool] = True
    only_pressed: ClassVar[bool] = True
