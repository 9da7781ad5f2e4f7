"""Opens claims for what comes in by itself, inside the transaction that brings the news: both are kept, or neither."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from bot.handover import claims
from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim, Opening, State
from bot.handover.events import Event, Happening
from bot.handover.model import Handover
from bot.handover.ports import Scan, Step
from bot.store.photos import note_images
from bot.store.tables import CLAIM, OWN_SCAN, RETURN, SHIPMENT
from bot.store.telling import tell_of_claims
from bot.text import parcel_key
from bot.webhooks.receivers import Topic

MOST_AT_ONCE = 500
"""Parameters of one statement, well below SQLite's limit."""

_FIELDS = tuple(Claim.__dataclass_fields__)


def claim_for_page(connection: Connection, handover: Handover, scan: Scan, now: datetime, days: int) -> None:
    """Opens claims for the problem parcels of a page, in the page's own transaction."""
    open_claims(connection, handover, claims.page_openings(scan), None, now, days)


def claim_for_end(
    connection: Connection, handover: Handover, events: Iterable[Event], now: datetime, days: int
) -> None:
    """Opens claims for parcels that the seller has not seen, in the transaction that closes the handover.

    Not where the seller's own scans are no list of all parcels, nor where the FE left: nothing is closed at Flipkart.
    """
    if not handover.own_whole or not any(event.what is Happening.CLOSED for event in events):
        return
    own = select(OWN_SCAN.c.key).where(OWN_SCAN.c.handover_id == handover.id)
    seen = list(connection.scalars(own))
    rows = select(SHIPMENT.c.tracking_id).where(SHIPMENT.c.handover_id == handover.id).order_by(SHIPMENT.c.id)
    scanned = list(connection.scalars(rows))
    open_claims(connection, handover, claims.unseen_openings(scanned, seen), None, now, days)


def open_claims(
    connection: Connection, handover: Handover, openings: Sequence[Opening], by: str | None, now: datetime, days: int
) -> dict[str, Claim]:
    """Opens claims, or adds to those that are there; returns the claims of these parcels by tracking id."""
    ids = list(dict.fromkeys(opening.tracking_id for opening in openings))
    before: dict[str, Claim] = {}
    for start in range(0, len(ids), MOST_AT_ONCE):
        some = CLAIM.c.tracking_id.in_(ids[start : start + MOST_AT_ONCE])
        query = select(CLAIM).where(CLAIM.c.handover_id == handover.id, some)
        before |= {row.tracking_id: claim_of(row) for row in connection.execute(query)}
    new_ids = [one for one in ids if one not in before]
    scans = _earlier(
        _scans(connection, handover, new_ids), _completed(connection, handover, new_ids, timedelta(days=days))
    )
    after = dict(before)
    for opening in openings:
        known = after.get(opening.tracking_id)
        after[opening.tracking_id] = (
            claims.opened(opening, handover, by, now, days, uuid4().hex, scans.get(opening.tracking_id))
            if known is None
            else claims.joined(known, opening)
        )
    new = [columns(claim) for tracking_id, claim in after.items() if tracking_id not in before]
    if new:
        connection.execute(insert(CLAIM), new)
    longer = [after[tracking_id] for tracking_id, claim in before.items() if after[tracking_id] != claim]
    for claim in longer:
        connection.execute(update(CLAIM).where(CLAIM.c.id == claim.id).values(note=claim.note))
    opened = [claim for tracking_id, claim in after.items() if tracking_id not in before]
    tell_of_claims(connection, Topic.CLAIMS_OPENED, opened, now)
    tell_of_claims(connection, Topic.CLAIMS_CHANGED, longer, now)
    return after


def _scans(connection: Connection, handover: Handover, ids: Sequence[str]) -> dict[str, datetime]:
    """When the FE scanned these parcels, each the first time; those that nobody scanned are not in it."""
    found: dict[str, datetime] = {}
    for start in range(0, len(ids), MOST_AT_ONCE):
        some = SHIPMENT.c.tracking_id.in_(ids[start : start + MOST_AT_ONCE])
        query = select(SHIPMENT.c.tracking_id, SHIPMENT.c.scanned_at, SHIPMENT.c.first_seen)
        for row in connection.execute(query.where(SHIPMENT.c.handover_id == handover.id, some)):
            at = claims.scanned_at(row.scanned_at, row.first_seen)
            found[row.tracking_id] = min(at, found.get(row.tracking_id, at))
    return found


def _completed(
    connection: Connection, handover: Handover, ids: Sequence[str], longest: timedelta
) -> dict[str, datetime]:
    """When Flipkart counted these parcels as returned first, by tracking id; those of which it said nothing not.

    What it said longer than `longest` before the FE came was about another time.
    """
    keys = {parcel_key(one): one for one in ids}
    some, found = list(keys), dict[str, datetime]()
    for start in range(0, len(some), MOST_AT_ONCE):
        these = RETURN.c.key.in_(some[start : start + MOST_AT_ONCE])
        here = (RETURN.c.location_id == handover.location_id) & (RETURN.c.completed_at >= handover.arrived_at - longest)
        for row in connection.execute(select(RETURN.c.key, RETURN.c.completed_at).where(these, here)):
            tracking_id = keys[row.key]
            found[tracking_id] = min(row.completed_at, found.get(tracking_id, row.completed_at))
    return found


def _earlier(one: dict[str, datetime], other: dict[str, datetime]) -> dict[str, datetime]:
    return {key: min(times[key] for times in (one, other) if key in times) for key in one | other}


def claim_of(row: Row[Any]) -> Claim:
    """The claim as the domain knows it."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    return Claim(**values | {"state": State(row.state)})


def columns(claim: Claim) -> dict[str, Any]:
    """The claim as it is kept."""
    return asdict(claim) | {"state": claim.state.value, "next_at": claim.next_at}


def noted_of(row: Row[Any]) -> Noted:
    """A step of a claim as the domain knows it."""
    said = {"reference": row.reference, "amount": row.amount, "paid": row.paid, "note": row.note}
    return Noted(state=State(row.state), by=row.by, at=row.at, **said)


def _problems(handover: Handover) -> int:
    return handover.rejected + handover.mismatched + handover.obd_remarked


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What else is kept when news come in, in the same transaction: claims, and links of pictures."""

    claim_days: int = 14
    obd_photos: bool = True
    """Whether the pictures of open-box checks are to be fetched."""
    zone: tzinfo = UTC
    """Says which day it is, for lists of what should arrive on a day."""

    def page(self, connection: Connection, before: Handover, after: Handover, scan: Scan, now: datetime) -> None:
        """After a page of scans, by which the handover's counts have changed."""
        # Few pages bring a problem: no parcel is looked at where the counts say so.
        if scan.changed or _problems(after) != _problems(before):
            claim_for_page(connection, before, scan, now, self.claim_days)
        if self.obd_photos:
            note_images(connection, before, scan, now)

    def end(self, connection: Connection, step: Step, now: datetime) -> None:
        """After a step that may have ended a handover."""
        claim_for_end(connection, step.handover, step.events, now, self.claim_days)
