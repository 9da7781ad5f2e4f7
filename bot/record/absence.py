"""All that proves the claim for a parcel that no FE brought and that Flipkart completed: who came, and with what.

Such a claim has no handover and no receipt. What it has is everything that was scanned at the dock around that time,
which the parcel is not among.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim
from bot.handover.location import Location
from bot.handover.model import Handover, Shipment
from bot.handover.returns import Return
from bot.record.canonical import Json, canonical, digest, moment, whole

BEFORE = timedelta(days=7)
"""Before it was completed: from then on everything that was scanned stands in the proof."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One parcel that did come."""

    handover_id: str
    shipment: Shipment
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """All that proves such a claim."""

    claim: Claim
    items: Sequence[Return]
    """What should have been in the parcel, as Flipkart tells of it."""
    visits: Sequence[Handover]
    """Of the FEs who came between `begin` and the alarm, in order; what was scanned in each of them is known."""
    scans: Sequence[Scanned]
    begin: datetime
    location: Location
    zone: tzinfo
    steps: Sequence[Noted] = ()
    names: Mapping[str, str] | None = None

    def name(self, user_id: str | None) -> str:
        """What somebody is called; the id where that is not known."""
        return "" if user_id is None else (self.names or {}).get(user_id) or user_id

    @property
    def stem(self) -> str:
        """How its files are called, without the ending."""
        return stem(self.claim)

    @property
    def made_at(self) -> datetime:
        """The moment that its files bear: that of the alarm."""
        return self.claim.opened_at

    @property
    def data(self) -> dict[str, Json]:
        """What its hash is over."""
        return {
            "claim": {"id": self.claim.id, "tracking_id": whole(self.claim.tracking_id)},
            "location": self.location.id,
            "from": moment(self.begin),
            "until": moment(self.claim.opened_at),
            "flipkart": [_told(one) for one in self.items],
            "handovers": [_visit(one) for one in self.visits],
            "scans": [
                [one.handover_id, whole(one.shipment.tracking_id), whole(one.shipment.shipment_id)]
                for one in self.scans
            ],
        }

    @property
    def sha256(self) -> str:
        """Over `data`, as that of a receipt is over its own."""
        return digest(self.data)

    @property
    def canonical(self) -> bytes:
        """The bytes that are hashed."""
        return canonical(self.data)


def stem(claim: Claim) -> str:
    """How the files of a claim's proof are called, without the ending."""
    safe = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in claim.tracking_id)
    return f"proof-{safe.strip('-')[:60] or 'parcel'}-{claim.id[:8]}"


def _told(one: Return) -> dict[str, Json]:
    texts = ("return_id", "order_item_id", "tracking_id", "shipment_id", "status", "shipment_status", "reason")
    said: dict[str, Json] = {name: whole(getattr(one, name)) for name in texts}
    said["expected_on"] = one.expected_on.isoformat() if one.expected_on else None
    return said | {"completed_at": moment(one.completed_at), "picked_up_at": moment(one.picked_up_at)}


def _visit(one: Handover) -> dict[str, Json]:
    return {
        "id": one.id,
        "fe_id": whole(one.fe_id),
        "task_id": whole(one.task_id),
        "arrived_at": moment(one.arrived_at),
        "ended_at": moment(one.ended_at),
        "scanned": one.scanned,
    }
