"""The asker's now, zone and vocabulary: what is needed to read dates and the workspace's own words."""

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
    """Local dates of the asker, both inclusive; a period without one end is open there."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    start: date | None = Field(None, alias="from", description="First day, ISO date")
    end: date | None = Field(None, alias="to", description="Last day, ISO date")


@dataclass(frozen=True)
class Moment:
    """The present moment in the asker's time zone, and the workspace's words. `now` is UTC."""

    now: datetime
    zone: ZoneInfo
    vocabulary: Vocabulary

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()

    def get_day_start(self, day: date) -> datetime:
        """Get the first moment of a local day, in UTC."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def get_utc_bounds(self, period: Period | None) -> tuple[datetime | None, datetime | None] | None:
        """Turn a period into half open UTC moments; None where there is no period."""
        if period is None:
            return None
        return (
            self.get_day_start(period.start) if period.start else None,
            self.get_day_start(period.end + timedelta(days=1)) if period.end else None,
        )
