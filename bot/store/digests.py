"""Lets a day have its digest, and reads the days that digests are about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.handover.digest import Day, Override, Seen
from bot.handover.events import Happening
from bot.handover.model import Shipment
from bot.store.dialects.statements import upsert
from bot.store.rows import entry_of, handover_of, shipment_of
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import AUDIT, DELIVERY, HANDOVER, SHIPMENT, Kind, Sending

FEW = 20
"""Handovers whose parcels are read at once: thousands in one transaction would let everybody wait."""


class DigestStore:
    """Implements `bot.handover.digest.Digests`. Every method but `parcels` is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def open(self, connection: Connection, location_id: str, day: Day) -> bool:
        """Lets the day have its digest, once, if anybody came; False when nobody did. Harmless when done twice."""
        came = (
            select(func.count())
            .select_from(AUDIT)
            .where(
                AUDIT.c.location_id == location_id,
                AUDIT.c.what == Happening.ARRIVED.value,
                AUDIT.c.at >= day.begin,
                AUDIT.c.at < day.end,
            )
        )
        if not connection.scalar(came):
            return False
        row = {
            "about": location_id,
            "location_id": location_id,
            "kind": Kind.DIGEST,
            "n": day.date.toordinal(),
            "state": Sending.PENDING,
            "file_ids": [],
        }
        key = (DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)
        connection.execute(upsert(DELIVERY).values(row).on_conflict_do_nothing(index_elements=key))
        to_say(connection)
        return True

    @one_transaction
    def seen(self, connection: Connection, location_id: str, begin: datetime, end: datetime) -> list[Seen]:
        """The handovers of a location that the bot first saw from `begin`, before `end`; the oldest first."""
        arrived = (
            select(AUDIT.c.handover_id, AUDIT.c.at)
            .where(
                AUDIT.c.location_id == location_id,
                AUDIT.c.what == Happening.ARRIVED.value,
                AUDIT.c.at >= begin,
                AUDIT.c.at < end,
            )
            .order_by(AUDIT.c.at, AUDIT.c.id)
        )
        seen_at = {row[0]: row[1] for row in connection.execute(arrived).all()}
        ids = arrived.with_only_columns(AUDIT.c.handover_id).order_by(None)
        rows = connection.execute(select(HANDOVER).where(HANDOVER.c.id.in_(ids)))
        handovers = {row.id: handover_of(row) for row in rows}
        codes = _first_codes(connection, ids)
        overrides: dict[str, dict[tuple[str | None, str], Override]] = {}
        given = select(AUDIT).where(AUDIT.c.handover_id.in_(ids), AUDIT.c.what == Happening.END_OTC.value)
        for row in connection.execute(given.order_by(AUDIT.c.id)):
            entry = entry_of(row)
            reason = str(entry.detail.get("reason") or "")
            if entry.handover_id in handovers and reason:
                h = handovers[entry.handover_id]
                counted, scanned = entry.detail.get("counted"), int(entry.detail.get("scanned") or 0)
                override = Override(h.fe_name, h.fe_id, entry.by, reason, counted, scanned)
                # A second look at the same code is no second override.
                overrides.setdefault(h.id, {})[entry.by, reason] = override
        return [
            Seen(handovers[one], at, codes.get(one), tuple(overrides.get(one, {}).values()))
            for one, at in seen_at.items()
        ]

    async def parcels(self, handover_ids: Sequence[str]) -> dict[str, list[tuple[datetime, Shipment]]]:
        """The parcels of some handovers, each with the moment of its scan. A transaction for every few handovers."""
        found: dict[str, list[tuple[datetime, Shipment]]] = {}
        for start in range(0, len(handover_ids), FEW):
            for handover_id, at, shipment in await self._some_parcels(handover_ids[start : start + FEW]):
                found.setdefault(handover_id, []).append((at, shipment))
        return found

    @one_transaction
    def _some_parcels(
        self, connection: Connection, handover_ids: Sequence[str]
    ) -> list[tuple[str, datetime, Shipment]]:
        query = select(SHIPMENT).where(SHIPMENT.c.handover_id.in_(handover_ids)).order_by(SHIPMENT.c.id)
        # A scan that Flipkart dates after the bot has read it has a wrong clock.
        return [
            (row.handover_id, min(row.scanned_at or row.first_seen, row.first_seen), shipment_of(row))
            for row in connection.execute(query)
        ]


def _first_codes(connection: Connection, ids: Select[Any]) -> dict[str, datetime]:
    query = (
        select(AUDIT.c.handover_id, func.min(AUDIT.c.at))
        .where(AUDIT.c.handover_id.in_(ids), AUDIT.c.what == Happening.START_OTC.value)
        .group_by(AUDIT.c.handover_id)
    )
    return {row[0]: row[1] for row in connection.execute(query).all()}
