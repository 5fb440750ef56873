"""After a press or a form, “her” and “that deal” mean what it was about."""

from __future__ import annotations

from tests.bot.slack.office import Office


def test_a_press_in_a_list_moves_the_focus(office: Office) -> None:
    nora = office.person("nora")
    nora.says("who is may lin?")
    listed = nora.says("who is jane roe?").messages[0]
    nora.says("who is may lin?")

    nora.chooses(listed, "menu:3", "History")

    assert "Jane Roe" in nora.says("mark her as contacted").text


def test_a_sent_form_moves_the_focus(office: Office) -> None:
    nora = office.person("nora")
    card = nora.says("who is jane roe?").messages[0]
    nora.says("who is may lin?")
    modal = nora.presses(card, "Log call").modal
    assert modal is not None

    nora.submits_modal(modal, {"Text": "She will call back."}).wait_until(lambda seen: seen.messages)

    assert "Jane Roe" in nora.says("mark her as contacted").text


def test_a_form_sent_from_home_moves_the_focus_of_the_direct_conversation(office: Office) -> None:
    nora = office.person("nora")
    nora.says("who is may lin?")
    home = nora.opens_home().home
    assert home is not None
    modal = nora.presses(home, "Log call", nth=0).modal
    assert modal is not None

    seen = nora.submits_modal(modal, {"Text": "No answer."}).wait_until(lambda seen: seen.messages)

    about = next(name for name in ("Jane Doe", "Jane Roe", "Rich Osborne", "Glenn Close") if name in seen.text)
    assert about in nora.says("what happened with her?").text


def test_that_deal_is_the_one_a_conversion_by_form_has_opened(office: Office) -> None:
    nora = office.person("nora")
    modal = nora.uses_command("/convert", "glenn close").modal
    assert modal is not None
    nora.submits_modal(modal).wait_until(lambda seen: seen.messages)

    assert "opportunity" in nora.says("show that deal").text.lower()


def test_a_lead_looked_up_by_a_command_is_who_is_meant_next(office: Office) -> None:
    nora = office.person("nora")
    nora.says("who is may lin?")
    nora.uses_command("/lead", "jane roe", nora.dm)

    assert "Jane Roe" in nora.says("mark her as contacted").text


def test_convert_of_a_converted_lead_says_what_it_became(office: Office) -> None:
    nora = office.person("nora")
    modal = nora.uses_command("/convert", "glenn close").modal
    assert modal is not None
    nora.submits_modal(modal).wait_until(lambda seen: seen.messages)

    seen = nora.uses_command("/convert", "glenn close")

    assert seen.modal is None
    assert "was converted on" in seen.text
    assert "now contact Glenn Close" in seen.text


def test_what_was_chosen_for_one_lead_is_not_meant_for_the_next(http_office: Office) -> None:
    nora = http_office.person("nora")
    modal = nora.uses_command("/convert", "glenn close").modal
    assert modal is not None
    done = nora.submits_modal(modal, {"Amount (USD)": "77k"}).wait_until(lambda seen: seen.messages)
    assert "$77,000" in done.text

    card = nora.says("convert jane doe")

    assert "Jane Doe" in card.text
    assert "77" not in card.text


def test_a_press_in_the_digest_and_a_form_from_it_say_who_she_is(http_office: Office) -> None:
    nora = http_office.person("nora")
    digest = nora.says("who should I call first?").messages[0]
    modal = nora.presses(digest, "Log call", nth=1).modal
    assert modal is not None
    done = nora.submits_modal(modal, {"Text": "No answer."}).wait_until(lambda seen: seen.messages)
    name = done.text.split("Logged a call with ")[1].split(".")[0]

    assert f"Log a call with {name}?" in nora.says("log a call with her").text
