"""A new hot lead, told to its owner at once (DOMAIN.md section 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.slack.outbox.delivery import REP, Letter
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.outbox.sender import Poster
from bot.slack.render import message
from commands.contract.reply import Button, State
from commands.digest.schedule import zone_called
from commands.dispatching.dispatcher import Dispatcher, Origin, Request
from commands.values.phrases import counted
from storage.database.doors import Database
from storage.digests import hot_leads
from storage.digests.hot_leads import NewHotLead, ToldMeanwhile
from storage.names.name_index import ref
from storage.workspaces.workspace_vocabulary import vocabulary

SURFACE = "alert"
FROM, UNTIL = time(8), time(18)
ONE_BY_ONE = 3
TOGETHER_EVERY = timedelta(hours=1)
LISTED = 10
LOOKED_AT = 200
UNTOLD = "new hot leads that you were not told of yet"
SWITCH = Button("Stop these alerts", "set_hot_leads", {"tell": False})


class Alerts:
    """Between 8 and 18 local time; the first three of a day one by one, further ones together, once an hour."""

    def __init__(
        self, database: Database, dispatcher: Dispatcher, poster: Poster, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._poster = poster
        self._clock = clock

    def tick(self, workspace_id: int) -> None:
        """Tell what is new since the last look. Called each minute."""
        now = self._clock()
        with self._database.reading() as session:
            words = vocabulary(session, workspace_id)
            found = hot_leads.untold(session, workspace_id, now) if words is not None else []
        if words is None or not found:
            return
        of_rep: dict[int, list[NewHotLead]] = defaultdict(list)
        for each in found:
            of_rep[each.rep_id].append(each)
        for rep_id, leads in of_rep.items():
            zone = zone_called(leads[0].zone, words.time_zone, self._dispatcher.defaults.time_zone)
            local = now.astimezone(zone)
            if FROM <= local.time() < UNTIL:
                self._tell(Request(workspace_id, rep_id, SURFACE, now), leads, local)

    def _tell(self, request: Request, leads: Sequence[NewHotLead], local: datetime) -> None:
        day = local.date()
        with self._database.reading() as session:
            told = hot_leads.told(session, request.rep_id, day)
        single = leads[: max(0, ONE_BY_ONE - told.count)]
        rest = leads[len(single) :]
        if rest and not single and told.last is not None and request.now - told.last < TOGETHER_EVERY:
            rest = []
        messages = [self._one(request, each) for each in single]
        if rest:
            messages.append(self._together(request, rest, local))
        letters: list[Letter | None] = []
        try:
            with self._database.writing() as session:
                hot_leads.note(
                    session,
                    request.workspace_id,
                    request.rep_id,
                    [each.lead_id for each in (*single, *rest)],
                    day,
                    request.now,
                )
                letters += [self._poster.enlist(session, each) for each in messages]
        except ToldMeanwhile:
            # Another process told some of them in this very moment: nothing is noted, the next look tells the rest.
            for letter in letters:
                self._poster.pump.give_up(letter)
            return
        self._poster.send_off(letters)

    def _one(self, request: Request, lead: NewHotLead) -> Outgoing:
        card = self._dispatcher.dispatch(request, "show_record", {"name": ref("lead", lead.lead_id)}, Origin.TYPED)
        said = card
        if card.state is State.ANSWERED:
            said = replace(card, head=f"New hot lead: {card.records[0].name}", records=card.records[:1], card=False)
        said = replace(said, buttons=(SWITCH,))
        return Outgoing(request.workspace_id, f"hot:{lead.lead_id}", f"{REP}{lead.rep_id}", message(said))

    def _together(self, request: Request, leads: Sequence[NewHotLead], local: datetime) -> Outgoing:
        first = (local - hot_leads.NEW_FOR).date().isoformat()
        arguments = {
            "owner": "me",
            "band": "hot",
            "created": {"from": first, "to": local.date().isoformat()},
            "sort": "newest",
            "limit": LOOKED_AT,
        }
        listed = self._dispatcher.dispatch(request, "list_leads", arguments, Origin.TYPED)
        new = {ref("lead", each.lead_id) for each in leads}
        said = replace(
            listed,
            head=f"{counted(len(leads), 'more new hot lead')}:",
            records=tuple(each for each in listed.records if each.id in new)[:LISTED],
            receipt=listed.receipt and replace(listed.receipt, filter=UNTOLD, count=len(leads)),
        )
        key = f"hot:{request.rep_id}:{request.now.isoformat()}"
        return Outgoing(
            request.workspace_id, key, f"{REP}{request.rep_id}", message(replace(said, buttons=(*said.buttons, SWITCH)))
        )
