"""The scripted day as data: ten FEs at two docks, each with something worth seeing, and what happens around them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What one FE does in the scripted day, and what the operator does about it."""

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
    own_scan: bool = False
    """The operator scans all parcels too."""
    tally: int = 0
    """How often the operator presses +5 while the FE scans."""
    damaged: bool = False
    """The operator reports the last parcel as damaged, and files a claim for it when the FE has gone."""


DAY = (
    Part(0, "Ram Kumar", "eKart", 4, 12, own_scan=True),
    Part(1, "Sunil Yadav", "Delhivery", 8, 8, rejected=1),
    Part(0, "Priya Das", "Ecom Express", 18, 15, swapped=1, tally=3),
    Part(1, "Arif Sheikh", "eKart", 26, 6, wrong_code=True),
    Part(0, "Joseph Mathew", "Shadowfax", 38, 10, miscounted=1),
    Part(1, "Lakshmi Nair", "eKart", 46, 20, rejected=2),
    Part(0, "Ram Kumar", "Delhivery", 58, 5, damaged=True),
    Part(1, "Harpreet Gill", "Ecom Express", 66, 9, leaves=True),
    Part(0, "Anita Bose", "eKart", 76, 14, rejected=1, swapped=1),
    Part(1, "Mohan Lal", "Shadowfax", 84, 7),
)
REASONS = {1: "One parcel is still in the van, the FE brings it tomorrow"}
BEATS = ("arrives", "gets the Start OTC", "scans", "finishes", "gets the End OTC")
"""Steps of one part, for the progress bar."""
EXTRAS = ("own_scan", "tally", "damaged")
"""Fields of a part that are a step more; a damaged parcel is two: its report and its claim."""
AROUND = ("a dock's list", "another's", "all cards are right", "the digest")
"""Steps of the day that belong to no FE."""


def on_the_list(dock: int) -> int:
    """How many parcels stand on the dock's list: all that its FEs bring, but for those that are to be set aside."""
    return sum(part.parcels - part.rejected - part.swapped for part in DAY if part.dock == dock)


def total_steps() -> int:
    """Of the whole day, for the progress bar."""
    more = sum(bool(getattr(part, extra)) for part in DAY for extra in EXTRAS) + sum(part.damaged for part in DAY)
    return len(DAY) * len(BEATS) + more + len(AROUND)
