"""Builds a person's digest for a moment from what is stored (docs/domain.md, "What the digest says")."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commands.contract.context import WorkspaceDefaults, choose_time_zone
from commands.contract.reply import Button
from commands.digest.content import ClosingDeal, Digest, FirstLead, News, TeamRow, Urgency
from commands.values.moment import Moment
from commands.values.phrases import format_count, format_day, format_money
from commands.wording.change_words import format_field_name, format_value
from commands.wording.record_words import format_next_step, name_lead
from commands.wording.score_reasons import find_strongest_reason
from storage.audit import history
from storage.audit.history import RecordChange
from storage.digests import digest_content, priorities
from storage.digests.digest_content import DigestDeal
from storage.digests.priorities import LeadRanking, Occasion, RankedLead
from storage.digests.score_movement import BEFORE_THE_FIRST, find_last_sent
from storage.names.name_index import format_ref
from storage.names.no_company import has_no_company
from storage.people import reps
from storage.people.visibility import CONSOLE, Asker, Scope, build_scope
from storage.records import follow_ups
from storage.workspaces.workspace_vocabulary import Vocabulary

MOST_CLOSING = 3
MOST_OF_EACH = 3
# A manager of more people than this gets no line for each: nobody reads them in the morning.
MOST_PEOPLE = 200


def build_occasion(scope: Scope, rep_id: int, moment: Moment) -> Occasion:
    """Build the moments a person's digest goes by; before the first digest the last 24 hours count."""
    since = find_last_sent(scope.session, scope.workspace_id, rep_id, moment.now)
    return Occasion(
        now=moment.now,
        today=moment.today,
        since=since or moment.now - BEFORE_THE_FIRST,
        # Local days, today among them: untouched for three days is last touched before the day before yesterday.
        three_days=moment.get_day_start(moment.today - timedelta(days=2)),
        seven_days=moment.get_day_start(moment.today - timedelta(days=6)),
    )


def build_digest(
    session: Any,
    asker: Asker,
    *,
    vocabulary: Vocabulary,
    defaults: WorkspaceDefaults,
    now: datetime,
    size: int | None = None,
) -> Digest:
    """Build the digest of a person as it would be sent at this moment. It reads only, and does not count as sent."""
    scope = build_scope(session, asker, vocabulary.visibility or defaults.visibility)
    moment = Moment(now, choose_time_zone(asker, vocabulary, defaults), vocabulary)
    occasion = build_occasion(scope, asker.id, moment)
    return _DigestBuilder(scope, asker, vocabulary, moment, occasion).assemble_digest(size or vocabulary.digest_size)


def rank_leads(scope: Scope, rep_id: int, occasion: Occasion, vocabulary: Vocabulary, **more: Any) -> LeadRanking:
    """Rank a person's leads under the workspace's weights."""
    uncontacted = tuple(each.id for each in vocabulary.statuses if each.status_class == "open")
    return priorities.rank_leads(
        scope, rep_id, occasion, weights=vocabulary.digest_weights, uncontacted=uncontacted, **more
    )


def list_urgencies(lead: RankedLead, today: date) -> tuple[Urgency, ...]:
    """List what moves a lead up or down today, in words."""
    return tuple(Urgency(name, points, _describe_urgency(name, lead, today)) for name, points in lead.urgency)


@dataclass(frozen=True)
class _DigestBuilder:
    """Builds one digest. Everything it shows is read once, at the moment of the occasion."""

    scope: Scope
    asker: Asker
    vocabulary: Vocabulary
    moment: Moment
    occasion: Occasion

    def assemble_digest(self, size: int) -> Digest:
        ranked = rank_leads(self.scope, self.asker.id, self.occasion, self.vocabulary, size=size)
        closing = digest_content.list_closing_deals(self.scope, self.asker.id, self.moment.today, limit=MOST_CLOSING)
        won, won_count = self._load_wins()
        news = self._collect_news(ranked, won, won_count)
        team = self._build_team_rows()
        silent = not (ranked.urgent or closing.deals or news or team)
        return Digest(
            rep_id=self.asker.id,
            rep=self.asker.email or self.asker.name,
            local_date=self.moment.today,
            since=self.occasion.since,
            summary=self._compose_summary(ranked, closing, won_count, team),
            silent=silent,
            # Behind the first leads come those that are only news: new ones, and those whose score moved.
            first=self._build_first_leads([each for each in ranked.leads if each.place <= size]),
            closing=tuple(self._build_closing_deal(each) for each in closing.deals),
            news=news,
            team=team,
            open=ranked.open,
        )

    def _load_wins(self) -> tuple[list[DigestDeal], int]:
        """Load the newest wins since the last digest, and how many there are."""
        since, mine = self.occasion.since, (self.asker.id,)
        first_day = since.astimezone(self.moment.zone).date()
        found = digest_content.list_closed_deals(self.scope, "won", mine, since, first_day, limit=priorities.MOST_NEWS)
        if len(found) < priorities.MOST_NEWS:
            return found, len(found)
        return found, digest_content.count_closed_deals(self.scope, "won", mine, since, first_day)

    def _compose_summary(
        self, ranked: LeadRanking, closing: digest_content.ClosingDeals, won: int, team: tuple[TeamRow, ...]
    ) -> str:
        parts = [f"{ranked.urgent} to work on"] if ranked.urgent else []
        if closing.soon:
            parts.append(f"{closing.soon} closing this week")
        if closing.past:
            parts.append(f"{closing.past} past {'its' if closing.past == 1 else 'their'} close date")
        if won:
            parts.append(f"{won} won {format_since(self.moment, self.occasion.since)}")
        if team:
            waiting = sum(each.hot_waiting for each in team)
            parts.append(f"{format_count(waiting, 'hot lead')} waiting in your team")
        return ", ".join(parts) or "Nothing urgent today"

    def _build_first_leads(self, chosen: list[RankedLead]) -> tuple[FirstLead, ...]:
        coming = follow_ups.find_next_of_leads(self.scope, [each.number for each in chosen])
        return tuple(self._build_first_lead(each, coming.get(each.number)) for each in chosen)

    def _build_first_lead(self, lead: RankedLead, coming: tuple[date, str | None] | None) -> FirstLead:
        status = self.vocabulary.status[lead.status_id]
        return FirstLead(
            id=format_ref("lead", lead.number),
            external_id=lead.external_id,
            name=lead.name,
            title=lead.title,
            company=lead.company,
            status=status.name,
            score=lead.score,
            band=lead.band,
            movement=lead.movement,
            priority=lead.priority,
            urgency=list_urgencies(lead, self.moment.today),
            reason=find_strongest_reason(lead.reasons),
            next_step=self._suggest_next_step(lead, status.status_class, coming),
            buttons=offer_lead_buttons(self.vocabulary, format_ref("lead", lead.number), lead.status_id),
        )

    def _suggest_next_step(self, lead: RankedLead, status_class: str, coming: tuple[date, str | None] | None) -> str:
        """Suggest what to do next: what was planned, as the list says it, else what brings the lead on."""
        if coming is not None:
            due, note = coming
            # What is due today or before is said as the reason already.
            said = note or "Follow up"
            return said if due <= self.moment.today else format_next_step(note, due, self.moment.today)
        if status_class == "open":
            return "First call or email"
        if status_class == "qualified":
            return "Convert"
        if lead.missing:
            return f"Ask about {lead.missing[0].replace('_', ' ')}"
        return "Decide: qualify or drop"

    def _build_closing_deal(self, deal: DigestDeal) -> ClosingDeal:
        return ClosingDeal(
            id=format_ref("opportunity", deal.number),
            external_id=deal.external_id,
            name=deal.name,
            account=deal.account,
            stage=self.vocabulary.stage[deal.stage_id].name,
            amount=deal.amount,
            currency=deal.currency,
            close_date=deal.close_date,
            overdue=deal.close_date < self.moment.today,
        )

    def _collect_news(self, ranked: LeadRanking, won: list[DigestDeal], won_count: int) -> tuple[News, ...]:
        found = [_report_win(each) for each in won[:MOST_OF_EACH]]
        found += _count_rest("won", won_count - len(won[:MOST_OF_EACH]), "deal won", "deals won")
        moves = sorted(
            (each for each in ranked.leads if abs(each.movement or 0) >= priorities.ROSE),
            key=lambda each: (-abs(each.movement or 0), each.place),
        )
        found += [_report_score_move(each) for each in moves[:MOST_OF_EACH]]
        new = [each for each in ranked.leads if each.is_new][:MOST_OF_EACH]
        found += [_report_new_lead(each) for each in new]
        found += _count_rest("new", ranked.new - len(new), "new lead", "new leads")
        # Winning a deal is a change too, and would be told a second time below.
        told = {("opportunity", each.number, field) for each in won for field in ("stage", "close_date")}
        return tuple(found) + tuple(_report_change(each) for each in self._load_changes_by_others(told, ranked.new))

    def _load_changes_by_others(self, told: set[tuple[str, int, str]], new: int) -> list[RecordChange]:
        """Load the newest changes that others made, except those in `told` and that leads, `new` of them, are new."""
        # So many more are asked for that enough remain once those are left out.
        most = 2 * MOST_OF_EACH + len(told) + new
        found = [
            change
            for kind in ("lead", "opportunity")
            for change in history.list_changes_by_others(
                self.scope, kind, self.asker.id, self.occasion.since, limit=most
            )
            if (change.kind, change.record_id, change.field) not in told
            # New leads are named or counted, all of them.
            and (change.kind, change.field) != ("lead", "record")
            # That a deal is open, won or lost follows from its stage, which is told.
            and (change.kind, change.field) != ("opportunity", "state")
        ]
        return sorted(found, key=lambda each: each.at, reverse=True)[:MOST_OF_EACH]

    def _build_team_rows(self) -> tuple[TeamRow, ...]:
        """Build a row for each colleague of the team of whom there is something to tell."""
        people = tuple(each for each in self.scope.team if each != self.asker.id)
        # The console has nobody below it; as an administrator it is shown everyone.
        if self.asker.id == CONSOLE:
            people = digest_content.list_colleagues(self.scope, limit=MOST_PEOPLE + 1)
        if not people or len(people) > MOST_PEOPLE:
            return ()
        standing = digest_content.count_waiting_leads(self.scope, people, self.occasion)
        moved: dict[int, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
        for each in digest_content.sum_stage_moves(self.scope, people, self.occasion.since):
            moved[each.rep_id][each.currency] = (each.count, each.amount)
        called = reps.load_rep_names(self.scope.session, self.scope.workspace_id, people)
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


def offer_lead_buttons(vocabulary: Vocabulary, reference: str, status_id: int) -> tuple[Button, ...]:
    """Offer the buttons of a lead in a digest, as its status is."""
    name, status_class = {"name": reference}, vocabulary.status[status_id].status_class
    working = vocabulary.list_statuses("working")
    found = []
    # Whoever is contacted stays so, and a qualified lead would be taken a step back.
    if working and status_class == "open":
        found.append(Button("Contacted", "set_lead_status", name | {"status": working[0].name}))
    found += [
        Button("Log call", "log_activity", name | {"kind": "call"}),
        Button("Snooze", "snooze_lead", name),
        Button("Why?", "explain_score", name),
    ]
    if status_class == "qualified":
        found.append(Button("Convert", "convert_lead", name))
    return tuple(found)


def format_since(moment: Moment, since: datetime) -> str:
    """Format the start of a digest's news: `since 08:30`, `since yesterday`, `since Fri 20 Nov`."""
    day = since.astimezone(moment.zone)
    match (moment.today - day.date()).days:
        case 0:
            return f"since {day:%H:%M}"
        case 1:
            return "since yesterday"
        case _:
            return f"since {format_day(day.date(), moment.today)}"


def _describe_urgency(name: str, lead: RankedLead, today: date) -> str:
    late = (today - lead.due).days if lead.due else 0
    match name:
        case "follow_up_due":
            return f"follow-up {format_count(late, 'day')} overdue" if late else "follow-up due today"
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


def _report_win(deal: DigestDeal) -> News:
    amount = f", {format_money(deal.amount, deal.currency)}" if deal.amount is not None else ""
    return News("won", format_ref("opportunity", deal.number), deal.external_id, deal.name, f"{deal.name} won{amount}")


def _report_score_move(lead: RankedLead) -> News:
    text = f"{name_lead(lead.name, lead.company)}: score {lead.base} → {lead.score} ({lead.movement:+d})"
    return News("score", format_ref("lead", lead.number), lead.external_id, lead.name, text)


def _report_new_lead(lead: RankedLead) -> News:
    company = "" if has_no_company(lead.company) or lead.company == lead.name else f", {lead.company}"
    text = f"{name_lead(lead.name, lead.company)} is new{company}"
    return News("new", format_ref("lead", lead.number), lead.external_id, lead.name, text)


def _count_rest(what: str, left: int, noun: str, plural: str) -> list[News]:
    """Say how many there are beyond those that are named: `and 4 more new leads`."""
    return [News(what, None, None, None, f"and {left:,} more {noun if left == 1 else plural}")] if left > 0 else []


def _report_change(change: RecordChange) -> News:
    return News(
        "changed", format_ref(change.kind, change.record_id), change.external_id, change.name, describe_change(change)
    )


def describe_change(change: RecordChange) -> str:
    """Describe a change in one line: `Jane Doe: status Open → Contacted, by Helen Brandt`."""
    if change.field == "record":
        return f"{change.name}: created by {change.who}"
    if change.field == "converted_at":
        return f"{change.name}: {'conversion taken back' if change.after is None else 'converted'} by {change.who}"
    before, after = (format_value(each, change.field) for each in (change.before, change.after))
    return f"{change.name}: {format_field_name(change.field)} {before} → {after}, by {change.who}"
