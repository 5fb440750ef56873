"""What can go wrong with the database, in words for the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError


class DatabaseTrouble(Exception):
    """Raised when the database cannot do this now. Nothing was changed.

    The message says what an operator can do, and may name files and servers.
    """

    for_people = (
        "I cannot reach my data at the moment, so nothing was changed."
        " Please try again in a minute; if it stays so, tell whoever looks after Leadlight."
    )
    """What a rep is told."""


class SchemaTrouble(DatabaseTrouble):
    """Raised where the tables are missing, or older or newer than this program."""


class DiskTrouble(DatabaseTrouble):
    """Raised where nothing can be written until somebody sees to the disk."""

    for_people = (
        "The disk that I write to is full or damaged, so nothing was changed."
        " Please tell whoever looks after Leadlight."
    )


class LostConnection(DatabaseTrouble):
    """Raised where the connection broke. It is not known whether what was under way was done."""

    for_people = (
        "I lost the connection to my data in the middle of this. Please look whether it was done before you try again."
    )


class Contention(DatabaseTrouble):
    """Raised where another transaction was in the way. The same work, tried again, may well succeed."""

    for_people = "Somebody else is writing at this moment, so nothing was changed. Please try again in a few seconds."


class StaleRecord(Exception):
    """Raised when somebody else changed the record after it was read. Nothing was changed."""


class KeyTaken(Exception):
    """Raised when another transaction stored a row of the same key first. Nothing was changed.

    Tried again, the work finds that row.
    """


@contextmanager
def translate_errors(where: str) -> Iterator[None]:
    """Turn the driver's errors into sentences; `where` names the database without its password."""
    try:
        yield
    except StaleDataError as error:
        raise StaleRecord from error
    except PoolTimeout as error:
        raise Contention(f"All connections to {where} are in use. Try again in a moment.") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION:
            # What is looked for before it is stored may be stored by another transaction in between. On SQLite that
            # cannot be, so there it is a fault of ours.
            key = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
            raise KeyTaken(f"another transaction was first to store a key (unique constraint {key})") from error
        trouble = _explain_error(error.orig, where, is_lost=error.connection_invalidated)
        if trouble is None or isinstance(error, IntegrityError | DataError):
            raise
        raise trouble from error
    except Exception as error:
        # What runs past SQLAlchemy, as pragmas do, raises the driver's own errors.
        trouble = _explain_error(error, where) if _is_operational(error) else None
        if trouble is None:
            raise
        raise trouble from error


def _explain_error(error: BaseException | None, where: str, *, is_lost: bool = False) -> DatabaseTrouble | None:
    """Return what a person can do about a driver's error; None where the program itself is wrong."""
    cause = str(error).lower()
    if "locked" in cause or getattr(error, "sqlstate", None) in CONTENDED:
        return Contention(f"The database {where} is busy with another write. Try again in a moment.")
    # A server that stops says so in words about connections, which also stand where none was made yet.
    if is_lost:
        return LostConnection(f"The connection to {where} was lost. Try again in a moment.")
    for words, sentence in SENTENCES:
        if words in cause:
            return (DiskTrouble if words in DISK else DatabaseTrouble)(sentence.format(where=where))
    if _is_operational(error):
        return DatabaseTrouble(f"The database {where} cannot be used: {cause.splitlines()[0]}")
    return None


def _is_operational(error: BaseException | None) -> bool:
    """Tell whether a driver's error is about the database's operation (PEP 249), not about what it was told."""
    return any(each.__name__ == OperationalError.__name__ for each in type(error).__mro__)


# PostgreSQL's states of a serialization failure, a deadlock and a lock that was not given in time.
CONTENDED = frozenset({"40001", "40P01", "55P03"})
UNIQUE_VIOLATION = "23505"

DISK = ("disk is full", "no space left", "disk i/o")
# The first words that stand in the driver's message decide.
SENTENCES = (
    (
        "readonly",
        "The database {where} is read-only. Give this user the right to write to it and to its folder.",
    ),
    ("query_only", "The database {where} is read-only."),
    (
        "read-only transaction",
        "The database {where} is read-only. Name the server that takes writes in DATABASE_URL.",
    ),
    ("not a database", "The file {where} is no Leadlight database. Name another one in DATABASE_URL."),
    (
        "malformed",
        "The database {where} is damaged. Restore the newest backup, then run: leadlight db check",
    ),
    ("disk is full", "The disk that holds {where} is full. Free some space and run this again."),
    ("no space left", "The disk that holds {where} is full. Free some space and run this again."),
    (
        "unable to open",
        "The database {where} cannot be opened. Check that its folder exists and may be written to.",
    ),
    ("disk i/o", "The disk that holds {where} reports an error. Check the disk and its free space."),
    ("no such table", "The database {where} has no tables yet. Run: leadlight db upgrade"),
    ('relation "', "The database {where} has no tables yet. Run: leadlight db upgrade"),
    # Tables of another form than the program's: it asks for no column that it does not know.
    (
        "no such column",
        "The tables of {where} are not as this program expects. Run: leadlight db upgrade",
    ),
    ("column ", "The tables of {where} are not as this program expects. Run: leadlight db upgrade"),
    (
        "password authentication",
        "The server of {where} refuses the user or the password. Check DATABASE_URL.",
    ),
    (
        '" does not exist',
        "The server has no {where} yet. Create the database and its user, or mend DATABASE_URL.",
    ),
    (
        "connection",
        "The database {where} does not answer. Check DATABASE_URL and that the server is running.",
    ),
)
