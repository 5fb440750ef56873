"""Makes clients that call Slack: those for reading may repeat a call by themselves, those for posting never do."""

from __future__ import annotations

from functools import lru_cache

from slack_sdk import WebClient
from slack_sdk.http_retry import ConnectionErrorRetryHandler, RetryHandler

SLACK = "https://slack.com/api/"
# Seconds. A post gets longer: when it times out nobody knows whether it arrived.
READING_TIMEOUT = 5
POSTING_TIMEOUT = 10


class SlackClients:
    """Makes WebClients by token. `plain_views` is shared by all users of these clients."""

    def __init__(self, api_url: str | None) -> None:
        address = api_url or SLACK
        self.api_url = address if address.endswith("/") else address + "/"
        self.reading = lru_cache(maxsize=256)(self._make_reading_client)
        self.plain_views = False
        """Whether this Slack has refused forms or Homes with newer blocks."""
        self.posting = lru_cache(maxsize=256)(self._make_posting_client)

    def _make_reading_client(self, token: str) -> WebClient:
        """Make a client that tries again twice after a lost connection."""
        retries: list[RetryHandler] = [ConnectionErrorRetryHandler(max_retry_count=2)]
        return WebClient(token, base_url=self.api_url, timeout=READING_TIMEOUT, retry_handlers=retries)

    def _make_posting_client(self, token: str | None) -> WebClient:
        # Slack has no idempotency key. slack_sdk's default is to send again after a lost connection, which posts twice.
        return WebClient(token, base_url=self.api_url, timeout=POSTING_TIMEOUT, retry_handlers=[])
