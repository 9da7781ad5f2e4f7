"""Scanned shipments: one row each, their published shape and the totals over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

Flyer = tuple[str, str, str]


@dataclass
class Shipment:
    """One scanned return.

    Attributes:
        status: ``ACCEPTED`` or ``REJECTED`` (any other word is passed on as it is).
        flyer: actual id, captured id, raw status; None when the return has no flyer.
        obd: the raw ``obdDetails``; None when there are none.
        scanned_at: epoch seconds.
        synced: only synced rows show in pages.
        etag: what a page token calls this row: its tracking id, marked when the same id is scanned again.
    """

    tracking_id: str
    shipment_id: str
    status: str
    reason: str | None
    flyer: Flyer | None
    obd: Mapping[str, object] | None
    scanned_at: float
    synced: bool
    etag: str

    def row(self, stamp: Callable[[float], int]) -> dict[str, object]:
        """The row as the scanning call shows it."""
        flyer: dict[str, object] | None = None
        if self.flyer is not None:
            actual, captured, word = self.flyer
            flyer = {"actualFlyerId": actual, "capturedFlyerId": captured, "status": word}
        return {
            "trackingId": self.tracking_id,
            "shipmentId": self.shipment_id,
            "status": self.status,
            "reason": self.reason,
            "flyerDetails": flyer,
            "obdDetails": None if self.obd is None else dict(self.obd),
            "scannedAt": stamp(self.scanned_at),
        }

    def to_dict(self) -> dict[str, object]:
        """All fields, JSON-ready."""
        return {
            **asdict(self),
            "flyer": list(self.flyer) if self.flyer else None,
            "obd": dict(self.obd) if self.obd is not None else None,
        }

    @property
    def flyer_failed(self) -> bool:
        """A flyer was due and another one was captured."""
        return self.flyer is not None and (self.flyer[0] != self.flyer[1] or self.flyer[2] != "FlyerMatch")

    @property
    def obd_eligible(self) -> bool:
        """The parcel was to be opened."""
        return self.obd is not None and self.obd.get("eligible") is True

    @property
    def obd_failed(self) -> bool:
        """The parcel was opened and something was wrong."""
        return self.obd_eligible and self.obd is not None and self.obd.get("remark") != "NoIssues"


def totals(shipments: Iterable[Shipment]) -> dict[str, int]:
    """The counts of the End OTC answer, each tracking id once (its last scan counts)."""
    rows = list({each.tracking_id: each for each in shipments}.values())
    return {
        "totalScanned": len(rows),
        "obdEligible": sum(each.obd_eligible for each in rows),
        "obdFailed": sum(each.obd_failed for each in rows),
        "flyerEligible": sum(each.flyer is not None for each in rows),
        "flyerFailed": sum(each.flyer_failed for each in rows),
    }
