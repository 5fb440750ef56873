"""Making the digest of a person for a moment (DOMAIN.md section 4) from what is stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commands.contract.context import Defaults, zone_of
from commands.contract.reply import Button
from commands.digest.content import ClosingDeal, Digest, FirstLead, News, TeamRow, Urgency
from commands.values.moment import Moment
from commands.values.phrases import counted, day_words, money
from commands.wording.change_words import field_words, value_words
from commands.wording.score_reasons import strongest
from storage.audit import history
from storage.audit.history import RecordChange
from storage.digests import digest_content, priorities
from storage.digests.digest_content import Deal
from storage.digests.priorities import Occasion, RankedLead, Ranking
from storage.names.name_index import ref
from storage.people import reps
from storage.people.visibility import CONSOLE, Asker, Scope, scope_of
from storage.workspaces.workspace_vocabulary import Vocabulary

MOST_CLOSING = 3
MOST_OF_EACH = 3
MOST_PEOPLE = 200
"""A team larger than this gets no line a rep: nobody reads them in the morning."""


def occasion_of(scope: Scope, rep_id: int, moment: Moment) -> Occasion:
    """When a person's digest is made; before the first one the last 24 hours count."""
    since = digest_content.last_sent(scope.session, scope.workspace_id, rep_id, moment.now)
    return Occasion(
        now=moment.now,
        today=moment.today,
        since=since or moment.now - timedelta(hours=24),
        three_days=moment.start_of(moment.today - timedelta(days=2)),
        seven_days=moment.start_of(moment.today - timedelta(days=6)),
    )


def digest_of(
    session: Any,
    asker: Asker,
    *,
    vocabulary: Vocabulary,
    defaults: Defaults,
    now: datetime,
    size: int | None = None,
) -> Digest:
    """The digest of a person as it would be sent at this moment. It reads only, and does not count as sent."""
    scope = scope_of(session, asker, vocabulary.visibility or defaults.visibility)
    moment = Moment(now, zone_of(asker, vocabulary, defaults), vocabulary)
    occasion = occasion_of(scope, asker.id, moment)
    return _Making(scope, asker, vocabulary, moment, occasion).digest(size or vocabulary.digest_size)


def ranking_for(scope: Scope, rep_id: int, occasion: Occasion, vocabulary: Vocabulary, **more: Any) -> Ranking:
    """The order of a person's leads under the workspace's weights."""
    uncontacted = tuple(each.id for each in vocabulary.statuses if each.status_class == "open")
    return priorities.ranking(
        scope, rep_id, occasion, weights=vocabulary.digest_weights, uncontacted=uncontacted, **more
    )


def urgencies(lead: RankedLead, today: date) -> tuple[Urgency, ...]:
    """What moves a lead up or down today, in words."""
    return tuple(Urgency(name, points, _urgency_words(name, lead, today)) for name, points in lead.urgency)


@dataclass(frozen=True)
class _Making:
    scope: Scope
    asker: Asker
    vocabulary: Vocabulary
    moment: Moment
    occasion: Occasion

    def digest(self, size: int) -> Digest:
        ranked = ranking_for(self.scope, self.asker.id, self.occasion, self.vocabulary, size=size)
        closing = digest_content.closing(self.scope, self.asker.id, self.moment.today, limit=MOST_CLOSING)
        won, won_count = self._won()
        news = self._news(ranked, won)
        team = self._team()
        silent = not (ranked.urgent or closing.deals or news or team)
        return Digest(
            rep_id=self.asker.id,
            rep=self.asker.email or self.asker.name,
            local_date=self.moment.today,
            since=self.occasion.since,
            summary=self._summary(ranked, closing, won_count, team),
            silent=silent,
            first=tuple(self._first(each) for each in ranked.leads if each.place <= size),
            closing=tuple(self._closing(each) for each in closing.deals),
            news=news,
            team=team,
            open=ranked.open,
        )

    def _won(self) -> tuple[list[Deal], int]:
        """The newest wins since the last digest, and how many there are."""
        since, mine = self.occasion.since, (self.asker.id,)
        first_day = since.astimezone(self.moment.zone).date()
        found = digest_content.closed(self.scope, "won", mine, since, first_day, limit=priorities.MOST_NEWS)
        if len(found) < priorities.MOST_NEWS:
            return found, len(found)
        return found, digest_content.count_closed(self.scope, "won", mine, since, first_day)

    def _summary(self, ranked: Ranking, closing: digest_content.Closing, won: int, team: tuple[TeamRow, ...]) -> str:
        parts = [f"{ranked.urgent} to work on"] if ranked.urgent else []
        if closing.soon:
            parts.append(f"{closing.soon} closing this week")
        if closing.past:
            parts.append(f"{closing.past} past {'its' if closing.past == 1 else 'their'} close date")
        if won:
            parts.append(f"{won} won {since_words(self.moment, self.occasion.since)}")
        if team:
            waiting = sum(each.hot_waiting for each in team)
            parts.append(f"{counted(waiting, 'hot lead')} waiting in your team")
        return ", ".join(parts) or "Nothing urgent today"

    def _first(self, lead: RankedLead) -> FirstLead:
        status = self.vocabulary.status[lead.status_id]
        return FirstLead(
            id=ref("lead", lead.number),
            external_id=lead.external_id,
            name=lead.name,
            title=lead.title,
            company=lead.company,
            status=status.name,
            score=lead.score,
            band=lead.band,
            movement=lead.movement,
            priority=lead.priority,
            urgency=urgencies(lead, self.moment.today),
            reason=strongest(lead.reasons),
            next_step=self._next_step(lead, status.status_class),
            buttons=self._buttons(lead, status.status_class),
        )

    def _next_step(self, lead: RankedLead, status_class: str) -> str:
        if lead.due is not None:
            return lead.note or "Follow up"
        if status_class == "open":
            return "First call or email"
        if status_class == "qualified":
            return "Convert"
        if lead.missing:
            return f"Ask about {lead.missing[0].replace('_', ' ')}"
        return "Decide: qualify or drop"

    def _buttons(self, lead: RankedLead, status_class: str) -> tuple[Button, ...]:
        name = {"name": ref("lead", lead.number)}
        working = self.vocabulary.statuses_in("working")
        found = []
        # Pressed on a qualified lead, Contacted would take it a step back.
        if working and status_class != "qualified":
            found.append(Button("Contacted", "set_lead_status", name | {"status": working[0].name}))
        found += [
            Button("Log call", "log_activity", name | {"kind": "call"}),
            Button("Snooze", "snooze_lead", name),
            Button("Why?", "explain_score", name),
        ]
        if status_class == "qualified":
            found.append(Button("Convert", "convert_lead", name))
        return tuple(found)

    def _closing(self, deal: Deal) -> ClosingDeal:
        return ClosingDeal(
            id=ref("opportunity", deal.number),
            external_id=deal.external_id,
            name=deal.name,
            account=deal.account,
            stage=self.vocabulary.stage[deal.stage_id].name,
            amount=deal.amount,
            currency=deal.currency,
            close_date=deal.close_date,
            overdue=deal.close_date < self.moment.today,
        )

    def _news(self, ranked: Ranking, won: list[Deal]) -> tuple[News, ...]:
        found = [_won(each) for each in won[:MOST_OF_EACH]]
        moves = sorted(
            (each for each in ranked.leads if abs(each.movement or 0) >= priorities.ROSE),
            key=lambda each: (-abs(each.movement or 0), each.place),
        )
        found += [_moved(each) for each in moves[:MOST_OF_EACH]]
        new = [each for each in ranked.leads if each.is_new]
        found += [_new(each) for each in new[:MOST_OF_EACH]]
        told = {("lead", each.number, "record") for each in new}
        told |= {("opportunity", each.number, field) for each in won for field in ("stage", "close_date")}
        return tuple(found) + tuple(_changed(each) for each in self._by_others(told))

    def _by_others(self, told: set[tuple[str, int, str]]) -> list[RecordChange]:
        """The newest changes that others made, without what is told anyhow: that a lead is new, that a deal is won."""
        # That a deal is open, won or lost follows from its stage, which is told.
        most = 2 * MOST_OF_EACH + len(told)
        found = [
            change
            for kind in ("lead", "opportunity")
            for change in history.by_others(self.scope, kind, self.asker.id, self.occasion.since, limit=most)
            if (change.kind, change.record_id, change.field) not in told
            and (change.kind, change.field) != ("opportunity", "state")
        ]
        return sorted(found, key=lambda each: each.at, reverse=True)[:MOST_OF_EACH]

    def _team(self) -> tuple[TeamRow, ...]:
        people = tuple(each for each in self.scope.team if each != self.asker.id)
        if self.asker.id == CONSOLE:
            people = digest_content.colleagues(self.scope, limit=MOST_PEOPLE + 1)
        if not people or len(people) > MOST_PEOPLE:
            return ()
        standing = digest_content.standing(self.scope, people, self.occasion)
        moved: dict[int, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
        for each in digest_content.moved(self.scope, people, self.occasion.since):
            moved[each.rep_id][each.currency] = (each.count, each.amount)
        called = reps.names(self.scope.session, self.scope.workspace_id, people)
        leads = {each.rep_id: each for each in standing}
        rows = [
            TeamRow(
                rep=called[rep_id],
                untouched=leads[rep_id].untouched if rep_id in leads else 0,
                hot_waiting=leads[rep_id].hot_waiting if rep_id in leads else 0,
                moved=sum(count for count, _ in moved[rep_id].values()),
                moved_amount={currency: amount for currency, (_, amount) in moved[rep_id].items()},
            )
            for rep_id in people
        ]
        telling = [each for each in rows if each.untouched or each.hot_waiting or each.moved]
        return tuple(sorted(telling, key=lambda each: (-each.hot_waiting, -each.untouched, each.rep)))


def since_words(moment: Moment, since: datetime) -> str:
    """`since 08:30`, `since yesterday`, `since Fri 20 Nov`."""
    day = since.astimezone(moment.zone)
    match (moment.today - day.date()).days:
        case 0:
            return f"since {day:%H:%M}"
        case 1:
            return "since yesterday"
        case _:
            return f"since {day_words(day.date(), moment.today)}"


def _urgency_words(name: str, lead: RankedLead, today: date) -> str:
    late = (today - lead.due).days if lead.due else 0
    match name:
        case "follow_up_due":
            return f"follow-up {counted(late, 'day')} overdue" if late else "follow-up due today"
        case "new":
            return "new, not contacted yet"
        case "score_rose":
            return f"score up {lead.movement}"
        case "hot_untouched":
            return "hot and untouched 3+ days"
        case "warm_untouched":
            return "warm and untouched 7+ days"
        case _:
            return "touched in the last 24 hours"


def _won(deal: Deal) -> News:
    amount = f", {money(deal.amount, deal.currency)}" if deal.amount is not None else ""
    return News("won", ref("opportunity", deal.number), deal.external_id, deal.name, f"{deal.name} won{amount}")


def _moved(lead: RankedLead) -> News:
    text = f"{lead.name}: score {lead.base} → {lead.score} ({lead.movement:+d})"
    return News("score", ref("lead", lead.number), lead.external_id, lead.name, text)


def _new(lead: RankedLead) -> News:
    text = f"{lead.name} is new" + (f", {lead.company}" if lead.company else "")
    return News("new", ref("lead", lead.number), lead.external_id, lead.name, text)


def _changed(change: RecordChange) -> News:
    return News("changed", ref(change.kind, change.record_id), change.external_id, change.name, change_words(change))


def change_words(change: RecordChange) -> str:
    """`Jane Doe: status Open → Contacted, by Helen Brandt`."""
    if change.field == "record":
        return f"{change.name}: created by {change.who}"
    if change.field == "converted_at":
        return f"{change.name}: {'conversion taken back' if change.after is None else 'converted'} by {change.who}"
    before, after = (value_words(each, change.field) for each in (change.before, change.after))
    return f"{change.name}: {field_words(change.field)} {before} → {after}, by {change.who}"
