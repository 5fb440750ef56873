"""A measured figure beside its yardstick and its target, and the table of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TextIO


@dataclass(frozen=True)
class Figure:
    """One line of the table. The figure and its yardstick are of the same run on the same machine.

    The target is a most value (`at_most`), a most ratio to the yardstick (`times`), or none. Values are seconds,
    bytes or shares of one, as `unit` says.
    """

    what: str
    value: float
    yardstick: str = ""
    against: float | None = None
    at_most: float | None = None
    times: float | None = None
    unit: Literal["seconds", "bytes", "share"] = "seconds"

    @property
    def ratio(self) -> float | None:
        return self.value / self.against if self.against else None

    @property
    def reached(self) -> bool | None:
        """None where there is no target."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.ratio <= self.times if self.times is not None and self.ratio is not None else None

    def cells(self) -> tuple[str, ...]:
        """The line as the table shows it."""
        said = {"seconds": spoken, "bytes": spoken_bytes, "share": spoken_share}[self.unit]
        target = said(self.at_most) if self.at_most is not None else f"{self.times:g}x" if self.times else ""
        return (
            self.what,
            said(self.value),
            f"{self.yardstick} {said(self.against)}" if self.against is not None else "",
            f"{self.ratio:.2f}x" if self.ratio is not None else "",
            target,
            {True: "yes", False: "no", None: ""}[self.reached],
        )


HEADS = ("what", "figure", "yardstick, same run", "ratio", "target", "reached")


class Table:
    """Prints each line as soon as it is measured, as a Markdown table."""

    WIDTHS = (66, 8, 26, 7, 8, 7)

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.figures: list[Figure] = []
        self._row(HEADS)
        self._row(tuple("-" * width for width in self.WIDTHS))

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        self._row(figure.cells())

    def _row(self, cells: tuple[str, ...]) -> None:
        padded = (cell.ljust(width) for cell, width in zip(cells, self.WIDTHS, strict=True))
        print(f"| {' | '.join(padded)} |", file=self.out, flush=True)


def spoken(seconds: float) -> str:
    """`3.2 ms`, `0.84 s`, `75 s`."""
    if seconds < 0.1:
        return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.1f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def spoken_bytes(count: float) -> str:
    """`142 MiB`."""
    return f"{count / 2**20:,.0f} MiB"


def spoken_share(share: float) -> str:
    """`0.9035`."""
    return f"{share:.4f}"


def percentile(times: list[float], share: float) -> float:
    """The time that this share of all times stays below or at (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(0, round(share * len(ordered) + 0.5) - 1)]


def timed(work: Callable[[], object]) -> float:
    """How many seconds it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
