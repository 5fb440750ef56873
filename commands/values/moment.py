"""What a reader has to know of the asker to read dates and the workspace's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from storage.workspaces.workspace_vocabulary import Vocabulary

Lean = Literal["future", "past"]
"""Where a period without a year lies: current or next (close dates), or current or last (won, created, touched)."""


class Period(BaseModel):
    """Local dates of the asker, both inclusive; an end that was not said is absent."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    start: date | None = Field(None, alias="from", description="First day, ISO date")
    end: date | None = Field(None, alias="to", description="Last day, ISO date")


@dataclass(frozen=True)
class Moment:
    """Now, as the asker lives it, and the workspace's words."""

    now: datetime
    zone: ZoneInfo
    vocabulary: Vocabulary

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()

    def start_of(self, day: date) -> datetime:
        """The first moment of a local day, in UTC."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def moments(self, period: Period | None) -> tuple[datetime | None, datetime | None] | None:
        """A period as half open moments in UTC."""
        if period is None:
            return None
        return (
            self.start_of(period.start) if period.start else None,
            self.start_of(period.end + timedelta(days=1)) if period.end else None,
        )
