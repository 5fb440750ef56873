"""With the setting, no address and no phone number reaches the model's server; days, amounts and ids do."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.model.server.hidden_contacts import HIDDEN_EMAIL, HIDDEN_PHONE, hide_contacts
from bot.model.server.model_configuration import configure_model
from bot.playground.scripted_model.scripted_answers import calls_tools, says
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.settings import Settings
from storage.tables import Lead
from tests.bot.model.talker import Talker

Sit = Callable[..., Talker]
ADDRESS, NUMBER = "ida.holm@northpole.example", "+47 (22) 555-0173"


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        (f"write to {ADDRESS}.", f"write to {HIDDEN_EMAIL}."),
        (f"call {NUMBER} today", f"call {HIDDEN_PHONE} today"),
        ("mobile 4722555017 3 or 0047225550173", f"mobile {HIDDEN_PHONE} or {HIDDEN_PHONE}"),
        ('{"due": "2026-11-18", "amount": 125000.5}', '{"due": "2026-11-18", "amount": 125000.5}'),
        ("ring +4798765432, at Nordlys, or 98 76 54 32.", f"ring {HIDDEN_PHONE}, at Nordlys, or {HIDDEN_PHONE}."),
        ("Tel.+4798765432,0198765432; 600 123 456", f"Tel.{HIDDEN_PHONE},{HIDDEN_PHONE}; {HIDDEN_PHONE}"),
        ("04.72.55.50.17 and 1 646 555 0142", f"{HIDDEN_PHONE} and {HIDDEN_PHONE}"),
        ("from 12/24/2026 to 24.12.2026 10:30", "from 12/24/2026 to 24.12.2026 10:30"),
        (
            "1,250,000.75, 1.250.000-1.500.000, 45333.333333333336",
            "1,250,000.75, 1.250.000-1.500.000, 45333.333333333336",
        ),
        ("2.400.000 or 2 400 000 or 240.000.000 EUR", "2.400.000 or 2 400 000 or 240.000.000 EUR"),
        ('{"phone": "98765432", "amount": 98765432}', f'{{"phone": "{HIDDEN_PHONE}", "amount": 98765432}}'),
        (
            '{"field": "mobile", "before": null, "after": "98765432"}',
            f'{{"field": "mobile", "before": null, "after": "{HIDDEN_PHONE}"}}',
        ),
        ("2026-11-18 to 2026-12-31, 1,250,000 EUR, #L1234567", "2026-11-18 to 2026-12-31, 1,250,000 EUR, #L1234567"),
    ],
)
def test_addresses_and_numbers_are_hidden_and_figures_stay(said: str, sent: str) -> None:
    assert hide_contacts({"role": "user", "content": said}) == {"role": "user", "content": sent}


def test_the_server_gets_neither(talk: Sit, model: LocalModel) -> None:
    asked = ask_about_contacts(talk, model, hide=True)

    assert ADDRESS not in asked
    assert "0173" not in asked
    assert HIDDEN_EMAIL in asked


def test_without_the_setting_it_gets_them(talk: Sit, model: LocalModel) -> None:
    assert ADDRESS in ask_about_contacts(talk, model, hide=False)


def ask_about_contacts(talk: Sit, model: LocalModel, *, hide: bool) -> str:
    """All that the server was sent in a turn with an address in the question and in a record."""
    nora = talk("nora", hide_contacts=hide)
    with nora.company.database.begin_write() as session:
        session.execute(update(Lead).values(email=ADDRESS, phone=NUMBER))
    model.script_answers(calls_tools(("show_record", {"name": "#L1"})), says("Here you are."))
    nora.says(f"blorp {ADDRESS} and the snarfle of {NUMBER}, would you kindly?")
    return json.dumps([each.body for each in model.asked], ensure_ascii=False)


def test_the_setting_reaches_the_model() -> None:
    found = configure_model(Settings(openai_api_key=SecretStr("k"), openai_model="m", openai_hide_contacts=True))

    assert found is not None
    assert found.hide_contacts
