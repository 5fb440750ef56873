"""The Stop button of an answer that is still coming, whichever process hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from bot.slack.inbox.worker import Job
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.runtime.bot import Bot
from storage.database.errors import DatabaseTrouble
from storage.slack import work_queues

LOOKS_EVERY = 0.7
"""Seconds. The event may have been delivered to another process, so the table is asked."""


def stop_key_prefix(channel: str, thread_ts: str) -> str:
    """Return the beginning of the keys under which the Stops of a thread are kept."""
    return f"stop:{channel}:{thread_ts}:"


@contextmanager
def watch_stop_button(bot: Bot, job: Job, spot: SlackConversation, stop: Event) -> Iterator[None]:
    """Set `stop` when the person presses Stop in this thread, as long as the answer is being made."""
    over = Event()

    def poll_stop_events() -> None:
        while not over.wait(LOOKS_EVERY):
            try:
                with bot.database.begin_read() as session:
                    found = work_queues.has_event_since(
                        session, job.team.workspace_id, stop_key_prefix(spot.channel, str(spot.thread_ts)), job.came_at
                    )
            except DatabaseTrouble:
                continue
            if found:
                stop.set()
                return

    watcher = Thread(target=poll_stop_events, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
