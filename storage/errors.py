"""What can go wrong with the database, in words for the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError


class DatabaseTrouble(Exception):
    """The database cannot do this now. The message says what to do; nothing was changed."""


class Overtaken(Exception):
    """Somebody else changed the record between reading and writing it. Nothing was changed."""


@contextmanager
def plain_words(where: str) -> Iterator[None]:
    """Turn the driver's errors into sentences; `where` names the database without its password."""
    try:
        yield
    except StaleDataError as error:
        raise Overtaken from error
    except OperationalError as error:
        raise DatabaseTrouble(_sentence(str(error.orig).lower(), where)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseTrouble(f"The connection to {where} was lost. Try again in a moment.") from error
        raise


def _sentence(cause: str, where: str) -> str:
    for words, sentence in SENTENCES:
        if words in cause:
            return sentence.format(where=where)
    return f"The database {where} cannot be used: {cause.splitlines()[0]}"


SENTENCES = (
    ("locked", "The database {where} is busy with another write. Try again in a moment."),
    (
        "readonly",
        "The database {where} is read-only. Give this user the right to write to it and to its folder.",
    ),
    ("query_only", "The database {where} is read-only."),
    ("disk is full", "The disk that holds {where} is full. Free some space and run this again."),
    (
        "unable to open",
        "The database {where} cannot be opened. Check that its folder exists and may be written to.",
    ),
    ("disk i/o", "The disk that holds {where} reports an error. Check the disk and its free space."),
    ("no such table", "The database {where} has no tables yet. Run: leadlight db upgrade"),
    (
        "connection",
        "The database {where} does not answer. Check DATABASE_URL and that the server is running.",
    ),
)
