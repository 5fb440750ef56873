"""Finding rows of one file that repeat an earlier one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

from storage.imports.rows.row_reader import ALIKE

CACHE_KIB = 16_000


class SeenKeys:
    """Remembers the keys of a file's rows and where each first stood. Use as a context manager."""

    def __init__(self) -> None:
        # On disk, so that memory does not grow with the file: SQLite makes a private database, which goes away with its
        # connection, for an empty name. Of a key only 63 bits of a digest are kept, which fill one of its integers.
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute("CREATE TABLE seen (digest INTEGER PRIMARY KEY, line INTEGER)")
        self._file.execute("BEGIN")

    def __enter__(self) -> SeenKeys:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def choose_keys(self, rows: Sequence[tuple[int, Sequence[str]]]) -> list[tuple[str | None, int]]:
        """Choose for each (line, keys) the first key that no earlier row has, and return it with the line.

        Where all are taken it is None, with the line of the row that has the first key.
        """
        firsts = [_hash_key(keys[0]) for _, keys in rows]
        known: dict[int, int] = {}
        listed = list(set(firsts))
        for start in range(0, len(listed), 500):
            part = listed[start : start + 500]
            marks = ",".join("?" * len(part))
            known.update(self._file.execute(f"SELECT digest, line FROM seen WHERE digest IN ({marks})", part))
        settled: list[tuple[str | None, int]] = []
        new: dict[int, int] = {}
        for (line, keys), first in zip(rows, firsts, strict=True):
            if keys[0].startswith(ALIKE):
                count = known[first] = new[first] = known.get(first, 0) + 1
                settled.append((keys[0] if count == 1 else f"{keys[0]}#{count}", line))
                continue
            if first not in known:
                known[first] = new[first] = line
                settled.append((keys[0], line))
                continue
            for key in keys[1:]:
                digest = _hash_key(key)
                if digest not in known and not self._has_digest(digest):
                    known[digest] = new[digest] = line
                    settled.append((key, line))
                    break
            else:
                settled.append((None, known[first]))
        self._file.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", new.items())
        return settled

    def _has_digest(self, digest: int) -> bool:
        return self._file.execute("SELECT 1 FROM seen WHERE digest = ?", (digest,)).fetchone() is not None


def _hash_key(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(errors="replace"), digest_size=8).digest(), "big") >> 1
