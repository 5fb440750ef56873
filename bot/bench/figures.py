"""A measured figure beside its yardstick and its target, and the table of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Figure:
    """One line of the table. Both times are seconds, taken in the same run on the same machine.

    The target is either a most number of seconds (`at_most`) or a most ratio to the yardstick (`times`).
    """

    what: str
    seconds: float
    yardstick: str = ""
    against: float | None = None
    at_most: float | None = None
    times: float | None = None
    memory: int | None = None
    """Peak memory of the process in bytes, where it is named."""

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.against if self.against else None

    @property
    def reached(self) -> bool | None:
        """None where there is no target."""
        kept = []
        if self.at_most is not None:
            kept.append(self.seconds <= self.at_most)
        if self.times is not None and self.ratio is not None:
            kept.append(self.ratio <= self.times)
        return all(kept) if kept else None

    def cells(self) -> tuple[str, ...]:
        """The line as the table shows it."""
        target = [f"{spoken(self.at_most)}"] if self.at_most is not None else []
        target += [f"{self.times:g}x"] if self.times is not None else []
        return (
            self.what,
            spoken(self.seconds) + (f", {self.memory / 2**20:,.0f} MiB" if self.memory else ""),
            f"{self.yardstick} {spoken(self.against)}" if self.against is not None else "",
            f"{self.ratio:.2f}x" if self.ratio is not None else "",
            " and ".join(target),
            {True: "yes", False: "no", None: ""}[self.reached],
        )


HEADS = ("what", "figure", "yardstick, same run", "ratio", "target", "reached")


class Table:
    """Prints each line as soon as it is measured, as a Markdown table."""

    WIDTHS = (66, 18, 26, 8, 8, 7)

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.figures: list[Figure] = []
        self._row(HEADS)
        self._row(tuple("-" * width for width in self.WIDTHS))

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        self._row(figure.cells())

    def skip(self, what: str, why: str) -> None:
        """A line that could not be measured, and why."""
        self._row((what, f"skipped: {why}", "", "", "", ""))

    def _row(self, cells: tuple[str, ...]) -> None:
        padded = (cell.ljust(width) for cell, width in zip(cells, self.WIDTHS, strict=True))
        print(f"| {' | '.join(padded)} |", file=self.out, flush=True)


def spoken(seconds: float) -> str:
    """`3.2 ms`, `0.84 s`, `75 s`."""
    if seconds < 0.1:
        return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.1f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def percentile(times: list[float], share: float) -> float:
    """The time that this share of all times stays below or at (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(0, round(share * len(ordered) + 0.5) - 1)]


def timed(work: Callable[[], object]) -> float:
    """How many seconds it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
