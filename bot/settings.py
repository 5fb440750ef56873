"""The program's settings, read once from the environment and `.env`."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from commands.contract.context import WorkspaceDefaults

# Names that stand in `.env` for compose.yaml.
OF_OTHERS = frozenset({"POSTGRES_PASSWORD", "LEADLIGHT_ADDRESS"})
ALIKE = 0.8
"""How much a name has to be like a setting's, from 0 to 1, to be taken for a slip of the hand."""


class SettingsTrouble(Exception):
    """Says that a setting cannot be used: names it and what to write, and never holds a secret."""


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a time zone like Europe/Berlin") from None
    return name


def _read_clock_time(value: object) -> object:
    # Pydantic alone refuses “8:30” without a leading zero, and its message would not say what to write.
    if isinstance(value, str) and value.count(":") == 1:
        hours, _, minutes = value.partition(":")
        if hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60:
            return time(int(hours), int(minutes))
    if isinstance(value, time):
        return value
    raise ValueError("write a time like 08:30")


class Settings(BaseSettings):
    """Every setting, with its default. Secrets do not show in `repr`, logs or errors."""

    # `hide_input_in_errors` keeps a mistyped secret out of the message; `env_ignore_empty` lets a line of
    # `.env` stay with nothing behind its equals sign.
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr = Field(SecretStr("sqlite:///leadlight.db"), description="SQLite or postgresql://")

    slack_bot_token: SecretStr | None = Field(None, description="xoxb-…, one workspace")
    slack_app_token: SecretStr | None = Field(None, description="xapp-…, for Socket Mode")
    slack_signing_secret: SecretStr | None = Field(None, description="for HTTP mode")
    slack_client_id: str | None = Field(None, description="many workspaces, by OAuth")
    slack_client_secret: SecretStr | None = Field(None, description="many workspaces, by OAuth")
    slack_api_url: str | None = Field(None, description="every Slack call goes there; Slack's own when empty")

    openai_api_key: SecretStr | None = Field(None, description="a language model makes it a better listener")
    openai_base_url: str | None = Field(None, description="any server that speaks Chat Completions with tools")
    openai_model: str | None = Field(None, description="the model's name")
    openai_seconds: float = Field(30, gt=0, le=120, description="a whole turn with the model, in seconds")
    openai_turn_tokens: int = Field(100_000, ge=0, description="tokens of one turn, prompt and answer together")
    openai_rep_tokens: int = Field(1_000_000, ge=0, description="tokens of one rep in a day")
    openai_workspace_tokens: int = Field(20_000_000, ge=0, description="tokens of a workspace in a day")
    openai_price_in: Decimal | None = Field(None, ge=0, description="price of a million tokens read")
    openai_price_out: Decimal | None = Field(None, ge=0, description="price of a million tokens written")
    openai_hide_contacts: bool = Field(False, description="yes: the model gets no email addresses and phone numbers")

    settling_seconds: float = Field(
        30, ge=0, le=600, description="how long to wait before a message of unknown outcome is looked for"
    )

    encryption_key: SecretStr | None = Field(None, description="required for OAuth installs")
    encryption_key_old: SecretStr | None = Field(None, description="the key before it, while tokens are re-encrypted")
    host: str = Field("0.0.0.0", description="the address that PORT is opened on")
    port: int = Field(3000, ge=0, le=65535, description="HTTP mode, /healthz, /readyz and /metrics")
    metrics_host: str = Field("127.0.0.1", description="the address that METRICS_PORT is opened on")
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="another port for /metrics, which PORT does not answer then"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING, ERROR")
    visibility: Literal["own", "team", "workspace"] = Field("own", description="own, team or workspace")
    digest_time: Annotated[time, BeforeValidator(_read_clock_time)] = Field(
        time(8, 30), description="local time, like 08:30"
    )
    timezone: Annotated[str, AfterValidator(_check_zone)] = Field("UTC", description="like Europe/Berlin")

    @property
    def defaults(self) -> WorkspaceDefaults:
        """Give what holds where a workspace has set nothing of its own."""
        return WorkspaceDefaults(self.visibility, self.timezone, self.digest_time)


def find_misspelt_settings() -> dict[str, str]:
    """Find names in `.env` that are no setting but look like one: the name there -> the setting's own."""
    known = {name.upper() for name in Settings.model_fields}
    said = {name.upper() for name in DotEnvSettingsSource(Settings).env_vars}
    near = {name: get_close_matches(name, known, n=1, cutoff=ALIKE) for name in sorted(said - known - OF_OTHERS)}
    return {name: found[0] for name, found in near.items() if found}


def read_settings() -> Settings:
    """Read the settings of this process. Raises SettingsTrouble, which names the first that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "A setting"
        # Of pydantic's own sentences ("Input should be a valid integer, unable to parse …") the first half is enough.
        reason = first["msg"].removeprefix("Value error, ").partition(", unable")[0]
        reason = reason.replace("Input should be", "it should be").replace("a valid integer", "a whole number")
        reason = reason.replace("a valid number", "a number").replace("a valid boolean", "true or false")
        raise SettingsTrouble(f"{name} in the environment or in .env cannot be used: {reason}.") from None
    except UnicodeDecodeError:
        raise SettingsTrouble("The file .env is not UTF-8 text. Save it as UTF-8.") from None
