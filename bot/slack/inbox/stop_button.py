"""Stops an answer that is still being made when the person presses Stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from bot.slack.inbox.worker import Job
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.runtime.bot import Bot
from storage.database.errors import DatabaseTrouble
from storage.slack import work_queues

# Seconds. Slack may deliver the event to another process, so the inbox table is polled for it.
LOOKS_EVERY = 0.7


def stop_key_prefix(channel: str, thread_ts: str) -> str:
    """Return the beginning of the inbox keys of all presses on Stop in a thread."""
    return f"stop:{channel}:{thread_ts}:"


@contextmanager
def watch_stop_button(bot: Bot, job: Job, conversation: SlackConversation, stop: Event) -> Iterator[None]:
    """Set `stop` when the person presses Stop in this thread, while the body of the `with` runs."""
    over = Event()

    def poll_stop_events() -> None:
        while not over.wait(LOOKS_EVERY):
            try:
                with bot.database.begin_read() as session:
                    found = work_queues.has_event_since(
                        session,
                        job.team.workspace_id,
                        stop_key_prefix(conversation.channel, str(conversation.thread_ts)),
                        job.came_at,
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
