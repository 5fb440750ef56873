"""Answers what a person says: an open question first, then the typed form, then the phrases, then the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.dialogue.next_page import NextPage, extend_list, read_next_page
from bot.dialogue.short_answers import AROUND, read_choice_number, read_yes_or_no
from bot.dialogue.spoken_replies import QUIET, TOO_LONG, WHICH_ONE, reply_not_understood, say_as_asked
from bot.model.turn.turn_listening import Listening
from commands.contract.errors import CommandError
from commands.contract.reply import Reply, ReplyState
from commands.contract.typed_form import read_typed_form
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.failures import reply_to_failures
from commands.dispatching.open_questions import find_open_question, is_open_offer, save_offers
from commands.dispatching.request import Origin, Request
from commands.language.offers import CLOSEST
from commands.language.reader import read_sentence
from commands.language.sentences.sentence import FocusView
from commands.language.understood import NotUnderstood, Understood
from commands.values.text import tokenize_text
from commands.wording.list_pages import PAGE, head_page
from storage.database.errors import DatabaseTrouble
from storage.names import mentions
from storage.names.name_index import parse_ref
from storage.names.normalise import split_words
from storage.names.text_lengths import LONGEST_SENTENCE, MOST_SENTENCE_WORDS
from storage.threads import confirmations

if TYPE_CHECKING:
    from bot.model.model_listener import Listener
    from commands.contract.context import Context
    from commands.language.readings.weights import Weights

MOST_ANSWER_WORDS, MOST_NAME_WORDS = 6, 4
"""How many words an answer to an open question has at the most, and one that names a record to choose."""


class Conversation:
    """Answers what people say, and what they press, through one dispatcher. Whatever is said, a Reply comes out.

    `listener` is a language model, asked where the phrases are not sure; without one the phrases answer alone.
    `weights` are those of the reader of phrases, by default the ones that come with the package.
    """

    def __init__(
        self, dispatcher: Dispatcher, listener: Listener | None = None, weights: Weights | None = None
    ) -> None:
        self.dispatcher = dispatcher
        self.listener = listener
        self.weights = weights

    def answer_text(self, request: Request, text: str, listening: Listening | None = None) -> Reply:
        """Answer one line of text. `listening` hears how a model gets on.

        See docs/architecture.md, "How text is answered", for the order.
        """
        reply = reply_to_failures(lambda: self._route_text(request, text, listening or Listening()))
        if self.listener is not None and request.thread and text.strip():
            # What was done stands, and its answer is shown, whether or not the thread can be remembered.
            with suppress(DatabaseTrouble), self.dispatcher.database.begin_write() as session:
                self.listener.remember_turn(session, request, text, (reply, *reply.also))
        return reply

    def _route_text(self, request: Request, text: str, listening: Listening) -> Reply:
        if not text.strip():
            return QUIET
        # Reading takes longer with every word; a pasted mail of many pages must not hold up everybody else.
        if len(text) > LONGEST_SENTENCE:
            return TOO_LONG
        settled = self._answer_open_question(request, text)
        if settled is not None:
            return settled
        # A sentence of one letter would be read as “why” or “and”.
        if len(text.strip()) == 1 and any(read_yes_or_no(text)):
            return reply_not_understood(NotUnderstood(text, CLOSEST))
        try:
            typed = read_typed_form(text, self.dispatcher.commands)
        except CommandError as error:
            return Reply(str(error), ReplyState.REFUSED, understood_by="none")
        if typed is not None:
            reply = self.dispatcher.dispatch(request, *typed, Origin.TYPED)
            self.remember_focus(request, [reply])
            return replace(reply, understood_by="phrases")
        page = read_next_page(text)
        if page is not None and (turned := self._turn_page(request, page)) is not None:
            return turned
        if len(tokenize_text(text).tokens) > MOST_SENTENCE_WORDS:
            return self._answer_long_text(request, text, listening)
        return self._answer_sentence(request, text, listening)

    def _turn_page(self, request: Request, page: NextPage) -> Reply | None:
        """Go on with the list that the thread showed last; None where it showed none."""
        with self.dispatcher.database.begin_read() as session:
            focus = self.load_focus(session, request)
        # A message in Slack shows no more than a page: what it cannot show must not count as shown.
        if request.surface.startswith("slack"):
            page = replace(page, count=min(page.count, PAGE))
        extended = extend_list(focus, page)
        if extended is None:
            return None
        arguments, start = extended
        reply = self.dispatcher.dispatch(request, focus.command or "", arguments, Origin.TYPED)
        # What has parts is shown anew as a whole, with more in them.
        if reply.state is ReplyState.ANSWERED and reply.records and not reply.parts:
            shown = len(reply.records)
            reply = replace(reply, head=head_page(reply, min(start, shown), shown), start=min(start, shown))
        return self._finish_reply(request, reply)

    def _answer_long_text(self, request: Request, text: str, listening: Listening) -> Reply:
        """Answer a text of too many words for the phrases: only a model can make something of it."""
        if self.listener is None:
            return TOO_LONG
        with self.dispatcher.database.begin_read() as session:
            focus = self.load_focus(session, request)
        reply = self._answer_request(request, NotUnderstood(text, CLOSEST), focus, listening)
        self.remember_focus(request, [reply])
        return reply

    def carry_out(self, request: Request, verb: str, arguments: Mapping[str, Any]) -> Reply:
        """Answer the press of a button that carries a call. As a typed command, it runs at once."""
        return self._finish_reply(request, self.dispatcher.dispatch(request, verb, arguments, Origin.TYPED))

    def confirm_proposal(self, request: Request, confirmation_id: str) -> Reply:
        """Answer a pressed Confirm."""
        return self._finish_reply(request, self.dispatcher.confirm_proposal(request, confirmation_id))

    def pick_choice(self, request: Request, number: int, confirmation_id: str) -> Reply:
        """Answer a pressed choice; `number` counts from 1."""
        return self._finish_reply(request, self.dispatcher.choose_record(request, number, confirmation_id))

    def _answer_open_question(self, request: Request, text: str) -> Reply | None:
        """Answer what waits in this thread with a yes, a no or a number; None where a line is none of these."""
        # The words come first and the database after them: most lines cannot be an answer, and need no look-up.
        words = [token.norm for token in tokenize_text(text).tokens]
        agrees, refuses = read_yes_or_no(text)
        # A thumb up is written `+1`, and chooses nothing.
        numbered = None if agrees or refuses else read_choice_number(words)
        if len(words) > MOST_ANSWER_WORDS or not (agrees or refuses or numbered):
            return None
        row = self._find_open_question(request)
        if row is None:
            return None
        waiting, choices = row
        if refuses:
            return replace(self.dispatcher.cancel_proposal(request, waiting), understood_by="phrases")
        if choices is None:
            return self._finish_reply(request, self.dispatcher.confirm_proposal(request, waiting)) if agrees else None
        if agrees and len(choices) > 1:
            return WHICH_ONE
        number = 1 if agrees else numbered
        if number is None or not 1 <= number <= len(choices):
            return None
        return self._finish_reply(request, self.dispatcher.choose_record(request, number, waiting))

    def _finish_reply(self, request: Request, reply: Reply) -> Reply:
        self.remember_focus(request, [reply])
        return replace(reply, understood_by="phrases")

    def _find_open_question(self, request: Request) -> tuple[str, list[Any] | None] | None:
        with self.dispatcher.database.begin_read() as session:
            row = find_open_question(session, request)
            if row is None or (is_open_offer(row) and self._went_on_since(session, request, row.created_at)):
                return None
            return row.id, list(row.choices) if row.choices is not None else None

    def _went_on_since(self, session: Any, request: Request, moment: datetime) -> bool:
        """Tell whether the thread has shown something since: an offer was pressed by then, or something else asked."""
        shown = confirmations.find_focus(
            session, request.workspace_id, request.rep_id, request.thread, request.now, near=request.near
        )
        return shown is not None and shown.updated_at > moment

    def _match_choice(self, request: Request, context: Context, text: str) -> tuple[int, str] | None:
        """Find the one record to choose whose name or company has all the words of a line: its number, the question."""
        words = [token.norm for token in tokenize_text(text).tokens]
        # A number chooses by its place, and nothing where there are not so many.
        wanted = {word for word in words if word not in AROUND} if read_choice_number(words) is None else set()
        row = find_open_question(context.scope.session, request) if wanted and len(words) <= MOST_NAME_WORDS else None
        choices = row.choices or [] if row is not None else []
        if row is None or not all(isinstance(each, str) for each in choices):
            return None
        keys = [(parsed[0] or "", parsed[1]) for choice in choices if (parsed := parse_ref(choice))]
        known = mentions.load_mentioned(context.scope, keys) if keys else {}
        fits = [
            number
            for number, key in enumerate(keys, 1)
            if key in known and wanted <= {*split_words(known[key].name), *split_words(known[key].company)}
        ]
        # Words that fit two of the choices choose neither: a change must not go to the wrong Jane.
        return (fits[0], row.id) if len(fits) == 1 else None

    def _answer_sentence(self, request: Request, text: str, listening: Listening) -> Reply:
        try:
            with self.dispatcher.database.begin_read() as session:
                context = self.dispatcher.build_context(session, request)
                chosen = self._match_choice(request, context, text)
                focus = self.load_focus(session, request)
                requests = read_sentence(text, context, focus, self.weights) if chosen is None else []
                answered = self._answer_question(context, requests)
        except CommandError as error:
            return Reply(str(error), ReplyState.REFUSED, understood_by="none")
        if chosen is not None:
            return self._finish_reply(request, self.dispatcher.choose_record(request, *chosen))
        if answered is not None:
            return self._finish_reply(request, answered)
        if self.listener is not None:
            requests = _merge_unread(requests, text)
        replies: list[Reply] = []
        for number, each in enumerate(requests, 1):
            # “Show me Jane Doe and convert her”: the second request is about what the first one showed.
            shown = [found for reply in replies for found in _list_references(reply)]
            about = FocusView(tuple(shown)) if shown else focus
            replies.append(self._answer_request(_key_request(request, number), each, about, listening))
        if any(isinstance(each, NotUnderstood) and self._asks_what_was_meant(each) for each in requests):
            self._set_questions_aside(request)
            replies = self._save_offers(request, requests, replies)
        self._answer_cards_in_order(request, replies)
        self.remember_focus(request, [each for reply in replies for each in (reply, *reply.also)])
        first, *others = replies
        return replace(first, also=(*first.also, *others)) if others else first

    def _answer_question(self, context: Context, requests: Sequence[Understood | NotUnderstood]) -> Reply | None:
        """Answer what is but one question in the transaction that it was read in; None where it is anything else."""
        match requests:
            case [Understood() as only]:
                reply = self.dispatcher.answer_question(context, only.verb, only.arguments)
                return None if reply is None else say_as_asked(reply, only)
        return None

    def _answer_request(
        self, request: Request, each: Understood | NotUnderstood, focus: FocusView, listening: Listening
    ) -> Reply:
        if isinstance(each, NotUnderstood):
            # Good manners need no model.
            if self.listener is None or each.because is not None:
                return reply_not_understood(each)
            return self.listener.answer_with_model(request, each, focus, listening)
        return say_as_asked(self.dispatcher.dispatch(request, each.verb, each.arguments, Origin.SENTENCE), each)

    def _asks_what_was_meant(self, each: NotUnderstood) -> bool:
        """Tell whether the answer is “did you mean …?”. Where a model answers, its cards stay open to a yes."""
        return self.listener is None and each.because is None and bool(each.perhaps or each.near)

    def _set_questions_aside(self, request: Request) -> None:
        """Take a yes to “did you mean …?” for no answer to the card that was shown before it."""
        with suppress(DatabaseTrouble):
            if request.thread and self._find_open_question(request) is not None:
                with self.dispatcher.database.begin_write() as session:
                    confirmations.set_aside(
                        session, request.workspace_id, request.rep_id, request.thread, near=request.near
                    )

    def _save_offers(
        self, request: Request, requests: Sequence[Understood | NotUnderstood], replies: list[Reply]
    ) -> list[Reply]:
        """Have the thread wait for the number of an offer, or for a yes where there is but one."""
        match requests, replies:
            # Of two questions at once a number says too little.
            case [NotUnderstood(nobody="", perhaps=(_, *_))], [Reply(buttons=(_, *_)) as only] if request.thread:
                with suppress(DatabaseTrouble), self.dispatcher.database.begin_write() as session:
                    return [replace(only, confirmation=save_offers(session, request, only.buttons))]
        return replies

    def _answer_cards_in_order(self, request: Request, replies: Sequence[Reply]) -> None:
        """Take the next yes for the first of the cards that a message was answered with."""
        cards = [each.confirmation for each in replies if each.confirmation]
        if len(cards) > 1:
            with suppress(DatabaseTrouble), self.dispatcher.database.begin_write() as session:
                confirmations.answer_in_order(session, request.workspace_id, request.rep_id, cards)

    def load_focus(self, session: Any, request: Request) -> FocusView:
        """Load what the thread of a request showed last."""
        if not request.thread:
            return FocusView()
        row = confirmations.find_focus(
            session, request.workspace_id, request.rep_id, request.thread, request.now, near=request.near
        )
        if row is None:
            return FocusView()
        return FocusView(tuple(row.records), row.command, dict(row.arguments or {}), listed=tuple(row.listed or ()))

    def remember_focus(self, request: Request, replies: Sequence[Reply]) -> None:
        """Keep the records that the thread was shown last, and the call that showed them."""
        if not request.thread:
            return
        # What was done stands, and its answer is shown, whether or not the thread can be remembered.
        with suppress(DatabaseTrouble):
            for reply in replies:
                self._save_focus(request, reply)

    def _save_focus(self, request: Request, reply: Reply) -> None:
        records = _list_references(reply)
        # Where nothing was found or understood, the thread stays about what it showed before.
        if reply.command is None or reply.state in (ReplyState.NOT_UNDERSTOOD, ReplyState.ERROR):
            return
        if not records and reply.state in (ReplyState.NOT_FOUND, ReplyState.REFUSED):
            return
        # What was said with something that is done, like the words of a call or the amount of a deal, is not meant for
        # the next one, unless that is “the same for Jane”.
        kind = self.dispatcher.pressable.get(reply.command)
        again = kind is not None and kind.repeats and not kind.always_asks
        over = reply.state is ReplyState.DONE and not again
        arguments = {} if over else _serialize_arguments(reply.arguments or {})
        # “More” after the top 20 goes on behind the ten that a message in Slack shows.
        if "limit" in arguments and request.surface.startswith("slack"):
            arguments["limit"] = min(arguments["limit"], reply.start + PAGE)
        with self.dispatcher.database.begin_write() as session:
            # A sum or a forecast shows no record: “her” still means whom the thread was about before.
            before = self.load_focus(session, request) if len(records) <= 1 else FocusView()
            kept = records or list(before.records)
            # Who goes through a list record by record still means its places by “the third one”.
            goes_on = len(kept) == 1 and kept[0] in before.in_order and len(before.in_order) > 1
            confirmations.save_focus(
                session,
                workspace_id=request.workspace_id,
                rep_id=request.rep_id,
                thread=request.thread,
                now=request.now,
                records=kept[:50],
                command=reply.command,
                listed=list(before.in_order)[:50] if goes_on else None,
                arguments=arguments,
            )


def _merge_unread(requests: Sequence[Understood | NotUnderstood], text: str) -> list[Understood | NotUnderstood]:
    """Join all that the phrases could not read into one request."""
    unread = [each for each in requests if isinstance(each, NotUnderstood)]
    if len(unread) < 2:
        return list(requests)
    # A model is asked once a message: its deadline is that of the whole message.
    words = text if len(unread) == len(requests) else "; ".join(each.words for each in unread)
    perhaps = tuple(dict.fromkeys(guess for each in unread for guess in each.perhaps))
    merged = NotUnderstood(words, unread[0].closest, perhaps=perhaps)
    return [merged if each is unread[0] else each for each in requests if each not in unread[1:]]


def _key_request(request: Request, number: int) -> Request:
    """Make the request for the Nth part of a message, with a key of its own."""
    # A key lets one write through, so that a redelivered message writes once; a second write needs a second key.
    return replace(request, key=f"{request.key}/{number}") if request.key and number > 1 else request


def _list_references(reply: Reply) -> list[str]:
    """List the references of the records that a reply is about, in its order."""
    kinds = ("lead", "contact", "account", "opportunity")
    # Of follow-ups each stands for whom it is with: “the second one” is in its place, whoever came before.
    with_whom = [each.fields.get("about_id") for each in reply.records if each.kind == "follow_up"]
    if any(with_whom) and reply.command == "list_follow_ups":
        return [each or "" for each in with_whom]
    found = [each.id for each in (*reply.records, *reply.choices) if each.kind in kinds]
    # A write shows what it changed and no list of records.
    found = found or [each.id for each in reply.change if each.kind in kinds]
    return [each for each in dict.fromkeys(found) if parse_ref(each)]


def _serialize_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(arguments, default=str))
    return plain
