"""Counts what the bot does, for `/metrics`. Numbers only: no names, no texts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Holds the counters of one process in a registry of their own."""

    def __init__(self) -> None:
        # The default registry is one for the whole process and refuses a second bot, as tests start them.
        self.registry = CollectorRegistry()
        self.accepted = Counter(
            "leadlight_events_accepted", "Events taken into the inbox", ["kind"], registry=self.registry
        )
        self.repeated = Counter(
            "leadlight_events_repeated", "Events that had been accepted before", registry=self.registry
        )
        self.answered = Counter(
            "leadlight_answers", "Answers by surface and state", ["surface", "state"], registry=self.registry
        )
        self.posts = Counter("leadlight_posts", "Attempts to post by outcome", ["outcome"], registry=self.registry)
        self.late = Counter("leadlight_too_late", "Presses and commands not done in time", registry=self.registry)
        self.seconds = Histogram(
            "leadlight_answer_seconds",
            "From the arrival of a message to its kept answer",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self.registry,
        )
        self.inbox = Gauge("leadlight_inbox_open", "Events that wait for their answer", registry=self.registry)
        self.outbox = Gauge("leadlight_outbox_open", "Messages that wait to be sent", registry=self.registry)

    def render_text(self) -> bytes:
        """Return all counters in Prometheus' text format."""
        return generate_latest(self.registry)
