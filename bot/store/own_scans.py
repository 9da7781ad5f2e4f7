"""Keeps the seller's own scans: each id once a handover, and the handover's counts, in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, func, insert, update
from sqlalchemy import select as sa_select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.model import Handover, Happening, Shipment
from bot.handover.own_scans import Decide, Difference, Known, Message, OwnLists, Taking, is_newer
from bot.handover.own_words import asks
from bot.handover.refusals import UnknownHandover
from bot.store.handovers import frozen_shipment, keep, load
from bot.store.keys import own_key
from bot.store.session import Database, whole
from bot.store.tables import AUDIT, EXPECTED, INTENT, OWN_SAID, OWN_SCAN, SHIPMENT, Kind, OwnSaidRow, ShipmentRow
from bot.text import parcel_key

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
    async def take(self, handover_id: str, message: Message, decide: Decide) -> Taking | None:
        """Loads what is known about a message's words and keeps what `decide` makes of them.

        Returns:
            None when a later change of the message is kept already.

        Raises:
            UnknownHandover: there is none with this id.
        """
        async with self._database.transaction() as session:
            before = await load(session, handover_id)
            if before is None:
                raise UnknownHandover(handover_id)
            said, version = await _said(session, handover_id, message.ts)
            if version and not is_newer(message.version, version):
                return None
            found = await _known(session, before, said)
            while wanted := asks(message.reading.words, found):
                found |= await _known(session, before, wanted)
            taking = decide(before, found, said)
            await _forget(session, handover_id, taking, found)
            await _add(session, handover_id, taking)
            if message.version:
                await _mark(session, handover_id, message, taking.at)
            news = bool(taking.step.events) and await keep(session, before, taking.step)
        if news:
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


async def _said(session: AsyncSession, handover_id: str, message_ts: str) -> tuple[dict[str, datetime], str]:
    """The keys that a message says and since when, and the moment of its last change."""
    rows = await session.exec(
        select(OwnSaidRow).where(OWN_SAID.c.handover_id == handover_id, OWN_SAID.c.message_ts == message_ts)
    )
    said, version = {}, ""
    for row in rows:
        if row.key:
            said[row.key] = row.at
        else:
            version = row.version
    return said, version


async def _known(session: AsyncSession, handover: Handover, wanted: Iterable[str]) -> dict[str, Known]:
    keys = sorted(wanted)
    shipments: dict[str, Shipment] = {}
    own: dict[str, tuple[int, str]] = {}
    listed: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        scanned = select(ShipmentRow).where(
            SHIPMENT.c.handover_id == handover.id, own_key(SHIPMENT.c.tracking_id).in_(some)
        )
        shipments |= {parcel_key(row.tracking_id): frozen_shipment(row) for row in await session.exec(scanned)}
        before = select(OWN_SCAN.c.key, OWN_SCAN.c.times, OWN_SCAN.c.message_ts).where(
            OWN_SCAN.c.handover_id == handover.id, OWN_SCAN.c.key.in_(some)
        )
        own |= {key: (times, ts) for key, times, ts in await session.exec(before)}
        named = select(EXPECTED.c.key).where(EXPECTED.c.location_id == handover.location_id, EXPECTED.c.key.in_(some))
        listed |= set(await session.exec(named))
    return {key: Known(shipments.get(key), *own.get(key, (0, "")), key in listed) for key in keys}


async def _add(session: AsyncSession, handover_id: str, taking: Taking) -> None:
    """Keeps what a message says newly."""
    common = {"handover_id": handover_id, "by": taking.by, "at": taking.at, "message_ts": taking.message_ts}
    first = [
        {"key": key, "tracking_id": one.tracking_id, "times": 1, **common}
        for key, one in taking.kept.items()
        if one.times == 1
    ]
    if first:
        await session.exec(insert(OWN_SCAN), params=first)
    for own in _own(handover_id, [key for key, one in taking.kept.items() if one.times > 1]):
        # Who scanned it first, and when, goes into the receipt and its hash, and stays.
        again = {"times": OWN_SCAN.c.times + 1, "message_ts": taking.message_ts}
        await session.exec(update(OWN_SCAN).where(own).values(again))
    if taking.kept:
        rows = [{"key": key, "version": "", **common} for key in taking.kept]
        await session.exec(insert(OWN_SAID), params=rows)


async def _forget(session: AsyncSession, handover_id: str, taking: Taking, found: Mapping[str, Known]) -> None:
    """Drops what a message says no longer. What other messages said of the same parcel stays, with their person."""
    for said in _own(handover_id, taking.gone, OWN_SAID):
        await session.exec(delete(OWN_SAID).where(said, OWN_SAID.c.message_ts == taking.message_ts))
    for last in _own(handover_id, [key for key in taking.gone if found[key].times <= 1]):
        await session.exec(delete(OWN_SCAN).where(last))
    others = sa_select(OWN_SAID).where(OWN_SAID.c.handover_id == handover_id, OWN_SAID.c.key == OWN_SCAN.c.key).limit(1)
    first, newest = others.order_by(OWN_SAID.c.at), others.order_by(OWN_SAID.c.at.desc())
    values = {
        "times": OWN_SCAN.c.times - 1,
        # An older bot kept no more than the last message of a parcel.
        "by": func.coalesce(first.with_only_columns(OWN_SAID.c.by).scalar_subquery(), OWN_SCAN.c.by),
        "at": func.coalesce(first.with_only_columns(OWN_SAID.c.at).scalar_subquery(), OWN_SCAN.c.at),
        "message_ts": func.coalesce(
            newest.with_only_columns(OWN_SAID.c.message_ts).scalar_subquery(), OWN_SCAN.c.message_ts
        ),
    }
    for own in _own(handover_id, [key for key in taking.gone if found[key].times > 1]):
        await session.exec(update(OWN_SCAN).where(own).values(values))


async def _mark(session: AsyncSession, handover_id: str, message: Message, at: datetime | None) -> None:
    """Keeps that a message was changed, so that an older change, or the message itself, counts no more."""
    row = {"handover_id": handover_id, "message_ts": message.ts, "key": "", "by": message.by, "at": at}
    await session.exec(
        upsert(OWN_SAID)
        .values(version=message.version, **row)
        .on_conflict_do_update(index_elements=["handover_id", "message_ts", "key"], set_={"version": message.version})
    )


def _own(handover_id: str, keys: Sequence[str], table: Table = OWN_SCAN) -> Iterator[ColumnElement[bool]]:
    """The rows of these keys, as many at once as a statement takes."""
    for start in range(0, len(keys), AT_ONCE):
        yield (table.c.handover_id == handover_id) & table.c.key.in_(keys[start : start + AT_ONCE])


async def _lists(session: AsyncSession, handover_id: str, most: int) -> OwnLists:
    seller = select(OWN_SCAN.c.key).where(OWN_SCAN.c.handover_id == handover_id)
    fe = select(own_key(SHIPMENT.c.tracking_id)).where(SHIPMENT.c.handover_id == handover_id)
    unscanned: ColumnElement[bool] = (OWN_SCAN.c.handover_id == handover_id) & OWN_SCAN.c.key.not_in(fe)
    only = select(OWN_SCAN.c.tracking_id).where(unscanned).order_by(OWN_SCAN.c.id).limit(most)
    only_total = (await session.exec(select(func.count()).select_from(OWN_SCAN).where(unscanned))).one()
    lists = OwnLists(only=tuple(await session.exec(only)), only_total=only_total)
    handover = await load(session, handover_id)
    if handover is None or not handover.own_whole:
        return lists
    unseen: ColumnElement[bool] = (SHIPMENT.c.handover_id == handover_id) & own_key(SHIPMENT.c.tracking_id).not_in(
        seller
    )
    missing = select(ShipmentRow).where(unseen).order_by(SHIPMENT.c.id).limit(most)
    return replace(
        lists,
        missing=tuple(frozen_shipment(row) for row in await session.exec(missing)),
        missing_total=(await session.exec(select(func.count()).select_from(SHIPMENT).where(unseen))).one(),
    )
