"""Finds parcels by their id over all handovers, and the handover of a thread."""

from collections.abc import Sequence

from sqlalchemy import func, literal, union
from sqlalchemy import select as sa_select
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.find import Awaited, Trace
from bot.lists.model import ExpectedRow as Told
from bot.store.claiming import claim_of
from bot.store.handovers import frozen_handover, frozen_shipment
from bot.store.keys import own_key
from bot.store.listed import AWAITED
from bot.store.return_details import told_of
from bot.store.session import Database, whole
from bot.store.tables import (
    CLAIM,
    EXPECTED,
    HANDOVER,
    INTENT,
    OWN_SCAN,
    SHIPMENT,
    ClaimRow,
    ExpectedRow,
    HandoverRow,
    IntentRow,
    Kind,
    OwnScanRow,
    ShipmentRow,
)


class TraceStore:
    """Implements `bot.handover.find.Traces`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @whole
    async def find(self, key: str, location_ids: Sequence[str], most: int) -> list[Trace]:
        """The parcel, by its id in capitals, in the handovers of these locations, the newest first."""
        scanned = select(SHIPMENT.c.handover_id).where(own_key(SHIPMENT.c.tracking_id) == key)
        seen = select(OWN_SCAN.c.handover_id).where(OWN_SCAN.c.key == key)
        claimed = select(CLAIM.c.handover_id).where(func.upper(CLAIM.c.tracking_id) == key)
        query = (
            select(HandoverRow)
            .where(HANDOVER.c.id.in_(union(scanned, seen, claimed)), HANDOVER.c.location_id.in_(location_ids))
            .order_by(HANDOVER.c.arrived_at.desc(), HANDOVER.c.id)
            .limit(most)
        )
        async with self._database.transaction() as session:
            return [await _trace(session, row, key) for row in (await session.exec(query)).all()]

    @whole
    async def awaited(self, key: str, location_ids: Sequence[str]) -> list[Awaited]:
        """Which of these locations await it, because of a list."""
        here = EXPECTED.c.location_id.in_(location_ids)
        query = select(ExpectedRow).where(EXPECTED.c.key == key, here, AWAITED)
        async with self._database.transaction() as session:
            rows = list(await session.exec(query))
            return [
                Awaited(row.location_id, row.expected_on, await _told(session, row.location_id, key)) for row in rows
            ]

    @whole
    async def thread(self, channel: str, ts: str) -> str | None:
        """The handover whose card this message is, or None."""
        query = select(INTENT.c.handover_id).where(
            INTENT.c.ts == ts, INTENT.c.channel == channel, INTENT.c.kind == Kind.CARD
        )
        async with self._database.transaction() as session:
            return (await session.exec(query)).first()


async def _told(session: AsyncSession, location_id: str, key: str) -> Told | None:
    return (await told_of(session, location_id, sa_select(literal(key)))).get(key)


async def _trace(session: AsyncSession, row: HandoverRow, key: str) -> Trace:
    here = SHIPMENT.c.handover_id == row.id
    scans = select(ShipmentRow).where(here, own_key(SHIPMENT.c.tracking_id) == key).order_by(SHIPMENT.c.id)
    scan = (await session.exec(scans)).first()
    own = (
        await session.exec(select(OwnScanRow).where(OWN_SCAN.c.handover_id == row.id, OWN_SCAN.c.key == key))
    ).first()
    claims = select(ClaimRow).where(CLAIM.c.handover_id == row.id, func.upper(CLAIM.c.tracking_id) == key)
    claim = (await session.exec(claims)).first()
    card = (
        await session.exec(select(IntentRow).where(INTENT.c.handover_id == row.id, INTENT.c.kind == Kind.CARD))
    ).first()
    spelt = next(one.tracking_id for one in (scan, claim, own) if one is not None)
    return Trace(
        handover=frozen_handover(row),
        tracking_id=spelt,
        shipment=None if scan is None else frozen_shipment(scan),
        first_seen=None if scan is None else scan.first_seen,
        seen_at=None if own is None else own.at,
        claim=None if claim is None else claim_of(claim),
        channel=card.channel if card else "",
        thread_ts=card.ts if card else "",
        told=await _told(session, row.location_id, key),
    )
