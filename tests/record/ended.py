"""A handover that has ended, in a real database, with everything that a receipt can hold."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from PIL import Image

from bot.handover import machine
from bot.handover.claims import Kind, Opening
from bot.handover.dropped import Brought, File, Part
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.model import Handover, OtcMode, Shipment
from bot.handover.own_messages import Message, take
from bot.handover.own_words import Reading, Word
from bot.handover.ports import CursorMove, Page, Sighting
from bot.lists.model import ExpectedRow
from bot.photos.folder import PhotoFolder
from bot.store.claiming import Upkeep
from bot.store.claims import ClaimStore
from bot.store.handovers import HandoverStore
from bot.store.lists import ListStore
from bot.store.own_scans import OwnScanStore
from bot.store.photos import PhotoStore
from bot.store.session import Database
from tests.template import migrated

ARRIVED = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "#a06a35").save(file, "JPEG")
    return file.getvalue()


class Yard:
    """Brings handovers into a database, on a clock that moves a minute with everything that happens."""

    def __init__(self, kept: Path | str) -> None:
        """Takes the file, or the URL, of the database."""
        self.url = kept if isinstance(kept, str) else f"sqlite:///{migrated(kept)}"
        self.database = Database(self.url)
        self.time = ARRIVED
        self.handovers = HandoverStore(self.database, lambda: self.time, upkeep=Upkeep())
        self.own = OwnScanStore(self.database)
        self.claims = ClaimStore(self.database, 14)
        self.photos = PhotoStore(self.database, lambda: self.time)

    def later(self, minutes: float = 1) -> datetime:
        self.time += timedelta(minutes=minutes)
        return self.time

    async def arrive(self, handover_id: str, location: str = "LOC1") -> Handover:
        seen = Sighting(f"fe-{handover_id}", f"task-{handover_id}", "Ram", "eKart", "NONLARGE", "Scanning", self.time)
        step = machine.arrive(handover_id, location, OtcMode.START_AND_END, seen, self.later())
        return (await self.handovers.reconcile(location, [(seen.fe_id, seen.task_id)], lambda _: [step]))[0]

    async def scan(self, handover_id: str, *tracking_ids: str) -> None:
        h = await self.handovers.get(handover_id)
        assert h is not None
        now = self.later()
        rows = tuple(
            Shipment(tracking_id=one, status="REJECTED" if one.endswith("R") else "ACCEPTED", scanned_at=now)
            for one in tracking_ids
        )
        move = CursorMove(h.cursor_version, None, f"/next/{h.cursor_version}")
        page = Page(rows, False, None)
        await self.handovers.add_page(h, page, move, lambda one, scan: machine.read(one, scan, now))

    async def expect(self, *tracking_ids: str) -> None:
        """Somebody drops a list of them."""
        now = self.later()
        brought = Brought(uuid4().hex, "LOC1", "U0ASHA", now, File("F0LIST", "list.csv"))
        listed = Event(Happening.LISTED, now, "U0ASHA", {"list": brought.id})
        span = Span("LOC1", now, now.replace(hour=0, minute=0))
        rows = [ExpectedRow(one) for one in tracking_ids]
        await ListStore(self.database).keep(brought, [Part(span, rows, listed)])

    async def own_scan(self, handover_id: str, tracking_id: str, by: str) -> None:
        now = self.later()
        ts = f"{now.timestamp():.6f}"
        message = Message(by, ts, Reading((Word(tracking_id),)))
        await self.own.take(handover_id, message, lambda h, found, said: take(h, message, found, said, now))

    async def report(self, handover_id: str, tracking_id: str, note: str) -> str:
        opening = Opening(tracking_id, Kind.DAMAGED, note)
        claim, _ = await self.claims.report(handover_id, opening, "U0MEERA", self.later())
        return claim.id

    async def photograph(self, handover_id: str, tracking_id: str, file_id: str) -> int:
        return (await self.photos.add(handover_id, tracking_id, file_id, f"{file_id}.jpg", self.later())).id

    async def fetched(self, photo_id: int) -> None:
        self.later()
        await self.photos.kept(photo_id, PhotoFolder(str(self.database.beside)).keep(picture()))

    async def count(self, handover_id: str, counted: int) -> None:
        await self.handovers.step(handover_id, lambda h: machine.count(h, "U0ASHA", counted, self.later()))

    async def leave(self, handover_id: str) -> Handover:
        for _ in range(machine.MISSES):
            h = await self.handovers.step(handover_id, lambda one: machine.miss(one, self.later()))
        assert h.over
        return h

    async def whole(self, handover_id: str = "h1", location: str = "LOC1") -> Handover:
        """All that may happen to a handover, and its end."""
        await self.arrive(handover_id, location)
        await self.scan(handover_id, "FMPP1", "FMPP2R", "FMPP3")
        for one in ("FMPP1", "FMPP3", "FMPP00000009"):
            await self.own_scan(handover_id, one, "U0MEERA")
        await self.report(handover_id, "FMPP3", "corner torn")
        await self.fetched(await self.photograph(handover_id, "FMPP3", "F0EARLY"))
        await self.count(handover_id, 3)
        return await self.leave(handover_id)
