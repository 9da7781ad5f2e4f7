"""Sellers with their docks and the FEs who scan there: each has its budget of calls, wherever it is looked at."""

import random
from dataclasses import dataclass, field

from bot.copies.shards import shard_of
from bot.flipkart.hour import RollingHour
from bot.flipkart.quota import PLAN_SECONDS
from bot.jobs.pace import pace

ARRIVALS, SCANS = 30.0, 30.0
"""Seconds between two looks, as a bot.toml without a word about them has it."""
FOR_POLLING = 850
"""Calls of an hour that looks are planned with: of 1,000 what other tools may take stays free."""
ROOM = 900
"""Calls of an hour up to which looks are made: a tenth is people's."""
HOUR = 3600.0
DOCKS = (1, 1, 1, 1, 2, 2, 3, 5)
"""Of a seller; most have one."""


@dataclass
class Place:
    """A dock and who scans there, which are looked at by one copy."""

    seller: "Seller"
    location_id: str
    shard: int
    handovers: int = 0

    @property
    def keys(self) -> list[str]:
        """What is looked at there."""
        at = f"{self.seller.name} {self.location_id}"
        return [at, *(f"{at} {n}" for n in range(self.handovers))]

    @property
    def wanted(self) -> float:
        """Calls an hour."""
        return HOUR / ARRIVALS + self.handovers * HOUR / SCANS


@dataclass
class Seller:
    """One seller in a workspace of its own."""

    name: str
    places: list[Place] = field(default_factory=list)
    stretch: float = 1.0
    """By how much its looks are stretched, so that its calls suffice."""
    hour: RollingHour = field(default_factory=RollingHour)
    planned_at: float = -PLAN_SECONDS
    most: int = 0
    """The most calls that any hour held."""

    @property
    def is_short(self) -> bool:
        """Whether its calls do not suffice for the usual pace."""
        return sum(place.wanted for place in self.places) > FOR_POLLING

    def plan(self, now: float) -> None:
        """Reckons its pace now and then, as the poller does."""
        if now - self.planned_at >= PLAN_SECONDS:
            self.planned_at = now
            self.hour.roll(now)
            wanted = sum(place.wanted for place in self.places)
            self.stretch = pace(ARRIVALS, SCANS, wanted, self.hour.lasting(FOR_POLLING, now)).stretch

    def call(self, now: float) -> bool:
        """Makes a call, if the hour has room for it."""
        self.hour.roll(now)
        if self.hour.used >= ROOM:
            return False
        self.hour.count(now, for_person=False)
        self.most = max(self.most, self.hour.used)
        return True


def sellers(number: int, handovers: int, chance: random.Random) -> list[Seller]:
    """So many, with so many FEs in all, of whom some docks have many and some none."""
    made = []
    for n in range(number):
        seller = Seller(f"T{n}")
        for dock in range(chance.choice(DOCKS)):
            location_id = f"LOC{dock}"
            seller.places.append(Place(seller, location_id, shard_of(seller.name, location_id)))
        made.append(seller)
    places = [place for seller in made for place in seller.places]
    weights = [chance.paretovariate(1.6) for _ in places]
    for place in chance.choices(places, weights, k=handovers):
        place.handovers += 1
    return made
