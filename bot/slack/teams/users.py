"""Finds the rep behind a Slack user: matched once by the email of the profile, then bound to the user's id."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import SlackClients
from bot.slack.teams.teams import SlackTeam
from storage.database.doors import Database
from storage.people import reps
from storage.slack import user_bindings

STRANGER = (
    "I do not know you yet, so I cannot show you anything. "
    "Ask your administrator to add you to Leadlight with the email address of your Slack profile."
)
GUEST = "I work for the members of this workspace only, so I cannot show you anything here."

MOST_LOOKED_UP = 5
"""How many colleagues that were not met yet are looked up for one message."""


@dataclass(frozen=True)
class KnownRep:
    """Names the rep that a Slack user is, and says whether they have got the welcome."""

    rep_id: int
    welcomed: bool = True


@dataclass(frozen=True)
class Stranger:
    """Holds the sentence for someone who may not ask. `silent`: it is another bot and gets no answer."""

    words: str
    silent: bool = False


class SlackUsers:
    """Finds the rep behind a Slack user, and the other way round."""

    def __init__(self, database: Database, clients: SlackClients) -> None:
        self._database = database
        self._clients = clients

    def identify_user(self, team: SlackTeam, user_id: str, now: datetime) -> KnownRep | Stranger:
        """Find the rep that is bound to this user, else bind the one with the email of the Slack profile.

        Guests, people of other organisations, bots and deactivated accounts are strangers. Raises what slack_sdk
        raises.
        """
        with self._database.begin_read() as session:
            known = user_bindings.look_up_slack_user(session, team.workspace_id, user_id)
            if known is not None:
                return KnownRep(known.rep_id, known.welcomed) if known.active else Stranger(STRANGER)
        profile = self._fetch_profile(team, user_id)
        refused = refusal_for_profile(profile, team)
        if refused is not None:
            return refused
        email = str(profile.get("profile", {}).get("email") or "").strip()
        if not email:
            return Stranger(STRANGER)
        with self._database.begin_write() as session:
            rep = user_bindings.bind_slack_user(
                session, team.workspace_id, email, user_id, profile_time_zone(profile), now
            )
            return KnownRep(rep.id, rep.welcomed_at is not None) if rep is not None else Stranger(STRANGER)

    def find_slack_user(self, team: SlackTeam, rep_id: int, now: datetime) -> str | None:
        """Find the Slack user of a rep, who may never have written to the bot; None where no member has their email.

        Raises what slack_sdk raises.
        """
        with self._database.begin_read() as session:
            rep = reps.find_rep(session, team.workspace_id, rep_id)
            if rep is None or not rep.active:
                return None
            email, bound = rep.email, rep.slack_user_id
        if bound is not None or not email:
            return bound
        try:
            profile: Mapping[str, Any] = self._clients.reading(team.token).users_lookupByEmail(email=email)["user"]
        except SlackApiError as error:
            if error.response.get("error") == "users_not_found":
                return None
            raise
        if refusal_for_profile(profile, team) is not None:
            return None
        user_id = str(profile["id"])
        with self._database.begin_write() as session:
            matched = user_bindings.bind_slack_user(
                session, team.workspace_id, email, user_id, profile_time_zone(profile), now
            )
        return user_id if matched is not None else None

    def apply_user_change(self, team: SlackTeam, profile: Mapping[str, Any], now: datetime) -> None:
        """Unbind a user who left, became a guest or has another email; else take over the time zone of the profile."""
        email = str(profile.get("profile", {}).get("email") or "").strip()
        gone = refusal_for_profile(profile, team) is not None
        with self._database.begin_write() as session:
            rep = user_bindings.find_rep_by_slack_user(session, team.workspace_id, str(profile.get("id") or ""))
            if rep is None:
                return
            if gone or (email and (rep.email or "").lower() != email.lower()):
                user_bindings.unbind_slack_user(session, rep, now)
            else:
                user_bindings.update_slack_time_zone(session, rep, profile_time_zone(profile), now)

    def rep_names(self, team: SlackTeam, user_ids: set[str]) -> dict[str, str]:
        """Return the names of those of these Slack users who are reps, by user id."""
        if not user_ids:
            return {}
        with self._database.begin_read() as session:
            return user_bindings.load_names_by_slack_user(session, team.workspace_id, user_ids)

    def name_users(self, team: SlackTeam, user_ids: set[str], now: datetime) -> dict[str, str]:
        """Return the names of Slack users by user id. Who was not met yet is looked up, and matched with a rep."""
        names = self.rep_names(team, user_ids)
        unmet = sorted(user_ids - names.keys() - {team.bot_user_id})[:MOST_LOOKED_UP]
        for user_id in unmet:
            # A name that cannot be looked up now is no reason to leave a message without an answer.
            with suppress(SlackApiError, OSError):
                self.identify_user(team, user_id, now)
                profile = self._fetch_profile(team, user_id)
                names[user_id] = str(profile.get("real_name") or profile.get("name") or "")
        return {key: name for key, name in {**names, **self.rep_names(team, set(unmet))}.items() if name}

    def _fetch_profile(self, team: SlackTeam, user_id: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = self._clients.reading(team.token).users_info(user=user_id)["user"]
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"):
                # Treated like a user who left.
                return {"deleted": True}
            raise
        return found


def refusal_for_profile(profile: Mapping[str, Any], team: SlackTeam) -> Stranger | None:
    """Return why the owner of a profile may not be matched with a rep; None for a full member."""
    if profile.get("is_bot") or profile.get("is_workflow_bot") or profile.get("id") == "USLACKBOT":
        return Stranger(GUEST, silent=True)
    # Guests and people of other organisations have an email as well, which their own administrators can set at will.
    guest = profile.get("is_restricted") or profile.get("is_ultra_restricted") or profile.get("is_stranger")
    # In an Enterprise Grid a member's profile may name another team of the same organisation.
    elsewhere = profile.get("team_id") not in (None, team.team_id) and not profile.get("enterprise_user")
    if profile.get("deleted") or guest or elsewhere:
        return Stranger(GUEST)
    return None


def profile_time_zone(profile: Mapping[str, Any]) -> str | None:
    """Return the time zone of a Slack profile; None where it is missing or unknown here."""
    zone = profile.get("tz")
    return zone if isinstance(zone, str) and zone in available_timezones() else None
