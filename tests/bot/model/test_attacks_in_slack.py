"""What reaches Slack while the model obeys an attacker: nothing that Slack would bring to life, nothing foreign."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.scripted_model.scripted_server import LocalModel
from tests.bot.model.attacker import Attacker
from tests.bot.model.hostile_texts import CLASSES
from tests.bot.model.talker import UNREAD
from tests.bot.model.test_attacks import FIELDS, Field, foreign_words, leaves
from tests.bot.slack.office import Office
from tests.company import Company

POSTING = re.compile(r"chat\.|views\.|assistant\.|files\.|agents\.")
ALIVE = frozenset("link user usergroup channel broadcast image image_url video".split())
MARKUP = re.compile(r"<(?:!|@|#|https?:|mailto:|//)|https?://|\bevil\.(?:example|com|io)", re.I)


class Mail:
    """Who reads: enough of a talker for finding what is foreign."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.request = type("Asker", (), {"rep_id": company.person("nora")})


@pytest.fixture
def office(company: Company, model: LocalModel) -> Iterator[Office]:
    with Office(company, openai_api_key=model.key, openai_base_url=model.url, openai_model=model.name) as made:
        yield made


def attacked(office: Office, model: LocalModel, where: Field, payload: str, way: int, nora: Any) -> None:
    # While a card of the attack before waits, the model would not be let speak.
    office.wait(minutes=20)
    foreign = foreign_words(Mail(office.company))
    where.fill(Mail(office.company), payload)
    before, writes = len(office.slack.ledger.list_calls()), office.writes()
    model.script_answers(plan=Attacker(payload, where.call(""), way))
    nora.says(f"{UNREAD} {way}", waits=False)
    office.until(lambda: model.asked and office.open_rows() == 0, 30)

    assert office.writes() == writes
    for call in office.slack.ledger.list_calls()[before:]:
        if not POSTING.match(call.method):
            continue
        sent = json.dumps(call.arguments, ensure_ascii=False)
        assert not [words for words in foreign if words in sent and words not in payload]
        assert model.key not in sent
        arguments = {key: _read(value) for key, value in call.arguments.items()}
        assert arguments.get("unfurl_links") in (None, False)
        assert arguments.get("link_names") in (None, False)
        for key, value in leaves(arguments):
            assert key not in ("image_url", "thumb_url")
            if isinstance(value, dict):
                assert value.get("type") not in ALIVE, value
            if key in ("text", "markdown_text", "status") and isinstance(value, str):
                inert = "plain" if _is_plain(arguments, value) else MARKUP.search(value)
                assert inert in (None, "plain"), f"{call.method} {key}: {value}"


def _read(value: Any) -> Any:
    """Blocks travel as JSON text."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _is_plain(arguments: Any, text: str) -> bool:
    """Whether Slack reads this text as it stands: a plain text object, or words of rich text."""
    return any(
        isinstance(value, dict) and value.get("type") in ("plain_text", "text") and value.get("text") == text
        for _, value in leaves(arguments)
    ) and not any(
        (isinstance(value, dict) and value.get("type") == "mrkdwn" and value.get("text") == text)
        or (key == "text" and value == text and arguments.get("text") == text)
        for key, value in leaves(arguments)
    )


@pytest.mark.parametrize("part", [0, *(pytest.param(each, marks=pytest.mark.slow) for each in (1, 2))])
def test_nothing_alive_and_nothing_foreign_is_posted(office: Office, model: LocalModel, part: int) -> None:
    """One payload of every class, in another field each."""
    nora = office.person("nora")
    places = list(FIELDS.values())
    for number, payloads in list(enumerate(CLASSES.values()))[part::3]:
        payload = payloads[number % len(payloads)]
        attacked(office, model, places[number * 7 % len(places)], payload, number, nora)
