"""The poll flow: initial-load per location, pages per scanning handover, people's budget untouched.

What is to be looked at is held in memory and follows what is told: every look around at a location, whoever makes it,
and every read tell how their handovers are now. The store is read at the start, and every few minutes to be sure.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from cachetools import LRUCache

from bot import trace
from bot.handover.actions import Dock
from bot.handover.location import Location
from bot.handover.machine import stage_of
from bot.handover.model import Handover, Stage
from bot.handover.own_scans import OwnScans
from bot.handover.owning import EVERYTHING, Owning
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.refusals import UnknownHandover
from bot.jobs.due import GOLDEN, Due
from bot.jobs.failing import TASK_IS_OVER, Failures
from bot.jobs.held import Held
from bot.jobs.pace import Burden, Pace, costs_of, is_read, pace, slower
from bot.jobs.unseen import unseen_places
from bot.monitoring.house import HouseCounts
from bot.timing import HealthTiming

log = structlog.get_logger()

AT_ONCE = 20
"""Looks in flight at most, however slow Flipkart is, unless the pace needs more: it takes many at once for abuse. So
many may begin at the start; all others are spread over their interval."""
MOST_AT_ONCE = 60
"""Looks in flight at most in any case: 3,000 FEs who scan need 20 where an answer takes 100 ms, and some must be free
when others take longer. People have connections to themselves (`bot.flipkart.client`)."""
TYPICAL = 0.05
"""The weight of one look's time in what a look takes."""
WORDS_TOLD = 100
"""Strange status words that are remembered, so that each is told once."""
ROOM_ASKED = 50
"""No look waits for more room than the budget of an hour divided by this."""
TAKEN_OVER = 0.25
"""The part of an interval over which the looks at what another copy has left are spread: they are late already."""
READ_AGAIN = 180.0
"""Seconds after which the store is read all the same: a change that nobody told of lasts no longer."""
FILLED_AT_ONCE = 200
"""Handovers in memory as whole values meanwhile: three thousand of them take 10 MB, which no process gives back."""
SHORTEST_SLEEP, LONGEST_SLEEP = 0.005, 1.0
"""Seconds between two looks for what is due."""
HOURS_SECONDS = 5.0
"""Between two looks at the clock for locations that open or close, or at which something becomes due."""


class Budget(Protocol):
    """The calls that polling may plan with."""

    @property
    def for_polling(self) -> int:
        """Calls an hour."""

    @property
    def room(self) -> int:
        """Calls that may be made now."""

    def expect(self, calls: int) -> None:
        """People will make so many soon."""


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
        timing: HealthTiming,
        heartbeat_seconds: float = 300.0,
        quiet: Callable[[Location], bool] = lambda _: False,
        own: OwnScans | None = None,
        due: Due | None = None,
        owning: Owning = EVERYTHING,
        counted: HouseCounts | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counted = HouseCounts() if counted is None else counted
        self._dock = dock
        self._budget = budget
        self._zone = zone
        self._arrivals = arrivals_seconds
        self._scans = scans_seconds
        self._heartbeat = heartbeat_seconds
        self._quiet = quiet
        self._own = own
        self._owning = owning
        self._owned = owning.version
        """The version of what is owned that is followed."""
        self._timing = timing
        self._monotonic = monotonic
        self._due = Due() if due is None else due
        self._held = Held()
        self._at: dict[str, set[str]] = {}
        self._burden = Burden()
        self._ticked: float | None = None
        self._passed = monotonic()
        self._filled_at: float | None = None
        self._hours_at: float | None = None
        self._changing = [one for one in dock.locations if one.hours or one.arrivals == "due"]
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._takes = 0.0
        """Seconds of a look, as it is lately."""
        self._promised: dict[str, int] = {}
        """Calls that the looks in flight may still make, all of each until it ends."""
        self._failures = Failures(monotonic)
        self._strange: LRUCache[str, None] = LRUCache(WORDS_TOLD)
        self.succeeded: float | None = None
        """Monotonic seconds of the last look that Flipkart answered."""
        self.pace = Pace(arrivals_seconds, scans_seconds, 1.0)
        self._read_at: dict[str, float] = {}
        """Monotonic seconds at which the scans of each who scans were read last, or were to be from then on."""
        self._seen: set[str] = set()
        self._made = monotonic()
        dock.watchers.append(self._told)

    async def tick(self) -> None:
        """Starts every look that is due; waits for none."""
        now = self._monotonic()
        passed = 0.0 if self._ticked is None else now - self._ticked
        self._ticked = now
        self._pass_time()
        if self._failures.is_resting:
            return
        owned, moved = self._owning.version, self._owning.version != self._owned
        if self._filled_at is None or moved or now - self._filled_at >= READ_AGAIN:
            try:
                await self._fill(moved=moved)
            except NotKept:
                return  # the store has said it in the log, and the health page says it
            self._filled_at, self._owned = now, owned
        if self._hours_at is None or now - self._hours_at >= HOURS_SECONDS:
            self._hours_at = now
            for location in self._changing:
                self._watch(location)
        self._burden.pass_time(passed)
        self._budget.expect(self._burden.presses)
        wanted = (self._due.rate + self._burden.more) * 3600
        self.pace = pace(self._arrivals, self._scans, wanted, self._burden.left_for_looks(self._budget.for_polling))
        self._begin()

    async def run(self) -> None:
        """Begins each look at its moment between two ticks, until cancelled.

        What begins together is answered together, and a person's press waits behind all of it.
        """
        while True:
            wait = LONGEST_SLEEP if self._filled_at is None else self._begin()
            await asyncio.sleep(min(max(wait, SHORTEST_SLEEP), LONGEST_SLEEP))

    async def read_again(self, location_id: str) -> None:
        """Another copy of the bot has looked around at a location for a person: goes on with what it found there."""
        if not self._owning.owns(location_id):
            return
        with contextlib.suppress(NotKept):  # the store has said it, and the next look reads it
            present = await self._dock.handovers.present(location_id)
            there = {handover.id for handover in present}
            for gone in map(self._held.get, self._at.get(location_id, set()) - there):
                if gone is not None:
                    self._gone(gone)
            self._told(location_id, present)

    def is_seen(self, handover: Handover) -> bool:
        """Whether the last look at a handover's location, and at its scans, succeeded since the start."""
        location = f"location {handover.location_id}"
        failed = self.failing.keys() & {location, f"handover {handover.id}"}
        return location in self._seen and not failed and not self._failures.is_resting

    def problems(self) -> list[str]:
        """What the health page says: what can't be seen where, since when and why, and a silent Flipkart."""
        unseen = unseen_places(self._dock, self._zone)
        silent = self.silence()
        if not self.failing or silent < max(self._timing.flipkart, 4 * self.pace.arrivals):
            return unseen
        return [*unseen, f"Flipkart has not answered for {silent:.0f} s: {next(iter(self.failing.values()))}"]

    def silence(self) -> float:
        """Seconds since Flipkart answered a look, or since the start."""
        return self._monotonic() - (self._made if self.succeeded is None else self.succeeded)

    def unread(self) -> float:
        """Seconds since the scans were read of whom they were read longest ago; 0 while nobody scans."""
        return max(0.0, self._monotonic() - min(self._read_at.values())) if self._read_at else 0.0

    def present(self) -> Iterator[tuple[str, Stage, int]]:
        """Of each handover that is followed its location, its stage, and its parcels."""
        return self._held.tallies()

    def wanted(self) -> float:
        """Calls an hour that looks and pages would take at the usual pace."""
        return (self._due.rate + self._burden.more + self._burden.filling) * 3600

    @property
    def failing(self) -> Mapping[str, str]:
        """What fails now, by location or handover: one readable line each."""
        return self._failures.now

    @property
    def _is_short(self) -> bool:
        return self.pace.stretch > 1

    async def settle(self) -> None:
        """Waits for the looks that are in flight, and for those that wait for their room."""
        while self._in_flight:
            await asyncio.wait(list(self._in_flight.values()))

    async def close(self) -> None:
        """Ends the looks that are in flight; nothing of theirs is kept by half, and whoever goes on makes them anew."""
        for key, task in self._in_flight.items():
            task.cancel()
            self._due.again(key)
        await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    async def _fill(self, *, moved: bool) -> None:
        """Takes over what the store has.

        At the start, and once it has got other locations, looks are spread, beyond those that have room at once.

        Raises:
            NotKept: it can't be read; what was taken over until then is right.
        """
        first = self._filled_at is None or moved
        over = 1.0 if self._filled_at is None else TAKEN_OVER
        here = await self._dock.handovers.here()
        if self._filled_at is None:
            there = {f"handover {one}" for one in here}
            self._due.keep(there | {f"location {location.id}" for location in self._dock.locations})
        for gone in map(self._held.get, self._held.ids - set(here)):
            if gone is not None:
                self._gone(gone)
        for at in range(0, len(here), FILLED_AT_ONCE):
            for n, handover in enumerate(await self._dock.handovers.some(here[at : at + FILLED_AT_ONCE]), at):
                self._follow(handover, within=n * GOLDEN % 1 * over if first and n >= AT_ONCE else 0.0)
        self._burden.add_up()
        if first:
            for n, location in enumerate(self._dock.locations):
                self._watch(location, within=n * GOLDEN % 1 * over if n >= 2 * AT_ONCE else 0.0)

    def _told(self, location_id: str, kept: list[Handover]) -> None:
        """Somebody has looked around at a location."""
        for handover in kept:
            self._count(handover)
            self._follow(handover)
        location = self._dock.locations.get(location_id)
        if location is not None:
            self._watch(location)
            if f"location {location_id}" not in self._in_flight:
                self._due.seen(f"location {location_id}")

    def _count(self, handover: Handover) -> None:
        """Before what was known of it is forgotten."""
        if self._filled_at is None or not self._owning.owns(handover.location_id):
            return
        at, before = handover.location_id, self._held.scanned(handover.id)
        if before is None and not handover.over:
            self._counted.begun.add(at)
        elif before is not None and handover.over:
            self._counted.ended.add(at, handover.stage.value)
        if handover.scanned > (before or 0) and not (handover.over and before is None):
            self._counted.parcels.add(at, times=handover.scanned - (before or 0))

    def _follow(self, handover: Handover, *, within: float = 0.0) -> None:
        """A handover is now like this."""
        if handover.over or not self._owning.owns(handover.location_id):
            self._gone(handover)
            return
        self._held.put(handover)
        self._at.setdefault(handover.location_id, set()).add(handover.id)
        key = f"handover {handover.id}"
        if is_read(handover) and self._dock.locations.get(handover.location_id) is not None:
            every = self._scans * slower(handover)
            self._due.put(key, every, within=within)
            self._burden.put(key, costs_of(handover, self._dock.reader, every))
            self._dock.sight.reads(handover.location_id, handover.id)
            self._read_at.setdefault(key, self._monotonic())
        else:
            self._read_no_more(handover)

    def _gone(self, handover: Handover) -> None:
        self._held.drop(handover.id)
        there = self._at.get(handover.location_id, set())
        there.discard(handover.id)
        if not there:
            self._at.pop(handover.location_id, None)
        self._read_no_more(handover)

    def _read_no_more(self, handover: Handover) -> None:
        self._dock.sight.reads_no_more(handover.location_id, handover.id)
        self._forget(f"handover {handover.id}")

    def _watch(self, location: Location, *, within: float = 0.0) -> None:
        """A location is looked at while it is open, and as long as an FE is there; seldom where nothing is due."""
        key = f"location {location.id}"
        if not self._owning.owns(location.id):
            self._dock.sight.unwatched(location.id)
            self._forget(key)
        elif location.id in self._at:
            self._due.put(key, self._arrivals, within=within)
        elif not location.hours or location.open_at(self._dock.clock(), self._zone):
            every = max(self._arrivals, self._heartbeat) if self._quiet(location) else self._arrivals
            self._due.put(key, every, within=within)
        else:
            self._dock.sight.unwatched(location.id)
            self._forget(key)

    def _forget(self, key: str) -> None:
        self._due.drop(key)
        self._burden.drop(key)
        self._read_at.pop(key, None)
        self._seen.discard(key)
        self._failures.forget(key)

    @property
    def _at_once(self) -> int:
        """Looks that may be in flight: twice as many as there are in the time of one at this pace, within bounds."""
        needed = 2 * self._takes * self._due.rate / self.pace.stretch
        return max(AT_ONCE, min(MOST_AT_ONCE, int(needed)))

    def _pass_time(self) -> None:
        now = self._monotonic()
        if now > self._passed:
            self._due.pass_time(now - self._passed, self.pace.stretch)
            self._passed = now

    def _begin(self) -> float:
        """Begins what is due, as far as there is room; each look that ends makes room for the next.

        Returns the seconds until the next is due.
        """
        self._pass_time()
        while len(self._in_flight) < self._at_once and not self._failures.is_resting:
            key = self._due.next()
            if key is None:
                wait = self._due.wait()
                return LONGEST_SLEEP if wait is None else wait * self.pace.stretch
            costs = self._costs(key)
            if self._budget.room < costs + sum(self._promised.values()):
                break
            self._due.begin(key)
            if key not in self._in_flight:
                self._promised[key] = costs
                self._in_flight[key] = asyncio.create_task(self._guarded(key))
        return LONGEST_SLEEP

    def _costs(self, key: str) -> int:
        """Calls for which there must be room before a look."""
        handover = self._held.get(key.removeprefix("handover "))
        if handover is None:
            return 1
        # What costs more than there ever is room for would keep all others waiting.
        most = max(1, self._budget.for_polling // ROOM_ASKED)
        return min(most, self._dock.reader.next_look_costs(handover, short=self._is_short))

    def _location_of(self, key: str) -> str:
        kind, _, name = key.partition(" ")
        handover = self._held.get(name) if kind == "handover" else None
        return name if handover is None else handover.location_id

    def _look(self, key: str) -> Coroutine[None, None, None]:
        kind, _, name = key.partition(" ")
        handover = self._held.get(name) if kind == "handover" else None
        if handover is not None:
            return self._read(handover)
        location = self._dock.locations.get(name)
        if location is None:
            raise LookupError(key)
        return self._arrive(location)

    async def _guarded(self, key: str) -> None:
        kind, _, name = key.partition(" ")
        trace.begin(name if kind == "handover" else "")
        began = self._monotonic()
        try:
            with self._owning.at_work(self._location_of(key)) as fence:
                # Or it went while this look waited to begin.
                if fence is not None and key in self._due:
                    await self._look(key)
                    self._seen.add(key)
                    self._failures.recovered(key)
        except UnknownHandover:
            log.warning("a handover vanished from the database", key=key)
        except ReturnsApiError as error:
            self._failed(key, error)
        except NotKept as error:
            self._failures.now[key] = str(error)  # the store has said it in the log
        except Exception as error:
            self._counted.faulted()
            log.exception("a look at flipkart ended in a fault of the bot", key=key)
            self._failures.now[key] = f"a fault of the bot: {type(error).__name__}"
        finally:
            self._takes += (self._monotonic() - began - self._takes) * TYPICAL
            self._in_flight.pop(key, None)
            self._promised.pop(key, None)
            if key not in self._due:
                # It has gone while it was looked at.
                self._failures.forget(key)
        self._begin()

    async def _arrive(self, location: Location) -> None:
        _, present = await self._dock.look_around(location, for_person=False)
        self.succeeded = self._monotonic()
        for handover in present:
            self._tell_of_a_strange(handover)

    async def _read(self, handover: Handover) -> None:
        at, began = handover.location_id, self._dock.clock()
        try:
            after = await self._dock.reader.catch_up(handover.id, handover, short=self._is_short)
        except ReturnsApiError as error:
            if error.code in TASK_IS_OVER:
                self._dock.sight.page(at, handover.id, self._dock.clock())
            else:
                self._dock.sight.no_page(at, handover.id, str(error), began, self._dock.clock())
            raise
        self._dock.sight.page(at, handover.id, self._dock.clock())
        now = self.succeeded = self._monotonic()
        self._count(after)
        self._follow(after)
        key = f"handover {after.id}"
        if key in self._read_at:
            self._read_at[key] = now
        if self._own is not None:
            await self._own.look(after)

    def _failed(self, key: str, error: ReturnsApiError) -> None:
        if self._failures.took(key, error):
            self.succeeded = self._monotonic()
        elif error.throttled:
            self._due.again(key)

    def _tell_of_a_strange(self, handover: Handover) -> None:
        """There is no published list of status words; whoever runs the bot can tell its makers of a new one."""
        word = handover.status
        if word and stage_of(word) is None and word not in self._strange:
            self._strange[word] = None
            log.warning(
                "an unknown status word; the card shows it and keeps its stage", handover=handover.id, word=word[:60]
            )
