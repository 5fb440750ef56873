"""The one way in, for people and for models: validate, authorise, run or propose, audit, in one transaction a call.

See docs/architecture.md, "One way in".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from commands.contract.command import Command
from commands.contract.context import Context, WorkspaceDefaults, choose_time_zone
from commands.contract.errors import Ambiguous, CommandError, NotSettled
from commands.contract.reply import Reply
from commands.dispatching import open_questions
from commands.dispatching.audit_trail import audit_and_offer_undo, recall_done
from commands.dispatching.conflicts import retry_conflicts
from commands.dispatching.failures import reply_to_failures
from commands.dispatching.prepare import prepare_command
from commands.dispatching.proposal import Overtaken, build_card
from commands.dispatching.request import Origin, PendingCall, Request
from commands.values.moment import Moment
from storage.database.doors import Database, Session
from storage.digests.score_movement import follow_owners
from storage.ledger.change_ledger import ChangeLedger
from storage.people import reps
from storage.people.visibility import CONSOLE, Asker, build_scope
from storage.scores.showing.bands import follow_cut_points
from storage.tables import Rep
from storage.workspaces.workspace_vocabulary import Vocabulary, load_vocabulary

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Dispatcher:
    """Carries out calls. Each is one transaction; whatever happens, the answer is a Reply.

    `commands` can be said, typed and called by a model; `form_only` are those that only buttons and forms carry.
    """

    def __init__(
        self,
        database: Database,
        commands: Mapping[str, type[Command]],
        defaults: WorkspaceDefaults,
        form_only: Mapping[str, type[Command]] | None = None,
    ) -> None:
        self.database = database
        self.commands = commands
        self.pressable = {**commands, **(form_only or {})}
        self.defaults = defaults
        # Statuses, stages and settings seldom change, and every request needs them: a copy is kept, and read anew
        # only where the workspace's version says that it is old.
        self._vocabularies: dict[int, Vocabulary] = {}

    def dispatch(self, request: Request, verb: str, arguments: Mapping[str, Any], origin: Origin) -> Reply:
        """Carry out a call; or ask which record is meant, or for a yes where one is due."""
        call = PendingCall(verb, dict(arguments), origin)
        return reply_to_failures(lambda: self._dispatch_call(request, call), call)

    def answer_question(self, context: Context, verb: str, arguments: Mapping[str, Any]) -> Reply | None:
        """Answer a call that only reads within a transaction that is open; None where it needs one of its own.

        So it does to change something, to ask which record is meant, and to be refused.
        """
        kind = self._find_command(verb)
        if kind.writes:
            return None
        try:
            return _run_command(*prepare_command(kind, arguments, context), context)
        except (Ambiguous, CommandError):
            return None

    def confirm_proposal(self, request: Request, confirmation_id: str) -> Reply:
        """Carry out a proposal of this person, once, if the records are as they were when it was shown."""
        return reply_to_failures(lambda: self._confirm_or_overtake(request, confirmation_id))

    def cancel_proposal(self, request: Request, confirmation_id: str) -> Reply:
        """Cancel a proposal: it can never be confirmed after this."""
        return reply_to_failures(lambda: self._transact(request, open_questions.settle_as_cancelled, confirmation_id))

    def choose_record(self, request: Request, number: int, confirmation_id: str | None = None) -> Reply:
        """Carry on with the Nth choice (from 1) of an open question of this thread."""
        return reply_to_failures(lambda: self._carry_out_choice(request, number, confirmation_id))

    def build_context(
        self,
        session: Session,
        request: Request,
        *,
        confirmed: bool = False,
        words: Vocabulary | None = None,
        rep: Rep | None = None,
        locks: bool = False,
    ) -> Context:
        """Build the context of a request within a transaction. CommandError for one who may not ask at all.

        `words` is the workspace's vocabulary, `rep` the person who asks, where this transaction has read them
        already. With `locks` records are locked as they are found, to be changed.
        """
        words = words or load_vocabulary(session, request.workspace_id, self._vocabularies.get(request.workspace_id))
        if words is None:
            raise CommandError("There is no such workspace.")
        self._vocabularies[request.workspace_id] = words
        asker = self._load_asker(session, request, rep)
        scope = build_scope(session, asker, words.visibility or self.defaults.visibility, locks=locks)
        moment = Moment(request.now, choose_time_zone(asker, words, self.defaults), words)
        return Context(
            asker,
            scope,
            words,
            ChangeLedger(session, words, request.now, partial(_follow_changes, now=request.now)),
            moment,
            self.defaults,
            self.commands,
            request.surface,
            request.thread,
            confirmed,
        )

    def _load_asker(self, session: Session, request: Request, rep: Rep | None) -> Asker:
        if request.rep_id == CONSOLE:
            return reps.make_console_asker(request.workspace_id)
        # Read in the same transaction, however well a surface knows the person: role and rights may have changed
        # since a button was shown, and who was shut out must not press it any more.
        rep = rep or reps.find_rep(session, request.workspace_id, request.rep_id)
        if rep is None or not rep.active:
            raise CommandError("You are not known here. Ask an administrator to add you.")
        return reps.make_asker(rep)

    def _dispatch_call(self, request: Request, call: PendingCall) -> Reply:
        kind = self._find_command(call.verb)
        try:
            return self._transact(request, self._carry_out_call, kind, call, writes=kind.writes)
        except Ambiguous as several:
            # The first transaction is rolled back by now; the question is saved in one of its own.
            question = several
        return self._transact(request, open_questions.ask_which, call, question)

    def _transact(
        self, request: Request, work: Callable[[Session, Request, *Ts], T], *arguments: *Ts, writes: bool = True
    ) -> T:
        """Do a piece of a request's work in a transaction; begin anew where another one was in the way."""

        def attempt() -> T:
            with self.database.begin_write() if writes else self.database.begin_read() as session:
                return work(session, request, *arguments)

        return retry_conflicts(attempt, request.deadline)

    def _carry_out_call(self, session: Session, request: Request, kind: type[Command], call: PendingCall) -> Reply:
        call.shown = call.kept = None
        context = self.build_context(session, request, locks=kind.writes)
        if kind.writes and request.key and (done := recall_done(context, request.key)):
            return done
        command, shown = prepare_command(kind, call.given, context)
        # Kept on the call, so that a failure below can name the arguments as they were understood.
        call.shown, call.kept = shown, command.get_given_arguments()
        if not kind.writes:
            return _run_command(command, shown, context)
        reply = self._run_or_propose(session, request, context, command, call)
        request.begin_commit()
        return reply

    def _run_or_propose(
        self, session: Session, request: Request, context: Context, command: Command, call: PendingCall
    ) -> Reply:
        """Run a command that writes; where it needs a yes first, take back what it wrote and store it as a proposal."""
        # A card shows what a real run changed, taken back by the savepoint. A second description of what would
        # happen could differ from what then happens.
        attempt = session.begin_nested()
        about_words = len(context.asks)
        reply = _run_command(command, call.arguments, context)
        # A model only ever proposes, also what is the asker's own and could be taken back.
        understood = call.origin is Origin.MODEL or (call.origin is Origin.SENTENCE and not command.at_once)
        # A form has shown what will happen, and sending it is the yes.
        unseen = command.always_asks and call.origin is not Origin.FORM
        if context.ledger.noted and (understood or unseen or context.asks):
            card, fingerprint = build_card(context, reply, context.asks[about_words:])
            attempt.rollback()
            return replace(card, confirmation=open_questions.save_question(session, request, call, shown=fingerprint))
        attempt.commit()
        return audit_and_offer_undo(context, command, reply, key=request.key)

    def _confirm_or_overtake(self, request: Request, confirmation_id: str) -> Reply:
        """Carry out a proposal; where its records have changed since, settle it as overtaken."""
        try:
            return self._transact(request, self._carry_out_proposal, confirmation_id)
        except Overtaken:
            # Settled in a transaction of its own, since the failed one took its mark along; a second yes to a card
            # that shows old values must not find it open.
            with self.database.begin_write() as session:
                open_questions.settle_as_overtaken(session, request, confirmation_id)
            raise

    def _carry_out_proposal(self, session: Session, request: Request, confirmation_id: str) -> Reply:
        row = open_questions.lock_question(session, request, confirmation_id)
        context = self.build_context(session, request, confirmed=True, locks=True)
        if first := open_questions.find_first_key(row, request, "done"):
            if done := recall_done(context, first):
                return done
            raise CommandError(open_questions.ALREADY["done"])
        row = open_questions.require_open_question(row, request)
        if row.choices is not None:
            raise NotSettled("Choose one of the records first.")
        command, shown = prepare_command(self._find_command(row.command), row.arguments, context, kept=True)
        reply = _run_command(command, shown, context)
        # Where nothing is left to change, the reply says what has become of it; nothing was overtaken.
        if context.ledger.noted and build_card(context, reply, context.asks)[1] != row.shown:
            raise Overtaken(open_questions.ALREADY["overtaken"])
        open_questions.settle_question(session, row, request, "done")
        # Without a key of its own the yes goes by the question's id, which can be used only once as well.
        reply = audit_and_offer_undo(context, command, reply, key=request.key or row.id)
        request.begin_commit()
        return reply

    def _carry_out_choice(self, request: Request, number: int, confirmation_id: str | None) -> Reply:
        call, key = self._transact(request, open_questions.take_choice, number, confirmation_id)
        return reply_to_failures(lambda: self._dispatch_call(replace(request, key=key), call), call)

    def _find_command(self, verb: str) -> type[Command]:
        try:
            return self.pressable[verb]
        except KeyError:
            raise CommandError(f"There is no command “{verb}”. Type help for what I can do.") from None


def _run_command(command: Command, shown: dict[str, Any], context: Context) -> Reply:
    """Run a command; its reply says what was run, with the arguments as people read them."""
    return replace(command.run(context), command=command.verb(), arguments=shown)


def _follow_changes(session: Session, changed: Sequence[tuple[Any, Set[str]]], *, now: datetime) -> None:
    """Update what is computed from records and kept elsewhere: bands, and how far scores moved."""
    follow_cut_points(session, changed)
    follow_owners(session, changed, now)
