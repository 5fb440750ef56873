"""Taking things back, as people see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from commands.contract.reply import Reply, ReplyState
from storage.tables import Activity, AuditEntry, Lead, NameWord
from tests.company import Company
from tests.database_contents import count
from tests.database_rows import records
from tests.desk import Desk

Desks = Callable[..., Desk]


def done(desk: Desk, text: str) -> Reply:
    """Type a command, and say yes where it asks."""
    reply = desk.types(text)
    reply = desk.confirm(reply) if reply.state is ReplyState.CONFIRM else reply
    assert reply.state is ReplyState.DONE, reply.head
    return reply


WRITES = (
    'set_lead_status jane doe status=unqualified reason="no budget"',
    "set_lead_status_many status=contacted source=web",
    'qualify_lead jane doe product_interest=GTX budget=45k timeframe="next quarter" note="spoke to her"',
    "convert_lead jane doe",
    "convert_lead jane doe create_opportunity=true amount=30k",
    "convert_lead glenn close",
    "convert_lead glenn close create_opportunity=false",
    'convert_lead glenn close opportunity="globex gtx basic"',
    'update_opportunity initech fleet renewal stage="closed won" amount=1234.56 next_step=Celebrate',
    'update_opportunity initech fleet renewal stage="closed lost" lost_reason=price',
    "update_opportunity initech fleet renewal close_date=2027-01-15",
    'log_activity jane doe kind=call text="left a voicemail"',
    "log_activity jane roe kind=meeting at=2026-11-02",
    "log_activity samir patel kind=email",
    "log_activity initech fleet renewal kind=call",
    "log_activity globex kind=note text=hello",
    "create_lead first_name=Viktor last_name=Lanz company=Helvetia note=airport",
    "update_lead jane doe field=last_name value=Dow",
    "update_lead jane doe field=annual_revenue value=1.2m",
)


@pytest.mark.parametrize("text", WRITES)
def test_what_was_done_is_taken_back_whole_and_each_leaves_one_audit_entry(
    desk: Desks, company: Company, text: str
) -> None:
    nora, before = desk("nora"), records(company.database)
    entries = count(company.database, "audit_entry")

    reply = done(nora, text)
    changed = records(company.database)
    undone = nora.presses(reply.buttons[-1])

    assert changed != before
    assert undone.state is ReplyState.DONE
    assert records(company.database) == before
    assert count(company.database, "audit_entry") == entries + 2


def test_a_change_of_many_is_taken_back_as_one(desk: Desks, company: Company) -> None:
    helen, before = desk("helen"), records(company.database)
    done(helen, 'assign_leads source="trade show" owner=tom')

    reply = helen.types("undo")

    assert reply.state is ReplyState.DONE
    assert records(company.database) == before


def test_undo_runs_at_once_from_a_sentence_too(desk: Desks) -> None:
    nora = desk("nora")
    done(nora, "set_lead_status jane doe status=qualified")

    reply = nora.means("undo")

    assert reply.state is ReplyState.DONE
    assert [(each.field, each.before, each.after) for each in reply.change] == [("status", "Qualified", "Contacted")]


def test_undo_alone_takes_back_ones_own_last_change_then_the_one_before(desk: Desks, company: Company) -> None:
    nora, helen, before = desk("nora"), desk("helen"), records(company.database)
    done(nora, "set_lead_status jane doe status=qualified")
    done(nora, "update_lead jane roe field=title value=Boss")
    done(helen, "set_lead_status kofi mensah status=qualified")

    first, second, third = nora.types("undo"), nora.types("undo"), nora.types("undo")

    assert "Jane Roe" in first.head
    assert "Jane Doe" in second.head
    assert third.state is ReplyState.NOT_FOUND
    helen.types("undo")
    assert records(company.database) == before


def test_a_change_is_taken_back_once(desk: Desks) -> None:
    nora = desk("nora")
    button = done(nora, "set_lead_status jane doe status=qualified").buttons[-1]
    nora.presses(button)

    again = nora.presses(button)

    assert again.state is ReplyState.REFUSED
    assert "taken back already" in again.head


def test_an_undo_is_not_undone(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    done(nora, "set_lead_status jane doe status=qualified")
    nora.types("undo")
    with company.database.begin_read() as session:
        last = session.scalar(select(func.max(AuditEntry.id)))

    reply = nora.types(f"undo change={last}")

    assert reply.state is ReplyState.REFUSED
    assert "Repeat the command" in reply.head


def test_after_a_day_it_is_too_late(desk: Desks) -> None:
    nora = desk("nora")
    button = done(nora, "set_lead_status jane doe status=qualified").buttons[-1]
    nora.wait(hours=24)

    assert nora.types("undo").state is ReplyState.NOT_FOUND
    reply = nora.presses(button)
    assert reply.state is ReplyState.REFUSED
    assert "24 hours" in reply.head


def test_who_changed_the_record_since_is_named(desk: Desks) -> None:
    nora, helen = desk("nora"), desk("helen")
    button = done(nora, "set_lead_status jane doe status=qualified").buttons[-1]
    done(helen, "update_lead jane doe field=title value=Boss")

    reply = nora.presses(button)

    assert reply.state is ReplyState.REFUSED
    assert "Jane Doe was changed since by Helen Brandt on Wed 18 Nov 2026 at 09:30" in reply.head


def test_a_later_change_that_was_itself_taken_back_is_no_matter(desk: Desks, company: Company) -> None:
    nora, before = desk("nora"), records(company.database)
    button = done(nora, "set_lead_status jane doe status=qualified").buttons[-1]
    done(nora, "update_lead jane doe field=title value=Boss")
    nora.types("undo")

    assert nora.presses(button).state is ReplyState.DONE
    assert records(company.database) == before


def test_what_an_import_changed_since_is_not_overwritten(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    button = done(nora, "update_lead jane doe field=title value=Boss").buttons[-1]
    with company.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.id == 1).values(title="Imported"))

    reply = nora.presses(button)

    assert reply.state is ReplyState.REFUSED
    assert "has another title since" in reply.head


def test_others_changes_are_for_managers_and_administrators(desk: Desks) -> None:
    button = done(desk("nora"), "set_lead_status jane doe status=qualified").buttons[-1]

    assert desk("dana").presses(button).state is ReplyState.NOT_FOUND
    assert desk("victor").presses(button).state is ReplyState.NOT_FOUND
    assert desk("helen").presses(button).state is ReplyState.DONE


def test_an_administrator_takes_back_what_anybody_did(desk: Desks) -> None:
    button = done(desk("nora"), "set_lead_status jane doe status=qualified").buttons[-1]

    assert desk("priya").presses(button).state is ReplyState.DONE


GIFTS = [
    "assign_lead jane doe owner=ruth",
    "assign_leads owner=ruth band=hot",
    "assign_opportunity initech fleet owner=ruth",
    "assign_opportunities owner=ruth min_amount=30k",
]


@pytest.mark.parametrize("gift", GIFTS)
def test_what_was_given_out_of_sight_is_taken_back_by_who_gave_it_or_an_administrator(
    desk: Desks, company: Company, gift: str
) -> None:
    before = records(company.database)
    for who in ("nora", "priya"):
        button = done(desk("nora"), gift).buttons[-1]
        # Ruth is in another team: Helen does not see her records, and did not give these away.
        assert "no longer yours to see" in desk("helen").presses(button).head
        assert desk("ruth").presses(button).state is ReplyState.NOT_FOUND
        assert desk(who).presses(button).state is ReplyState.DONE
        assert records(company.database) == before


@pytest.mark.parametrize("use", ["set_lead_status jane doe status=open", "assign_lead jane doe owner=victor"])
def test_a_gift_that_was_used_is_not_taken_back_and_not_told_of(desk: Desks, company: Company, use: str) -> None:
    button = done(desk("nora"), "assign_lead jane doe owner=ruth").buttons[-1]
    done(desk("ruth"), use)

    before, refused = records(company.database), desk("nora").presses(button)

    assert refused.state is ReplyState.REFUSED
    assert refused.head == (
        "Jane Doe was changed since it was given away, so it can no longer be taken back. "
        "Ask its owner or a manager to give it back."
    )
    assert records(company.database) == before


@pytest.mark.parametrize(
    ("used", "why"),
    [
        ("log_activity glenn close kind=call", "has a call since"),
        ("set_follow_up glenn close due=2026-12-01", "has a follow-up since"),
        (
            'convert_lead jane roe account="northwind traders" create_opportunity=false',
            "has a contact (Jane Roe) since",
        ),
        ("update_opportunity northwind amount=5", "was changed since by Nora Lindqvist"),
    ],
)
def test_a_conversion_is_not_taken_back_once_what_it_created_is_used(
    desk: Desks, company: Company, used: str, why: str
) -> None:
    nora, before = desk("nora"), records(company.database)
    button = done(nora, "convert_lead glenn close create_opportunity=true").buttons[-1]
    done(nora, used)

    refused = nora.presses(button)
    nora.types("undo")

    assert refused.state is ReplyState.REFUSED
    assert why in refused.head
    assert nora.presses(button).state is ReplyState.DONE
    assert records(company.database) == before


def test_a_new_lead_with_a_call_since_stays(desk: Desks) -> None:
    nora = desk("nora")
    button = done(nora, "create_lead first_name=Viktor last_name=Lanz company=Helvetia").buttons[-1]
    done(nora, "log_activity viktor lanz kind=call")

    assert "has a call since" in nora.presses(button).head


def test_a_new_lead_that_was_taken_back_is_found_by_nobody(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    done(nora, "create_lead first_name=Viktor last_name=Lanz company=Helvetia")
    nora.types("undo")

    assert nora.types("set_lead_status viktor lanz status=open").state is ReplyState.NOT_FOUND
    with company.database.begin_read() as session:
        assert session.scalars(select(NameWord).where(NameWord.word == "helvetia")).all() == []


def test_the_last_touch_is_worked_out_anew_whatever_the_order_of_taking_back(desk: Desks, company: Company) -> None:
    nora, before = desk("nora"), records(company.database)
    first = done(nora, "log_activity jane roe kind=call at=2026-11-16").buttons[-1]
    second = done(nora, "log_activity jane roe kind=call at=2026-11-17").buttons[-1]

    assert nora.presses(first).state is ReplyState.DONE
    with company.database.begin_read() as session:
        assert session.get_one(Lead, 2).last_touch_at == company.now.replace(day=17, hour=12, minute=0)
    assert nora.presses(second).state is ReplyState.DONE
    assert records(company.database) == before


def test_an_earlier_touch_that_is_still_there_becomes_the_last_one_again(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    call = done(nora, "log_activity jane roe kind=call").buttons[-1]
    done(nora, "log_activity jane roe kind=email at=2026-11-16")

    nora.presses(call)

    with company.database.begin_read() as session:
        kept = session.scalars(select(Activity.at).where(Activity.lead_id == 2)).all()
        noon = company.now.replace(day=16, hour=12, minute=0)
        assert session.get_one(Lead, 2).last_touch_at == max(kept) == noon


@pytest.mark.parametrize("said", ["999", "nonsense", "-1", "1e9", "９", "99999999999999999999999"])
def test_a_change_that_does_not_exist_is_said_so(desk: Desks, said: str) -> None:
    assert desk("nora").calls("undo", change=said).state in (ReplyState.NOT_FOUND, ReplyState.REFUSED)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('set_follow_up jane doe due=2026-11-30 note="the quote"', "the follow-up with Jane Doe on Mon 30 Nov"),
        ("log_activity jane doe kind=call", "the call logged with Jane Doe"),
        ("set_lead_status jane doe status=qualified", "the status of Jane Doe"),
        ("set_lead_status_many status=contacted source=web", "the status of 4 leads"),
        ("convert_lead jane doe", "the conversion of Jane Doe"),
        ("create_lead first_name=Viktor last_name=Lanz company=Helvetia", "the new lead Viktor Lanz"),
        ("set_digest 7:45", "the change of your digest"),
    ],
)
def test_an_undo_says_what_it_took_back_as_a_person_would(desk: Desks, typed: str, said: str) -> None:
    nora = desk("nora")

    assert nora.presses(done(nora, typed).buttons[-1]).head == f"Undone: {said}."
