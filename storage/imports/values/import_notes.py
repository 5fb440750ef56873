"""What the person who imports should be told of values: each sentence with how often and in which rows."""

from __future__ import annotations

from collections import Counter

SHOWN_ROWS = 3


class ImportNotes:
    """Counts sentences. `line` is the row that is being read; while `muted`, as when a row is read again, none."""

    def __init__(self) -> None:
        self.line: int | None = None
        self.muted = False
        self._counts: Counter[str] = Counter()
        self._rows: dict[str, list[int]] = {}
        self._totals: Counter[tuple[str, str]] = Counter()

    def add(self, sentence: str) -> None:
        """Count a sentence for the row that is being read."""
        if self.muted:
            return
        self._counts[sentence] += 1
        rows = self._rows.setdefault(sentence, [])
        if self.line is not None and len(rows) < SHOWN_ROWS:
            rows.append(self.line)

    def add_total(self, count: int, one: str, many: str) -> None:
        """Add to a sentence that says a number itself: `one` for a single one, `many` with `{}` in its place."""
        if count and not self.muted:
            self._totals[one, many] += count

    def list_sentences(self) -> list[str]:
        """List the sentences: `“Phone” was cut to 60 characters: 12 rows (2, 5, 9, …)`."""
        said = [f"{sentence}{self._say_rows(sentence, count)}" for sentence, count in self._counts.items()]
        return said + [one if count == 1 else many.format(count) for (one, many), count in self._totals.items()]

    def _say_rows(self, sentence: str, count: int) -> str:
        rows = self._rows[sentence]
        if count == 1:
            return f": row {rows[0]}" if rows else ""
        listed = ", ".join(map(str, rows)) + (", …" if count > len(rows) else "")
        return f": {count:,} rows" + (f" ({listed})" if rows else "")
