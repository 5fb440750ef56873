"""Logs what failed: one line where the words say what to do, the trace where a fault of ours has to be found."""

from __future__ import annotations

import logging

from storage.database.errors import DatabaseTrouble
from storage.database.trouble_log import TROUBLES


class KnownFailure(Exception):
    """Raised for what was logged where it happened, with what a person is told of it."""


def log_failure(log: logging.Logger, error: Exception, message: str, *values: object) -> None:
    """Log that something failed, as `message` with its `values`; a trouble of the database as its own sentence."""
    if isinstance(error, DatabaseTrouble):
        TROUBLES.log_trouble(log, str(error))
    elif not isinstance(error, KnownFailure):
        log.error(message, *values, exc_info=error)


def explain_failure(error: Exception) -> str | None:
    """Return what a person is told about what failed; None where only the log can tell."""
    if isinstance(error, DatabaseTrouble):
        return error.for_people
    return str(error) if isinstance(error, KnownFailure) else None
