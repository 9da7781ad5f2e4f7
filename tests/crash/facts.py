"""What the bot told people it has kept."""

from dataclasses import dataclass

from bot.sandbox.flipkart import Visit


@dataclass
class Counted:
    """A count that the bot told somebody it has kept."""

    visit: Visit
    number: int


@dataclass
class OwnScan:
    """A parcel that the seller scanned, and that the bot marked with a reaction."""

    visit: Visit
    tracking_id: str
