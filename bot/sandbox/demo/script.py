"""The scripted day as data: ten FEs at two docks, each with something worth seeing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What one FE does in the scripted day."""

    dock: int
    """Which of the docks."""
    name: str
    partner: str
    after: float
    """Seconds of the day after which they arrive, at speed 1."""
    parcels: int
    rejected: int = 0
    swapped: int = 0
    wrong_code: bool = False
    """Types a wrong Start OTC first."""
    miscounted: int = 0
    """How many parcels the operator does not find: the End OTC then needs a reason."""
    leaves: bool = False
    """Goes away without an End OTC."""


DAY = (
    Part(0, "Ram Kumar", "eKart", 0, 12),
    Part(1, "Sunil Yadav", "Delhivery", 4, 8, rejected=1),
    Part(0, "Priya Das", "Ecom Express", 14, 15, swapped=1),
    Part(1, "Arif Sheikh", "eKart", 22, 6, wrong_code=True),
    Part(0, "Joseph Mathew", "Shadowfax", 34, 10, miscounted=1),
    Part(1, "Lakshmi Nair", "eKart", 42, 20, rejected=2),
    Part(0, "Ram Kumar", "Delhivery", 54, 5),
    Part(1, "Harpreet Gill", "Ecom Express", 62, 9, leaves=True),
    Part(0, "Anita Bose", "eKart", 72, 14, rejected=1, swapped=1),
    Part(1, "Mohan Lal", "Shadowfax", 80, 7),
)
REASONS = {1: "One parcel is still in the van, the FE brings it tomorrow"}
BEATS = ("arrives", "gets the Start OTC", "scans", "finishes", "gets the End OTC")
"""Steps of one part, for the progress bar."""
