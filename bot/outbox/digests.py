"""Brings digests into Slack exactly once, as far as Slack's history tells: a message, then its files in its thread.

```
ts ""    pending -> sending (committed before the call) -> pending with its ts
                       '-> unknown (may have been carried out) -> adopted from history, or pending again after a grace
ts set   files are sent, their ids kept (committed before they are shared) -> sending -> sent
                       '-> unknown -> sent if Slack has shared them, or shared again after a grace
```
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.digest import Day, Digest, day_of, digest, window
from bot.handover.location import Location, Locations
from bot.handover.ports import NotKept
from bot.outbox.adoption import GRACE, look_up
from bot.outbox.files import Document, Files, Shared
from bot.outbox.ports import MaybeSentError, Messenger, MessengerError, Rendered, ThreadGoneError
from bot.store.digests import DigestStore
from bot.store.tables import DigestRow, Sending
from bot.worker import TooMuchError

log = structlog.get_logger()

FIRST_BACKOFF = 20.0
LONGEST_BACKOFF = 900.0
"""Seconds between attempts that Slack refuses without naming a time."""
GIVE_UP = timedelta(hours=24)
"""How long after the day's end a digest may still come: then the next one does."""


class DigestPainter(Protocol):
    """Draws what a digest says."""

    def message(self, digest: Digest) -> Rendered:
        """The root message."""

    async def documents(self, digest: Digest) -> list[Document]:
        """The files for its thread. Takes long, and does so elsewhere. Raises TooMuchError."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A digest that is not in Slack as a whole."""

    row: DigestRow
    location: Location
    day: Day


class DigestPoster:
    """Works off the digests, one after the other. Only one `step` at a time."""

    def __init__(
        self,
        *,
        digests: DigestStore,
        messenger: Messenger,
        files: Files,
        painter: DigestPainter,
        locations: Locations,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._digests = digests
        self._messenger = messenger
        self._files = files
        self._painter = painter
        self._locations = locations
        self._zone = zone
        self._clock = clock

    async def step(self) -> None:
        """Goes on with every digest whose time it is. Raises DatabaseUnusableError."""
        now = self._clock()
        for row in await self._digests.undone():
            # A moment further away was written by a clock that has been set back since.
            if row.not_before is not None and now < row.not_before <= now + timedelta(seconds=LONGEST_BACKOFF):
                continue
            location = self._locations.get(row.location_id)
            if location is None:
                await self._digests.keep(row, state=Sending.LOST, error="its location is no longer in bot.toml")
                continue
            due = _Due(row, location, day_of(location, self._zone, row.day))
            try:
                await self._go_on(due)
            except NotKept:
                raise
            except TooMuchError as error:
                why = f"its chart takes more than the bot gives to one: {error}"
                if why != row.error:
                    log.error("a digest's files can't be drawn; they wait", location=location.id, reason=why)
                not_before = now + timedelta(seconds=LONGEST_BACKOFF)
                await self._digests.keep(row, error=why, not_before=not_before)
            except Exception:
                log.exception("a digest ended in a fault of the bot; it waits", location=location.id)
                state = Sending.UNKNOWN if row.state == Sending.SENDING else row.state
                not_before = now + timedelta(seconds=LONGEST_BACKOFF)
                await self._digests.keep(row, state=state, error="a fault of the bot", not_before=not_before)

    async def _go_on(self, due: _Due) -> None:
        row = due.row
        if row.state == Sending.SENDING:
            # Left by the end of the process: from here on, `sending` is what this attempt has begun.
            row.state = Sending.UNKNOWN
        try:
            if not row.ts and row.state == Sending.UNKNOWN and not await self._adopt(due):
                return
            if self._clock() - due.day.end > GIVE_UP and row.state != Sending.UNKNOWN:
                log.error("a digest could not be brought into slack", location=row.location_id, reason=row.error)
                await self._digests.keep(row, state=Sending.LOST)
                return
            if row.ts or await self._post(due):
                await self._attach(due)
        except MaybeSentError as error:
            log.warning("slack may or may not have taken a digest; it is looked up", location=row.location_id)
            now = self._clock()
            attempted = now if row.state == Sending.SENDING else row.attempted_at
            await self._digests.keep(
                row, state=Sending.UNKNOWN, error=error.reason, attempted_at=attempted, not_before=now + GRACE / 5
            )
        except ThreadGoneError as error:
            log.error("a digest was deleted in slack; its files are not posted", location=row.location_id)
            await self._digests.keep(row, state=Sending.LOST, error=error.reason)
        except MessengerError as error:
            why = f"{error.reason} ({error.advice})" if error.advice else error.reason
            level = log.warning if why != row.error else log.debug
            level("slack did not take a digest; it waits", location=row.location_id, reason=why)
            # Only a call that was surely not carried out is made anew; what is being looked up stays so.
            begun = row.state == Sending.SENDING
            state = Sending.PENDING if begun else row.state
            attempts = row.attempts if begun else row.attempts + 1
            not_before = self._later(row, error)
            await self._digests.keep(row, state=state, error=why, attempts=attempts, not_before=not_before)

    # ---- the message ----

    async def _post(self, due: _Due) -> bool:
        """Whether there is a message now."""
        found = await self._read(due, parcels=False)
        if found is None:
            await self._digests.keep(due.row, state=Sending.LOST, error="nobody came")
            return False
        message = self._painter.message(found)
        channel = due.location.channel
        await self._begin(due.row, channel=channel)
        ts = await self._messenger.post(channel, None, message, due.row.key)
        await self._digests.keep(due.row, state=Sending.PENDING, ts=ts, attempts=0, error="", not_before=None)
        return True

    async def _adopt(self, due: _Due) -> bool:
        """Whether it is known now what became of the post."""
        row = due.row
        attempted = row.attempted_at or self._clock()
        ts = await look_up(self._messenger, row.channel, None, row.key, attempted)
        if ts is not None:
            log.info("found a digest that was posted before", location=row.location_id)
            await self._digests.keep(row, state=Sending.PENDING, ts=ts, attempts=0, not_before=None)
            return True
        return await self._settle(row)

    # ---- its files ----

    async def _attach(self, due: _Due) -> None:
        row = due.row
        if row.state == Sending.UNKNOWN:
            shared = {await self._files.shared(file_id, row.channel) for file_id in row.file_ids}
            if Shared.YES in shared:
                await self._done(row)
                return
            if not await self._settle(row):
                return
            if Shared.GONE in shared:
                await self._digests.keep(row, file_ids=[])
        found = await self._read(due, parcels=True)
        if found is None:
            await self._done(row)
            return
        documents = await self._painter.documents(found)
        if len(row.file_ids) != len(documents):
            file_ids = []
            for document in documents:
                slot = await self._files.reserve(document.name, len(document.content))
                await self._files.send(slot, document.content)
                file_ids.append(slot.file_id)
            await self._digests.keep(row, file_ids=file_ids)
        await self._begin(row)
        titles = [document.title for document in documents]
        try:
            await self._files.share(row.channel, row.ts, list(zip(row.file_ids, titles, strict=True)))
        except MessengerError as error:
            if error.reason == "file_not_found":
                # Slack has forgotten what was sent: it is sent again.
                await self._digests.keep(row, file_ids=[])
            raise
        await self._done(row)

    # ---- both ----

    async def _read(self, due: _Due, *, parcels: bool) -> Digest | None:
        begin, end = window(due.location, self._zone, due.day)
        seen = await self._digests.seen(due.location.id, begin, end)
        today = [one.handover.id for one in seen if one.seen_at >= due.day.begin] if parcels else []
        return digest(due.location, self._zone, due.day, seen, await self._digests.parcels(today))

    async def _begin(self, row: DigestRow, **values: object) -> None:
        """Committed before the call, so that a crash during it is known."""
        now = self._clock()
        await self._digests.keep(
            row, state=Sending.SENDING, attempted_at=now, attempts=row.attempts + 1, not_before=None, **values
        )

    async def _settle(self, row: DigestRow) -> bool:
        """Whether what Slack does not have can be taken as never done; else it is looked up again later."""
        now = self._clock()
        attempted = row.attempted_at
        # An attempt in the future was made before the clock was set back.
        if attempted is None or not attempted <= now < attempted + GRACE:
            await self._digests.keep(row, state=Sending.PENDING, not_before=None)
            return True
        await self._digests.keep(row, state=Sending.UNKNOWN, not_before=now + GRACE / 5)
        return False

    async def _done(self, row: DigestRow) -> None:
        await self._digests.keep(row, state=Sending.SENT, error="", not_before=None)

    def _later(self, row: DigestRow, error: MessengerError) -> datetime:
        backoff = min(FIRST_BACKOFF * 2 ** min(row.attempts, 10), LONGEST_BACKOFF)
        seconds = error.retry_after if error.retry_after is not None else backoff
        return self._clock() + timedelta(seconds=min(seconds, LONGEST_BACKOFF))
