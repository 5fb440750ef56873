"""The people of a workspace: who is here, in which role, under which manager, with which address in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.administration.definition_names import LONGEST_EMAIL, read_email_address, read_name
from commands.administration.invariants import refuse_broken_invariants
from commands.contract.arguments import MOST_WORDS, Labels, RecordMark, RepName, Words
from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.form_only import Administrative
from commands.contract.reply import Button, Record, Reply
from commands.digest.preview_set import Zone
from commands.values.phrases import format_count
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter
from storage.names.name_index import format_ref, parse_ref
from storage.opportunities import opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.people import reps, staff
from storage.tables import Rep

NOBODY = "nobody"
ROLES = {"rep": "a rep", "manager": "a manager", "admin": "an administrator"}

Role = Literal["rep", "manager", "admin"]
Address = Annotated[Words, Field(max_length=LONGEST_EMAIL)]
PersonName = Annotated[Words, Field(max_length=255)]
ManagerName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("user",), besides=frozenset({NOBODY}))]


class AddPerson(Administrative):
    """Add a person, or bring back one who left."""

    email: Annotated[Address, Field(description="The address of their Slack account; by it they are known there")]
    full_name: Annotated[PersonName, Field(description="First and last name")]
    role: Annotated[
        Role, Field(description="A rep sees own records, a manager also the team's, an administrator all")
    ] = "rep"
    manager: Annotated[RepName | None, Field(description="Whom they report to")] = None
    time_zone: Annotated[
        Zone | None, Field(description="Time zone, like Europe/Berlin. Default: the one of their Slack account")
    ] = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        email, name = read_email_address(self.email), read_name(self.full_name, "person")
        # Given by hand, the role is not replaced when an import infers one from who reports to whom.
        values = {**_split_full_name(name), "role": self.role, "role_given": True}
        if self.manager is not None:
            values["manager_id"] = _parse_person_number(self.manager)
        if self.time_zone is not None:
            values["time_zone"] = self.time_zone
        rep = staff.find_by_email(context.scope.session, context.scope.workspace_id, email)
        if rep is not None and rep.active:
            raise CommandError(f"{rep.name} is here already under {email}. Change that person instead.")
        # Who comes back is the same row, and has the records, activities and changes of before.
        if rep is not None:
            context.ledger.set_columns(rep, active=True, **values)
        else:
            rep = Rep(
                workspace_id=context.scope.workspace_id, email=email, active=True, created_at=context.now, **values
            )
            context.ledger.add_record(rep)
        refuse_broken_invariants(context)
        return Reply(
            f"{rep.name} is here as {ROLES[rep.role]}.",
            records=(build_person_record(rep),),
            notes=(
                f"Leadlight knows {rep.name} in Slack by {email} as soon as {rep.name} opens or writes to it.",
                *_warn_of_blind_manager(context, rep),
            ),
        )


class ChangePerson(Administrative):
    """Change a person: role, manager, name, address in Slack, or whether they work here."""

    person: Annotated[RepName, Field(description="Whom to change, by name, address or #id")]
    role: Annotated[
        Role | None, Field(description="A rep sees own records, a manager also the team's, an administrator all")
    ] = None
    manager: Annotated[ManagerName | None, Field(description="Whom they report to, or nobody")] = None
    full_name: Annotated[PersonName | None, Field(description="First and last name")] = None
    email: Annotated[Address | None, Field(description="The address of their Slack account")] = None
    slack_account: Annotated[
        bool | None,
        Field(description="true to find it anew by the address, false to keep the one known"),
        Labels("Find it anew by the address", "Keep the one known"),
    ] = None
    team: Annotated[PersonName | None, Field(description="The name of their team or office")] = None
    time_zone: Annotated[Zone | None, Field(description="Time zone, like Europe/Berlin")] = None
    active: Annotated[
        bool | None,
        Field(description="true to let them in, false to keep them out"),
        Labels("Let them in", "Keep them out"),
    ] = None

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        person = given.get("person")
        rep = (
            reps.find_rep(context.scope.session, context.scope.workspace_id, _parse_person_number(person))
            if isinstance(person, str)
            else None
        )
        if rep is None:
            return {}
        return {
            "role": rep.role,
            "manager": format_ref("user", rep.manager_id) if rep.manager_id else NOBODY,
            "full_name": rep.name,
            "email": rep.email,
            "team": rep.team,
            "time_zone": rep.time_zone,
            "active": rep.active,
        }

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        rep = reps.find_rep(context.scope.session, context.scope.workspace_id, _parse_person_number(self.person))
        if rep is None:
            raise NotFound("There is no such person here.")
        if not context.ledger.set_columns(rep, **self._collect_changes(context, rep)):
            return Reply(f"Nothing changed: {rep.name} is set like that already.", records=(build_person_record(rep),))
        refuse_broken_invariants(context)
        left = _describe_left_records(context, rep) if not rep.active else ()
        hand_over = Button(f"Hand over {rep.name}'s", "hand_over", {"from": format_ref("user", rep.id)})
        head = f"{rep.name} is changed." if rep.active else f"{rep.name} is no longer let in, and gets no digest."
        return Reply(
            head,
            records=(build_person_record(rep),),
            notes=(*left, *_warn_of_blind_manager(context, rep)),
            buttons=(hand_over,) if left else (),
        )

    def _collect_changes(self, context: Context, rep: Rep) -> dict[str, Any]:
        """Collect the columns to change. CommandError where the new address belongs to somebody else."""
        values: dict[str, Any] = {}
        if self.full_name is not None:
            values |= _split_full_name(read_name(self.full_name, "person"))
        if self.role is not None and self.role != rep.role:
            values |= {"role": self.role, "role_given": True}
        if self.manager is not None:
            values["manager_id"] = None if self.manager == NOBODY else _parse_person_number(self.manager)
        if self.email is not None and (email := read_email_address(self.email)) != (rep.email or "").lower():
            other = staff.find_by_email(context.scope.session, context.scope.workspace_id, email)
            if other is not None and other.id != rep.id:
                raise CommandError(f"{other.name} has the address {email}. Change that person first.")
            # Whoever was known in Slack by the former address need not be the owner of this one.
            values |= {"email": email, "slack_user_id": None}
        if self.slack_account:
            values["slack_user_id"] = None
        given = {"team": self.team, "time_zone": self.time_zone, "active": self.active}
        return values | {column: value for column, value in given.items() if value is not None}


def build_person_record(rep: Rep) -> Record:
    """Build the record that shows a person as a line."""
    fields = {"title": rep.role, "email": rep.email, "time_zone": rep.time_zone}
    return Record(
        "user",
        format_ref("user", rep.id),
        rep.name,
        rep.external_id,
        {key: value for key, value in fields.items() if value},
    )


def _split_full_name(name: str) -> dict[str, Any]:
    """Split a full name into the columns of a person; the last word is the last name."""
    first, _, last = name.rpartition(" ")
    return {"name": name, "first_name": first or None, "last_name": last}


def _parse_person_number(reference: str) -> int:
    """Parse the number of a person out of a reference. NotFound where it is none."""
    parsed = parse_ref(reference)
    if parsed is None:
        raise NotFound(f"There is nobody called “{reference}” here.")
    return parsed[1]


def _warn_of_blind_manager(context: Context, rep: Rep) -> tuple[str, ...]:
    """Warn where the manager has the role of a rep, and so sees nothing of the team."""
    # Reporting to somebody gives that person no rights; only the role does.
    above = reps.find_rep(context.scope.session, context.scope.workspace_id, rep.manager_id) if rep.manager_id else None
    if above is None or above.role != "rep":
        return ()
    return (f"{above.name} is a rep and sees own records only. Make {above.name} a manager to show the team's.",)


def _describe_left_records(context: Context, rep: Rep) -> tuple[str, ...]:
    """Describe the open leads and opportunities that still belong to a person who was shut out."""
    # They are in nobody's digest any more, so whoever shuts the person out has to hear of them.
    open_leads = leads.count_leads(context.scope, LeadFilter(owners=(rep.id,)))
    open_deals = opportunity_sums.sum_by_currency(context.scope, OpportunityFilter(owners=(rep.id,)))
    deals = sum(each.count for (each,) in open_deals.values())
    found = [format_count(open_leads, "open lead")] if open_leads else []
    found += [format_count(deals, "open opportunity")] if deals else []
    if not found:
        return ()
    return (f"{' and '.join(found)} still {'belongs' if open_leads + deals == 1 else 'belong'} to {rep.name}.",)
