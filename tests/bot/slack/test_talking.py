"""What a rep sees in Slack: asked in a message, a thread, a mention, by commands and buttons."""

from __future__ import annotations

import pytest

from tests.bot.slack.office import Office


def test_a_question_is_answered_once_in_its_thread(office: Office) -> None:
    nora = office.person("nora")

    seen = nora.says("what are my hot leads?")

    (answer,) = seen.messages
    assert "4 leads" in answer.text
    assert answer.root_ts == office.slack.list_messages(nora.dm)[0].ts
    assert len(office.slack.ledger.list_posts()) == 1


def test_every_post_is_kept_from_unfurling_and_carries_only_a_random_key(office: Office) -> None:
    nora = office.person("nora")
    nora.says("my leads")

    (post,) = office.slack.ledger.list_posts()
    assert (post.arguments["unfurl_links"], post.arguments["unfurl_media"]) == (False, False)
    assert set(post.arguments["metadata"]["event_payload"]) == {"key"}
    assert len(post.arguments["metadata"]["event_payload"]["key"]) >= 16


def test_a_write_is_done_by_confirm_and_taken_back_by_undo(office: Office) -> None:
    nora = office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]
    assert "Open" in card.text or "Open" in office.slack.ledger.describe_recent()
    assert office.status("Jane Roe") == "Open"

    done = nora.presses(card, "Confirm").messages[-1]
    assert office.status("Jane Roe") == "Contacted"
    assert done.ts == card.ts

    nora.presses(done, "Undo")
    assert office.status("Jane Roe") == "Open"


def test_yes_in_the_thread_and_yes_below_it_both_answer_the_open_question(office: Office) -> None:
    nora = office.person("nora")
    first = nora.says("mark jane roe as contacted").messages[0]
    nora.says("yes", thread_ts=first.root_ts)
    assert office.status("Jane Roe") == "Contacted"

    nora.says("mark may lin as contacted")
    nora.says("yes")
    assert office.status("May Lin") == "Contacted"


def test_each_thread_keeps_its_own_focus(office: Office) -> None:
    nora = office.person("nora")
    one = nora.says("who is jane roe?").messages[0]
    two = nora.says("who is may lin?").messages[0]

    nora.says("mark her as contacted", thread_ts=one.root_ts)
    nora.says("yes", thread_ts=one.root_ts)

    assert (office.status("Jane Roe"), office.status("May Lin")) == ("Contacted", "Open")
    nora.says("mark her as contacted", thread_ts=two.root_ts)
    nora.says("yes", thread_ts=two.root_ts)
    assert office.status("May Lin") == "Contacted"


def test_a_message_after_a_message_goes_on_with_what_was_shown(office: Office) -> None:
    nora = office.person("nora")
    nora.says("who is jane roe?")

    assert "Jane Roe" in nora.says("mark her as contacted").text


def test_a_mention_after_a_mention_goes_on_with_what_was_shown_to_this_person(office: Office) -> None:
    nora, dana = office.person("nora"), office.person("dana")
    sales = office.slack.add_channel("sales", nora, dana)
    nora.mentions_app("mark jane roe as contacted", sales)
    nora.mentions_app("who is may lin?", sales)

    assert "did not understand" in dana.mentions_app("mark her as contacted", sales).text
    assert "May Lin" in nora.mentions_app("mark her as contacted", sales).text
    nora.mentions_app("yes", sales)

    assert (office.status("Jane Roe"), office.status("May Lin")) == ("Open", "Contacted")


def test_an_ambiguous_name_is_chosen_by_a_button(office: Office) -> None:
    nora = office.person("nora")
    asked = nora.says("mark jane as contacted").messages[0]

    chosen = nora.presses(asked, "choose:2").messages[-1]
    nora.presses(chosen, "Confirm")

    assert "Contacted" in (office.status("Jane Roe"), office.status("Jane Doe"))
    assert office.writes() == 1


def test_in_a_channel_an_answer_is_for_the_asker_alone(office: Office) -> None:
    nora, dana = office.person("nora"), office.person("dana")
    sales = office.slack.add_channel("sales", nora, dana)

    seen = nora.mentions_app("my hot leads", sales)

    assert "4 leads" in seen.text
    assert seen.ephemerals
    assert not office.slack.ledger.list_calls("chat.postMessage")
    assert "4 leads" not in "".join(each.text for each in office.slack.list_messages(sales))


@pytest.mark.parametrize(
    ("command", "text", "shown"),
    [
        ("/lead", "jane roe", "Jane Roe"),
        ("/leads", "hot", "4 leads"),
        ("/leads", "", "leads"),
        ("/opps", "", "opportunities"),
        ("/leadlight", "my hot leads", "4 leads"),
        ("/leadlight", "list_leads band=hot", "4 leads"),
        ("/leadlight", "", "ask"),
        ("/digest", "now", "Rich Osborne"),
        ("/digest", "off", "off"),
        ("/digest", "7:45", "07:45"),
        ("/lead", "nobody atall", "no"),
    ],
)
def test_a_command_is_answered_in_its_acknowledgement(http_office: Office, command: str, text: str, shown: str) -> None:
    nora = http_office.person("nora")

    seen = nora.uses_command(command, text)

    assert shown.lower() in seen.text.lower()
    assert not http_office.slack.ledger.list_posts()


def test_convert_opens_the_form_and_its_submission_converts_once(office: Office) -> None:
    nora = office.person("nora")
    modal = nora.uses_command("/convert", "glenn close").modal
    assert modal is not None

    seen = nora.submits_modal(modal).wait_until(lambda seen: seen.messages)

    assert "Glenn Close" in seen.text
    assert office.writes() == 1
    assert "converted" in nora.says("who is glenn close?").text.lower()


def test_strangers_guests_and_other_bots(http_office: Office) -> None:
    slack = http_office.slack
    stranger = slack.add_person("Otto Fremd", "otto@elsewhere.example")
    guest = http_office.person("dana", is_restricted=True)

    assert "do not know you" in stranger.says("all leads").text
    assert "cannot show" in guest.says("my leads").text
    assert "do not know you" in stranger.uses_command("/leads").text
    assert "Jane" not in slack.ledger.describe_recent(100)


def test_one_who_left_is_not_known_any_more(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.says("my hot leads")
    nora.user.deleted = True
    http_office.slack.send_event(
        http_office.slack.team.id,
        "user_change",
        {"type": "user_change", "user": {"id": nora.id, "deleted": True, "profile": {}}},
    )
    http_office.slack.wait_until_quiet()
    http_office.until(lambda: http_office.open_rows() == 0)

    assert "4 leads" not in nora.uses_command("/leads", "hot").text


def test_edits_deletions_and_other_bots_get_no_answer(http_office: Office) -> None:
    nora = http_office.person("nora")
    said = nora.says("my hot leads").messages
    mine = http_office.slack.list_messages(nora.dm)[0]
    nora.edits_message(mine, "my cold leads")
    nora.deletes_message(mine)
    http_office.slack.wait_until_quiet()

    assert len(http_office.slack.ledger.list_posts()) == len(said) == 1


def test_the_home_is_published_to_the_one_who_opens_it(http_office: Office) -> None:
    nora = http_office.person("nora")

    home = nora.opens_home().home

    assert home is not None
    assert nora.user.real_name.split()[0] in str(home.content)


def test_a_colleague_the_bot_has_not_met_is_who_the_mention_means(office: Office) -> None:
    helen, dana = office.person("helen"), office.person("dana")

    seen = helen.says(f"show me the hot leads of <@{dana.id}>")

    assert "Dana" in seen.text
    assert "Rich Osborne" not in seen.text
