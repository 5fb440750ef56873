"""What can go wrong with the database, in words for the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

BUSY = "Somebody else is writing at this moment, so nothing was changed. Please try again in a few seconds."
FULL = (
    "The disk that I write to is full, so nothing was changed."
    " Please tell whoever looks after Leadlight to free some space."
)
AWAY = (
    "I cannot reach my data at the moment, so nothing was changed."
    " Please try again in a minute; if it stays so, tell whoever looks after Leadlight."
)


class DatabaseTrouble(Exception):
    """Raised when the database cannot do this now. Nothing was changed.

    The message says what an operator can do, and may name files and servers. `for_people` is what a rep is told.
    """

    def __init__(self, message: str, for_people: str = AWAY) -> None:
        super().__init__(message)
        self.for_people = for_people

    @property
    def disk_is_full(self) -> bool:
        """Tell whether nothing can be written until somebody makes room; what was to be written was surely not."""
        return self.for_people == FULL


class SchemaTrouble(DatabaseTrouble):
    """Raised where the tables are missing, or older or newer than this program."""


class StaleRecord(Exception):
    """Raised when somebody else changed the record after it was read. Nothing was changed."""


class Contention(DatabaseTrouble):
    """Raised where another transaction was in the way. The same work, tried again, may well succeed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, BUSY)


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
    for words, sentence, for_people in SENTENCES:
        if words in cause:
            return DatabaseTrouble(sentence.format(where=where), for_people)
    if is_lost:
        return DatabaseTrouble(f"The connection to {where} was lost. Try again in a moment.")
    if _is_operational(error):
        return DatabaseTrouble(f"The database {where} cannot be used: {cause.splitlines()[0]}")
    return None


def _is_operational(error: BaseException | None) -> bool:
    """Tell whether a driver's error is about the database's operation (PEP 249), not about what it was told."""
    return any(each.__name__ == OperationalError.__name__ for each in type(error).__mro__)


# PostgreSQL's states of a serialization failure, a deadlock and a lock that was not given in time.
CONTENDED = frozenset({"40001", "40P01", "55P03"})

# The first words that stand in the driver's message decide.
SENTENCES = (
    ("readonly", "The database {where} is read-only. Give this user the right to write to it and to its folder.", AWAY),
    ("query_only", "The database {where} is read-only.", AWAY),
    (
        "read-only transaction",
        "The database {where} is read-only. Name the server that takes writes in DATABASE_URL.",
        AWAY,
    ),
    ("not a database", "The file {where} is no Leadlight database. Name another one in DATABASE_URL.", AWAY),
    ("malformed", "The database {where} is damaged. Restore the newest backup, then run: leadlight db check", AWAY),
    ("disk is full", "The disk that holds {where} is full. Free some space and run this again.", FULL),
    ("no space left", "The disk that holds {where} is full. Free some space and run this again.", FULL),
    (
        "unable to open",
        "The database {where} cannot be opened. Check that its folder exists and may be written to.",
        AWAY,
    ),
    ("disk i/o", "The disk that holds {where} reports an error. Check the disk and its free space.", FULL),
    ("no such table", "The database {where} has no tables yet. Run: leadlight db upgrade", AWAY),
    ('relation "', "The database {where} has no tables yet. Run: leadlight db upgrade", AWAY),
    # Tables of another form than the program's: it asks for no column that it does not know.
    ("no such column", "The tables of {where} are not as this program expects. Run: leadlight db upgrade", AWAY),
    ("column ", "The tables of {where} are not as this program expects. Run: leadlight db upgrade", AWAY),
    ("password authentication", "The server of {where} refuses the user or the password. Check DATABASE_URL.", AWAY),
    (
        '" does not exist',
        "The server has no {where} yet. Create the database and its user, or mend DATABASE_URL.",
        AWAY,
    ),
    ("connection", "The database {where} does not answer. Check DATABASE_URL and that the server is running.", AWAY),
)
