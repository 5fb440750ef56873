"""Turns every failure of a call into a reply."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace

from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.request import PendingCall
from storage.database.errors import DatabaseTrouble
from storage.database.trouble_log import TROUBLES

log = logging.getLogger(__name__)


def reply_to_failures(work: Callable[[], Reply], call: PendingCall | None = None) -> Reply:
    """Run a piece of work, or carry out this call, and turn every failure in it into a Reply."""
    try:
        return work()
    except NotFound as error:
        return _build_failure(ReplyState.NOT_FOUND, str(error), call, keeps_card=error.keeps_card)
    except CommandError as error:
        failure = _build_failure(ReplyState.REFUSED, str(error), call, keeps_card=error.keeps_card)
        return replace(failure, buttons=error.buttons)
    except DatabaseTrouble as trouble:
        # The operator's sentence names files and servers, which are no business of the people of a workspace.
        TROUBLES.log_trouble(log, str(trouble))
        return _build_failure(ReplyState.ERROR, trouble.for_people, call, keeps_card=True)
    except Exception:
        # The one place where an unforeseen fault ends. The person reads a number and no details, which could show
        # what others have or how the machine is set up; the log holds the whole of it under that number.
        number = secrets.token_hex(3)
        log.exception("unforeseen fault %s in %s", number, call.verb if call else "a conversation")
        words = f"Something went wrong on my side. Please report it as {number}."
        return _build_failure(ReplyState.ERROR, words, call, keeps_card=True)


def _build_failure(state: ReplyState, words: str, call: PendingCall | None, *, keeps_card: bool = False) -> Reply:
    reply = Reply(words, state, keeps_card=keeps_card)
    return reply if call is None else replace(reply, command=call.verb, arguments=call.arguments)
