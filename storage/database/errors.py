"""What can go wrong with the database, in words for the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError


class DatabaseTrouble(Exception):
    """Raised when the database cannot do this now. The message says what to do; nothing was changed."""


class SchemaTrouble(DatabaseTrouble):
    """Raised where the tables are missing, or older or newer than this program."""


class StaleRecord(Exception):
    """Raised when somebody else changed the record after it was read. Nothing was changed."""


class Contention(DatabaseTrouble):
    """Raised where another transaction was in the way. The same work, tried again, may well succeed."""


@contextmanager
def translate_errors(where: str) -> Iterator[None]:
    """Turn the driver's errors into sentences; `where` names the database without its password."""
    try:
        yield
    except StaleDataError as error:
        raise StaleRecord from error
    except DBAPIError as error:
        sentence = _explain_error(error)
        if sentence is None:
            raise
        trouble = Contention if sentence is BUSY else DatabaseTrouble
        raise trouble(sentence.format(where=where)) from error


def _explain_error(error: DBAPIError) -> str | None:
    """Return what a person can do about it; None where the program itself is wrong. It has a place for `where`."""
    cause = str(error.orig).lower()
    if getattr(error.orig, "sqlstate", None) in CONTENDED:
        return BUSY
    # A broken rule of the tables is a fault of the program. Its text quotes values, in which any words may stand.
    if not isinstance(error, IntegrityError | DataError):
        for words, sentence in SENTENCES:
            if words in cause:
                return sentence
    if error.connection_invalidated:
        return "The connection to {where} was lost. Try again in a moment."
    if isinstance(error, OperationalError):
        said = cause.splitlines()[0].replace("{", "{{").replace("}", "}}")
        return f"The database {{where}} cannot be used: {said}"
    return None


BUSY = "The database {where} is busy with another write. Try again in a moment."
# PostgreSQL's states of a serialization failure, a deadlock and a lock that was not given in time.
CONTENDED = frozenset({"40001", "40P01", "55P03"})

# The first words that stand in the driver's message decide.
SENTENCES = (
    ("locked", BUSY),
    (
        "readonly",
        "The database {where} is read-only. Give this user the right to write to it and to its folder.",
    ),
    ("query_only", "The database {where} is read-only."),
    ("read-only transaction", "The database {where} is read-only. Name the server that takes writes in DATABASE_URL."),
    ("not a database", "The file {where} is no Leadlight database. Name another one in DATABASE_URL."),
    ("malformed", "The database {where} is damaged. Restore the newest backup, then run: leadlight db check"),
    ("disk is full", "The disk that holds {where} is full. Free some space and run this again."),
    (
        "unable to open",
        "The database {where} cannot be opened. Check that its folder exists and may be written to.",
    ),
    ("disk i/o", "The disk that holds {where} reports an error. Check the disk and its free space."),
    ("no such table", "The database {where} has no tables yet. Run: leadlight db upgrade"),
    ('relation "', "The database {where} has no tables yet. Run: leadlight db upgrade"),
    # Tables of another form than the program's: it asks for no column that it does not know.
    ("no such column", "The tables of {where} are not as this program expects. Run: leadlight db upgrade"),
    ("column ", "The tables of {where} are not as this program expects. Run: leadlight db upgrade"),
    ("password authentication", "The server of {where} refuses the user or the password. Check DATABASE_URL."),
    ('" does not exist', "The server has no {where} yet. Create the database and its user, or mend DATABASE_URL."),
    (
        "connection",
        "The database {where} does not answer. Check DATABASE_URL and that the server is running.",
    ),
)
