"""Lists leads, and holds the conditions by which commands choose several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from commands.contract.arguments import (
    OWNERS_OF_LIST,
    Hint,
    Limit,
    OwnerName,
    PastPeriod,
    Sources,
    Statuses,
    Words,
    split_list,
)
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Record, Reply
from commands.values.phrases import format_count, format_period
from commands.wording.ranges import describe_range, refuse_crossed_range
from commands.wording.record_words import format_next_step
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter, Missing
from storage.records import follow_ups
from storage.records.record_line import Line

Band = Literal["hot", "warm", "cold"]
Bands = Annotated[tuple[Band, ...], BeforeValidator(split_list)]
MissingValues = Annotated[tuple[Missing, ...], BeforeValidator(split_list)]
Employees = Annotated[int, Field(ge=0, le=100_000_000)]


class LeadConditions(Command, words="search"):
    """The conditions by which leads are chosen, shared by every command that takes several leads."""

    source: Annotated[Sources | None, Field(description="Lead sources of this workspace")] = None
    band: Annotated[Bands | None, Field(description="hot, warm or cold, by stored score")] = None
    min_score: Annotated[int | None, Field(description="Score of at least this", ge=1, le=99)] = None
    max_score: Annotated[int | None, Field(description="Score of at most this", ge=1, le=99)] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None
    company: Annotated[Words | None, Field(description="Part of the company's name")] = None
    industry: Annotated[Words | None, Field(description="Part of the industry's name")] = None
    place: Annotated[Words | None, Field(description="City, state or country, in full")] = None
    min_employees: Annotated[Employees | None, Field(description="Company has at least this many employees")] = None
    max_employees: Annotated[Employees | None, Field(description="Company has at most this many employees")] = None
    missing: Annotated[
        MissingValues | None,
        Hint("Only leads that lack this"),
        Field(description="What is not there: phone, email, company, owner, open follow_up or score"),
    ] = None
    created: Annotated[PastPeriod | None, Field(description="When the lead was created")] = None
    untouched_days: Annotated[
        int | None, Field(description="No call, email or meeting for at least this many days", ge=0, le=36500)
    ] = None
    not_touched_by: Annotated[
        Literal["call", "email", "meeting"] | None,
        Hint("Only leads that had no such touch in that time"),
        Field(description="No such touch for untouched_days, or none ever where no days are given"),
    ] = None
    search: Annotated[Words | None, Field(description="Words in name, company, email or title")] = None

    def build_lead_filter(self, context: Context, **more: Any) -> LeadFilter:
        """Build storage's filter from the conditions."""
        refuse_crossed_range("score", self.min_score, self.max_score)
        refuse_crossed_range("employees", self.min_employees, self.max_employees)
        untouched = None
        # Whole local days: one day untouched means last touched before today began.
        if self.untouched_days is not None:
            untouched = context.moment.get_day_start(context.today - timedelta(days=self.untouched_days - 1))
        return LeadFilter(
            sources=self.source,
            bands=self.band,
            min_score=self.min_score,
            max_score=self.max_score,
            owners=context.resolve_owners(self.get_owner_condition()),
            company=self.company,
            industry=self.industry,
            place=self.place,
            min_employees=self.min_employees,
            max_employees=self.max_employees,
            missing=self.missing or (),
            created=context.get_utc_bounds(self.created),
            untouched_before=untouched,
            not_touched_by=self.not_touched_by,
            search=self.search,
            **more,
        )

    def get_owner_condition(self) -> str | None:
        """Return the owner argument that says whose leads are meant."""
        return self.owner

    def describe_conditions(self) -> list[str]:
        """Describe the conditions for a receipt."""
        said = ["without an owner"] if self.get_owner_condition() == "unassigned" else []
        if self.source:
            said.append(f"source {' or '.join(self.source)}")
        if self.band:
            said.append(" or ".join(self.band))
        said += describe_range("score", self.min_score, self.max_score)
        if self.company:
            said.append(f"company contains “{self.company}”")
        if self.industry:
            said.append(f"industry contains “{self.industry}”")
        if self.place:
            said.append(f"in {self.place}")
        said += describe_range("employees", self.min_employees, self.max_employees)
        said += [f"no {each.replace('_', '-')}" for each in self.missing or ()]
        if self.created:
            said.append(f"created {format_period(self.created)}")
        if self.not_touched_by:
            days = f"for {self.untouched_days} days or more" if self.untouched_days is not None else "ever"
            said.append(f"no {self.not_touched_by} {days}")
        elif self.untouched_days is not None:
            said.append(f"untouched for {self.untouched_days} days or more")
        if self.search:
            said.append(f"“{self.search}” in name, company, email or title")
        return said


class ListLeads(
    LeadConditions,
    group="ask",
    period_field="created",
    usual={"sort": "score"},
    offer="Leads",
    advice=(
        "Without owner: one's own leads, for a manager the team's. Without status: the open ones. “Hot” and “warm” "
        "are bands by score."
    ),
    examples=("who is hot right now?", "leads untouched for two weeks"),
):
    """List leads, best score first."""

    status: Annotated[Statuses | None, Field(description="Lead statuses of this workspace")] = None
    converted: Annotated[bool | None, Field(description="Only converted leads, or only others")] = None
    converted_in: Annotated[PastPeriod | None, Field(description="When the lead was converted")] = None
    sort: Annotated[
        Literal["score", "newest", "untouched", "movement", "name"] | None, Field(description="Order of the list")
    ] = None
    limit: Annotated[Limit, Field(description="How many to show")] = 10

    def run(self, context: Context) -> Reply:
        statuses = [context.get_status(name) for name in self.status or ()]
        # Lists leave out closed leads unless a closed status is asked for by name.
        lives = {"closed" if status.status_class == "closed" else "open" for status in statuses}
        wanted = self.build_lead_filter(
            context,
            status_ids=tuple(status.id for status in statuses) or None,
            lifecycles=tuple(sorted(lives)) or None,
            converted=self.converted,
            converted_in=context.get_utc_bounds(self.converted_in),
            sort=self.sort or "score",
        )
        page = leads.list_leads(context.scope, wanted, limit=self.limit)
        return Reply(
            self._compose_head(page.count),
            records=add_next_steps(context, page.lines),
            figures={"count": page.count},
            notes=() if page.count else (self._suggest_next(),),
            receipt=context.build_receipt(", ".join(self._describe_filter()), page.count, self.owner),
        )

    def _describe_filter(self) -> list[str]:
        said = ["converted leads" if self.converted or self.converted_in else "leads"]
        if self.status:
            said.append(f"status {' or '.join(self.status)}")
        elif not (self.converted or self.converted_in):
            said[0] = "open leads"
        if self.converted_in:
            said.append(f"converted {format_period(self.converted_in)}")
        return said + self.describe_conditions()

    def _suggest_next(self) -> str:
        """Suggest what to ask next where nothing was found."""
        if len(self._describe_filter()) > 1:
            return "Leave out a condition" + ("." if self.owner == "everyone" else ", or ask for everyone's.")
        return "Add one: “add a lead: Jo Doe at Globex”." if self.owner != "everyone" else "Import some, or add one."

    def _compose_head(self, count: int) -> str:
        if not count:
            what, *conditions = self._describe_filter()
            return f"No {what} match: {', '.join(conditions)}." if conditions else f"No {what} yet."
        shown = f", the first {self.limit}" if count > self.limit else ""
        return f"{format_count(count, 'lead')}{shown}:"


def add_next_steps(context: Context, lines: Sequence[Line]) -> tuple[Record, ...]:
    """Build records of leads that say what comes next, from their follow-ups: `Send the case study, due Fri 27 Nov`."""
    coming = follow_ups.find_next_of_leads(context.scope, [line.number for line in lines])
    shown = []
    for line, record in zip(lines, context.build_records(lines), strict=True):
        due, note = coming.get(line.number, (None, None))
        step = {"next_step": format_next_step(note, due, context.today)} if due else {}
        shown.append(replace(record, fields=record.fields | step))
    return tuple(shown)
