"""What the proof of a claim is made of: a PDF and a ZIP, in the thread of its handover."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.handover.location import Location, Locations
from bot.i18n import _, use
from bot.outbox.contents import LATEST, Made, Names, Place, TooEarlyError, UselessError, location_of
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.record import sentences as say
from bot.record.absence import Absence
from bot.record.proof import Proof
from bot.record.receipt import NotFinished
from bot.store.absences import Missed
from bot.store.deliveries import DeliveryStore
from bot.store.proofs import ProofStore, Proven
from bot.store.tables import DeliveryRow, Sending
from bot.worker import Apart


class ProofMaker:
    """Makes the files of a proof."""

    def __init__(self, names: Names, apart: Apart, zone: ZoneInfo) -> None:
        self._names = names
        self._apart = apart
        self._zone = zone

    async def make(self, proven: Proven | Missed | None, location: Location) -> Made:
        """The PDF and the ZIP. Raises UselessError, NotFinished, TooMuchError."""
        if proven is None:
            raise UselessError("what it was about is no longer kept")
        names = await self._names.of(proven.people)
        proof: Proof | Absence = await asyncio.to_thread(proven.proof, location, self._zone, names)
        pdf, archive = await self._apart(drawn, proof, location.language)
        with use(location.language):
            last = _("Proof, with every parcel that was scanned")
            if isinstance(proof, Proof):
                last = _("Proof, with the pictures as they were received")
            titles = (_("Proof, for reading"), last)
            comment = _("📎 Proof for the claim of `{parcel}`").format(parcel=say.shown(proof.claim.tracking_id, 60))
        files = [Document(f"{proof.stem}.pdf", titles[0], pdf), Document(f"{proof.stem}.zip", titles[1], archive)]
        return Made(files, comment, proof.sha256)


class ProofContent:
    """Implements `bot.outbox.contents.Content`."""

    def __init__(
        self, deliveries: DeliveryStore, proofs: ProofStore, proving: ProofMaker, locations: Locations, clock: Clock
    ) -> None:
        self._deliveries = deliveries
        self._proofs = proofs
        self._proving = proving
        self._locations = locations
        self._clock = clock

    async def place(self, one: DeliveryRow) -> Place:
        """In the thread, after what was said there before."""
        before = await self._deliveries.before(one)
        if before.root.state == Sending.LOST:
            raise UselessError("its thread was deleted in Slack")
        location_of(self._locations, one)
        waits = not before.root.ts or before.replies_wait
        return Place(before.root.channel, before.root.ts or None, one.failing_since, self._later() if waits else None)

    async def message(self, one: DeliveryRow) -> Rendered:
        """There is none: what opens its thread is the card, without which `place` is too early."""
        raise UselessError(f"a {one.kind} has no message of its own")

    async def files(self, one: DeliveryRow) -> Made:
        """The PDF and the ZIP. Raises TooMuchError."""
        location = location_of(self._locations, one)
        try:
            return await self._proving.make(await self._proofs.asked(one.about, one.n), location)
        except NotFinished:
            # The FE came back: what proves it is not whole before the next end.
            raise TooEarlyError(self._later()) from None

    def _later(self) -> datetime:
        return self._clock() + min(LATEST, timedelta(seconds=15))


def drawn(proof: Proof | Absence, language: str) -> tuple[bytes, bytes]:
    """The PDF and the ZIP of a proof."""
    # What draws it takes most of a second to load, and the bot itself never needs it.
    from bot.record.proof_zip import make  # noqa: PLC0415

    return make(proof, language)
