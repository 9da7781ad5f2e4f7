"""Fetches the photos that are noted and not there yet: links of open-box checks, and what failed the first time."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import trace
from bot.clock import Clock
from bot.handover.ports import NotKept
from bot.i18n import N_
from bot.photos.keeper import Outcome, PhotoKeeper
from bot.photos.ports import Photo, Photos

log = structlog.get_logger()

AT_ONCE = 4
LOOKED_AT = 200
MOST = 12
"""Fetched in one look: the rest waits for the next, and a dead host with all its links does not hold up the others."""
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))
"""After each try that failed; after one more it is given up."""
GIVEN_UP_AFTER = timedelta(days=3)
"""Since it was noted; before that, a few tries are all that one gets between two starts of the bot."""
GIVEN_UP = N_("The picture could not be fetched in several tries. Send it again.")


@dataclass(frozen=True, slots=True)
class _Tries:
    number: int
    not_before: datetime


class PhotoJob:
    """Tries each photo a few times. The tries are counted in memory: after a restart they begin anew."""

    def __init__(self, photos: Photos, keeper: PhotoKeeper, clock: Clock) -> None:
        self._photos = photos
        self._keeper = keeper
        self._clock = clock
        self._tries: dict[int, _Tries] = {}

    async def tick(self) -> None:
        """Fetches what may be fetched now."""
        waiting = await self._photos.pending(LOOKED_AT, links=self._keeper.links)
        self._tries = {photo.id: self._tries[photo.id] for photo in waiting if photo.id in self._tries}
        now = self._clock()
        ready = [one for one in waiting if one.id not in self._tries or self._tries[one.id].not_before <= now]
        # Those that never failed go first.
        ready.sort(key=lambda one: (self._tries[one.id].number if one.id in self._tries else 0, one.id))
        line = asyncio.Semaphore(AT_ONCE)

        async def one(photo: Photo) -> None:
            async with line:
                # The store has said what it could not keep; the next look tries again.
                with trace.of(photo.handover_id), contextlib.suppress(NotKept):
                    await self._try(photo)

        async with asyncio.TaskGroup() as group:
            for photo in ready[:MOST]:
                group.create_task(one(photo))

    async def _try(self, photo: Photo) -> None:
        try:
            outcome, _ = await self._keeper.keep(photo)
        except OSError as error:
            log.error("the folder for photos can't be written; free some space or give the right", problem=str(error))
            outcome = Outcome.LATER
        if outcome is not Outcome.LATER:
            self._tries.pop(photo.id, None)
            return
        failed = self._tries[photo.id].number if photo.id in self._tries else 0
        if failed >= len(PAUSES) or self._clock() - photo.at > GIVEN_UP_AFTER:
            await self._photos.given_up(photo.id, GIVEN_UP)
            return
        self._tries[photo.id] = _Tries(failed + 1, self._clock() + PAUSES[failed])
