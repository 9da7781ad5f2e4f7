"""Keeps which photos there are of which handover and parcel; the files lie beside the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.clock import Clock
from bot.handover.model import Handover
from bot.handover.ports import Scan
from bot.photos.ports import Photo
from bot.store.dialects.statements import looks_like_slacks, upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import CLAIM, PHOTO, SHIPMENT

LINKS_A_PARCEL = 8
"""An open-box check takes a few pictures; whatever sends more does not mean pictures."""


def note_images(connection: Connection, handover: Handover, scan: Scan, now: datetime) -> None:
    """Notes the pictures of the open-box checks of a page, in the page's own transaction."""
    parcels = [*scan.new, *(after for before, after in scan.changed if after.image_links != before.image_links)]
    rows = [
        {"handover_id": handover.id, "tracking_id": parcel.tracking_id, "source": link, "at": now}
        for parcel in parcels
        if parcel.image_links
        for link in dict.fromkeys(parcel.image_links[:LINKS_A_PARCEL])
    ]
    if rows:
        empty = {"name": "", "sha256": "", "problem": ""}
        connection.execute(upsert(PHOTO).on_conflict_do_nothing(), [{**row, **empty} for row in rows])


class PhotoStore:
    """Implements `bot.photos.ports.Photos`. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @one_transaction
    def add(
        self,
        connection: Connection,
        handover_id: str,
        tracking_id: str,
        source: str,
        name: str,
        now: datetime,
        shows: str = "",
    ) -> Photo:
        """Notes a photo; one that is noted already stays as it is."""
        row = {"handover_id": handover_id, "tracking_id": tracking_id, "source": source, "name": name, "at": now}
        row |= {"shows": shows}
        same = (PHOTO.c.handover_id == handover_id) & (PHOTO.c.source == source)
        connection.execute(upsert(PHOTO).values(**row, sha256="", problem="").on_conflict_do_nothing())
        return _photo(connection.execute(select(PHOTO).where(same)).one())

    @one_transaction
    def show(self, connection: Connection, photo_id: int, handover_id: str, shows: str) -> Photo | None:
        """Says what a photo of the handover shows; None where there is no such photo."""
        here = (PHOTO.c.id == photo_id) & (PHOTO.c.handover_id == handover_id)
        connection.execute(update(PHOTO).where(here).values(shows=shows))
        row = connection.execute(select(PHOTO).where(here)).first()
        return None if row is None else _photo(row)

    @one_transaction
    def pending(self, connection: Connection, most: int, *, links: bool) -> list[Photo]:
        """Photos neither kept nor given up, the oldest first; without `links` only those dropped into Slack."""
        waiting = (PHOTO.c.sha256 == "") & (PHOTO.c.problem == "")
        query = select(PHOTO).where(waiting).order_by(PHOTO.c.id).limit(most)
        if not links:
            query = query.where(looks_like_slacks(PHOTO.c.source))
        return [_photo(row) for row in connection.execute(query)]

    async def kept(self, photo_id: int, sha256: str) -> None:
        """The file lies in the folder. From now on it is on record: what came after the end changes no receipt."""
        await self._set(photo_id, {"sha256": sha256, "problem": "", "at": self._clock()})

    async def given_up(self, photo_id: int, problem: str) -> None:
        """It is not kept, and why."""
        await self._set(photo_id, {"problem": problem})

    @one_transaction
    def of_handover(self, connection: Connection, handover_id: str) -> list[Photo]:
        """Every photo of a handover, the oldest first."""
        query = select(PHOTO).where(PHOTO.c.handover_id == handover_id).order_by(PHOTO.c.id)
        return [_photo(row) for row in connection.execute(query)]

    @one_transaction
    def parcels_named(self, connection: Connection, handover_id: str, keys: Sequence[str]) -> list[str]:
        """Those of the tracking ids, given by their keys, that are scanned or claimed for in this handover."""
        found: dict[str, None] = {}
        for table in (SHIPMENT, CLAIM):
            same = table.c.key.in_(keys)
            query = select(table.c.tracking_id).where(table.c.handover_id == handover_id, same)
            found |= {str(one): None for one in connection.scalars(query)}
        return list(found)

    @one_transaction
    def _set(self, connection: Connection, photo_id: int, values: dict[str, str | datetime]) -> None:
        connection.execute(update(PHOTO).where(PHOTO.c.id == photo_id).values(values))


def _photo(row: Row[Any]) -> Photo:
    return Photo(
        row.id, row.handover_id, row.tracking_id, row.source, row.name, row.sha256, row.problem, row.at, row.shows
    )
