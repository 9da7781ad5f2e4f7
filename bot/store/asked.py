"""Keeps about which scanned parcels Flipkart was asked, and reads what is known of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from bot.handover.returns import Statement
from bot.lists.model import ExpectedRow
from bot.store.dialects.statements import is_plain, upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import ASKED, EXPECTED, HANDOVER, RETURN, SHIPMENT
from bot.text import parcel_key

RECENT = timedelta(days=7)
"""Parcels of handovers that arrived earlier are not asked about."""
AGAIN = timedelta(days=1)
MOST_TIMES = 2
"""How often an id that Flipkart does not know is asked about."""


class AskedStore:
    """Implements `bot.jobs.returns.ReturnBook`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def unknown(self, connection: Connection, now: datetime, most: int) -> list[str]:
        """Tracking ids that were scanned and are to be asked about, the newest first, each once.

        Those whose list already names their return are not asked about.
        """
        listed = and_(EXPECTED.c.location_id == HANDOVER.c.location_id, EXPECTED.c.key == SHIPMENT.c.key)
        never = ASKED.c.key.is_(None)
        again = and_(ASKED.c.ref == "", ASKED.c.times < MOST_TIMES, ASKED.c.asked_at < now - AGAIN)
        query = (
            select(SHIPMENT.c.tracking_id)
            .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
            .outerjoin(EXPECTED, listed)
            .outerjoin(ASKED, ASKED.c.key == SHIPMENT.c.key)
            .where(HANDOVER.c.arrived_at > now - RECENT, or_(EXPECTED.c.id.is_(None), EXPECTED.c.return_id == ""))
            # Flipkart's ids are plain; one that is not might have it refuse the whole question.
            .where(or_(never, again), is_plain(SHIPMENT.c.tracking_id))
            .order_by(SHIPMENT.c.id.desc())
            .limit(most)
        )
        found = list(connection.scalars(query))
        return list({parcel_key(one): one for one in found}.values())

    @one_transaction
    def keep(self, connection: Connection, asked: Sequence[str], answer: Sequence[Statement], now: datetime) -> None:
        """Keeps which item was answered about each id, the first of several; without any it is unknown to Flipkart."""
        refs = dict[str, str]()
        for one in answer:
            refs.setdefault(parcel_key(str(one.facts["tracking_id"])), one.ref)
        keys = {parcel_key(one) for one in asked}
        values = [{"key": key, "ref": refs.get(key, ""), "asked_at": now, "times": 1} for key in keys]
        put = upsert(ASKED)
        newer = {"ref": put.excluded.ref, "asked_at": put.excluded.asked_at, "times": ASKED.c.times + 1}
        connection.execute(put.on_conflict_do_update(index_elements=["key"], set_=newer), values)


def told_of(connection: Connection, location_id: str, keys: Select[Any]) -> dict[str, ExpectedRow]:
    """What is known of parcels, by key: from the location's lists first, then from the items that Flipkart answered.

    Args:
        connection: of the caller's transaction.
        location_id: where they were scanned.
        keys: selects the parcels' keys.
    """
    answered = select(RETURN, ASKED.c.key.label("asked")).join(ASKED, ASKED.c.ref == RETURN.c.ref)
    told = {row.asked: _plain(row, row.asked) for row in connection.execute(answered.where(ASKED.c.key.in_(keys)))}
    listed = select(EXPECTED).where(EXPECTED.c.location_id == location_id, EXPECTED.c.key.in_(keys))
    for row in connection.execute(listed):
        plain = replace(_plain(row, row.tracking_id), instead=row.instead, matched_by=row.matched_by)
        told[row.key] = _over(plain, told.get(row.key))
    return {one: row for one, row in told.items() if row.return_id or row.order_item_id or row.reason or row.instead}


def _plain(row: Row[Any], tracking_id: str) -> ExpectedRow:
    return ExpectedRow(tracking_id, row.return_id, row.order_item_id, row.reason, row.expected_on)


def _over(listed: ExpectedRow, told: ExpectedRow | None) -> ExpectedRow:
    """What the list says; where it says nothing, what Flipkart says."""
    if told is None:
        return listed
    return replace(
        listed,
        return_id=listed.return_id or told.return_id,
        order_item_id=listed.order_item_id or told.order_item_id,
        reason=listed.reason or told.reason,
        expected_on=listed.expected_on or told.expected_on,
    )
