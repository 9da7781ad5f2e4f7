"""Keeps what each channel was told of outages, and lets it have the line about one."""

from collections.abc import Collection
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.handover.outages import Outage, Silent
from bot.store.dialects.statements import upsert
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import DELIVERY, HANDOVER, HERE, OUTAGE, Kind, Sending

_NAMES = tuple(one.name for one in fields(Outage))
_ONE = ("channel", "silent")


class OutageStore:
    """Implements `bot.handover.outages.KeptOutages`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def load(self, connection: Connection) -> list[Outage]:
        """All of it."""
        return [_outage(row) for row in connection.execute(select(OUTAGE))]

    @one_transaction
    def message(self, connection: Connection, channel: str, n: int) -> Outage | None:
        """What the channel's line with this number tells; None where a newer line has taken its place."""
        row = connection.execute(select(OUTAGE).where(OUTAGE.c.channel == channel, OUTAGE.c.n == n)).first()
        return None if row is None else _outage(row)

    @one_transaction
    def keep(self, connection: Connection, outage: Outage, redraw: Collection[str]) -> None:
        """Keeps it, lets the channel have the line, or have it brought up to date, and has cards drawn anew."""
        _put(connection, outage)
        row = {"about": outage.channel, "location_id": outage.location_id, "kind": Kind.OUTAGE, "n": outage.n}
        line = upsert(DELIVERY).values(row | {"state": Sending.PENDING, "file_ids": []})
        once = (DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)
        connection.execute(line.on_conflict_do_nothing(index_elements=once))
        there = HANDOVER.c.stage.in_(HERE) & HANDOVER.c.location_id.in_(redraw)
        connection.execute(update(HANDOVER).where(there).values(revision=HANDOVER.c.revision + 1))
        _settle(connection)
        to_say(connection)

    @one_transaction
    def note(self, connection: Connection, outage: Outage) -> None:
        """Keeps it and has nothing said of it yet."""
        _put(connection, outage)

    @one_transaction
    def settle(self, connection: Connection) -> bool:
        """Has every line brought up to date that says less than is kept; whether there is none left on its way."""
        if _settle(connection):
            to_say(connection)
        waits = DELIVERY.c.state.not_in((Sending.SENT, Sending.LOST)) & (DELIVERY.c.kind == Kind.OUTAGE)
        return not connection.scalar(select(func.count()).select_from(DELIVERY).where(waits))


def _put(connection: Connection, outage: Outage) -> None:
    put = upsert(OUTAGE).values(asdict(outage) | {"named": list(outage.named)})
    newer = {name: put.excluded[name] for name in _NAMES if name not in _ONE}
    connection.execute(put.on_conflict_do_update(index_elements=_ONE, set_=newer))


def _settle(connection: Connection) -> int:
    """A line that is being edited just now may show the state of before: then it is found here, and edited again."""
    revision = (
        select(OUTAGE.c.revision).where(OUTAGE.c.channel == DELIVERY.c.about, OUTAGE.c.n == DELIVERY.c.n)
    ).scalar_subquery()
    said = (DELIVERY.c.state == Sending.SENT) & (DELIVERY.c.kind == Kind.OUTAGE)
    stale = update(DELIVERY).where(said, DELIVERY.c.sent_revision < revision)
    return connection.execute(stale.values(state=Sending.PENDING)).rowcount


def _outage(row: Row[Any]) -> Outage:
    values = {name: row._mapping[name] for name in _NAMES}
    return Outage(**values | {"silent": Silent(values["silent"]), "named": tuple(values["named"])})
