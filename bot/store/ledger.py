"""Keeps how far Flipkart's ledger of returns is read."""

from collections.abc import Collection
from dataclasses import asdict, fields

from sqlalchemy import Connection, delete, select

from bot.handover.ledger import Mark
from bot.store.dialects.statements import upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import LEDGER

_KEY = ("location_id", "kind")
_NAMES = tuple(one.name for one in fields(Mark))


class LedgerStore:
    """Implements `bot.handover.ledger.Marks`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def load(self, connection: Connection, location_ids: Collection[str]) -> list[Mark]:
        """Those of these locations."""
        query = (
            select(LEDGER).where(LEDGER.c.location_id.in_(location_ids)).order_by(*(LEDGER.c[name] for name in _KEY))
        )
        return [Mark(**{name: row._mapping[name] for name in _NAMES}) for row in connection.execute(query)]

    @one_transaction
    def keep(self, connection: Connection, mark: Mark) -> None:
        """In place of what was kept for its location and kind."""
        put = upsert(LEDGER).values(asdict(mark))
        newer = {name: put.excluded[name] for name in _NAMES if name not in _KEY}
        connection.execute(put.on_conflict_do_update(index_elements=_KEY, set_=newer))

    @one_transaction
    def drop(self, connection: Connection, mark: Mark) -> None:
        """It is asked in another way now."""
        this = (LEDGER.c.location_id == mark.location_id) & (LEDGER.c.kind == mark.kind)
        connection.execute(delete(LEDGER).where(this))
