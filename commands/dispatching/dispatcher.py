"""The one way in, for people and for models: validate, authorise, choose, confirm, run, audit.

See docs/architecture.md, "One way in".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from commands.contract.command import Command
from commands.contract.context import Context, WorkspaceDefaults, choose_time_zone
from commands.contract.errors import Ambiguous, CommandError, NoOpenQuestion, NotSettled
from commands.contract.reply import Button, Record, Reply, ReplyState
from commands.dispatching.conflicts import Overtaken, retry_conflicts
from commands.dispatching.failures import reply_to_failures
from commands.dispatching.prepare import prepare_command
from commands.dispatching.proposal import (
    compose_question,
    describe_done,
    fingerprint_card,
    hide_new_ids,
    keep_existing_records,
)
from commands.dispatching.request import Origin, PendingCall, Request
from commands.values.moment import Moment
from storage.audit import audit_log
from storage.audit.audit_log import build_entry
from storage.database.doors import Database, Session
from storage.digests.score_movement import follow_owners
from storage.ledger.change_ledger import ChangeLedger
from storage.names.name_index import NamedRecord
from storage.people import reps
from storage.people.visibility import CONSOLE, Asker, build_scope
from storage.scores.showing.bands import follow_cut_points
from storage.tables import Confirmation, Rep
from storage.threads import confirmations
from storage.workspaces.workspace_vocabulary import Vocabulary, load_vocabulary


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
        return reply_to_failures(call, lambda: self._dispatch_call(request, call))

    def answer_question(self, context: Context, verb: str, arguments: Mapping[str, Any]) -> Reply | None:
        """Answer a call that only reads within a transaction that is open; None where it needs one of its own.

        So it does to change something, to ask which record is meant, and to be refused.
        """
        if self._find_command(verb).writes:
            return None
        try:
            command, shown = prepare_command(self._find_command(verb), arguments, context)
            return replace(command.run(context), command=verb, arguments=shown)
        except (Ambiguous, CommandError):
            return None

    def confirm_proposal(self, request: Request, confirmation_id: str) -> Reply:
        """Carry out a proposal of this person, once, if the records are as they were when it was shown."""
        return reply_to_failures(None, lambda: self._confirm_or_overtake(request, confirmation_id))

    def cancel_proposal(self, request: Request, confirmation_id: str) -> Reply:
        """Cancel a proposal: it can never be confirmed after this."""
        return reply_to_failures(
            None,
            lambda: retry_conflicts(partial(self._settle_as_cancelled, request, confirmation_id), request.deadline),
        )

    def choose_record(self, request: Request, number: int, confirmation_id: str | None = None) -> Reply:
        """Carry on with the Nth choice (from 1) of an open question of this thread."""
        return reply_to_failures(None, lambda: self._carry_out_choice(request, number, confirmation_id))

    def find_open_question(self, request: Request) -> str | None:
        """Find the id of the thread's open question, a confirmation or a choice."""
        with self.database.begin_read() as session:
            row = confirmations.find_open_proposal(
                session,
                request.workspace_id,
                request.rep_id,
                request.thread,
                request.now,
                near=request.near,
                key=request.key,
            )
            return row.id if row else None

    def load_proposal(self, request: Request, confirmation_id: str) -> tuple[str, dict[str, Any]]:
        """Load the verb and arguments of this person's own open proposal.

        CommandError where it is not open any more.
        """
        with self.database.begin_read() as session:
            row = confirmations.find_proposal(session, request.workspace_id, request.rep_id, confirmation_id)
            self._require_open_question(row, request)
            assert row is not None
            return row.command, dict(row.arguments)

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
        try:
            return retry_conflicts(lambda: self._carry_out_call(request, call), request.deadline)
        except Ambiguous as several:
            # The first transaction is rolled back by now; the question is saved in one of its own.
            question = several
        return retry_conflicts(lambda: self._ask_which(request, call, question), request.deadline)

    def _carry_out_call(self, request: Request, call: PendingCall) -> Reply:
        kind = self._find_command(call.verb)
        call.shown = call.kept = None
        with self.database.begin_write() if kind.writes else self.database.begin_read() as session:
            context = self.build_context(session, request, locks=kind.writes)
            if kind.writes and request.key and (done := self._recall_done(context, request.key)):
                return done
            command, shown = prepare_command(kind, call.given, context)
            # Kept on the call, so that a failure below can name the arguments as they were understood.
            call.shown, call.kept = shown, command.get_given_arguments()
            reply = self._run_or_propose(context, command, call, shown, request.key)
            if kind.writes:
                _check_deadline(request)
        return reply

    def _run_or_propose(
        self, context: Context, command: Command, call: PendingCall, shown: dict[str, Any], key: str | None
    ) -> Reply:
        """Run the command; where it needs a yes first, roll back what it wrote and store it as a proposal."""
        if not command.writes:
            return replace(command.run(context), command=call.verb, arguments=shown)
        session = context.scope.session
        # A card shows what a real run changed, taken back by the savepoint. A second description of what would
        # happen could differ from what then happens.
        attempt = session.begin_nested()
        about_words = len(context.asks)
        reply = command.run(context)
        noted = context.ledger.noted
        # A model only ever proposes, also what is the asker's own and could be taken back.
        understood = call.origin is Origin.MODEL or (call.origin is Origin.SENTENCE and not command.at_once)
        # A form has shown what will happen, and sending it is the yes.
        unseen = command.always_asks and call.origin is not Origin.FORM
        if noted and not context.confirmed and (understood or unseen or context.asks):
            changes = hide_new_ids(context.build_changes(noted))
            question = compose_question(reply, changes)
            print_ = fingerprint_card(context.ledger, question, context.asks[about_words:])
            attempt.rollback()
            waiting = confirmations.save_proposal(
                session,
                workspace_id=context.scope.workspace_id,
                rep_id=context.asker.id,
                thread=context.thread,
                now=context.now,
                command=call.verb,
                arguments=command.get_given_arguments(),
                origin=call.origin,
                shown=print_,
            )
            return replace(
                reply,
                state=ReplyState.CONFIRM,
                head=question,
                notes=(*context.asks, *reply.notes),
                change=changes,
                records=keep_existing_records(reply.records, noted),
                confirmation=waiting,
                buttons=reply.instead,
                command=call.verb,
                arguments=shown,
            )
        attempt.commit()
        return self._audit_and_offer_undo(context, command, call.verb, shown, reply, key=key)

    def _audit_and_offer_undo(
        self, context: Context, command: Command, verb: str, shown: dict[str, Any], reply: Reply, *, key: str | None
    ) -> Reply:
        """Write the audit entry of what was done, and offer to undo it."""
        reply = replace(reply, command=verb, arguments=shown)
        # What was like that already leaves no entry: the log tells of changes, and undo looks for the last one.
        if not context.ledger.noted:
            # Or this very request has done it, in a transaction that ended while this one waited for its lock.
            return (self._recall_done(context, key) if key else None) or reply
        entry = context.ledger.write_entry(
            build_entry(
                context.asker,
                context.now,
                context.surface,
                verb,
                command.get_given_arguments(),
                undoes=reply.undoes,
                key=key,
            )
        )
        undo = (Button("Undo", "undo", {"change": str(entry)}),) if command.undoable else ()
        changes = context.build_changes(context.ledger.noted)
        return replace(reply, state=ReplyState.DONE, change=changes, buttons=(*reply.buttons, *undo))

    def _confirm_or_overtake(self, request: Request, confirmation_id: str) -> Reply:
        """Carry out a proposal; where its records have changed since, settle it as overtaken."""
        try:
            return retry_conflicts(lambda: self._carry_out_proposal(request, confirmation_id), request.deadline)
        except Overtaken:
            # Settled in a transaction of its own, since the failed one took its mark along; a second yes to a card
            # that shows old values must not find it open.
            with self.database.begin_write() as session:
                row = confirmations.lock_proposal(session, request.workspace_id, request.rep_id, confirmation_id)
                if row is not None and row.used_at is None:
                    confirmations.mark_used(session, row, "overtaken", request.now, request.key)
            raise

    def _carry_out_proposal(self, request: Request, confirmation_id: str) -> Reply:
        with self.database.begin_write() as session:
            row = confirmations.lock_proposal(session, request.workspace_id, request.rep_id, confirmation_id)
            context = self.build_context(session, request, confirmed=True, locks=True)
            if first := _find_first_key(row, request, "done"):
                if done := self._recall_done(context, first):
                    return done
                raise CommandError(ALREADY["done"])
            row = self._require_open_question(row, request)
            if row.choices is not None:
                raise NotSettled("Choose one of the records first.")
            command, shown = prepare_command(self._find_command(row.command), row.arguments, context, kept=True)
            reply = command.run(context)
            # Where nothing is left to change, the reply says what has become of it; nothing was overtaken.
            if context.ledger.noted:
                question = compose_question(reply, context.build_changes(context.ledger.noted))
                if fingerprint_card(context.ledger, question, context.asks) != row.shown:
                    raise Overtaken(ALREADY["overtaken"])
            confirmations.mark_used(session, row, "done", request.now, request.key)
            # Without a key of its own the yes goes by the question's id, which can be used only once as well.
            reply = self._audit_and_offer_undo(context, command, row.command, shown, reply, key=request.key or row.id)
            _check_deadline(request)
            return reply

    def _settle_as_cancelled(self, request: Request, confirmation_id: str) -> Reply:
        with self.database.begin_write() as session:
            row = confirmations.lock_proposal(session, request.workspace_id, request.rep_id, confirmation_id)
            if not _find_first_key(row, request, "cancelled"):
                row = self._require_open_question(row, request)
                confirmations.mark_used(session, row, "cancelled", request.now, request.key)
                _check_deadline(request)
        return Reply("All right, nothing was changed.")

    def _carry_out_choice(self, request: Request, number: int, confirmation_id: str | None) -> Reply:
        call, key = retry_conflicts(lambda: self._take_choice(request, number, confirmation_id), request.deadline)
        return reply_to_failures(call, lambda: self._dispatch_call(replace(request, key=key), call))

    def _take_choice(
        self, request: Request, number: int, confirmation_id: str | None
    ) -> tuple[PendingCall, str | None]:
        """Make the call that a choice stands for, and mark its question as answered.

        Return the call and the key of the request that chose first: what that one did is not done again.
        """
        with self.database.begin_write() as session:
            if confirmation_id is None:
                row = confirmations.find_open_proposal(
                    session,
                    request.workspace_id,
                    request.rep_id,
                    request.thread,
                    request.now,
                    near=request.near,
                    key=request.key,
                )
            else:
                row = confirmations.lock_proposal(session, request.workspace_id, request.rep_id, confirmation_id)
            if row is None or row.choices is None or row.field is None:
                raise NoOpenQuestion("There is nothing to choose from.")
            # Another number than the first is no repetition, and that one's card stays.
            chosen = {**row.arguments, row.field: row.choices[number - 1]} if 1 <= number <= len(row.choices) else None
            first = _find_first_key(row, request, "chosen") if chosen == row.arguments else None
            late = row.expires_at <= request.now and first != request.key
            if first is None or late or confirmations.replace_follow_ups(session, row, request.now):
                self._require_open_question(row, request)
            if chosen is None:
                raise NotSettled(f"Choose a number from 1 to {len(row.choices)}.")
            # With the origin of the first call: choosing a record is no yes to what a sentence or a model wanted.
            call = PendingCall(row.command, chosen, Origin(row.origin))
            if first is None:
                row.arguments = chosen
                confirmations.mark_used(session, row, "chosen", request.now, request.key)
                _check_deadline(request)
            return call, first or request.key

    def _require_open_question(self, row: Confirmation | None, request: Request) -> Confirmation:
        # The row was looked for among this person's own, so somebody else's question is none here.
        if row is None:
            raise NoOpenQuestion("There is no question of yours waiting under that.")
        if row.used_at is not None:
            # What was done or chosen may be answered by a card with buttons of its own, which must not be lost. Where
            # the question still stands long after, it never came.
            stands = row.outcome in ("done", "chosen") and row.expires_at > request.now
            raise (NotSettled if stands else CommandError)(ALREADY.get(row.outcome or "", ALREADY["done"]))
        if row.expires_at <= request.now:
            raise CommandError("That question is more than fifteen minutes old. Please ask again.")
        return row

    def _recall_done(self, context: Context, key: str) -> Reply | None:
        """Build the reply to a repeated request from the audit log; None where nothing was done under this key yet."""
        entry = audit_log.find_entry_by_key(context.scope.session, context.scope.workspace_id, context.asker.id, key)
        if entry is None:
            return None
        if entry.undone:
            return Reply("That was done, and undone again since.", ReplyState.DONE, command=entry.command)
        undo = () if entry.undoes else (Button("Undo", "undo", {"change": str(entry.number)}),)
        changes = context.build_changes(entry.noted)
        return Reply(describe_done(changes), ReplyState.DONE, change=changes, buttons=undo, command=entry.command)

    def _find_command(self, verb: str) -> type[Command]:
        try:
            return self.pressable[verb]
        except KeyError:
            raise CommandError(f"There is no command “{verb}”. Type help for what I can do.") from None

    def run_safely(self, work: Callable[[], Reply]) -> Reply:
        """Run work that makes several calls, and turn every failure in it into a Reply."""
        return reply_to_failures(None, work)

    def _ask_which(self, request: Request, call: PendingCall, several: Ambiguous) -> Reply:
        with self.database.begin_write() as session:
            shown = confirmations.find_focus(
                session, request.workspace_id, request.rep_id, request.thread, request.now, near=request.near
            )
            choices = _put_first(several.choices, shown.records if shown else [])[:MOST_CHOICES]
            waiting = confirmations.save_proposal(
                session,
                workspace_id=request.workspace_id,
                rep_id=request.rep_id,
                thread=request.thread,
                now=request.now,
                command=call.verb,
                # Arguments that were refused as ambiguous are as the surface gave them, and not all of that is JSON.
                arguments=json.loads(json.dumps(call.kept or call.arguments, default=str)),
                origin=call.origin,
                choices=[each.ref for each in choices],
                field=several.field,
            )
            _check_deadline(request)
        more = f" and {len(several.choices) - len(choices)} more; add a word" if several.choices[MOST_CHOICES:] else ""
        return Reply(
            f"Which “{several.words}” do you mean{more}?",
            ReplyState.CHOOSE,
            choices=tuple(_build_choice(each) for each in choices),
            confirmation=waiting,
            command=call.verb,
            arguments=call.arguments,
        )


MOST_CHOICES = 10
ALREADY = {
    "done": "That was done already. Nothing was changed again.",
    "cancelled": "That was cancelled. Please ask again.",
    "chosen": "That was answered already.",
    "replaced": "I asked that again since. Please answer there.",
    "overtaken": "The record changed in the meantime, so nothing was done. Please look again and repeat it.",
}


def _follow_changes(session: Session, changed: Sequence[tuple[Any, Set[str]]], *, now: datetime) -> None:
    """Update what is computed from records and kept elsewhere: bands, and how far scores moved."""
    follow_cut_points(session, changed)
    follow_owners(session, changed, now)


def _check_deadline(request: Request) -> None:
    """Mark the commit as begun. TooLate where the person was told meanwhile that nothing was done."""
    if request.deadline:
        request.deadline.begin_commit()


ON_ITS_WAY = timedelta(seconds=5)
"""How long an answer may take to stand where its card stood. Until then a second press is one too many."""


def _find_first_key(row: Confirmation | None, request: Request, outcome: str) -> str | None:
    """Return the key of the request that answered this question alike before; None where none did.

    Whoever presses again later has not seen what came of it: a process may have died between doing it and answering. A
    request without a key is answered where it is made, so nothing of it is lost.
    """
    if row is None or row.used_at is None or row.outcome != outcome or request.key is None:
        return None
    lost = row.used_by == request.key or request.now - row.used_at >= ON_ITS_WAY
    return row.used_by if lost else None


def _put_first(choices: Sequence[NamedRecord], shown: Sequence[str]) -> list[NamedRecord]:
    """Put the choices that the thread has shown before the others, in the order in which it showed them."""
    place = {reference: number for number, reference in enumerate(shown)}
    return sorted(choices, key=lambda each: place.get(each.ref, len(place)))


def _build_choice(each: NamedRecord) -> Record:
    fields = {"company": each.company, "email": each.email if each.name == each.company else None}
    shown = {name: value for name, value in fields.items() if value}
    return Record(each.kind, each.ref, each.name, each.external_id, shown)


__all__ = ["Dispatcher", "Origin", "Request"]
