"""What a card says beside its handover: kept in other places, and read when the card is drawn."""

from dataclasses import dataclass
from datetime import datetime

from bot.handover.model import Handover, Stage
from bot.handover.tally import Shares

NAMED = 3
"""Parcels to set aside whose ids a card tells: more are looked up in the thread."""


@dataclass(frozen=True, slots=True)
class Beside:
    """None of it moves the handover's revision by itself; what changes it says so."""

    shares: Shares = ()
    """Of the running count."""
    aside: tuple[str, ...] = ()
    """The tracking ids of the parcels to set aside, where they are few and the FE still stands there."""
    drafts: int = 0
    """Of a handover that is over: its problem parcels for which nobody has filed a claim."""
    claim_by: datetime | None = None
    """When the time is over to file the first of them."""


NOTHING = Beside()


def names_parcels(handover: Handover) -> bool:
    """Whether the ids of what is to be set aside can be few enough to be told; one parcel may be of several kinds."""
    most = max(handover.rejected, handover.mismatched, handover.obd_remarked)
    return handover.stage is Stage.CLOSING and 0 < most <= NAMED
