"""A digest that is looked at in the afternoon ticks off what this morning's asked for and is done."""

from __future__ import annotations

from collections.abc import Callable

from commands.contract.context import WorkspaceDefaults
from commands.digest.build import build_digest
from commands.digest.content import store_digest
from commands.wording.plain_text import render_plain_text
from storage.digests import digest_runs
from storage.digests.digest_runs import NewRun
from storage.people import reps
from storage.workspaces.workspace_vocabulary import load_vocabulary
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]


def send_digest(company: Company, name: str) -> None:
    """Record that a person's digest of this moment has reached them."""
    with company.database.begin_write() as session:
        vocabulary = load_vocabulary(session, company.workspace_id)
        rep = reps.find_rep(session, company.workspace_id, company.person(name))
        assert rep is not None
        assert vocabulary is not None
        digest = build_digest(
            session, reps.make_asker(rep), vocabulary=vocabulary, defaults=WorkspaceDefaults(), now=company.now
        )
        run = NewRun(rep.id, digest.local_date, digest_runs.SENT, digest.to_json(), store_digest(digest))
        digest_runs.create_runs(session, company.workspace_id, [run], company.now)
        digest_runs.finish_run(session, rep.id, digest.local_date, digest_runs.SENT, company.now)


def test_what_was_done_since_the_morning_is_ticked_off(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    send_digest(company, "nora")
    nora.wait(hours=5)
    nora.types('log_activity katrin kind=call text="wants the contract"')
    nora.types("snooze_lead rich osborne until=2026-12-01")
    nora.types("complete_follow_up jane doe")
    nora.types("set_lead_status may lin status=contacted")

    said = render_plain_text(nora.types("preview_digest"))

    assert "Done since this morning" in said
    for line in (
        "✓ Katrin Müller: call logged",
        "✓ Rich Osborne: snoozed until Tue 1 Dec",
        "✓ Jane Doe: follow-up done",
        "✓ May Lin: now Contacted",
    ):
        assert line in said
    assert "✓ Glenn Close" not in said


def test_before_the_digest_and_for_whom_nothing_was_done_there_is_nothing_to_tick(
    desk: Desks, company: Company
) -> None:
    assert "✓" not in render_plain_text(desk("nora").types("preview_digest"))
    send_digest(company, "nora")
    assert "✓" not in render_plain_text(desk("nora").types("preview_digest"))


def test_a_digest_and_a_list_say_the_same_next_step(desk: Desks) -> None:
    nora = desk("nora")
    nora.types('set_follow_up glenn close due=2026-11-27 note="send the case study"')

    steps = {each.name: each.fields.get("next_step") for each in nora.types("preview_digest").records}
    listed = {each.name: each.fields.get("next_step") for each in nora.types("list_leads").records}

    assert steps["Glenn Close"] == listed["Glenn Close"] == "send the case study, due Fri 27 Nov"
