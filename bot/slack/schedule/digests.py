"""The morning digests: once a rep and local working day, at their local time, or not at all and then reported."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from bot.reply_object import jsonable
from bot.slack.outbox.delivery import REP, Letter
from bot.slack.outbox.failure_notices import to_administrators
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.outbox.sender import NO_ACCOUNT, TOO_LATE, Poster
from bot.slack.render import Message, message
from commands.digest.build import digest_of
from commands.digest.content import Digest
from commands.digest.preview_set import preview
from commands.digest.schedule import Due, Schedule, due_now, missed
from commands.dispatching.dispatcher import Dispatcher, Request
from commands.values.phrases import day_words
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble
from storage.digests import digest_runs
from storage.digests.digest_runs import FAILED, QUEUED, SENT, SILENT, SKIPPED, UNREACHABLE, Reader
from storage.people import reps
from storage.tables import Outbox, Rep
from storage.threads import confirmations
from storage.workspaces.workspace_vocabulary import Vocabulary, vocabulary

log = logging.getLogger(__name__)
SURFACE = "digest"
KEY = "digest"
BATCH = 50
"""Digests that are kept in one transaction."""

SPREAD = timedelta(minutes=10)
"""Over so long the digests of one minute are sent, or faster where they are few: one a second."""

FASTEST = timedelta(seconds=0.2)


@dataclass(frozen=True)
class Made:
    """A rep's digest of a local date, and what is to become of it."""

    reader: Reader
    due: Due
    state: str
    digest: Digest
    message: Message


@dataclass
class Tally:
    """What one look at the tables came to."""

    due: list[tuple[int, date]] = field(default_factory=list)
    """Reps and local dates whose digest is due now, made in this look or before."""


class Digests:
    """Makes the digests that are due and puts them into the outbox.

    Any number of processes may do so at once: who settles a rep's local date first sends it.
    """

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        poster: Poster,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._poster = poster
        self._clock = clock

    def tick(self, workspace_id: int, *, only: int | None = None) -> Tally:
        """Make what is due now; note what is over. Called each minute; `only` looks at one rep."""
        now = self._clock()
        with self._database.reading() as session:
            words = vocabulary(session, workspace_id)
            if words is None:
                return Tally()
            everyone = digest_runs.readers(session, workspace_id, only=only)
            settled = digest_runs.made(session, workspace_id, now.date() - timedelta(days=6))
            first_day = digest_runs.first_day(session, workspace_id)
        schedule = self._schedules(words)
        due = cache(lambda wish: due_now(wish, now, words.holidays))
        over = cache(lambda wish: missed(wish, now, words.holidays))
        tally = Tally()
        waiting: list[tuple[Reader, Due]] = []
        for reader in everyone:
            found = due(schedule(reader))
            if found is None:
                continue
            tally.due.append((reader.rep_id, found.local_date))
            if (reader.rep_id, found.local_date) not in settled:
                waiting.append((reader, found))
        late = [
            (reader, each)
            for reader in everyone
            for each in over(schedule(reader))
            if first_day is not None
            and each.local_date > first_day
            and reader.since < each.at
            and (reader.rep_id, each.local_date) not in settled
        ]
        self._skip(workspace_id, self._was_due(workspace_id, late))
        self._make(words, waiting)
        return tally

    def _was_due(self, workspace_id: int, late: Sequence[tuple[Reader, Due]]) -> list[tuple[Reader, Due]]:
        """Those that were missed indeed: a time that was set only after it had passed has missed nothing."""
        if not late:
            return []
        with self._database.reading() as session:
            first = min(due.at for _, due in late)
            changed = digest_runs.schedules_changed(session, workspace_id, first)
        return [
            (reader, due)
            for reader, due in late
            if all(changed.get(whose, first) <= due.at for whose in (reader.rep_id, None))
        ]

    def _schedules(self, words: Vocabulary) -> Callable[[Reader], Schedule]:
        defaults = self._dispatcher.defaults

        def schedule(reader: Reader) -> Schedule:
            return Schedule(
                reader.time or words.digest_time or defaults.digest_time,
                reader.days or words.working_days,
                reader.zone or words.time_zone or defaults.time_zone,
            )

        return schedule

    def _make(self, words: Vocabulary, waiting: Sequence[tuple[Reader, Due]]) -> None:
        if not waiting:
            return
        pause = max(FASTEST, min(timedelta(seconds=1), SPREAD / len(waiting)))
        number = 0
        for batch in _batches(waiting):
            now = self._clock()
            made = self._made_of(words, batch, now)
            letters: list[Letter | None] = []
            with self._database.writing() as session:
                for each in self._kept(session, words.id, made, now):
                    letters.append(self._poster.enlist(session, self._outgoing(words.id, each, pause * number)))
                    number += 1
            self._poster.send_off([each for each in letters if each is not None])

    def _made_of(self, words: Vocabulary, batch: Sequence[tuple[Reader, Due]], now: datetime) -> list[Made]:
        """The digests of a batch. One that cannot be made keeps nobody else waiting: it stays due, or is skipped."""
        try:
            with self._database.reading() as session:
                people = reps.several(session, words.id, [reader.rep_id for reader, _ in batch])
                return [self._made(session, words, people.get(each.rep_id), each, due, now) for each, due in batch]
        except DatabaseTrouble:
            raise
        except Exception:
            # One by one, to find the one that cannot be made.
            if len(batch) == 1:
                log.exception("the digest of rep %s cannot be made", batch[0][0].rep_id)
                return []
            return [made for each in batch for made in self._made_of(words, [each], now)]

    def _made(
        self, session: Session, words: Vocabulary, rep: Rep | None, reader: Reader, due: Due, now: datetime
    ) -> Made:
        request = Request(words.id, reader.rep_id, SURFACE, now)
        context = self._dispatcher.context(session, request, words=words, rep=rep)
        digest = digest_of(
            session,
            context.asker,
            vocabulary=context.vocabulary,
            defaults=context.defaults,
            now=now,
            size=reader.size,
        )
        said = message(preview(digest, context, context.asker, sent=True))
        tells = words.tell_quiet_days if reader.tells_quiet_days is None else reader.tells_quiet_days
        state = SILENT if digest.silent and not tells else QUEUED
        return Made(reader, due, state, digest, said)

    def _kept(self, session: Session, workspace_id: int, made: Sequence[Made], now: datetime) -> list[Made]:
        """Settle the local dates; gives the digests that are to be sent, in the same transaction."""
        runs = [
            (
                each.reader.rep_id,
                each.due.local_date,
                each.state,
                jsonable(each.digest.as_json()) if each.state == QUEUED else None,
            )
            for each in made
        ]
        new = digest_runs.begin(session, workspace_id, runs, now)
        return [each for each in made if each.state == QUEUED and (each.reader.rep_id, each.due.local_date) in new]

    def _outgoing(self, workspace_id: int, made: Made, pause: timedelta) -> Outgoing:
        return Outgoing(
            workspace_id,
            f"{KEY}:{made.reader.rep_id}:{made.due.local_date.isoformat()}",
            f"{REP}{made.reader.rep_id}",
            made.message,
            not_before=self._clock() + pause,
            until=made.due.until,
        )

    def _skip(self, workspace_id: int, late: Sequence[tuple[Reader, Due]]) -> None:
        """What can be sent no more is noted and told."""
        if not late:
            return
        now = self._clock()
        with self._database.writing() as session:
            runs = [(reader.rep_id, due.local_date, SKIPPED, None) for reader, due in late]
            settled = digest_runs.begin(session, workspace_id, runs, now)
            new = [(reader, due) for reader, due in late if (reader.rep_id, due.local_date) in settled]
            of_day = {due.local_date: reader.name for reader, due in reversed(new)}
            letters = [
                self._poster.enlist(session, each)
                for day, name in sorted(of_day.items())
                for each in too_late(session, workspace_id, name, day, now)
            ]
        self._poster.send_off(letters)
        for reader, due in new:
            log.warning("the digest of rep %s for %s was skipped: too late", reader.rep_id, due.local_date)


def concluded(session: Session, row: Outbox, now: datetime) -> list[Outgoing]:
    """A message of the outbox is settled: if it is a digest, note what became of it."""
    kind, _, rest = row.key.partition(":")
    number, _, day = rest.partition(":")
    if kind != KEY or not number.isdigit() or not day:
        return []
    rep_id, local_date = int(number), date.fromisoformat(day)
    if row.state == "done":
        digest_runs.finish(session, rep_id, local_date, SENT, now)
        _remember(session, row, rep_id, local_date, now)
        return []
    became = {TOO_LATE: SKIPPED, NO_ACCOUNT: UNREACHABLE}.get(row.error or "", FAILED)
    digest_runs.finish(session, rep_id, local_date, became)
    rep = reps.get(session, row.workspace_id, rep_id)
    match became:
        case "skipped" if rep is not None:
            return too_late(session, row.workspace_id, rep.name, local_date, now)
        case "unreachable" if rep is not None:
            return unreachable(session, row.workspace_id, rep.name, now)
        case _:
            return []


def too_late(session: Session, workspace_id: int, name: str, day: date, now: datetime) -> list[Outgoing]:
    """The report of skipped digests, one a local date."""
    words = (
        f"Digests of {day_words(day, now.date())} could not be sent in time and were skipped, that of {name} among "
        "them. I was not running, or could not reach Slack."
    )
    return to_administrators(session, workspace_id, f"skipped:{day.isoformat()}", words)


def unreachable(session: Session, workspace_id: int, name: str, now: datetime) -> list[Outgoing]:
    """The report of reps whom Slack does not know, one a week."""
    week = "{}-{}".format(*now.isocalendar()[:2])
    words = (
        f"I cannot send {name} a digest: Slack knows no member with that email address. There may be others; "
        "mend the addresses under Administration, or stop these digests."
    )
    return to_administrators(session, workspace_id, f"unreachable:{week}", words)


def _remember(session: Session, row: Outbox, rep_id: int, local_date: date, now: datetime) -> None:
    """The thread of a digest is about its leads: “why is she first?”, “convert the second one”."""
    content = digest_runs.content(session, rep_id, local_date)
    shown = [each["id"] for part in ("first", "closing") for each in (content or {}).get(part, ())]
    confirmations.remember(
        session,
        workspace_id=row.workspace_id,
        rep_id=rep_id,
        thread=f"{row.channel}:{row.posted_ts}",
        now=now,
        records=shown,
        command="preview_digest",
        arguments={},
    )


def _batches(waiting: Sequence[tuple[Reader, Due]]) -> Iterator[Sequence[tuple[Reader, Due]]]:
    for start in range(0, len(waiting), BATCH):
        yield waiting[start : start + BATCH]
