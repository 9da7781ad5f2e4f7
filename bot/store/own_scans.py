"""Keeps the seller's own scans: each id once a handover, and the handover's counts, in one transaction."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, func, insert, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.model import Handover, Happening, Shipment
from bot.handover.own_scans import Difference, Known, OwnLists, Taking, key_of
from bot.handover.refusals import UnknownHandover
from bot.store.handovers import frozen_shipment, keep, load
from bot.store.keys import own_key
from bot.store.session import Database, whole
from bot.store.tables import AUDIT, INTENT, OWN_SCAN, SHIPMENT, Kind, ShipmentRow

AT_ONCE = 500
"""Ids in one query; SQLite takes some 32,000 values."""


class OwnScanStore:
    """Implements `bot.handover.own_scans.OwnScanKeeper`. Every method is one transaction."""

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        """Calls `changed` after each commit that left something to be said in Slack."""
        self._database = database
        self._changed = changed

    @whole
    async def thread(self, channel: str, thread_ts: str) -> str | None:
        """The handover whose card is the root of a thread; None for any other thread."""
        query = select(INTENT.c.handover_id).where(
            INTENT.c.ts == thread_ts, INTENT.c.channel == channel, INTENT.c.kind == Kind.CARD
        )
        async with self._database.transaction() as session:
            return (await session.exec(query)).first()

    @whole
    async def take(
        self, handover_id: str, ids: Sequence[str], decide: Callable[[Handover, list[Known]], Taking]
    ) -> Taking:
        """Loads what is known about the ids and keeps what `decide` makes of them.

        Raises:
            UnknownHandover: there is none with this id.
        """
        async with self._database.transaction() as session:
            before = await load(session, handover_id)
            if before is None:
                raise UnknownHandover(handover_id)
            taking = decide(before, await _known(session, handover_id, ids))
            common = {"by": taking.by, "at": taking.at, "message_ts": taking.message_ts}
            new = [
                {"handover_id": handover_id, "key": key_of(s.tracking_id), "tracking_id": s.tracking_id, **common}
                for s in taking.kept
                if s.times == 1
            ]
            if new:
                await session.exec(insert(OWN_SCAN), params=[{**row, "times": 1} for row in new])
            for seen in taking.kept:
                if seen.times > 1:
                    same = (OWN_SCAN.c.handover_id == handover_id) & (OWN_SCAN.c.key == key_of(seen.tracking_id))
                    # Who scanned it first, and when, goes into the receipt and its hash, and stays.
                    again = {"times": seen.times, "message_ts": taking.message_ts}
                    await session.exec(update(OWN_SCAN).where(same).values(again))
            said = bool(taking.step.events) and await keep(session, before, taking.step)
        if said:
            self._changed()
        return taking

    @whole
    async def lists(self, handover_id: str, most: int) -> OwnLists:
        """The two differences, `most` ids of each in the order in which they were scanned."""
        async with self._database.transaction() as session:
            return await _lists(session, handover_id, most)

    @whole
    async def difference(self, handover_id: str, most: int) -> Difference:
        """The same, with when the seller scanned last and what the thread was told."""
        last = select(func.max(AUDIT.c.at)).where(
            AUDIT.c.handover_id == handover_id, AUDIT.c.what == Happening.OWN_SCAN
        )
        told = (
            select(AUDIT.c.detail)
            .where(AUDIT.c.handover_id == handover_id, AUDIT.c.what == Happening.OWN_DIFFERS)
            .order_by(AUDIT.c.n.desc())
            .limit(1)
        )
        async with self._database.transaction() as session:
            lists = await _lists(session, handover_id, most)
            moment = (await session.exec(last)).one()
            said = (await session.exec(told)).one_or_none()
        return Difference(lists, moment, said)


async def _known(session: AsyncSession, handover_id: str, ids: Sequence[str]) -> list[Known]:
    keys = [key_of(one) for one in ids]
    shipments: dict[str, Shipment] = {}
    own: dict[str, tuple[int, str]] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        scanned = select(ShipmentRow).where(
            SHIPMENT.c.handover_id == handover_id, own_key(SHIPMENT.c.tracking_id).in_(some)
        )
        shipments |= {key_of(row.tracking_id): frozen_shipment(row) for row in await session.exec(scanned)}
        before = select(OWN_SCAN.c.key, OWN_SCAN.c.times, OWN_SCAN.c.message_ts).where(
            OWN_SCAN.c.handover_id == handover_id, OWN_SCAN.c.key.in_(some)
        )
        own |= {key: (times, ts) for key, times, ts in await session.exec(before)}
    return [Known(one, shipments.get(key), *own.get(key, (0, ""))) for one, key in zip(ids, keys, strict=True)]


async def _lists(session: AsyncSession, handover_id: str, most: int) -> OwnLists:
    seller = select(OWN_SCAN.c.key).where(OWN_SCAN.c.handover_id == handover_id)
    fe = select(own_key(SHIPMENT.c.tracking_id)).where(SHIPMENT.c.handover_id == handover_id)
    unseen: ColumnElement[bool] = (SHIPMENT.c.handover_id == handover_id) & own_key(SHIPMENT.c.tracking_id).not_in(
        seller
    )
    unscanned: ColumnElement[bool] = (OWN_SCAN.c.handover_id == handover_id) & OWN_SCAN.c.key.not_in(fe)
    missing = select(ShipmentRow).where(unseen).order_by(SHIPMENT.c.id).limit(most)
    only = select(OWN_SCAN.c.tracking_id).where(unscanned).order_by(OWN_SCAN.c.id).limit(most)
    return OwnLists(
        tuple(frozen_shipment(row) for row in await session.exec(missing)),
        tuple(await session.exec(only)),
        (await session.exec(select(func.count()).select_from(SHIPMENT).where(unseen))).one(),
        (await session.exec(select(func.count()).select_from(OWN_SCAN).where(unscanned))).one(),
    )
