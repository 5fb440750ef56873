"""A new hot lead is told to its owner at once, but not at night, not twice, and not to those who do not want it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.slack.schedule.hot_lead_alerts import HotLeadAlerts
from commands.digest.schedule import find_valid_zone
from storage.tables import Lead, Rep
from tests.bot.slack.office import Office


def at(office: Office, local: str) -> None:
    """Set the bot's clock to a local moment in Berlin."""
    moment = datetime.fromisoformat(local).replace(tzinfo=find_valid_zone("Europe/Berlin"))
    office.wait(seconds=(moment - office.now()).total_seconds())


def hot(office: Office, *names: str, ago: timedelta = timedelta(hours=1)) -> None:
    """These leads of Nora are new and hot; the others are old."""
    with office.database.begin_write() as session:
        nora = session.scalar(select(Rep.id).where(Rep.first_name == "Nora"))
        session.execute(update(Rep).values(time_zone="Europe/Berlin"))
        session.execute(update(Lead).values(created_at=office.now() - timedelta(days=30)))
        session.execute(
            update(Lead)
            .where(Lead.name.in_(names), Lead.owner_id == nora)
            .values(created_at=office.now() - ago, band="hot", score=95, lifecycle="open")
        )


def tick(office: Office) -> None:
    bot = office.running.bot
    HotLeadAlerts(office.database, bot.dispatcher, bot.sender, office.now).send_new_alerts(office.company.workspace_id)
    office.until(lambda: office.open_rows() == 0)


def test_a_new_hot_lead_is_told_once_with_what_is_known_of_it(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.says("help")
    at(http_office, "2026-11-19 10:00")
    hot(http_office, "Jane Roe")

    for _ in range(3):
        tick(http_office)

    told = [each.text for each in nora.visible_messages() if "New hot lead" in each.text]
    assert len(told) == 1
    assert "Jane Roe" in told[0]


def test_a_rep_who_never_wrote_is_told_too(http_office: Office) -> None:
    nora = http_office.person("nora")
    at(http_office, "2026-11-19 10:00")
    hot(http_office, "Jane Roe")

    tick(http_office)

    assert ["New hot lead" in each.text for each in nora.visible_messages()] == [True]


def test_several_processes_tell_each_lead_once(http_office: Office) -> None:
    nora = http_office.person("nora")
    at(http_office, "2026-11-19 10:00")
    hot(http_office, "Jane Roe", "Jane Doe", "May Lin", "Jin Won")
    bot = http_office.running.bot
    alerts = HotLeadAlerts(http_office.database, bot.dispatcher, bot.sender, http_office.now)

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(lambda _: alerts.send_new_alerts(http_office.company.workspace_id), range(6)))
    tick(http_office)

    told = sorted(each.text.split("\n")[0] for each in nora.visible_messages())
    assert len(told) == 4
    assert sum(text.startswith("New hot lead") for text in told) == 3
    assert sum(text.startswith("1 more new hot lead") for text in told) == 1


def test_at_night_it_waits_for_the_morning(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.says("help")
    at(http_office, "2026-11-19 22:00")
    hot(http_office, "Jane Roe")
    tick(http_office)
    assert not any("New hot lead" in each.text for each in nora.visible_messages())

    at(http_office, "2026-11-20 08:00")
    tick(http_office)
    assert any("New hot lead" in each.text for each in nora.visible_messages())


def test_after_three_a_day_the_others_come_together(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.says("help")
    at(http_office, "2026-11-19 10:00")
    hot(http_office, "Jane Roe", "Jane Doe", "May Lin", "Jin Won", "Hope Adeyemi")

    tick(http_office)

    texts = [each.text for each in nora.visible_messages()]
    assert sum(text.startswith("New hot lead") for text in texts) == 3
    (together,) = [text for text in texts if text.startswith("2 more new hot leads")]
    assert "\n2. " in together
    assert "\n3. " not in together
    assert "Jin Won" in together
    assert "Hope Adeyemi" in together


def test_it_can_be_switched_off_on_the_spot(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.says("help")
    at(http_office, "2026-11-19 10:00")
    hot(http_office, "Jane Roe")
    tick(http_office)
    alert = next(each for each in nora.visible_messages() if "New hot lead" in each.text)

    assert "not told" in nora.presses(alert, "Stop these alerts").text
    hot(http_office, "May Lin")
    tick(http_office)

    assert sum("New hot lead" in each.text for each in nora.visible_messages()) == 1


def test_an_old_lead_that_became_hot_is_no_new_one(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.says("help")
    at(http_office, "2026-11-19 10:00")
    hot(http_office, "Jane Roe", ago=timedelta(days=3))
    tick(http_office)

    assert not any("New hot lead" in each.text for each in nora.visible_messages())
