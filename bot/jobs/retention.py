"""Forgets what was kept for long enough, in small steps, so that nobody waits for it."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from datetime import date

import structlog

from bot import trace
from bot.clock import Clock
from bot.handover.retention import Forgets, Kept, Retention
from bot.photos.folder import PhotoFolder

log = structlog.get_logger()

ROWS = 500
"""Of each table of lists in one look."""
AT_ONCE = 20
"""Handovers of each kind in one look; what was never forgotten before takes its nights."""


class RetentionJob:
    """Goes through what is due, the oldest first."""

    def __init__(self, retention: Retention, folder: PhotoFolder, kept: Kept, clock: Clock) -> None:
        self._retention = retention
        self._folder = folder
        self._kept = kept
        self._clock = clock
        self._lists_of: date | None = None
        """The day on which what lists said was gone through."""
        self._has_settled = False
        """Whether it was looked for pictures that a process before this one had put away and not deleted."""

    async def tick(self) -> None:
        """Forgets some. Raises NotKept."""
        if not self._has_settled:
            await self._settle()
        today = self._clock().date()
        for what, before in self._kept.due(self._clock()):
            # No index leads to the oldest of them, so they are looked for once a day.
            if what is Forgets.PARCELS and self._lists_of != today:
                gone = await self._retention.forget_lists(before, self._clock(), ROWS)
                self._lists_of = None if gone else today
            if what is Forgets.RECORDS:
                await self._retention.forget_missed(before, self._clock(), AT_ONCE)
            found = await self._retention.due(what, before, self._clock(), AT_ONCE)
            for handover_id in found:
                with trace.of(handover_id):
                    gone = await self._forget(handover_id, what)
                if gone:
                    await self._settle()
            if found:
                log.info("what was kept for long enough is forgotten", what=what, handovers=len(found))

    async def _forget(self, handover_id: str, what: Forgets) -> bool:
        """Forgets this of a handover; tells whether pictures of it were put away, which are to be deleted then."""
        sha256 = await self._retention.sha256(handover_id)
        gone = await self._retention.forget(handover_id, what, sha256, self._clock())
        if gone:
            await asyncio.to_thread(self._put_away, gone)
        return bool(gone)

    def _put_away(self, hashes: Sequence[str]) -> None:
        for one in hashes:
            with _told(one):
                self._folder.put_away(one)

    async def _settle(self) -> None:
        """Deletes the pictures that were put away, but for those that somebody has kept again meanwhile."""
        self._has_settled = True
        try:
            away = await asyncio.to_thread(self._folder.away)
        except OSError as error:
            log.error("the folder of pictures can't be read; what is to be forgotten stays in it", reason=str(error))
            return
        needed = await self._retention.needed(frozenset(away.values())) if away else frozenset()

        def settle() -> None:
            for name, sha256 in away.items():
                with _told(sha256):
                    self._folder.settle(name, needed=sha256 in needed)

        await asyncio.to_thread(settle)


@contextlib.contextmanager
def _told(picture: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.error("a picture that is to be forgotten can't be deleted", picture=picture, reason=str(error))
