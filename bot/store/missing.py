"""How many parcels are missing at a location, kept as it changes; each in the transaction of the change.

A parcel is missing that should have come by now and was scanned in no handover (`bot.store.listed.is_missing`). Whoever
adds scans or rows of lists says by how many that number changes, from the few keys that it touched. Time changes it,
too: a day begins on which more is due, or something is too old to count. Then it is counted anew, as after a list.
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from sqlalchemy import Connection, delete, func, select, update

from bot.handover.expected import FRESH, LOOKED_BACK
from bot.store.dialects.statements import upsert
from bot.store.listed import AT_ONCE, is_missing, missing_of
from bot.store.tables import EXPECTED, HANDOVER, MISSING


def missing_now(connection: Connection, location_id: str, now: datetime, zone: tzinfo) -> int:
    """How many are missing at the location; `zone` says which day it is."""
    today = now.astimezone(zone).date()
    valid = (MISSING.c.day == today) & (MISSING.c.since <= now) & (MISSING.c.until > now)
    kept = select(MISSING.c.parcels).where(MISSING.c.location_id == location_id, valid)
    found = connection.execute(kept).scalar_one_or_none()
    return counted(connection, location_id, now, today) if found is None else int(found)


def counted(connection: Connection, location_id: str, now: datetime, today: date) -> int:
    """The same, counted over all that is listed there."""
    whole = select(func.count(), func.min(EXPECTED.c.listed_at)).where(is_missing(location_id, now, today))
    parcels, listed = connection.execute(whole).one()
    here = (HANDOVER.c.location_id == location_id) & (HANDOVER.c.arrived_at > now - LOOKED_BACK)
    arrived = connection.execute(select(func.min(HANDOVER.c.arrived_at)).where(here)).scalar_one()
    until = min((listed or now) + FRESH, (arrived or now) + LOOKED_BACK)
    row = {"parcels": parcels, "day": today, "since": now, "until": until}
    put = upsert(MISSING).values(location_id=location_id, **row)
    connection.execute(put.on_conflict_do_update(index_elements=["location_id"], set_=row))
    return int(parcels)


def of_these(connection: Connection, location_id: str, now: datetime, today: date, keys: Sequence[str]) -> int:
    """How many of these keys are missing; each is looked up, however many are expected or were scanned."""
    found = 0
    for at in range(0, len(keys), AT_ONCE):
        some = missing_of(location_id, now, today, keys[at : at + AT_ONCE]).subquery()
        found += connection.execute(select(func.count()).select_from(some)).scalar_one()
    return found


def changed(connection: Connection, location_id: str, more: int) -> None:
    """`more` are missing than before, or fewer where it is negative."""
    if more:
        here = MISSING.c.location_id == location_id
        connection.execute(update(MISSING).where(here).values(parcels=MISSING.c.parcels + more))


def forgotten(connection: Connection, location_id: str) -> None:
    """Counts anew next time: what was scanned is scanned no longer, and may have been listed long ago."""
    connection.execute(delete(MISSING).where(MISSING.c.location_id == location_id))
