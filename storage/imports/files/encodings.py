"""What encoding a file of text is in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from storage.imports.values.import_errors import ImportTrouble

CHUNK = 1 << 20
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-16's little-endian mark begins UTF-32's: the longer one is looked for first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)
# Only these are guessed at: with every encoding to choose from, the detector takes Western text for something exotic.
OTHER_SCRIPTS = ["cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "shift_jis", "gb18030", "big5", "euc_kr"]


def detect_encoding(path: Path) -> str:
    """Detect the encoding in which the whole file can be read. Raise ImportTrouble where it is no text."""
    with path.open("rb") as file:
        head = file.read(CHUNK)
        _refuse_other_formats(head, path)
        for bom, name in BOMS:
            if head.startswith(bom):
                return _check_readable(path, name)
        if b"\x00" in head:
            return _check_readable(path, _detect_utf16(head, path))
        # Bytes of other encodings are hardly ever valid UTF-8 to the end, so what can be read as UTF-8 is UTF-8.
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = head
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _detect_eight_bit(chunk, path)
    return "utf-8"


def _refuse_other_formats(head: bytes, path: Path) -> None:
    for start, what in FORMATS:
        if head.startswith(start):
            raise ImportTrouble(f"{path.name} is {what}, not CSV or JSON. Save it as CSV (UTF-8) and import that file.")


def _detect_utf16(head: bytes, path: Path) -> str:
    """Detect UTF-16 without a byte order mark by the zeros in every other byte of mostly Latin text."""
    even, odd = head[0:4000:2].count(0), head[1:4000:2].count(0)
    half = max(len(head[:4000]) // 2, 1)
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    raise ImportTrouble(f"{path.name} is not a text file. Export the records as CSV or JSON and import that file.")


def _check_readable(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(CHUNK):
                pass
    except UnicodeError:
        raise ImportTrouble(
            f"{path.name} begins as {encoding.upper()} but cannot be read to its end. Export it again as UTF-8."
        ) from None
    return encoding


def _detect_eight_bit(chunk: bytes, path: Path) -> str:
    """Detect a one-byte encoding: Windows' Western one, unless the bytes above ASCII make no sense in it."""
    if not _is_likely_western(chunk):
        best = from_bytes(chunk[:200_000], cp_isolation=OTHER_SCRIPTS).best()
        if best is not None:
            try:
                return _check_readable(path, best.encoding)
            except ImportTrouble:
                pass
    for encoding in ("cp1252", "latin-1"):
        try:
            return _check_readable(path, encoding)
        except ImportTrouble:
            continue
    raise ImportTrouble(f"{path.name} is in an encoding that cannot be read. Export it again as UTF-8.")


def _is_likely_western(chunk: bytes) -> bool:
    """Say whether the bytes above ASCII are accents in Western words rather than letters of another script."""
    # Western words have an accent here and there; in other scripts one high byte follows another.
    runs = re.findall(rb"[\x80-\xff]+", chunk)
    alone = sum(len(run) for run in runs if len(run) <= 2)
    return alone >= 0.5 * sum(map(len, runs))
