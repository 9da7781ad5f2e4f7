"""The poll flow: initial-load per location, pages per scanning handover, people's budget untouched."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import structlog
from cachetools import LRUCache

from bot.handover.actions import Dock
from bot.handover.location import Location
from bot.handover.machine import stage_of
from bot.handover.model import Handover, Stage
from bot.handover.own_scans import OwnScans
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.refusals import UnknownHandover
from bot.jobs.pace import Pace, is_read, pace

log = structlog.get_logger()

AT_ONCE = 10
"""Calls in flight: beyond 20 the HTTP client gets slower, and people's calls need room (reference: floors)."""
Thing = TypeVar("Thing")
WORDS_TOLD = 100
"""Strange status words that are remembered, so that each is told once."""
TASK_IS_OVER = frozenset({"TASK_CLOSED", "TRIPSHEET_TASK_NOT_FOUND"})


class Budget(Protocol):
    """The calls that polling may plan with."""

    @property
    def for_polling(self) -> int:
        """Calls an hour."""


class Poller:
    """Looks at what is due. One look at each thing is in flight at a time."""

    def __init__(
        self,
        dock: Dock,
        budget: Budget,
        zone: ZoneInfo,
        *,
        arrivals_seconds: float,
        scans_seconds: float,
        own: OwnScans | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dock = dock
        self._budget = budget
        self._zone = zone
        self._arrivals = arrivals_seconds
        self._scans = scans_seconds
        self._own = own
        self._monotonic = monotonic
        self._looked: dict[str, float] = {}
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._resting_until = 0.0
        self._strange: LRUCache[str, None] = LRUCache(WORDS_TOLD)
        self._room = asyncio.Semaphore(AT_ONCE)
        self.problems: dict[str, str] = {}
        """What fails now, by location or handover: one readable line each."""
        self.succeeded: float | None = None
        """Monotonic seconds of the last look that Flipkart answered."""
        self.pace = Pace(arrivals_seconds, scans_seconds, 1.0)
        self._seen: set[str] = set()

    async def tick(self) -> None:
        """Starts every look that is due; waits for none."""
        now = self._monotonic()
        if now < self._resting_until:
            return
        try:
            present = await self._dock.handovers.present()
        except NotKept:
            return  # the store has said it in the log, and the health page says it
        moment = self._dock.clock()
        busy = {handover.location_id for handover in present}
        locations = [at for at in self._dock.locations if at.id in busy or at.open_at(moment, self._zone)]
        read = [h for h in present if is_read(h) and self._dock.locations.get(h.location_id)]
        costs = self._dock.reader.calls_a_look
        self.pace = pace(self._arrivals, self._scans, len(locations), read, self._budget.for_polling, costs)
        self._forget({f"location {at.id}" for at in locations} | {f"handover {h.id}" for h in read})
        scanning = [h for h in read if h.stage is not Stage.CLOSING]
        closing = [h for h in read if h.stage is Stage.CLOSING]
        for handover in scanning:
            self._look(f"handover {handover.id}", self.pace.of(handover), self._read, handover)
        for location in locations:
            self._look(f"location {location.id}", self.pace.arrivals, self._arrive, location)
        for handover in closing:
            self._look(f"handover {handover.id}", self.pace.of(handover), self._read, handover)

    def is_seen(self, handover: Handover) -> bool:
        """Whether the last look at a handover's location, and at its scans, succeeded since the start."""
        location = f"location {handover.location_id}"
        failed = self.problems.keys() & {location, f"handover {handover.id}"}
        return location in self._seen and not failed and self._monotonic() >= self._resting_until

    async def settle(self) -> None:
        """Waits for the looks that are in flight now."""
        if self._in_flight:
            await asyncio.wait(list(self._in_flight.values()))

    async def stop(self) -> None:
        """Ends the looks that are in flight; nothing of theirs is kept by half."""
        for task in self._in_flight.values():
            task.cancel()
        await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    def _look(self, key: str, every: float, look: Callable[[Thing], Coroutine[None, None, None]], thing: Thing) -> None:
        now = self._monotonic()
        looked = self._looked.get(key)
        if key in self._in_flight or (looked is not None and now - looked < every):
            return
        self._looked[key] = now

        async def guarded() -> None:
            try:
                async with self._room:
                    if self._monotonic() < self._resting_until:
                        self._looked.pop(key, None)
                        return
                    await look(thing)
                self._seen.add(key)
                self._recovered(key)
            except UnknownHandover:
                log.warning("a handover vanished from the database", key=key)
            except ReturnsApiError as error:
                self._failed(key, error)
            except NotKept as error:
                self.problems[key] = str(error)  # the store has said it in the log
            except Exception as error:
                log.exception("a look at flipkart ended in a fault of the bot", key=key)
                self.problems[key] = f"a fault of the bot: {type(error).__name__}"
            finally:
                self._in_flight.pop(key, None)

        self._in_flight[key] = asyncio.create_task(guarded())

    async def _arrive(self, location: Location) -> None:
        _, present = await self._dock.look_around(location, for_person=False)
        self.succeeded = self._monotonic()
        for handover in present:
            self._tell_of_a_strange(handover)

    async def _read(self, handover: Handover) -> None:
        after = await self._dock.reader.catch_up(handover.id)
        self.succeeded = self._monotonic()
        if self._own is not None:
            await self._own.look(after)

    def _failed(self, key: str, error: ReturnsApiError) -> None:
        if error.code in TASK_IS_OVER:
            log.info("flipkart says that a task is over", key=key, code=error.code)
            self.succeeded = self._monotonic()
            self._recovered(key)
            return
        if error.retry_after is not None:
            self._rest(error.retry_after, str(error))
        before = self.problems.get(key)
        if not error.retry and before != str(error):
            # It goes on trying here too, but what is wrong will not mend itself.
            log.error("a look at flipkart failed; somebody must help", key=key, problem=str(error), todo=error.advice)
        elif before is None:
            log.warning("a look at flipkart failed; it goes on trying", key=key, problem=str(error))
        self.problems[key] = str(error)

    def _rest(self, seconds: float, why: str) -> None:
        now = self._monotonic()
        if now >= self._resting_until:
            log.warning("polling rests; people are still served", seconds=round(seconds), why=why)
        self._resting_until = max(self._resting_until, now + seconds)

    def _tell_of_a_strange(self, handover: Handover) -> None:
        """There is no published list of status words; whoever runs the bot can tell its makers of a new one."""
        word = handover.status
        if word and stage_of(word) is None and word not in self._strange:
            self._strange[word] = None
            log.warning("an unknown status word; the card shows it and keeps its stage", word=word[:60])

    def _recovered(self, key: str) -> None:
        if self.problems.pop(key, None) is not None:
            log.info("flipkart answers again", key=key)

    def _forget(self, keys: set[str]) -> None:
        for gone in set(self._looked) - keys:
            self._looked.pop(gone, None)
            self._seen.discard(gone)
            self.problems.pop(gone, None)
