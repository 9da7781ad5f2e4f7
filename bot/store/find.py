"""Finds parcels by their id over all handovers, and the handover of a thread."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, literal, select, text, union

from bot.handover.claims import Claim
from bot.handover.find import Alike, Awaited, Trace
from bot.lists.model import ExpectedRow as Told
from bot.store.asked import told_of
from bot.store.claiming import claim_of
from bot.store.dialects.statements import ends
from bot.store.listed import AWAITED
from bot.store.rows import handover_of, shipment_of
from bot.store.session import Database, one_transaction
from bot.store.tables import (
    CLAIM,
    DELIVERY,
    EXPECTED,
    HANDOVER,
    OWN_SCAN,
    SHIPMENT,
    Kind,
)

LATELY = 50_000
"""Scans among which an id is looked for by its end."""


class TraceStore:
    """Implements `bot.handover.find.Traces`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def find(self, connection: Connection, key: str, location_ids: Sequence[str], most: int) -> list[Trace]:
        """The parcel, by its key, in the handovers of these locations, the newest first.

        One that came under another id is found by the one that it was listed by, too.
        """
        here = EXPECTED.c.location_id.in_(location_ids)
        other = select(EXPECTED.c.key).where(EXPECTED.c.instead_key == key, text("expected.instead_key <> ''"), here)
        own = [
            found for one in connection.scalars(other).all() for found in _found(connection, one, location_ids, most)
        ]
        return [*own, *_found(connection, key, location_ids, most)][:most]

    @one_transaction
    def awaited(self, connection: Connection, key: str, location_ids: Sequence[str]) -> list[Awaited]:
        """Which of these locations await it, because of a list."""
        here = EXPECTED.c.location_id.in_(location_ids)
        query = select(EXPECTED).where(EXPECTED.c.key == key, here, AWAITED)
        rows = list(connection.execute(query))
        return [Awaited(row.location_id, row.expected_on, _told(connection, row.location_id, key)) for row in rows]

    @one_transaction
    def missed(self, connection: Connection, key: str, location_ids: Sequence[str]) -> list[Claim]:
        """The claims of these locations for it as a parcel that nobody brought."""
        here = CLAIM.c.location_id.in_(location_ids)
        query = select(CLAIM).where(CLAIM.c.key == key, CLAIM.c.handover_id.is_(None), here)
        return [claim_of(row) for row in connection.execute(query.order_by(CLAIM.c.opened_at))]

    @one_transaction
    def ending(self, connection: Connection, key: str, location_ids: Sequence[str], most: int) -> list[Alike]:
        """Parcels of these locations whose key ends like this, each once: those that came lately, then the lists."""
        # No index serves the end of an id: of all that ever came, only the newest are looked through.
        lately = select(SHIPMENT).order_by(SHIPMENT.c.id.desc()).limit(LATELY).subquery()
        query = select(lately.c.tracking_id, lately.c.key, HANDOVER).join(
            HANDOVER, HANDOVER.c.id == lately.c.handover_id
        )
        found: dict[str, Alike] = {}
        query = query.where(ends(lately.c.key, key), HANDOVER.c.location_id.in_(location_ids))
        for row in connection.execute(query.order_by(lately.c.id.desc()).limit(most)):
            found.setdefault(row.key, Alike(row.tracking_id, row.key, row.location_id, handover_of(row)))
        here = EXPECTED.c.location_id.in_(location_ids), ends(EXPECTED.c.key, key), AWAITED
        for row in connection.execute(select(EXPECTED).where(*here).order_by(EXPECTED.c.key).limit(most)):
            found.setdefault(row.key, Alike(row.tracking_id, row.key, row.location_id))
        return list(found.values())[:most]

    @one_transaction
    def thread(self, connection: Connection, channel: str, ts: str) -> str | None:
        """The handover whose card this message is, or None."""
        query = select(DELIVERY.c.about).where(
            DELIVERY.c.ts == ts, DELIVERY.c.channel == channel, DELIVERY.c.kind == Kind.CARD
        )
        return connection.scalar(query)


def _found(connection: Connection, key: str, location_ids: Sequence[str], most: int) -> list[Trace]:
    scanned = select(SHIPMENT.c.handover_id).where(SHIPMENT.c.key == key)
    seen = select(OWN_SCAN.c.handover_id).where(OWN_SCAN.c.key == key)
    claimed = select(CLAIM.c.handover_id).where(CLAIM.c.key == key)
    query = (
        select(HANDOVER)
        .where(HANDOVER.c.id.in_(union(scanned, seen, claimed)), HANDOVER.c.location_id.in_(location_ids))
        .order_by(HANDOVER.c.arrived_at.desc(), HANDOVER.c.id)
        .limit(most)
    )
    return [_trace(connection, row, key) for row in connection.execute(query).all()]


def _told(connection: Connection, location_id: str, key: str) -> Told | None:
    return told_of(connection, location_id, select(literal(key))).get(key)


def _trace(connection: Connection, row: Row[Any], key: str) -> Trace:
    here = SHIPMENT.c.handover_id == row.id
    scans = select(SHIPMENT).where(here, SHIPMENT.c.key == key).order_by(SHIPMENT.c.id)
    scan = connection.execute(scans).first()
    own = connection.execute(select(OWN_SCAN).where(OWN_SCAN.c.handover_id == row.id, OWN_SCAN.c.key == key)).first()
    claims = select(CLAIM).where(CLAIM.c.handover_id == row.id, CLAIM.c.key == key)
    claim = connection.execute(claims).first()
    root = select(DELIVERY).where(DELIVERY.c.about == row.id, DELIVERY.c.kind == Kind.CARD)
    card = connection.execute(root).first()
    spelt = next(one.tracking_id for one in (scan, claim, own) if one is not None)
    return Trace(
        handover=handover_of(row),
        tracking_id=spelt,
        shipment=None if scan is None else shipment_of(scan),
        first_seen=None if scan is None else scan.first_seen,
        seen_at=None if own is None else own.at,
        claim=None if claim is None else claim_of(claim),
        channel=card.channel if card else "",
        thread_ts=card.ts if card else "",
        told=_told(connection, row.location_id, key),
    )
