"""All that proves one claim; what the FE scanned as Flipkart gave it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim
from bot.photos.videos import Video
from bot.record.absence import stem
from bot.record.canonical import moment
from bot.record.receipt import Parcel, Receipt
from bot.text import parcel_key


@dataclass(frozen=True, slots=True)
class Proof:
    """All that proves a claim."""

    claim: Claim
    receipt: Receipt
    """Of its handover."""
    steps: tuple[Noted, ...] = ()
    videos: tuple[Video, ...] = ()
    """Of the handover."""

    @property
    def parcel(self) -> Parcel:
        """What is known of its tracking id."""
        key = parcel_key(self.claim.tracking_id)
        found = next((one for one in self.receipt.parcels if parcel_key(one.tracking_id) == key), None)
        return found or Parcel(self.claim.tracking_id, None, None, (), ())

    @property
    def films(self) -> tuple[Video, ...]:
        """The videos of the parcel, and those of the whole handover."""
        key = parcel_key(self.claim.tracking_id)
        return tuple(one for one in self.videos if parcel_key(one.tracking_id) in ("", key))

    @property
    def stem(self) -> str:
        """How its files are called, without the ending."""
        return stem(self.claim)

    @property
    def made_at(self) -> datetime:
        """The moment that its files bear: the end of the handover."""
        return self.receipt.ended_at

    @property
    def sha256(self) -> str:
        """That of the receipt."""
        return self.receipt.sha256


def raw(proof: Proof) -> Iterator[tuple[str, str]]:
    """Flipkart's fields of the scan, named as it names them where there is one name."""
    one = proof.parcel.shipment
    if one is None:
        return
    yield "trackingId", one.tracking_id
    yield "shipmentId", one.shipment_id
    yield "status", one.status
    yield "reason", one.reason
    yield "flyerDetails.actualFlyerId", one.actual_flyer_id
    yield "flyerDetails.capturedFlyerId", one.captured_flyer_id
    yield "flyerDetails.status", one.flyer_status
    yield "obdDetails.eligible", "true" if one.obd_eligible else ""
    yield "obdDetails.remark", one.obd_remark
    yield "scannedAt", moment(one.scanned_at) or ""
    for link in one.image_links:
        yield "obdDetails.imageLinks", link
