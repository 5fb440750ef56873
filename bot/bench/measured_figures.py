"""Measured figures beside their yardsticks and targets, and the table of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TextIO


@dataclass(frozen=True)
class Figure:
    """Holds one line of the table. The figure and its yardstick are of the same run on the same machine.

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
    database: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.against if self.against else None

    @property
    def reaches_target(self) -> bool | None:
        """Tell whether the figure meets its target; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.ratio <= self.times if self.times is not None and self.ratio is not None else None

    def format_cells(self) -> tuple[str, ...]:
        """Format the line as the table shows it."""
        format_value = {"seconds": format_seconds, "bytes": format_bytes, "share": format_share}[self.unit]
        target = format_value(self.at_most) if self.at_most is not None else f"{self.times:g}x" if self.times else ""
        return (
            self.what,
            self.database,
            format_value(self.value),
            f"{self.yardstick} {format_value(self.against)}" if self.against is not None else "",
            f"{self.ratio:.2f}x" if self.ratio is not None else "",
            target,
            {True: "yes", False: "no", None: ""}[self.reaches_target],
        )


HEADS = ("what", "database", "figure", "yardstick, same run", "ratio", "target", "reached")


class FigureTable:
    """Prints each line as soon as it is measured, as a Markdown table."""

    WIDTHS = (66, 10, 8, 26, 7, 8, 7)

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.figures: list[Figure] = []

    def add_figure(self, figure: Figure) -> None:
        if not self.figures:
            self._print_row(HEADS)
            self._print_row(tuple("-" * width for width in self.WIDTHS))
        self.figures.append(figure)
        self._print_row(figure.format_cells())

    def _print_row(self, cells: tuple[str, ...]) -> None:
        padded = (cell.ljust(width) for cell, width in zip(cells, self.WIDTHS, strict=True))
        print(f"| {' | '.join(padded)} |", file=self.out, flush=True)


def format_seconds(seconds: float) -> str:
    """Format seconds like `3.2 ms`, `0.84 s` or `75 s`."""
    if seconds < 0.1:
        return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.1f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def format_bytes(count: float) -> str:
    """Format bytes like `142 MiB`."""
    return f"{count / 2**20:,.0f} MiB"


def format_share(share: float) -> str:
    """Format a share of one like `0.9035`."""
    return f"{share:.4f}"


def percentile(times: list[float], share: float) -> float:
    """Find the time that this share of all times does not exceed (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(0, round(share * len(ordered) + 0.5) - 1)]


def measure_seconds(work: Callable[[], object]) -> float:
    """Run the work once and return the seconds it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
