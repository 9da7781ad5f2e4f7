"""What should arrive at each dock on the demo's day: the tracking ids, and the CSV that Seller Hub would give out."""

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.sandbox.demo.clock import ZONE, DemoClock

PARCELS = 12
PRODUCTS = (
    ("Cotton kurta, blue, L", "KURTA-BLU-L"),
    ("Steel water bottle 1 l", "BOTTLE-1L"),
    ("Bluetooth earphones", "EAR-BT-02"),
    ("Running shoes, size 9", "SHOE-RUN-9"),
    ("Pressure cooker 3 l", "COOK-3L"),
    ("Phone cover, clear", "COVER-CLR"),
)
REASONS = (
    ("Defective", "Not working"),
    ("Wrong size", "Too small"),
    ("Quality issue", "Material is thin"),
    ("No longer needed", ""),
    ("Missing item", "A part is missing"),
)
COLUMNS = (
    "Return ID", "Order ID", "Order Item ID", "Product", "FSN", "SKU", "Quantity", "Tracking ID", "Return Type",
    "Return Requested Date", "Return Status", "Return Delivery Promise Date", "Return Reason", "Return Sub-reason",
)  # fmt: skip


@dataclass
class Sheet:
    """One dock's list of one day."""

    location: str
    day: date
    tracking: tuple[str, ...]
    dropped: bool = False
    """Whether the bot has kept it: from then on FEs bring what stands on it."""
    offers: list[tuple[str, float]] = field(default_factory=list)
    """Who put it into the channel and when, as long as the bot has not kept it."""
    taken: int = 0
    """How many of its parcels an FE has scanned."""

    @property
    def name(self) -> str:
        """The file's name."""
        return f"returns-{self.location}-{self.day.isoformat()}.csv"

    def take(self, most: int) -> list[str]:
        """The next tracking ids that an FE scans; none before the list is dropped and after it is used up."""
        if not self.dropped:
            return []
        found = list(self.tracking[self.taken : self.taken + most])
        self.taken += len(found)
        return found

    def lengthen(self, parcels: int) -> None:
        """Lets so many parcels be still to come, where there are fewer; the rows that it had stay as they are."""
        stem = self.tracking[0][:-4]
        whole = max(len(self.tracking), self.taken + parcels)
        self.tracking = tuple(f"{stem}{n:04}" for n in range(1, whole + 1))

    def csv(self) -> bytes:
        """The file, as a spreadsheet program opens it."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        made_up = _dice(self.location, self.day)
        for tracking in self.tracking:
            (product, sku), (reason, more) = made_up.choice(PRODUCTS), made_up.choice(REASONS)
            rows.writerow(
                (
                    f"126{made_up.randrange(10**11):011}",
                    f"OD{made_up.randrange(10**18):018}",
                    f"4{made_up.randrange(10**16):016}",
                    product,
                    f"FSN{made_up.randrange(10**10):010}",
                    sku,
                    1,
                    tracking,
                    "customer_return",
                    (self.day - timedelta(days=6)).isoformat(),
                    "in_transit",
                    self.day.isoformat(),
                    reason,
                    more,
                )
            )
        return text.getvalue().encode("utf-8-sig")


@dataclass
class Sheets:
    """The sheets of all docks."""

    clock: DemoClock
    _sheets: dict[str, Sheet] = field(default_factory=dict)

    def of(self, location: str) -> Sheet:
        """The dock's sheet of the demo's day; every day has a new one."""
        today = self.clock.now().astimezone(ZONE).date()
        sheet = self._sheets.get(location)
        if sheet is None or sheet.day != today:
            first = _dice(location, today).randrange(10**6)
            tracking = tuple(f"FMPR{first:06}{n:04}" for n in range(1, PARCELS + 1))
            sheet = self._sheets[location] = Sheet(location, today, tracking)
        return sheet


def _dice(location: str, day: date) -> random.Random:
    """The same sheet for the same dock and day, whenever it is asked for."""
    return random.Random(f"{location} {day}")  # noqa: S311 -- made-up parcels, no secret
