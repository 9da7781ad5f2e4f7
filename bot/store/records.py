"""Gathers all that is known of a handover, for its receipt."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, or_, select

from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.lists.model import ExpectedRow
from bot.photos.folder import PhotoFolder
from bot.record.receipt import OwnScan, Photo, ProblemParcel, Receipt, make_receipt
from bot.store.asked import told_of
from bot.store.handovers import the_handover
from bot.store.recount import is_listed
from bot.store.rows import entry_of, shipment_of
from bot.store.session import Database, one_transaction
from bot.store.tables import (
    AUDIT,
    CLAIM,
    FORGOTTEN,
    HANDOVER,
    OWN_SCAN,
    PHOTO,
    SHIPMENT,
)
from bot.text import parcel_key

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a receipt is made of, but for the names."""

    handover: Handover
    entries: tuple[AuditEntry, ...]
    shipments: tuple[Shipment, ...]
    own_scans: tuple[OwnScan, ...]
    claims: tuple[ProblemParcel, ...]
    photos: tuple[Photo, ...]
    returns: Mapping[str, ExpectedRow]
    unlisted: frozenset[str] = frozenset()
    """The keys of its scanned parcels that no list names."""
    forgotten: tuple[str, ...] = ()
    """What of it is no longer kept, as `bot.handover.retention.Forgets` names it."""
    sha256: str = ""
    """Of the receipt while all was still there, where something was forgotten since."""

    @property
    def people(self) -> tuple[str, ...]:
        """The Slack ids of everybody in it, sorted."""
        h = self.handover
        ids = [one.by for one in self.entries] + [one.by for one in self.own_scans]
        ids += [one.reported_by for one in self.claims] + [h.counted_by, h.start_otc_by, h.end_otc_by]
        return tuple(sorted({one for one in ids if one}))

    def receipt(
        self, location: Location, zone: tzinfo, names: Mapping[str, str] | None = None, as_of: datetime | None = None
    ) -> Receipt:
        """The receipt.

        Args:
            location: where it was, for its name.
            zone: in which times are shown.
            names: shown names by Slack user id.
            as_of: when this was read; None: it says nothing of what Flipkart has confirmed by then.

        Raises:
            NotFinished: the FE is still there.
        """
        made = make_receipt(
            self.handover,
            location,
            self.entries,
            self.shipments,
            own_scans=self.own_scans,
            claims=self.claims,
            photos=self.photos,
            names=names,
            returns=self.returns,
            zone=zone,
        )
        made = replace(made, as_of=as_of, unlisted=self.unlisted)
        return replace(made, sha256=self.sha256, forgotten=self.forgotten) if self.forgotten else made


class RecordStore:
    """Reads records. Every query is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = PhotoFolder(str(database.beside))

    async def load(self, handover_id: str) -> Record:
        """Everything that is kept of a handover; of a picture, where it lies.

        Args:
            handover_id: of one that has ended or not.

        Raises:
            UnknownHandover: there is none with this id.
        """
        record, photos = await self._read(handover_id)
        if not photos:
            return record
        found = await asyncio.to_thread(self._pictures, photos)
        return replace(record, photos=tuple(found))

    @one_transaction
    def find(
        self,
        connection: Connection,
        *,
        location_id: str | None = None,
        begin: datetime | None = None,
        end: datetime | None = None,
        tracking_key: str | None = None,
    ) -> list[str]:
        """The ids of the handovers to which all that is given applies, the oldest first.

        Args:
            connection: of the transaction.
            location_id: where it was.
            begin: the bot first saw the FE from then on.
            end: the bot first saw the FE before.
            tracking_key: the key of a tracking id that was scanned, scanned by the seller or claimed for.
        """
        query = (
            select(AUDIT.c.handover_id)
            .where(AUDIT.c.what == Happening.ARRIVED.value)
            .join(HANDOVER, HANDOVER.c.id == AUDIT.c.handover_id)
            .order_by(AUDIT.c.at, AUDIT.c.id)
        )
        if location_id is not None:
            query = query.where(HANDOVER.c.location_id == location_id)
        if begin is not None:
            query = query.where(AUDIT.c.at >= begin)
        if end is not None:
            query = query.where(AUDIT.c.at < end)
        if tracking_key is not None:
            query = query.where(or_(*(HANDOVER.c.id.in_(one) for one in _with_parcel(tracking_key))))
        return [str(one) for one in connection.scalars(query)]

    @one_transaction
    def locations(self, connection: Connection) -> list[str]:
        """The ids of all locations at which anybody ever came."""
        query = select(HANDOVER.c.location_id).distinct().order_by(HANDOVER.c.location_id)
        return [str(one) for one in connection.scalars(query)]

    @one_transaction
    def _read(self, connection: Connection, handover_id: str) -> tuple[Record, list[Row[Any]]]:
        handover = the_handover(connection, handover_id)
        rows = connection.execute(select(AUDIT).where(AUDIT.c.handover_id == handover_id).order_by(AUDIT.c.id))
        entries = tuple(entry_of(row) for row in rows)
        scans = connection.execute(select(SHIPMENT).where(SHIPMENT.c.handover_id == handover_id))
        shipments = tuple(shipment_of(row) for row in scans)
        own = connection.execute(select(OWN_SCAN).where(OWN_SCAN.c.handover_id == handover_id))
        own_scans = tuple(OwnScan(row.tracking_id, row.by, row.at, row.times) for row in own)
        claims = list(connection.execute(select(CLAIM).where(CLAIM.c.handover_id == handover_id)))
        kept = (PHOTO.c.handover_id == handover_id) & (PHOTO.c.sha256 != "")
        photos = list(connection.execute(select(PHOTO).where(kept).order_by(PHOTO.c.id)))
        scanned = select(SHIPMENT.c.key).where(SHIPMENT.c.handover_id == handover_id)
        returns = told_of(connection, handover.location_id, scanned)
        problems = tuple(_problems(entries, claims))
        line = connection.execute(select(FORGOTTEN).where(FORGOTTEN.c.handover_id == handover_id)).first()
        unlisted = _unlisted(connection, handover, entries)
        gone = ((), "") if line is None else (tuple(line.what.split(",")), line.sha256)
        return Record(handover, entries, shipments, own_scans, problems, (), returns, unlisted, *gone), photos

    def _pictures(self, rows: list[Row[Any]]) -> list[Photo]:
        return [
            Photo(
                row.tracking_id or None, row.name or row.sha256[:12], row.sha256, self._content(row), row.at, row.shows
            )
            for row in rows
        ]

    def _content(self, row: Row[Any]) -> bytes | Path:
        if row.problem:
            return b""  # it was forgotten; its name and hash stay
        try:
            place = self._folder.place(row.sha256)
            place.stat()
        except (OSError, ValueError) as error:
            # The receipt says that the picture can't be shown, and still names its hash.
            log.warning(
                "a picture of a receipt can't be read", handover=row.handover_id, photo=row.id, reason=str(error)
            )
            return b""
        return place


def _unlisted(connection: Connection, handover: Handover, entries: tuple[AuditEntry, ...]) -> frozenset[str]:
    """The keys of the parcels that no list names; empty where there was no list."""
    if not handover.unexpected:
        return frozenset()
    query = select(SHIPMENT.c.key).where(SHIPMENT.c.handover_id == handover.id, ~is_listed(handover.location_id))
    keys = list(connection.scalars(query))
    if len(keys) <= handover.unexpected:
        return frozenset(keys)
    # What lists said then was forgotten since, or a list was taken back: those that were called out are left.
    called_out = [one.detail.get("tracking_ids", ()) for one in entries if one.what is Happening.UNEXPECTED]
    return frozenset(keys) & {parcel_key(str(one)) for ids in called_out for one in ids}


def _problems(entries: tuple[AuditEntry, ...], claims: list[Row[Any]]) -> list[ProblemParcel]:
    """What people reported, from the record, which never changes; and what came in by itself.

    A claim's own note grows when more is reported of its parcel, so the hash must not be taken over it.
    """
    by_parcel = {row.tracking_id: row for row in claims}
    found: list[ProblemParcel] = []
    for entry in entries:
        if entry.what is not Happening.REPORTED:
            continue
        detail = {name: str(entry.detail.get(name) or "") for name in ("tracking_id", "kind", "note")}
        row = by_parcel.get(detail["tracking_id"])
        by_hand = ProblemParcel(detail["tracking_id"], detail["kind"], detail["note"], entry.by or "", entry.at)
        found.append(by_hand if row is None else _claimed(by_hand, row))
    found += [
        _claimed(ProblemParcel(row.tracking_id, row.kind, "", "", row.opened_at), row)
        for row in claims
        if row.opened_by is None
    ]
    return found


def _claimed(parcel: ProblemParcel, row: Row[Any]) -> ProblemParcel:
    """The parcel with how far its claim is."""
    return replace(
        parcel,
        claimed_at=row.claimed_at,
        reference=row.reference,
        state=row.state,
        state_at=row.state_at,
        amount=row.amount,
        paid=row.paid,
    )


def _with_parcel(key: str) -> list[ColumnElement[int]]:
    """The handovers that a tracking id came in, by each way in which it may be known."""
    return [
        select(SHIPMENT.c.handover_id).where(SHIPMENT.c.key == key),  # type: ignore[list-item]
        select(OWN_SCAN.c.handover_id).where(OWN_SCAN.c.key == key),  # type: ignore[list-item]
        select(CLAIM.c.handover_id).where(CLAIM.c.key == key),  # type: ignore[list-item]
    ]
