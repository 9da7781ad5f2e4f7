"""Keeps which codes each location has, and lets its channel know of a change once."""

from dataclasses import asdict, fields, replace
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, select

from bot.handover.mode import Known, noticed, number_of
from bot.store.dialects.statements import rows_put, upsert
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import DELIVERY, ENABLED_FOR, Kind, Sending

_NAMES = tuple(one.name for one in fields(Known))


class ModeStore:
    """Implements `bot.handover.mode.KeptModes`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def load(self, connection: Connection) -> list[Known]:
        """All of it."""
        rows = connection.execute(select(ENABLED_FOR).order_by(ENABLED_FOR.c.location_id))
        return [Known(**{name: row._mapping[name] for name in _NAMES}) for row in rows]

    @one_transaction
    def message(self, connection: Connection, location_id: str, n: int) -> Known | None:
        """What the location's message with this number tells; None where a newer one has taken its place."""
        found = _known(connection, location_id)
        return found if found is not None and found.n == n else None

    @one_transaction
    def notice(self, connection: Connection, location_id: str, word: str, now: datetime) -> Known:
        """Keeps what `noticed` makes of the word, and lets the location have its message if there is one to be."""
        known = _known(connection, location_id)
        after = noticed(known, location_id, word, now)
        if known is not None and after.told_at != known.told_at:
            after = replace(after, n=_put(connection, known, after))
        if after != known:
            put = upsert(ENABLED_FOR).values(asdict(after))
            newer = {name: put.excluded[name] for name in _NAMES if name != "location_id"}
            connection.execute(put.on_conflict_do_update(index_elements=("location_id",), set_=newer))
        return after


def _known(connection: Connection, location_id: str) -> Known | None:
    row = connection.execute(select(ENABLED_FOR).where(ENABLED_FOR.c.location_id == location_id)).first()
    return None if row is None else Known(**{name: row._mapping[name] for name in _NAMES})


def _put(connection: Connection, before: Known, after: Known) -> int:
    """Puts the message about a change among what is to be said, and returns its number."""
    for times in count():
        n = number_of(after.location_id, before.told, after.told, times)
        row = {"about": after.location_id, "location_id": after.location_id, "kind": Kind.MODE, "n": n}
        put = upsert(DELIVERY).values(row | {"state": Sending.PENDING, "file_ids": []})
        once = (DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)
        if rows_put(connection, put.on_conflict_do_nothing(index_elements=once)):
            break
    to_say(connection)
    return n
