"""Keeps what Flipkart says of parcels that were scanned, and which it was asked about in vain."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.lists.model import ExpectedRow
from bot.store.session import Database, one_transaction
from bot.store.tables import EXPECTED, HANDOVER, RETURN_DETAIL, SHIPMENT
from bot.text import parcel_key

RECENT = timedelta(days=7)
"""Parcels of handovers that arrived earlier are not asked about."""
AGAIN = timedelta(days=1)
_OTHER_SIGNS = "*[^ -~]*"
MOST_TIMES = 2
"""How often an id that Flipkart does not know is asked about."""


class ReturnDetailStore:
    """Implements `bot.jobs.returns.ReturnBook`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def unknown(self, connection: Connection, now: datetime, most: int) -> list[str]:
        """Tracking ids that were scanned and are to be asked about, the newest first, each once.

        Those whose list already names their return are not asked about.
        """
        listed = and_(EXPECTED.c.location_id == HANDOVER.c.location_id, EXPECTED.c.key == SHIPMENT.c.key)
        never = RETURN_DETAIL.c.key.is_(None)
        again = and_(
            RETURN_DETAIL.c.found.is_(False),
            RETURN_DETAIL.c.times < MOST_TIMES,
            RETURN_DETAIL.c.asked_at < now - AGAIN,
        )
        query = (
            select(SHIPMENT.c.tracking_id)
            .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
            .outerjoin(EXPECTED, listed)
            .outerjoin(RETURN_DETAIL, RETURN_DETAIL.c.key == SHIPMENT.c.key)
            .where(HANDOVER.c.arrived_at > now - RECENT, or_(EXPECTED.c.id.is_(None), EXPECTED.c.return_id == ""))
            # Flipkart's ids are plain; one that is not might have it refuse the whole question.
            .where(or_(never, again), SHIPMENT.c.tracking_id.op("NOT GLOB")(_OTHER_SIGNS))
            .order_by(SHIPMENT.c.id.desc())
            .limit(most)
        )
        found = list(connection.scalars(query))
        return list({parcel_key(one): one for one in found}.values())

    @one_transaction
    def keep(self, connection: Connection, asked: Sequence[str], rows: Iterable[ExpectedRow], now: datetime) -> None:
        """Keeps an answer; an asked id without a row is remembered as unknown."""
        told = {parcel_key(row.tracking_id): row for row in rows}
        values = []
        for one in {parcel_key(one) for one in asked}:
            row = told.get(one, ExpectedRow(one))
            facts = {name: getattr(row, name) for name in ("return_id", "order_item_id", "reason", "expected_on")}
            values.append({"key": one, "found": one in told, "asked_at": now, "times": 1, **facts})
        put = upsert(RETURN_DETAIL)
        newer: dict[str, Any] = {name: put.excluded[name] for name in values[0] if name not in ("key", "times")}
        newer["times"] = RETURN_DETAIL.c.times + 1
        connection.execute(put.on_conflict_do_update(index_elements=["key"], set_=newer), values)


def told_of(connection: Connection, location_id: str, keys: Select[Any]) -> dict[str, ExpectedRow]:
    """What is known of parcels, by key: from the location's lists first, then from Flipkart.

    Args:
        connection: of the caller's transaction.
        location_id: where they were scanned.
        keys: selects the parcels' keys.
    """
    answered = select(RETURN_DETAIL).where(RETURN_DETAIL.c.found, RETURN_DETAIL.c.key.in_(keys))
    told = {row.key: _plain(row, row.key) for row in connection.execute(answered)}
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
