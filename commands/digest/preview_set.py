"""Shows the morning digest as it would be sent now, and sets when it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from commands.contract.arguments import Labels, OwnerName, Words
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Button, Receipt, Record, Reply, ReplyPart
from commands.digest.build import build_digest, format_since
from commands.digest.content import ClosingDeal, Digest, FirstLead, TeamRow, team_row_to_json
from commands.digest.tick_off import list_done_today
from commands.values.clock import DAYS, read_clock, read_days, read_zone
from commands.values.phrases import OWN, format_count, format_money
from commands.wording.score_reasons import shorten_reason
from storage.names.name_index import format_ref, parse_ref
from storage.people import reps
from storage.people.visibility import CONSOLE, Asker
from storage.tables import Rep

TICK = "✓ "
MOST_OF_TEAM = 10
"""How many colleagues get a line of their own; of a larger team the others are added up."""


def _read_time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = read_clock(value)
    if found is None:
        raise CommandError(f"“{value}” is not a time of day I can read. Write it like 8:30, 7am or half past 7.")
    return found


def _read_days(value: Any) -> Any:
    found = read_days(value) if isinstance(value, str | list | tuple) else None
    if value is not None and found is None:
        raise CommandError("I need days of the week, like mon,wed,fri or weekdays. To stop it, say “digest off”.")
    return found


def _read_zone(value: Any) -> Any:
    found = read_zone(value) if isinstance(value, str) else None
    if value is not None and found is None:
        raise CommandError(f"I know no single time zone “{value}”. Write it like Europe/Berlin or America/New_York.")
    return found


TimeOfDay = Annotated[
    time, BeforeValidator(_read_time), PlainSerializer(lambda value: f"{value:%H:%M}", when_used="json")
]

Weekdays = Annotated[tuple[str, ...], BeforeValidator(_read_days)]
Zone = Annotated[Words, BeforeValidator(_read_zone)]


class PreviewDigest(
    Command,
    group="day",
    heads_group=True,
    quotes_records=True,
    words="owner",
    offer="Whom to call first",
    examples=("who should I call first?",),
):
    """Show the digest as it would be sent now."""

    owner: Annotated[OwnerName | None, Field(description="Whose: me, or a colleague's name")] = None

    def run(self, context: Context) -> Reply:
        person, size = self._resolve_person(context)
        digest = build_digest(
            context.scope.session,
            person,
            vocabulary=context.vocabulary,
            defaults=context.defaults,
            now=context.now,
            size=size,
        )
        return build_digest_reply(digest, context, person)

    def _resolve_person(self, context: Context) -> tuple[Asker, int | None]:
        """Find whose digest is meant, and the size that person has chosen. CommandError for a hidden colleague."""
        parsed = parse_ref(self.owner) if self.owner else None
        if parsed is None:
            number = context.asker.id
        else:
            # Called for its refusal: the digest is built with the colleague's own rights, not with the asker's.
            context.resolve_owners(self.owner)
            number = parsed[1]
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, number) if number != CONSOLE else None
        return (context.asker, None) if rep is None else (reps.make_asker(rep), rep.digest_size)


class SetDigest(
    Command,
    group="settings",
    heads_group=True,
    writes=True,
    at_once=True,
    opens_form=True,
    words="time",
    offer="Change my digest",
    undone_as="the change of your digest",
    examples=("send my digest at 7:30",),
):
    """Change when the morning digest comes, or stop it."""

    enabled: Annotated[
        bool | None, Field(description="true to get it, false to stop it"), Labels("Get it", "Stop it")
    ] = None
    time: Annotated[TimeOfDay | None, Field(description="Local time of day, like 07:30")] = None
    days: Annotated[Weekdays | None, Field(description="Days of the week: mon, tue … sun")] = None
    timezone: Annotated[
        Zone | None, Field(title="Time zone", description="Time zone, like Europe/Berlin, or its city")
    ] = None
    size: Annotated[int | None, Field(description="How many leads it names first, 1 to 20", ge=1, le=20)] = None

    @classmethod
    def load_current_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
        if rep is None:
            return {}
        at, days, zone, size = _effective_settings(context, rep)
        return {
            "enabled": rep.digest_enabled,
            "time": f"{at:%H:%M}",
            "days": list(days),
            "timezone": zone,
            "size": size,
        }

    def run(self, context: Context) -> Reply:
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
        if rep is None:
            raise CommandError("The console gets no digest. Say who you are with --as, then set it.")
        asked = {
            "digest_enabled": self.enabled,
            "digest_time": self.time,
            "digest_days": None if self.days is None else list(self.days),
            "time_zone": self.timezone,
            "digest_size": self.size,
        }
        changed = context.ledger.set_columns(
            rep, **{column: value for column, value in asked.items() if value is not None}
        )
        settings = describe_digest_settings(context, rep)
        # Without any argument the command asks when the digest comes, and nothing is “set already”.
        if any(value is not None for value in asked.values()) and not changed:
            return Reply(f"That is set already. {settings}")
        return Reply(settings)


def describe_digest_settings(context: Context, rep: Rep) -> str:
    """Describe when a person's digest comes and how long it is, in one sentence."""
    if not rep.digest_enabled:
        return "Your digest is off. Say “digest on” to get it again."
    at, days, zone, size = _effective_settings(context, rep)
    return f"Your digest comes {format_weekdays(days)} at {at:%H:%M} ({zone}) and names up to {size} leads first."


def _effective_settings(context: Context, rep: Rep) -> tuple[time, tuple[str, ...], str, int]:
    """Return time of day, days, time zone and size: the person's own, else the workspace's, else the settings'."""
    return (
        rep.digest_time or context.vocabulary.digest_time or context.defaults.digest_time,
        tuple(rep.digest_days or context.vocabulary.working_days),
        rep.time_zone or rep.slack_time_zone or context.vocabulary.time_zone or context.defaults.time_zone,
        rep.digest_size or context.vocabulary.digest_size,
    )


def format_weekdays(days: tuple[str, ...]) -> str:
    """Format days of the week: `Monday to Friday`, `on Mondays and Fridays`."""
    if set(days) == set(DAYS):
        return "every day"
    if set(days) == set(DAYS[:5]):
        return "Monday to Friday"
    names = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
    said = [names[DAYS.index(day)] for day in DAYS if day in days]
    return "on " + (said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}")


def build_digest_reply(digest: Digest, context: Context, person: Asker, *, sent: bool = False) -> Reply:
    """Build the reply that shows a digest. `sent`: it is the digest itself, not a preview."""
    own = person.id == context.asker.id
    receipt = _build_receipt(digest, context, OWN if own else f"{person.name}'s")
    return Reply(
        _compose_sent_head(digest) if sent else _compose_head(digest, "" if own else f" for {person.name}", context),
        records=(
            *(_build_lead_record(each) for each in digest.first),
            *(_build_deal_record(each) for each in digest.closing),
        ),
        figures={"count": receipt.count},
        rows=tuple(team_row_to_json(each) for each in digest.team),
        notes=tuple(each.text for each in digest.news),
        parts=_build_parts(digest, context, () if sent else list_done_today(context, person)),
        receipt=receipt,
        buttons=(*(button for lead in digest.first for button in lead.buttons), *_offer_more(digest, person, own=own)),
    )


def _build_receipt(digest: Digest, context: Context, whose: str) -> Receipt:
    """Build the receipt of a digest; that of somebody without leads of their own counts those of the team."""
    as_of = context.now.isoformat(timespec="seconds")
    if digest.team and not digest.open:
        waiting = sum(each.hot_waiting for each in digest.team)
        scope = "your team's" if whose == OWN else f"{whose} team's"
        return Receipt("open leads, hot, untouched for 3 days or more", waiting, as_of, scope)
    return Receipt("open leads not snoozed, by priority", digest.open, as_of, whose)


def _offer_more(digest: Digest, person: Asker, *, own: bool) -> tuple[Button, ...]:
    """Offer the buttons below a digest: all leads, and its settings."""
    if person.id == CONSOLE:
        return ()
    everything = Button("Show all", "list_leads", {"owner": "me" if own else format_ref("user", person.id)})
    if own and digest.team and not digest.open:
        # A manager without leads of their own would be shown none.
        everything = Button("Hot leads of the team", "list_leads", {"owner": "team", "band": "hot"})
    return (everything, Button("Settings", "set_digest")) if own else (everything,)


def _compose_sent_head(digest: Digest) -> str:
    done = sum(each.done is not None for each in digest.first) + sum(each.done is not None for each in digest.closing)
    return f"{digest.summary}." + (f" {done} done." if done else "")


def _compose_head(digest: Digest, whose: str, context: Context) -> str:
    if not digest.silent:
        return f"{digest.summary}{whose}."
    rep = reps.find_rep(context.scope.session, context.scope.workspace_id, digest.rep_id)
    own = None if rep is None else rep.tell_quiet_days
    tells = context.vocabulary.tell_quiet_days if own is None else own
    would = "the digest would say just that" if tells else "no digest would be sent"
    return f"Nothing urgent today{whose}, so {would}. To see all of them, say “list leads”."


def _build_parts(digest: Digest, context: Context, done: tuple[str, ...]) -> tuple[ReplyPart, ...]:
    """Build the parts of a digest: under each first lead stands why it is there and what comes next."""
    first = ReplyPart(
        "First",
        tuple(_drop_why(_build_lead_record(each)) for each in digest.first),
        tuple(each.done or _explain_first_lead(each) for each in digest.first),
    )
    since = format_since(context.moment, digest.since)
    found = (
        ReplyPart("Done since this morning", lines=done),
        first,
        ReplyPart(
            "Closing",
            tuple(_build_deal_record(each) for each in digest.closing),
            tuple(each.done or "" for each in digest.closing),
        ),
        ReplyPart(f"{since[0].upper()}{since[1:]}", lines=tuple(each.text for each in digest.news)),
        ReplyPart("Your team", lines=list_team(digest.team)),
    )
    return tuple(each for each in found if each.records or each.lines)


def _drop_why(record: Record) -> Record:
    """Drop the reasons from a lead's record: they stand below its line."""
    return replace(record, fields={name: value for name, value in record.fields.items() if name != "why"})


def _explain_first_lead(lead: FirstLead) -> str:
    """Say why a lead comes first: `follow-up due today · Asked for a quote: 46% of 61 converted → Send the offer`."""
    why = [", ".join(each.text for each in lead.urgency), shorten_reason(lead.reason) if lead.reason else ""]
    return " · ".join(each for each in why if each) + f" → {lead.next_step}"


def list_team(team: Sequence[TeamRow]) -> tuple[str, ...]:
    """List the colleagues, those with most hot leads waiting first; of a large team the others are added up."""
    # One more than the most is shown too: a line that adds up a single colleague would save nothing.
    shown = team if len(team) <= MOST_OF_TEAM + 1 else team[:MOST_OF_TEAM]
    left = team[len(shown) :]
    hot, untouched = sum(each.hot_waiting for each in left), sum(each.untouched for each in left)
    more = (f"… and {format_count(len(left), 'more rep')}: {hot} hot waiting, {untouched} untouched",) if left else ()
    return (*(_format_team_row(each) for each in shown), *more)


def _format_team_row(row: TeamRow) -> str:
    """Format a colleague's row: `Dana Whitfield: 5 hot waiting, 6 untouched, 2 deals moved ($67,500)`."""
    said = [f"{row.hot_waiting} hot waiting"] if row.hot_waiting else []
    said += [f"{row.untouched} untouched"] if row.untouched else []
    if row.moved:
        amounts = " + ".join(format_money(amount, currency) for currency, amount in row.moved_amount.items() if amount)
        said.append(f"{format_count(row.moved, 'deal')} moved" + (f" ({amounts})" if amounts else ""))
    return f"{row.rep}: {', '.join(said)}"


def _build_lead_record(lead: FirstLead) -> Record:
    if lead.done:
        # What was worth knowing in the morning is no news beside what was done.
        about = {"title": lead.title, "company": lead.company, "converted": lead.converted or None}
        return Record("lead", lead.id, f"{TICK}{lead.name}", lead.external_id, _drop_empty(about))
    why = [f"{each.text} {each.points:+d}" for each in lead.urgency]
    why += [lead.reason] if lead.reason else []
    fields = {
        "title": lead.title,
        "company": lead.company,
        "status": lead.status,
        "score": lead.score,
        "band": lead.band,
        "movement": lead.movement,
        "priority": lead.priority,
        "why": "; ".join(why) or None,
        "next_step": lead.next_step,
        "not_scored": True if lead.score is None else None,
    }
    return Record("lead", lead.id, lead.name, lead.external_id, _drop_empty(fields))


def _build_deal_record(deal: ClosingDeal) -> Record:
    if deal.done:
        about = {"account": deal.account, "state": deal.done if deal.done in ("won", "lost") else None}
        return Record("opportunity", deal.id, f"{TICK}{deal.name}", deal.external_id, _drop_empty(about))
    fields = {
        "stage": deal.stage,
        "amount": deal.amount,
        "currency": deal.currency,
        "close_date": deal.close_date.isoformat(),
        "account": deal.account,
        "overdue": True if deal.overdue else None,
    }
    return Record("opportunity", deal.id, deal.name, deal.external_id, _drop_empty(fields))


def _drop_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
