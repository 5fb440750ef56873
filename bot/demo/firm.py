"""Who the sample company is: Winterfold Monitoring watches the temperature of cold rooms and refrigerated trucks.

Company, people and customers are invented; domains and telephone numbers are of the kinds kept free for that.
"""

from __future__ import annotations

from dataclasses import dataclass

NAME = "Winterfold Monitoring"
DOMAIN = "winterfold.example"
CURRENCY = "USD"


@dataclass(frozen=True)
class Member:
    """A person of the sales department. `skill` is how well deals end, 1.0 being usual."""

    name: str
    role: str
    team: str
    manager: str | None = None
    skill: float = 1.0

    @property
    def key(self) -> str:
        """The id under which the department's records refer to this person."""
        return self.name.split()[0].lower()


HERO = "Maya Okafor"
"""The rep as whom one talks in the demo."""

PEOPLE = (
    Member("Ingrid Solberg", "admin", "Sales Operations"),
    Member("Marcus Bell", "manager", "Americas", "ingrid"),
    Member(HERO, "rep", "Americas", "marcus", 1.15),
    Member("Daniel Reyes", "rep", "Americas", "marcus", 1.0),
    Member("Chloe Tremblay", "rep", "Americas", "marcus", 1.1),
    Member("Andre Salgado", "rep", "Americas", "marcus", 0.8),
    Member("Katrin Vogel", "manager", "Europe", "ingrid"),
    Member("Owen Pryce", "rep", "Europe", "katrin", 1.0),
    Member("Lucia Ferrante", "rep", "Europe", "katrin", 1.2),
    Member("Jonas Weidmann", "rep", "Europe", "katrin", 0.9),
    Member("Sofia Lindholm", "rep", "Europe", "katrin", 1.05),
    Member("Kenji Morita", "manager", "Asia Pacific", "ingrid"),
    Member("Aisha Rahman", "rep", "Asia Pacific", "kenji", 1.1),
    Member("Liling Tan", "rep", "Asia Pacific", "kenji", 0.95),
    Member("Rohan Mehta", "rep", "Asia Pacific", "kenji", 0.85),
    Member("Hana Kuroda", "rep", "Asia Pacific", "kenji", 1.0),
)
REPS = tuple(member for member in PEOPLE if member.role == "rep")


@dataclass(frozen=True)
class Product:
    """What the company sells: its price for a customer of usual size, in the company's currency."""

    name: str
    price: int
    benefit: str


PRODUCTS = (
    Product("Cold Watch", 24_000, "alarms from every cold room"),
    Product("Fleet Watch", 38_000, "temperatures from the trucks on the road"),
    Product("Audit Pack", 15_000, "records ready for the inspector"),
    Product("Care Plan", 9_000, "calibration and support"),
)


@dataclass(frozen=True)
class Source:
    """How leads of one source fared: how many ended, how many of those converted, how many are still open."""

    name: str
    finished: int
    converted: int
    open: int
    inbound: bool = False


SOURCES = (
    Source("Customer Referral", 38, 16, 22),
    Source("Partner Referral", 30, 10, 20),
    Source("Phone Inquiry", 20, 6, 14, inbound=True),
    Source("Web", 42, 10, 44, inbound=True),
    Source("Trade Show", 28, 6, 22),
    Source("Social Media", 16, 2, 16, inbound=True),
    Source("Advertisement", 18, 2, 16, inbound=True),
    Source("Quiz", 10, 1, 10, inbound=True),
    Source("Purchased List", 18, 1, 12),
    Source("Other", 8, 1, 4),
)


@dataclass(frozen=True)
class Industry:
    """A market: how strongly it leans to buying, and what customers in it are called."""

    name: str
    pull: float
    endings: tuple[str, ...]
    incorporated: bool = True


INDUSTRIES = (
    Industry("Pharmacy", 0.9, ("Pharmacies", "Pharma Supply", "Dispensaries", "Medical Supply")),
    Industry(
        "Hospitals", 0.6, ("General Hospital", "Children's Hospital", "Clinic Group", "Blood Bank"), incorporated=False
    ),
    Industry("Food Production", 0.3, ("Dairy", "Frozen Foods", "Fine Foods", "Seafood", "Creamery", "Bakeries")),
    Industry("Laboratories", 0.1, ("Diagnostics", "Biosciences", "Labs", "Analytics")),
    Industry("Transport", -0.2, ("Cold Freight", "Logistics", "Haulage", "Cold Storage")),
    Industry("Retail", -0.7, ("Markets", "Grocers", "Supermarkets", "Farm Shops")),
)

SIZES = ((18, 45), (50, 240), (260, 950), (1_050, 6_400))
"""Employees, from and to."""

TITLES = (
    (
        "Head of Quality",
        "Operations Director",
        "Director of Pharmacy",
        "Chief Operating Officer",
        "Head of Supply Chain",
    ),
    ("Quality Manager", "Facilities Manager", "Supply Chain Manager", "Laboratory Manager", "Warehouse Manager"),
    ("Quality Specialist", "Purchasing Officer", "Cold Chain Coordinator", "Maintenance Engineer"),
)
"""From those who decide to those who prepare a decision."""

STAGE_STEPS = {
    "Prospecting": ("Find out who signs", "First call with facilities", "Send the overview"),
    "Qualification": ("Confirm the budget", "Ask for the number of sites", "Meet the quality team"),
    "Needs Analysis": ("Walk through the cold rooms", "Collect the alarm history", "List the audit gaps"),
    "Proposal": ("Send the offer", "Go through the offer together", "Offer a pilot at one site"),
    "Negotiation": ("Settle the payment terms", "Get the contract to legal", "Agree the start date"),
}
OPEN_STAGES = tuple(STAGE_STEPS)
LOST_REASONS = ("Price", "Chose a competitor", "No budget this year", "Project postponed", "No decision")
