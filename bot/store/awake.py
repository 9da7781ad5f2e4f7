"""When the bot was last awake on this database, and since when the database may lack what was posted.

One that was put back to an earlier copy looks like one whose bot was down meanwhile. So each start after a gap takes it
that the bot's own messages of the gap are missing, for the hour in which everybody who is present is seen again: a
start after that start must not take for known what the first of them did not come to look at.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.store.dialects.statements import upsert
from bot.store.tables import AWAKE, DELIVERY, DeliveryRow

A_RESTART = timedelta(minutes=1)
"""A bot that was away for less was only restarted: in that time nobody puts a database back."""
UNSURE = timedelta(hours=1)
"""Awake for so long, the bot has seen every FE who is present, and has a card for them."""
_ROW = 1


@dataclass(frozen=True, slots=True)
class Awakening:
    """What a start found."""

    newest: str
    """The ts of the newest message that the database knew then; empty when there was none."""
    gap: str
    """The same at the start after the last gap: what was posted during it is newer."""
    gap_at: datetime
    """When that start was."""
    last_id: int
    """Of the deliveries that there were at that start."""

    def is_sure_of(self, root: DeliveryRow, now: datetime) -> bool:
        """Whether all of a thread up to `newest` is known, be it ever so long ago that something was said there."""
        # A card that was found in Slack was never attempted from here.
        was_posted_since = (root.id or 0) > self.last_id and root.attempted_at is not None
        return was_posted_since or not timedelta() <= now - self.gap_at < UNSURE


def awaken(connection: Connection, now: datetime) -> Awakening:
    """At a start, before anything is posted."""
    known = newest(connection)
    row = connection.execute(select(AWAKE)).first()
    if row is not None and timedelta() <= now - row.seen_at <= A_RESTART:
        stay_awake(connection, now)
        return Awakening(known, row.gap, row.gap_at, row.last_id)
    gap, last_id = known, connection.scalar(select(func.max(DELIVERY.c.id))) or 0
    if row is not None and row.seen_at - row.gap_at < UNSURE:
        # The last gap was not over when this database was left, or copied: both are one.
        gap = row.gap
    values = {"seen_at": now, "gap": gap, "gap_at": now, "last_id": last_id}
    connection.execute(
        upsert(AWAKE).values(id=_ROW, **values).on_conflict_do_update(index_elements=["id"], set_=values)
    )
    return Awakening(known, gap, now, last_id)


def stay_awake(connection: Connection, now: datetime) -> None:
    """Says that the bot is awake."""
    connection.execute(update(AWAKE).values(seen_at=now))


def newest(connection: Connection) -> str:
    """The ts of the newest message that is known to be posted; empty: there is none."""
    return connection.scalar(select(func.max(DELIVERY.c.ts))) or ""
