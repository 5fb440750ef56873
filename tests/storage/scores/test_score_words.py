"""What a score's probability means is said by what it was learned from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from commands.wording.score_reasons import find_strongest_reason
from storage.people.visibility import CONSOLE
from storage.tables import LeadScore, ScoreModel
from tests.storage.scores.conftest import NOW, Ground


def asks(ground: Ground, verb: str, **arguments: str) -> Reply:
    dispatcher = Dispatcher(ground.database, BY_VERB, WorkspaceDefaults())
    return dispatcher.dispatch(Request(1, CONSOLE, "test", NOW, "t"), verb, arguments, Origin.TYPED)


@pytest.mark.parametrize(
    ("horizon", "words", "term"),
    [
        (90, "12% likely to convert within 90 days", "Here it foretells a conversion within 90 days."),
        (None, "12% of such leads that came to an end converted", None),
    ],
)
def test_a_probability_says_what_it_is_of(
    place: Ground,
    horizon: int | None,
    words: str,
    term: str | None,
) -> None:
    place.finished(400)
    model = place.train()
    lead = place.open(1, created=NOW - timedelta(days=40))[0]
    place.run()
    with place.database.begin_write() as session:
        kept = session.get_one(ScoreModel, model.id)
        known = {name: value for name, value in kept.evaluation.items() if name != "horizon_days"}
        kept.evaluation = known | ({"horizon_days": horizon} if horizon else {})
        session.execute(update(LeadScore).values(probability=0.1234))

    assert asks(place, "explain_score", name=f"L{lead}").head.endswith(f": {words}.")
    assert f"{words}." in asks(place, "show_record", name=f"L{lead}").notes
    explained = " ".join(asks(place, "explain_term", term="score").notes)
    assert (term or "Here hot begins") in explained
    assert ("foretells" in explained) is (term is not None)


def test_only_what_raises_a_score_is_a_reason_to_call() -> None:
    assert find_strongest_reason({"raises": [], "lowers": ["Web: 3 % of 90 converted, against 9 % overall"]}) is None
    assert find_strongest_reason({"raises": ["Came by referral"], "lowers": [], "by": "rules"}) == (
        "Came by referral (by plain rule)"
    )
