"""A progress bar while the company is made, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

Step = Callable[[str], None]
STEPS = 5


@contextmanager
def steps() -> Iterator[Step]:
    """A function that says which step begins. Nothing is printed where stderr is no terminal."""
    screen = Console(stderr=True)
    bar = Progress(TextColumn("{task.description:<28}"), BarColumn(), console=screen, transient=True)
    with bar if screen.is_terminal else _silence():
        task = bar.add_task("", total=STEPS)

        def step(words: str) -> None:
            bar.update(task, description=words, advance=1)

        yield step


@contextmanager
def _silence() -> Iterator[None]:
    yield
