"""A file of the rows that were not imported, each with its reason."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from storage.imports.files.sheets import Row, Sheet
from storage.imports.values.import_errors import ImportTrouble

ADDED = ("Leadlight row", "Leadlight reason")
ENDING = ".rejects.csv"


def find_origin(path: Path, others: Sequence[Path]) -> Path | None:
    """Find the one of other files whose rejected rows this file holds; None where it is no such file."""
    if not path.name.endswith(ENDING):
        return None
    return next((each for each in others if each != path and path.name.startswith(f"{each.name}.")), None)


class Rejects:
    """Collects rejected rows and writes their file once there is one. Use as a context manager."""

    def __init__(self, sheet: Sheet, folder: Path | None, *, dry_run: bool) -> None:
        self.sheet = sheet
        self.count = 0
        self.reasons: dict[str, int] = {}
        self.path: Path | None = None
        self._folder = folder
        self._dry_run = dry_run
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add_row(self, line: int, row: Row, reason: str) -> None:
        """Write a row as it stood in the file, with its number and the reason."""
        self.count += 1
        if len(self.reasons) < 1000:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if self._dry_run:
            return
        if self._writer is None:
            self._open_file()
        # Filled up to the width of the header, so that the two added columns stand below their names.
        cells: Sequence[str] = [*row, *[""] * (len(self.sheet.columns) - len(row))]
        self._writer.writerow([*(cell.encode("utf-8", "replace").decode() for cell in cells), line, reason])

    def _open_file(self) -> None:
        part = f".{self.sheet.part}" if self.sheet.part else ""
        name = f"{self.sheet.path.name}{part}{ENDING}"
        # The file's own folder may be read-only, such as a mounted share.
        folders = [self._folder] if self._folder else [self.sheet.path.parent, Path.cwd()]
        for folder in folders:
            try:
                self._file = (folder / name).open("w", encoding="utf-8", newline="")
            except OSError:
                continue
            self.path = folder / name
            self._writer = csv.writer(self._file)
            self._writer.writerow([*self.sheet.columns, *ADDED])
            return
        raise ImportTrouble(
            f"The rejected rows of {self.sheet.label} cannot be written to {' or to '.join(map(str, folders))}."
            " Run the import in a folder that may be written to."
        )
