"""Tells owners of their new hot leads at once (docs/domain.md, "New hot leads")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.slack.outbox.delivery import REP, ClaimedMessage
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.outbox.sender import OutboxSender
from bot.slack.render import render_reply
from commands.contract.reply import Button, ReplyState
from commands.digest.schedule import find_valid_zone
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from commands.values.phrases import format_count
from storage.database.doors import Database
from storage.digests import hot_leads
from storage.digests.hot_leads import NewHotLead, ToldMeanwhile
from storage.names.name_index import format_ref
from storage.workspaces.workspace_vocabulary import load_vocabulary

SURFACE = "alert"
# Local time of the owner. What comes in outside these hours is told when the next ones begin.
FROM, UNTIL = time(8), time(18)
# After so many single alerts on a local date the rest is told together, so that a busy day is no stream of messages.
ONE_BY_ONE = 3
TOGETHER_EVERY = timedelta(hours=1)
LISTED = 10
# The list that a summary shows is sorted by age and holds hot leads that were told before, so more are asked for.
LOOKED_AT = 200
UNTOLD = "new hot leads that you were not told of yet"
SWITCH = Button("Stop these alerts", "set_hot_leads", {"tell": False})


class HotLeadAlerts:
    """Tells owners of new hot leads between 8:00 and 18:00 of their local time.

    The first three of a local date come one by one, further ones together, at most once an hour.
    """

    def __init__(
        self, database: Database, dispatcher: Dispatcher, sender: OutboxSender, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._sender = sender
        self._clock = clock

    def send_new_alerts(self, workspace_id: int) -> None:
        """Tell the reps of a workspace of the hot leads that they were not told of yet. Called each minute."""
        now = self._clock()
        with self._database.begin_read() as session:
            vocabulary = load_vocabulary(session, workspace_id)
            found = hot_leads.list_leads_to_tell(session, workspace_id, now) if vocabulary is not None else []
        if vocabulary is None or not found:
            return
        of_rep: dict[int, list[NewHotLead]] = defaultdict(list)
        for each in found:
            of_rep[each.rep_id].append(each)
        for rep_id, leads in of_rep.items():
            zone = find_valid_zone(leads[0].zone, vocabulary.time_zone, self._dispatcher.defaults.time_zone)
            local = now.astimezone(zone)
            if FROM <= local.time() < UNTIL:
                self._alert_rep(Request(workspace_id, rep_id, SURFACE, now), leads, local)

    def _alert_rep(self, request: Request, leads: Sequence[NewHotLead], local: datetime) -> None:
        day = local.date()
        with self._database.begin_read() as session:
            told = hot_leads.count_alerts(session, request.rep_id, day)
        single = leads[: max(0, ONE_BY_ONE - told.count)]
        rest = leads[len(single) :]
        if rest and not single and told.last is not None and request.now - told.last < TOGETHER_EVERY:
            rest = []
        messages = [self._make_single_alert(request, each) for each in single]
        if rest:
            messages.append(self._make_summary_alert(request, rest, local))
        enqueued: list[ClaimedMessage | None] = []
        try:
            with self._database.begin_write() as session:
                hot_leads.save_alerts(
                    session,
                    request.workspace_id,
                    request.rep_id,
                    [each.lead_id for each in (*single, *rest)],
                    day,
                    request.now,
                )
                enqueued += [self._sender.enqueue_message(session, each) for each in messages]
        except ToldMeanwhile:
            # Another process has just told some of them. This transaction is rolled back; the next tick tells the rest.
            for claimed in enqueued:
                self._sender.consumer.drop_item(claimed)
            return
        self._sender.send_enqueued(enqueued)

    def _make_single_alert(self, request: Request, lead: NewHotLead) -> OutboxMessage:
        card = self._dispatcher.dispatch(
            request, "show_record", {"name": format_ref("lead", lead.lead_id)}, Origin.TYPED
        )
        said = card
        if card.state is ReplyState.ANSWERED:
            said = replace(card, head=f"New hot lead: {card.records[0].name}", records=card.records[:1], card=False)
        # The only button: each alert can be turned off where it is read.
        said = replace(said, buttons=(SWITCH,))
        return OutboxMessage(request.workspace_id, f"hot:{lead.lead_id}", f"{REP}{lead.rep_id}", render_reply(said))

    def _make_summary_alert(self, request: Request, leads: Sequence[NewHotLead], local: datetime) -> OutboxMessage:
        first = (local - hot_leads.NEW_FOR).date().isoformat()
        arguments = {
            "owner": "me",
            "band": "hot",
            "created": {"from": first, "to": local.date().isoformat()},
            "sort": "newest",
            "limit": LOOKED_AT,
        }
        listed = self._dispatcher.dispatch(request, "list_leads", arguments, Origin.TYPED)
        new = {format_ref("lead", each.lead_id) for each in leads}
        said = replace(
            listed,
            head=f"{format_count(len(leads), 'more new hot lead')}:",
            records=tuple(each for each in listed.records if each.id in new)[:LISTED],
            receipt=listed.receipt and replace(listed.receipt, filter=UNTOLD, count=len(leads)),
        )
        key = f"hot:{request.rep_id}:{request.now.isoformat()}"
        return OutboxMessage(
            request.workspace_id,
            key,
            f"{REP}{request.rep_id}",
            render_reply(replace(said, buttons=(*said.buttons, SWITCH))),
        )
