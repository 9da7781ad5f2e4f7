"""Flipkart's own figures of a handover, beside what the bot has seen itself."""

from dataclasses import dataclass

from bot.i18n import N_
from bot.record.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the five figures of Flipkart's End OTC answer."""

    name: str
    """What it counts, to be translated."""
    own: int
    flipkart: int

    @property
    def differs(self) -> bool:
        """Whether Flipkart counts something else than the bot."""
        return self.own != self.flipkart


def flipkarts_figures(receipt: Receipt) -> list[Figure]:
    """Those that Flipkart gave; nothing before an End OTC, or where it is a fixed code."""
    h = receipt.handover
    found = (
        (N_("Parcels scanned"), h.scanned, h.end_total),
        (N_("Boxes to be opened"), h.obd_eligible, h.end_obd_eligible),
        (N_("Opened boxes with a problem"), h.obd_remarked, h.end_obd_failed),
        (N_("Flyers to be compared"), own_flyers(receipt), h.end_flyer_eligible),
        (N_("Wrong flyers"), h.mismatched, h.end_flyer_failed),
    )
    return [Figure(name, own, flipkart) for name, own, flipkart in found if flipkart is not None]


def own_flyers(receipt: Receipt) -> int:
    """Scanned parcels that have a flyer to be compared."""
    return sum(bool(one.actual_flyer_id or one.flyer_status) for one in receipt.shipments)
