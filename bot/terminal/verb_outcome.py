"""How a verb ends: what it prints, its exit status, and failures in plain words.

See docs/architecture.md, "States and exit codes".
"""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import typer

STATUS = {
    "answered": 0,
    "done": 0,
    "confirm": 3,
    "choose": 3,
    "not_understood": 4,
    "not_found": 4,
    "refused": 5,
    "error": 1,
}


@dataclass
class VerbOutcome:
    """Records how a verb ends, and prints: on stdout what was asked for, on stderr everything else."""

    json: bool = False
    status: int = 0

    def print_object(self, found: dict[str, Any]) -> None:
        """Print the one JSON object of a verb with `--json`."""
        sys.stdout.write(json_format.dumps(found, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def fail_with(self, sentence: str, state: str = "error") -> None:
        """Print a sentence that says what to do, and end with the exit status of `state`."""
        self.status = STATUS[state]
        if self.json:
            self.print_object({"state": state, "text": sentence})
        else:
            print(sentence, file=sys.stderr)  # noqa: T201


class VerbFailure(Exception):
    """Ends a verb with a state and a sentence for the person."""

    def __init__(self, sentence: str, state: str = "error") -> None:
        super().__init__(sentence)
        self.state = state


@contextmanager
def run_verb(*, json: bool = False) -> Iterator[VerbOutcome]:
    """Run a verb; whatever it cannot do ends as a sentence and an exit status, never as a stack trace."""
    outcome = VerbOutcome(json)
    try:
        yield outcome
    except VerbFailure as failure:
        outcome.fail_with(str(failure), failure.state)
    except KeyboardInterrupt:
        # 128 and the number of SIGINT, as shells report a program that was interrupted.
        outcome.status = 130
    except BrokenPipeError:
        # The reader of our output has gone (`leadlight export lead | head`): nothing more to say, and no error.
        # Without a stdout Python does not try to flush it once more at the end.
        sys.stdout = None
        outcome.status = 0
    except Exception as error:
        outcome.fail_with(_explain_error(error))
    if outcome.status:
        raise typer.Exit(outcome.status)


def _explain_error(error: Exception) -> str:
    # Imported only here, where something failed: every start of the program imports this module.
    from bot.settings import SettingsTrouble
    from storage.database.errors import DatabaseTrouble
    from storage.imports.values.import_errors import ImportTrouble

    if isinstance(error, SettingsTrouble | DatabaseTrouble | ImportTrouble):
        return str(error)
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"There is no file {error.filename}. Check the path."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'}: {error.strerror.lower()}."
    _log_error(error)
    return f"Something went wrong on my side ({type(error).__name__}). For details run it with LOG_LEVEL=DEBUG."


def _log_error(error: Exception) -> None:
    import logging

    from bot.settings import SettingsTrouble, read_settings

    # The error may be older than the reading of the settings, so logging may not have begun yet.
    with suppress(SettingsTrouble):
        logging.basicConfig(stream=sys.stderr, level=read_settings().log_level)
    logging.getLogger("leadlight").debug("unforeseen fault", exc_info=error)
