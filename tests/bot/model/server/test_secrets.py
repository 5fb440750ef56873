"""The key of the model is nowhere but in the request to its server."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.model.server.model_configuration import configure_model
from bot.playground.scripted_model.scripted_answers import (
    breaks_connection,
    calls_tools,
    refuses_with,
    says,
    sends_gibberish,
)
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.settings import Settings
from storage.tables import Base
from tests.bot.model.talker import Talker

Sit = Callable[..., Talker]


def test_the_key_is_in_no_log_error_or_table(
    talk: Sit, model: LocalModel, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    nora = talk("nora")
    leak = f"Incorrect API key provided: {model.key}"
    said = []
    for answer in (
        refuses_with(401, "invalid_api_key", leak),
        refuses_with(400, message=leak),
        breaks_connection(),
        sends_gibberish(leak.encode()),
    ):
        model.script_answers(answer)
        said.append(nora.says())
        nora.listener._breaker.record_success()
    model.script_answers(calls_tools(("list_leads", {"search": model.key})), says(f"The key is {model.key}."))
    nora.says("who is hot?")
    everything = [caplog.text, *capfd.readouterr(), repr(said), repr(nora.listener), repr(nora.told)]
    with nora.company.database.begin_read() as session:
        for table in Base.metadata.sorted_tables:
            everything.append(repr(session.execute(text(f'SELECT * FROM "{table.name}"')).all()))

    assert model.asked == [] or model.asked[0].authorization == f"Bearer {model.key}"
    assert not [each for each in everything if model.key in each]


def test_the_request_carries_the_key(talk: Sit, model: LocalModel) -> None:
    talk("nora").says()

    assert model.asked[0].authorization == f"Bearer {model.key}"


def test_settings_do_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("OPENAI_MODEL", "some-model")
    read = Settings(_env_file=None)
    model = configure_model(read)

    assert model is not None
    assert "very-secret" not in repr(read) + repr(model) + str(model)


def test_there_is_no_model_without_a_key_or_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    assert configure_model(Settings(_env_file=None)) is None
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    assert configure_model(Settings(_env_file=None)) is None
