"""`ask` and `chat`: the same dispatcher and the same answers as in Slack."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.dialogue.dialogue import Conversation
from bot.reply_object import as_object
from bot.terminal.person_option import Person
from bot.terminal.seat import Seat, take_seat
from bot.terminal.verb_outcome import STATUS, Failed, Outcome
from commands.contract.reply import Reply, State
from commands.dispatching.dispatcher import Dispatcher, Request

CHAT_THREAD = "terminal"


@dataclass(frozen=True)
class Wishes:
    """What `ask` was told beforehand: to confirm at once, to confirm a proposal, to pick a choice."""

    yes: bool = False
    confirm: str | None = None
    choose: int | None = None


def ask_once(outcome: Outcome, sentence: str | None, person: Person, wishes: Wishes) -> None:
    """Answer one sentence, or carry out a proposal, and print the answer."""
    seat = take_seat(person)
    if wishes.confirm is not None:
        reply = seat.dispatcher.confirm(seat.request, wishes.confirm)
    elif sentence is not None:
        reply = Conversation(seat.dispatcher, seat.listener).answer(seat.request, sentence)
        if wishes.choose is not None and reply.state is State.CHOOSE:
            reply = _kept(reply, seat.dispatcher.choose(seat.request, wishes.choose, reply.confirmation))
    elif wishes.choose is not None:
        reply = seat.dispatcher.choose(seat.request, wishes.choose)
    else:
        raise Failed('Say what to ask: leadlight ask "who is hot?"', "not_understood")
    if wishes.yes:
        reply = confirm_all(seat.dispatcher, seat.request, reply)
    outcome.status = STATUS[reply.state]
    if outcome.json:
        outcome.print_object(as_object(reply))
    else:
        from bot.terminal.terminal_reply import console, show

        show(console(), reply)


def chat_on(outcome: Outcome, person: Person, *, yes: bool) -> None:
    """Talk until an empty line or the end of input."""
    seat = take_seat(replace(person, thread=person.thread or CHAT_THREAD))
    if outcome.json or not sys.stdin.isatty():
        for line in sys.stdin:
            if line.strip():
                _print(outcome, _answer(seat, line, person, yes=yes))
        return
    from bot.terminal.terminal_chat import talk

    talk(seat, lambda line: _answer(seat, line, person, yes=yes))


def confirm_all(dispatcher: Dispatcher, request: Request, reply: Reply) -> Reply:
    """The reply after a yes to every proposal in it."""
    done = reply
    if reply.state is State.CONFIRM and reply.confirmation:
        done = _kept(reply, dispatcher.confirm(request, reply.confirmation))
    return replace(done, also=tuple(confirm_all(dispatcher, request, each) for each in reply.also))


def _kept(asked: Reply, answered: Reply) -> Reply:
    return replace(answered, understood_by=asked.understood_by, also=answered.also or asked.also)


def _answer(seat: Seat, line: str, person: Person, *, yes: bool) -> Reply:
    request = seat.request if person.now else replace(seat.request, now=datetime.now(UTC))
    reply = Conversation(seat.dispatcher, seat.listener).answer(request, line.strip())
    return confirm_all(seat.dispatcher, request, reply) if yes else reply


def _print(outcome: Outcome, reply: Reply) -> None:
    if outcome.json:
        outcome.print_object(as_object(reply))
    else:
        from bot.terminal.terminal_reply import console, show

        show(console(), reply)
