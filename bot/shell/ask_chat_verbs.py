"""`ask` and `chat`: the same dispatcher and the same answers as in Slack."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.dialogue.dialogue import Conversation
from bot.reply_object import encode_reply
from bot.terminal.person_option import AskerOptions
from bot.terminal.seat import Seat, take_seat
from bot.terminal.verb_outcome import STATUS, VerbFailure, VerbOutcome
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request

# A chat without a thread could not tell what “her” means, nor what a yes is said to.
CHAT_THREAD = "terminal"


@dataclass(frozen=True)
class Wishes:
    """Holds what `ask` was told beforehand: confirm at once, confirm a proposal, or pick a choice."""

    yes: bool = False
    confirm: str | None = None
    choose: int | None = None


def ask_once(outcome: VerbOutcome, sentence: str | None, person: AskerOptions, wishes: Wishes) -> None:
    """Answer one sentence, or carry out a proposal, and print the answer."""
    seat = take_seat(person)
    if wishes.confirm is not None:
        reply = seat.dispatcher.confirm_proposal(seat.request, wishes.confirm)
    elif sentence is not None:
        reply = Conversation(seat.dispatcher, seat.listener).answer_text(seat.request, sentence)
        if wishes.choose is not None and reply.state is ReplyState.CHOOSE:
            reply = _carry_over(reply, seat.dispatcher.choose_record(seat.request, wishes.choose, reply.confirmation))
    elif wishes.choose is not None:
        reply = seat.dispatcher.choose_record(seat.request, wishes.choose)
    else:
        raise VerbFailure('Say what to ask: leadlight ask "who is hot?"', "not_understood")
    if wishes.yes:
        reply = confirm_all(seat.dispatcher, seat.request, reply)
    outcome.status = STATUS[reply.state]
    _print_answer(outcome, reply)


def chat_in_terminal(outcome: VerbOutcome, person: AskerOptions, *, yes: bool) -> None:
    """Talk with a person until an empty line; answer piped lines one by one until the end of input."""
    seat = take_seat(replace(person, thread=person.thread or CHAT_THREAD))
    if outcome.json or not sys.stdin.isatty():
        for line in sys.stdin:
            if line.strip():
                _print_answer(outcome, _answer_line(seat, line, person, yes=yes))
        return
    from bot.terminal.terminal_chat import run_chat

    run_chat(seat, lambda line: _answer_line(seat, line, person, yes=yes))


def confirm_all(dispatcher: Dispatcher, request: Request, reply: Reply) -> Reply:
    """Confirm every proposal in a reply; return the reply after that."""
    done = reply
    if reply.state is ReplyState.CONFIRM and reply.confirmation:
        done = _carry_over(reply, dispatcher.confirm_proposal(request, reply.confirmation))
    return replace(done, also=tuple(confirm_all(dispatcher, request, each) for each in reply.also))


def _carry_over(asked: Reply, answered: Reply) -> Reply:
    # Carrying out a proposal reads no sentence: how it was read, and what else it asked for, the first reply knows.
    return replace(answered, understood_by=asked.understood_by, also=answered.also or asked.also)


def _answer_line(seat: Seat, line: str, person: AskerOptions, *, yes: bool) -> Reply:
    # A chat may last for hours; with `--now` its clock stands still, so that a script gives the same every time.
    request = seat.request if person.now else replace(seat.request, now=datetime.now(UTC))
    reply = Conversation(seat.dispatcher, seat.listener).answer_text(request, line.strip())
    return confirm_all(seat.dispatcher, request, reply) if yes else reply


def _print_answer(outcome: VerbOutcome, reply: Reply) -> None:
    if outcome.json:
        outcome.print_object(encode_reply(reply))
    else:
        from bot.terminal.terminal_reply import open_console, print_reply

        print_reply(open_console(), reply)
