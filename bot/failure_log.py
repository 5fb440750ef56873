"""Logs what failed: one line where the words say what to do, the trace where a fault of ours has to be found."""

from __future__ import annotations

import logging

from storage.database.errors import DatabaseTrouble


def log_failure(log: logging.Logger, error: Exception, message: str, *values: object) -> None:
    """Log that something failed, as `message` with its `values`."""
    if isinstance(error, DatabaseTrouble):
        log.warning(f"{message}: %s", *values, error)
    else:
        log.error(message, *values, exc_info=error)
