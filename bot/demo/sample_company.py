"""The sample company: files as a customer would bring them, and what its people did on the last working day.

Winterfold Monitoring watches the temperature of cold rooms and refrigerated trucks. Company, people and customers are
invented; domains and telephone numbers are of the kinds kept free for that.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

NAME = "Winterfold Monitoring"
CURRENCY = "USD"
# The rep as whom one talks in the demo.
HERO = "Maya Okafor"
# Two of the hero's leads: one whom nobody has called yet, and one who is ready to be converted.
NEW, READY = "Beatriz Nogueira", "Valerie Farrow"

FILES = tuple(
    Path(__file__).parent / "files" / f"{name}.csv"
    for name in ("people", "accounts", "contacts", "opportunities", "leads", "activities")
)
# The today of the files, a Wednesday. All their dates are working days, all their moments local ones.
WRITTEN_FOR = date(2026, 11, 18)

# Who did what, by the id that the files give a person.
LAST_DAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("maya", "set_lead_status", {"name": "Valerie Farrow", "status": "Qualified"}),
    ("andre", "set_lead_status", {"name": "Helena Vasconcelos", "status": "Qualified"}),
    ("maya", "set_lead_status", {"name": "Miguel Holloway", "status": "Qualified"}),
    ("chloe", "set_lead_status", {"name": "Patricia Pacheco", "status": "Qualified"}),
    ("maya", "update_opportunity", {"name": "Boa Vista Dispensaries Ltda. - Cold Watch", "stage": "Closed Won"}),
    ("sofia", "update_opportunity", {"name": "Wallander Logistics - Fleet Watch", "stage": "Negotiation"}),
    (
        "rohan",
        "update_opportunity",
        {"name": "Tembusu General Hospital - Audit Pack", "stage": "Closed Lost", "lost_reason": "Project postponed"},
    ),
    ("sofia", "update_opportunity", {"name": "Rosenqvist Labs - Audit Pack", "stage": "Closed Won"}),
    ("maya", "update_opportunity", {"name": "Barbosa Pharma Supply - Care Plan", "stage": "Needs Analysis"}),
    ("chloe", "update_opportunity", {"name": "Rio Branco Labs - Audit Pack renewal", "stage": "Needs Analysis"}),
    ("jonas", "update_opportunity", {"name": "Tamar Valley Grocers - Fleet Watch", "stage": "Negotiation"}),
    ("rohan", "update_opportunity", {"name": "Hokuto Creamery K.K. - Audit Pack", "stage": "Needs Analysis"}),
)
