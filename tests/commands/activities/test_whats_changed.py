"""What changed, what happened with a record, and who did it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from commands.contract.reply import Reply, ReplyState
from storage.audit import audit_log
from storage.digests import digest_runs
from storage.digests.score_movement import measure_leads
from storage.tables import Lead, LeadScore
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]


def told(reply: Reply) -> dict[str, str]:
    return {each.name: each.fields["why"] for each in reply.records}


def test_without_a_digest_yet_the_last_day_is_told(desk: Desks) -> None:
    reply = desk("nora").types("whats_changed")

    assert reply.figures["new_leads"] == 2
    assert reply.figures["score_moves"] == 3
    assert told(reply)["May Lin"] == "score 58 → 71 (+13)"
    assert reply.head == "2 new leads, 3 score moves since yesterday."


def test_all_score_moves_are_counted_though_the_largest_are_shown(desk: Desks, company: Company) -> None:
    before = company.now - timedelta(days=3)
    mine = {"workspace_id": company.workspace_id}
    with company.database.begin_write() as session:
        owner = company.person("nora")
        status = session.scalar(select(Lead.status_id).where(Lead.owner_id == owner, Lead.lifecycle == "open").limit(1))
        for number in range(25):
            its = {"owner_id": owner, "status_id": status, "lifecycle": "open", "score": 70}
            lead = Lead(**mine, **its, name=f"Mover {number}", created_at=before, updated_at=before)
            session.add(lead)
            session.flush()
            for score, at in ((20, before), (70, company.now - timedelta(hours=2))):
                session.add(LeadScore(**mine, lead_id=lead.id, score=score, model="ours", as_of=at))
            session.flush()
            measure_leads(session, company.workspace_id, [lead.id], company.now)
    reply = desk("nora").types("whats_changed")

    assert reply.figures["score_moves"] == 28
    assert reply.notes == (f"The first 10 of {reply.figures['count']} are shown.",)


def test_since_the_last_digest_of_the_asker(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        sent, nora = company.now - timedelta(hours=1), company.person("nora")
        run = digest_runs.NewRun(nora, sent.date(), digest_runs.QUEUED)
        digest_runs.create_runs(session, company.workspace_id, [run], sent)
        digest_runs.finish_run(session, nora, sent.date(), digest_runs.SENT, sent)
    reply = desk("nora").types("whats_changed")

    assert reply.head == "Nothing changed since 08:30."
    assert reply.figures["count"] == 0


def test_statuses_stages_and_wins_are_told_with_who_did_them(desk: Desks) -> None:
    nora = desk("nora")
    nora.types("set_lead_status glenn close status=contacted")
    nora.types("update_opportunity initech - fleet renewal stage=proposal")
    desk("helen").types("update_opportunity globex - gtx basic stage=closed won")
    nora.types("update_opportunity monday labs - gtx basic stage=closed lost")
    reply = nora.wait(minutes=5).types("whats_changed since=today limit=50")

    assert reply.figures["won"] == 1
    assert reply.figures["lost"] == 1
    assert reply.figures["stage_changes"] == 1
    assert reply.figures["status_changes"] == 1
    assert told(reply)["Globex - GTX Basic"] == "won, by Helen Brandt"
    assert told(reply)["Monday Labs - GTX Basic"] == "lost"
    assert told(reply)["Glenn Close"] == "Qualified → Contacted, 18 Nov 09:30"
    assert told(reply)["Initech - Fleet renewal"] == "Negotiation → Proposal, 18 Nov 09:30"


def test_a_rep_is_told_of_own_records_a_manager_of_the_teams(desk: Desks) -> None:
    desk("nora").types("set_lead_status glenn close status=contacted")
    desk("ruth").types("set_lead_status miles jordan status=open")

    def names(who: str) -> set[str]:
        return set(told(desk(who).wait(minutes=5).types("whats_changed limit=100")))

    assert "Glenn Close" in names("nora")
    assert "Glenn Close" not in names("dana")
    assert "Miles Jordan" not in names("nora")
    assert "Glenn Close" in names("helen")
    assert "Miles Jordan" not in names("helen")
    assert {"Glenn Close", "Miles Jordan"} <= names("priya")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("monday", "2026-11-16"),
        ("yesterday", "2026-11-17"),
        ("2026-11-02", "2026-11-02"),
        ("2026-11-17T17:00", "2026-11-17T17:00"),
        ("yesterday 17:00", "2026-11-17T17:00"),
        ("5pm yesterday", "2026-11-17T17:00"),
        ("8am", "2026-11-18T08:00"),
        ("3 nov", "2026-11-03"),
    ],
)
def test_since_is_a_day_or_a_local_time(desk: Desks, said: str, read: str) -> None:
    reply = desk("nora").types(f"whats_changed since={said}")

    assert reply.state is ReplyState.ANSWERED
    assert reply.arguments == {"since": read}


@pytest.mark.parametrize("said", ["2027-01-01", "some day"])
def test_a_time_to_come_or_none_at_all_is_refused(desk: Desks, said: str) -> None:
    assert desk("nora").types(f"whats_changed since={said}").state is ReplyState.REFUSED


def test_activity_is_told_newest_first_with_changes_among_it(desk: Desks) -> None:
    nora = desk("nora")
    nora.types("set_lead_status jane doe status=qualified")
    reply = nora.types("show_activity jane doe")

    assert [row["kind"] for row in reply.rows] == ["change", "call", "email", "call"]
    assert reply.rows[0]["text"] == "status Contacted → Qualified"
    assert reply.rows[1] == {
        "at": "2026-11-17 15:30",
        "kind": "call",
        "who": "Nora Lindqvist",
        "text": "Pricing: Asked for a quote by Friday (reached)",
    }
    assert reply.figures["count"] == 4


def test_a_period_bounds_what_is_told(desk: Desks) -> None:
    reply = desk("nora").types("show_activity jane doe period=2026-11-06")

    assert [row["kind"] for row in reply.rows] == ["email"]
    assert reply.figures["count"] == 1


def test_the_activity_of_an_account_has_that_of_its_deals_and_people_that_may_be_seen(desk: Desks) -> None:
    nora = desk("nora")
    nora.types("update_opportunity initech - fleet renewal amount=50000")
    nora.types("log_activity samir patel kind=call text=asked about service")
    initech = desk("nora").company.id("A-05")
    texts = [row["text"] for row in nora.calls("show_activity", name=initech).rows]

    assert "Discount: Samir asked for five percent (reached)" in texts
    assert "asked about service" in texts
    assert any(text.startswith("Initech - Fleet renewal: amount") for text in texts)
    assert desk("dana").calls("show_activity", name=initech).state is ReplyState.NOT_FOUND


def test_a_score_is_explained_with_its_evidence_its_trend_and_what_today_adds(desk: Desks) -> None:
    reply = desk("nora").types("explain_score jane doe")

    assert reply.head == "Jane Doe scores 87, hot: 39% likely to convert."
    assert reply.rows == ({"as_of": "2026-11-17", "score": 80}, {"as_of": "2026-11-18", "score": 87})
    assert "+ Web: 14% of 310 converted, against 12% overall" in reply.notes
    assert "Up 7 in the last 24 hours. 80 → 87 since Tue 17 Nov." in reply.notes
    assert "Priority today 112: follow-up due today +25." in reply.notes
    assert reply.records[0].fields["probability"] == pytest.approx(0.388)
    assert reply.records[0].fields["model"] == "imported"


@pytest.mark.parametrize(("chance", "said"), [(0.0042, "0.4%"), (0.994, "99%"), (0.9961, "99.6%"), (1.0, "99.9%")])
def test_a_chance_is_never_called_none_or_certain(desk: Desks, company: Company, chance: float, said: str) -> None:
    with company.database.begin_write() as session:
        session.execute(update(LeadScore).values(probability=chance))

    assert desk("nora").types("explain_score jane doe").head == f"Jane Doe scores 87, hot: {said} likely to convert."


def test_a_manager_reads_the_points_that_the_owner_has(desk: Desks) -> None:
    notes = desk("helen").types("explain_score jane doe").notes

    assert "Priority today 112: follow-up due today +25." in notes


def test_a_lead_without_a_score_says_so(desk: Desks) -> None:
    reply = desk("nora").types("explain_score lucy chen")

    assert reply.state is ReplyState.ANSWERED
    assert "is not scored because no score was imported for it" in reply.head


def test_a_score_of_a_hidden_lead_is_not_found(desk: Desks) -> None:
    assert desk("dana").types("explain_score jane doe").state is ReplyState.NOT_FOUND
    assert desk("dana").types("explain_score #L1").state is ReplyState.NOT_FOUND


def test_the_audit_log_tells_who_changed_what_newest_first(desk: Desks, company: Company) -> None:
    desk("nora").types("set_lead_status glenn close status=contacted")
    desk("helen", surface="button").wait(minutes=5).types("snooze_lead jane doe until=friday")
    with company.database.begin_read() as session:
        rows = audit_log.list_changes(session, company.workspace_id)
        jane = audit_log.list_changes(session, company.workspace_id, records=[("lead", int(company.id("L-01")[1:]))])
        late = audit_log.list_changes(session, company.workspace_id, since=company.now + timedelta(minutes=1))
        elsewhere = audit_log.list_changes(session, company.workspace_id + 1)

    *rows, first = rows
    assert first.command == "import"
    assert [(row.who, row.surface, row.command, row.name, row.field, row.before, row.after) for row in rows] == [
        ("Helen Brandt", "button", "snooze_lead", "Jane Doe", "snoozed_until", None, "2026-11-20"),
        ("Nora Lindqvist", "chat", "set_lead_status", "Glenn Close", "status", "Qualified", "Contacted"),
    ]
    assert jane == late == rows[:1]
    assert elsewhere == []


def test_more_changes_than_are_looked_at_are_still_counted_right(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    nora, helen = desk("nora"), desk("helen")
    for name in ("glenn close", "rich osborne", "katrin müller"):
        nora.types(f"set_lead_status {name} status=contacted")
    nora.types("update_opportunity initech - fleet renewal stage=proposal")
    nora.types("update_opportunity globex - gtx basic stage=closed won")
    exact = {who: desk(who).wait(minutes=5).types("whats_changed").figures for who in ("nora", "helen", "priya")}
    monkeypatch.setattr("commands.activities.whats_changed.MOST_CHANGES", 1)

    for who, figures in exact.items():
        assert desk(who).wait(minutes=5).types("whats_changed").figures == figures
    assert exact["nora"]["status_changes"] == 3
    assert exact["nora"]["stage_changes"] == 1
    assert helen.wait(minutes=5).types("whats_changed").figures["won"] == 1


TAKEN_BACK = [
    "convert_lead jane doe account=new",
    "set_lead_status jane doe status=qualified",
    "update_opportunity globex gtx stage=negotiation",
]


@pytest.mark.parametrize("form", TAKEN_BACK)
def test_what_was_taken_back_counts_nowhere(desk: Desks, company: Company, form: str) -> None:
    helen, nora = desk("helen"), desk("nora")
    asked = ("whats_changed", "show_record jane doe", "show_activity jane doe", "lead_stats", "preview_digest")
    before = [nora.types(each) for each in asked]

    done = helen.types(form)
    done = helen.confirm(done) if done.state is ReplyState.CONFIRM else done
    assert nora.types("whats_changed") != before[0]
    assert helen.presses(done.buttons[-1]).state is ReplyState.DONE

    assert [nora.types(each) for each in asked] == before
