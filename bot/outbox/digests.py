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

from bot import giving_up
from bot.clock import Clock
from bot.handover.digest import Day, Digest, day_of, digest, window
from bot.handover.location import Location, Locations
from bot.handover.ports import NotKept
from bot.outbox.adoption import GRACE, look_up
from bot.outbox.files import Document, Files
from bot.outbox.ports import MaybeSentError, Messenger, MessengerError, Rendered, ThreadGoneError
from bot.outbox.sharing import Sharing, is_shared
from bot.store.digests import DigestStore
from bot.store.tables import DigestRow, Sending
from bot.worker import TooMuchError

log = structlog.get_logger()

FIRST_BACKOFF = 20.0
LONGEST_BACKOFF = 900.0
"""Seconds between attempts that Slack refuses without naming a time."""


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
            if self._is_old(due):
                await self._give_up(due, row.error)
                return
            if row.ts or await self._post(due):
                await self._attach(due)
        except MaybeSentError as error:
            level = log.warning if error.reason != row.error else log.debug
            level(
                "slack may or may not have taken a digest; it is looked up",
                location=row.location_id,
                reason=error.reason,
            )
            now, begun = self._clock(), row.state == Sending.SENDING
            if not begun and self._is_old(due):
                await self._give_up(due, error.reason)
                return
            attempts = row.attempts if begun else row.attempts + 1
            # What was just tried for the first time is looked up soon; what goes on failing ever more rarely.
            not_before = now + GRACE / 5 if begun and attempts <= 1 else self._later(row, error)
            await self._digests.keep(
                row,
                state=Sending.UNKNOWN,
                error=error.reason,
                attempts=attempts,
                attempted_at=now if begun else row.attempted_at,
                not_before=not_before,
            )
        except ThreadGoneError as error:
            log.error("a digest was deleted in slack; its files are not posted", location=row.location_id)
            await self._digests.keep(row, state=Sending.LOST, error=error.reason)
        except MessengerError as error:
            if self._is_old(due):
                await self._give_up(due, error.reason)
                return
            why = f"{error.reason} ({error.advice})" if error.advice else error.reason
            level = log.warning if why != row.error else log.debug
            level("slack did not take a digest; it waits", location=row.location_id, reason=why)
            # Only a call that was surely not carried out is made anew; what is being looked up stays so.
            begun = row.state == Sending.SENDING
            state = Sending.PENDING if begun else row.state
            attempts = row.attempts if begun else row.attempts + 1
            not_before = self._later(row, error)
            await self._digests.keep(row, state=state, error=why, attempts=attempts, not_before=not_before)

    def _is_old(self, due: _Due) -> bool:
        unsure = due.row.state == Sending.UNKNOWN
        return self._clock() - due.day.end > (giving_up.UNSURE if unsure else giving_up.DIGEST)

    async def _give_up(self, due: _Due, why: str) -> None:
        log.error("a digest could not be brought into slack", location=due.row.location_id, reason=why)
        await self._digests.keep(due.row, state=Sending.LOST, error=why)

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
            is_done, file_ids = await is_shared(self._files, row.channel, row.file_ids, row.attempts)
            if is_done:
                await self._done(row)
                return
            if not await self._settle(row):
                return
            await self._digests.keep(row, file_ids=file_ids)
        found = await self._read(due, parcels=True)
        if found is None:
            await self._done(row)
            return
        documents = await self._painter.documents(found)

        async def keep(file_ids: list[str]) -> None:
            await self._digests.keep(row, file_ids=file_ids)

        sharing = Sharing(self._files, row.channel, row.ts, row.attempts, keep)
        file_ids = await sharing.fill(documents, row.file_ids)
        there = await sharing.there(file_ids)
        await self._begin(row)
        await sharing.share(file_ids, [document.title for document in documents], there)
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
