"""Keeps the seller's own scans: each id once a handover, and the handover's counts, in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from bot.handover.events import Happening
from bot.handover.model import Handover, Shipment
from bot.handover.own_messages import Known, Message, Taking, is_newer
from bot.handover.own_scans import Decide, Difference, OwnLists
from bot.handover.own_words import asks
from bot.store.dialects.statements import upsert
from bot.store.handovers import keep, load, the_handover
from bot.store.rows import shipment_of
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, EXPECTED, OWN_SAID, OWN_SCAN, SHIPMENT
from bot.text import parcel_key

AT_ONCE = 500
"""Ids in one query; SQLite takes some 32,000 values."""


class OwnScanStore:
    """Implements `bot.handover.own_scans.OwnScanKeeper`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def take(self, connection: Connection, handover_id: str, message: Message, decide: Decide) -> Taking | None:
        """Loads what is known about a message's words and keeps what `decide` makes of them.

        Returns:
            None when a later change of the message is kept already.

        Raises:
            UnknownHandover: there is none with this id.
        """
        before = the_handover(connection, handover_id)
        said, version = _said(connection, handover_id, message.ts)
        if version and not is_newer(message.version, version):
            return None
        found = _known(connection, before, said)
        while wanted := asks(message.reading.words, found):
            found |= _known(connection, before, wanted)
        taking = decide(before, found, said)
        _forget(connection, handover_id, taking, found)
        _add(connection, handover_id, taking)
        if message.version:
            _mark(connection, handover_id, message, taking.at)
        if taking.step.events:
            keep(connection, before, taking.step)
        return taking

    @one_transaction
    def lists(self, connection: Connection, handover_id: str, most: int) -> OwnLists:
        """The two differences, `most` ids of each in the order in which they were scanned."""
        return _lists(connection, handover_id, most)

    @one_transaction
    def difference(self, connection: Connection, handover_id: str, most: int) -> Difference:
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
        lists = _lists(connection, handover_id, most)
        moment = connection.scalar(last)
        said = connection.scalar(told)
        return Difference(lists, moment, said)


def _said(connection: Connection, handover_id: str, message_ts: str) -> tuple[dict[str, datetime], str]:
    """The keys that a message says and since when, and the moment of its last change."""
    rows = connection.execute(
        select(OWN_SAID).where(OWN_SAID.c.handover_id == handover_id, OWN_SAID.c.message_ts == message_ts)
    )
    said, version = {}, ""
    for row in rows:
        if row.key:
            said[row.key] = row.at
        else:
            version = row.version
    return said, version


def _known(connection: Connection, handover: Handover, wanted: Iterable[str]) -> dict[str, Known]:
    keys = sorted(wanted)
    shipments: dict[str, Shipment] = {}
    own: dict[str, tuple[int, str]] = {}
    listed: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        scanned = select(SHIPMENT).where(SHIPMENT.c.handover_id == handover.id, SHIPMENT.c.key.in_(some))
        shipments |= {parcel_key(row.tracking_id): shipment_of(row) for row in connection.execute(scanned)}
        before = select(OWN_SCAN.c.key, OWN_SCAN.c.times, OWN_SCAN.c.message_ts).where(
            OWN_SCAN.c.handover_id == handover.id, OWN_SCAN.c.key.in_(some)
        )
        own |= {key: (times, ts) for key, times, ts in connection.execute(before)}
        named = select(EXPECTED.c.key).where(EXPECTED.c.location_id == handover.location_id, EXPECTED.c.key.in_(some))
        listed |= set(connection.scalars(named))
    return {key: Known(shipments.get(key), *own.get(key, (0, "")), key in listed) for key in keys}


def _add(connection: Connection, handover_id: str, taking: Taking) -> None:
    """Keeps what a message says newly."""
    common = {"handover_id": handover_id, "by": taking.by, "at": taking.at, "message_ts": taking.message_ts}
    first = [
        {"key": key, "tracking_id": one.tracking_id, "times": 1, **common}
        for key, one in taking.kept.items()
        if one.times == 1
    ]
    if first:
        connection.execute(insert(OWN_SCAN), first)
    for own in _own(handover_id, [key for key, one in taking.kept.items() if one.times > 1]):
        # Who scanned it first, and when, goes into the receipt and its hash, and stays.
        again = {"times": OWN_SCAN.c.times + 1, "message_ts": taking.message_ts}
        connection.execute(update(OWN_SCAN).where(own).values(again))
    if taking.kept:
        rows = [{"key": key, "version": "", **common} for key in taking.kept]
        connection.execute(insert(OWN_SAID), rows)


def _forget(connection: Connection, handover_id: str, taking: Taking, found: Mapping[str, Known]) -> None:
    """Drops what a message says no longer. What other messages said of the same parcel stays, with their person."""
    for said in _own(handover_id, taking.gone, OWN_SAID):
        connection.execute(delete(OWN_SAID).where(said, OWN_SAID.c.message_ts == taking.message_ts))
    for last in _own(handover_id, [key for key in taking.gone if found[key].times <= 1]):
        connection.execute(delete(OWN_SCAN).where(last))
    others = select(OWN_SAID).where(OWN_SAID.c.handover_id == handover_id, OWN_SAID.c.key == OWN_SCAN.c.key).limit(1)
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
        connection.execute(update(OWN_SCAN).where(own).values(values))


def _mark(connection: Connection, handover_id: str, message: Message, at: datetime | None) -> None:
    """Keeps that a message was changed, so that an older change, or the message itself, counts no more."""
    row = {"handover_id": handover_id, "message_ts": message.ts, "key": "", "by": message.by, "at": at}
    connection.execute(
        upsert(OWN_SAID)
        .values(version=message.version, **row)
        .on_conflict_do_update(index_elements=["handover_id", "message_ts", "key"], set_={"version": message.version})
    )


def _own(handover_id: str, keys: Sequence[str], table: Table = OWN_SCAN) -> Iterator[ColumnElement[bool]]:
    """The rows of these keys, as many at once as a statement takes."""
    for start in range(0, len(keys), AT_ONCE):
        yield (table.c.handover_id == handover_id) & table.c.key.in_(keys[start : start + AT_ONCE])


def _lists(connection: Connection, handover_id: str, most: int) -> OwnLists:
    seller = select(OWN_SCAN.c.key).where(OWN_SCAN.c.handover_id == handover_id)
    fe = select(SHIPMENT.c.key).where(SHIPMENT.c.handover_id == handover_id)
    unscanned: ColumnElement[bool] = (OWN_SCAN.c.handover_id == handover_id) & OWN_SCAN.c.key.not_in(fe)
    only = select(OWN_SCAN.c.tracking_id).where(unscanned).order_by(OWN_SCAN.c.id).limit(most)
    only_total = connection.scalar(select(func.count()).select_from(OWN_SCAN).where(unscanned)) or 0
    lists = OwnLists(only=tuple(connection.scalars(only)), only_total=only_total)
    handover = load(connection, handover_id)
    if handover is None or not handover.own_whole:
        return lists
    unseen: ColumnElement[bool] = (SHIPMENT.c.handover_id == handover_id) & SHIPMENT.c.key.not_in(seller)
    missing = select(SHIPMENT).where(unseen).order_by(SHIPMENT.c.id).limit(most)
    return replace(
        lists,
        missing=tuple(shipment_of(row) for row in connection.execute(missing)),
        missing_total=connection.scalar(select(func.count()).select_from(SHIPMENT).where(unseen)) or 0,
    )
