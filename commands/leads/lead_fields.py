"""The fields of a lead that a person may change."""

from __future__ import annotations

from commands.contract.record_fields import ADDRESS, COMPANY, PERSON, RecordFields
from storage.tables import Lead

LEAD_FIELDS = RecordFields(
    Lead,
    (*PERSON, "company", *COMPANY, *ADDRESS, "source", "rating", "product_interest", "budget", "timeframe",
     "description", "name"),
    {
        "organisation": "company", "organization": "company", "account": "company", "interest": "product_interest",
        "product": "product_interest", "timing": "timeframe", "time frame": "timeframe",
    },
    others=("status",),
)  # fmt: skip
