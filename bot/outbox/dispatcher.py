"""The outbox's worker: of each channel what comes first, new threads, then replies; then stale cards; and the papers.

At one time no more is loaded than can be made then. Of receipts and digests, whose drawing is work, there is one.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Set
from datetime import UTC, datetime, timedelta

import structlog

from bot import trace
from bot.clock import Clock
from bot.handover.owning import EVERYTHING, HOUSE, Owning
from bot.outbox.attempts import Attempts, is_urgent
from bot.outbox.delivery import MAYBE_SENT, habits_of
from bot.outbox.pacer import Pacer
from bot.outbox.ports import Painter
from bot.store.deliveries import DeliveryStore, OvertakenError
from bot.store.due import FARTHEST, PAPERS_FARTHEST, Due, Look
from bot.store.session import DatabaseUnusableError
from bot.store.tables import DeliveryRow, Kind
from bot.timing import OutboxTiming

log = structlog.get_logger()

AT_ONCE = 8
"""Calls in flight, over all channels."""
SHARE = 0.1
"""The most of the time that is spent on looking because somebody rang: who rings together is heard together."""
LONGEST_REST = 0.25
"""Seconds until a ring is heard, however long a look took."""
SOONEST = 0.001
"""Seconds; what has its time by then is found by the next look."""
OTHERS = 5.0
"""The same where other copies write too: their bell may not be heard for a while."""
UNOWNED = 1.0
"""Seconds until a copy that does not speak looks whether it is to."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Dispatcher:
    """The outbox's worker. `ring` wakes it; it ends when `run` is cancelled."""

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        attempts: Attempts,
        painter: Painter,
        pacer: Pacer,
        clock: Clock,
        card_seconds: float,
        timing: OutboxTiming,
        owning: Owning = EVERYTHING,
        faulted: Callable[[], None] = lambda: None,
    ) -> None:
        """Edits a card for new counts at most every `card_seconds`.

        Of several copies, the one that owns the house speaks: Slack's pace is the workspace's. `faulted` is called for
        each message that ended in a fault of the bot.
        """
        self._deliveries = deliveries
        self._attempts = attempts
        self._painter = painter
        self._pacer = pacer
        self._clock = clock
        self._card_interval = timedelta(seconds=card_seconds)
        self._timing = timing
        self._owning = owning
        self._faulted = faulted
        self._fence: int | None = None
        """The number under which this copy speaks; None: it has not looked yet at what was left behind."""
        self._bell = asyncio.Event()
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, datetime] = {}
        self._busy_channels: set[str] = set()
        self._has_paper = False
        self._looked = time.monotonic()
        self._counters_wait = False
        """Whether the last look left cards that wait for their turn to be drawn anew: more of them change nothing."""
        self._seen_nowhere = EVER
        self._elsewhere: Set[str] = frozenset()
        self._problem = ""
        """Why the database takes nothing of what was sent, as it was said last."""

    def ring(self, only_counts: bool = False) -> None:
        """Something is to be said, or a card has other counts: that is seen at the next turn of a counter."""
        if not (only_counts and self._counters_wait):
            self._bell.set()

    @property
    def in_flight(self) -> int:
        """How many calls are being made."""
        return len(self._in_flight)

    def problems(self) -> list[str]:
        """What does not get into Slack and why, for the one who runs the bot; empty while all is well."""
        return self._attempts.troubles.told() if self._owning.owns(HOUSE) else []

    def stuck(self) -> list[str]:
        """Why nothing gets out although nobody refuses it; empty while the outbox looks at its table."""
        seconds = time.monotonic() - self._looked
        return [f"the outbox has not looked for messages for {seconds:.0f} s"] if seconds > self._timing.stuck else []

    async def run(self) -> None:
        """Works until cancelled. A call that is being made then is left as `sending` and adopted at the next start."""
        try:
            while True:
                self._bell.clear()
                began = time.monotonic()
                trace.begin()  # this loop never ends, and what one look was about says nothing of the next
                try:
                    wait = await self.turn()
                    self._looked = time.monotonic()
                except DatabaseUnusableError as error:
                    self._failed(error)
                    wait = self._timing.unreadable
                try:
                    async with asyncio.timeout(min(wait, self._timing.idle)):
                        await self._bell.wait()
                except TimeoutError:
                    continue
                rested = time.monotonic() - self._looked
                await asyncio.sleep(min((self._looked - began) / SHARE, LONGEST_REST) - rested)
        finally:
            for task in self._in_flight.values():
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    def _failed(self, error: DatabaseUnusableError) -> None:
        """Says it once, and not with each message that waits and each look; the store says when it is over."""
        level = log.debug if str(error) == self._problem else log.error
        self._problem = str(error)
        level("the outbox can't read or write its table", problem=self._problem)

    async def turn(self) -> float:
        """As `step`, if this copy is to speak, and once it has taken over what another process has left."""
        with self._owning.at_work(HOUSE) as fence:
            if fence is None:
                return UNOWNED
            if fence != self._fence:
                await self._recover(fence)
                self._fence = fence
            wait = await self.step()
            return wait if self._owning is EVERYTHING else min(wait, OTHERS)

    async def _recover(self, fence: int) -> None:
        """Before the first look: what another process was posting at its end may be there."""
        messages = await self._deliveries.recover(fence)
        if messages:
            log.info("messages may have been posted before the last end; reading history", messages=messages)

    async def close(self) -> None:
        """Waits a while for the calls that are in flight; what they leave is adopted at the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.last_sends):
                await self.settle()

    async def settle(self) -> None:
        """Waits for the calls that are in flight now."""
        if self._in_flight:
            await asyncio.wait(list(self._in_flight.values()))

    async def step(self) -> float:
        """Starts every call that may be made now; returns the seconds until the next look is worth while."""
        await self._attempts.stay_awake()
        self._counters_wait = False  # what changes while this look is made may not be in it
        now = self._clock()
        resting = {key for key, until in self._resting.items() if now < until <= now + PAPERS_FARTHEST}
        look = Look(
            now=now,
            locations=self._painter.locations(),
            skip=resting.union(self._in_flight),
            # One more than can be made, so that it says when there is room for it.
            urgent=min(self._pacer.edits_left() + 1, AT_ONCE),
            counters=AT_ONCE,
            counted_before=now - self._card_interval,
            nowhere=not timedelta() <= now - self._seen_nowhere < timedelta(seconds=self._timing.idle),
            elsewhere=self._elsewhere,
            papers=0 if self._has_paper else 1,
        )
        found = await self._deliveries.next(look)
        self._elsewhere = found.elsewhere
        moments = [found.not_before, *(self._resting[key] for key in resting)]
        if found.drawn_at is not None:
            moments.append(found.drawn_at + self._card_interval)
        later = [(at - now).total_seconds() for at in moments if at is not None]
        wait = min([self._timing.idle, *(max(one, SOONEST) for one in later)])
        waits = False
        for due in found.nowhere:
            with trace.of(_handover(due.delivery)), contextlib.suppress(OvertakenError):
                await self._attempts.nowhere(due, now)
            wait = SOONEST  # there may be more of them
        if look.nowhere:
            self._seen_nowhere = EVER if found.nowhere else now
        for due in found.due:
            delay = self._delay(due, now)
            if delay > 0:
                wait = min(wait, delay)
                waits = waits or (due.is_edit and not is_urgent(due) and delay < self._timing.idle)
            elif len(self._in_flight) < AT_ONCE:
                self._start(due, now)
        for paper in found.papers:
            self._start_paper(paper)
        self._counters_wait = waits
        return wait

    def _delay(self, due: Due, now: datetime) -> float:
        """Seconds until this may be sent; 0 for now."""
        channel = self._channel(due)
        if channel is None or channel in self._busy_channels:
            return self._timing.idle
        if due.is_edit:
            return self._pacer.wait_to_edit() if is_urgent(due) else self._pacer.wait_to_count(_age(due, now))
        if due.delivery.state in MAYBE_SENT:
            return self._pacer.wait_to_read()
        return self._pacer.wait_to_post(channel)

    def _channel(self, due: Due) -> str | None:
        """Where the message is, may be, or is to be; None while bot.toml does not have the location."""
        planned = self._painter.channel(due.handover)
        if planned is None:
            return None
        if due.delivery.ts or due.delivery.state in MAYBE_SENT:
            return due.delivery.channel
        # Surely not posted yet: the channel of an earlier attempt may have been mended in bot.toml since.
        return planned if due.delivery.kind == Kind.CARD else due.root.channel

    def _start(self, due: Due, seen: datetime) -> None:
        channel = self._channel(due)
        if channel is None:
            return
        posts = not due.is_edit
        if posts:
            self._busy_channels.add(channel)
            if due.delivery.state in MAYBE_SENT:
                self._pacer.reading()
        elif is_urgent(due):
            self._pacer.editing()
        else:
            self._pacer.counting(_age(due, seen))

        async def work() -> float:
            try:
                return await self._owned(due.delivery, lambda: self._attempts.message(due, channel, seen))
            finally:
                if posts:
                    self._busy_channels.discard(channel)

        self._carry_out(due.delivery, work)

    def _start_paper(self, paper: DeliveryRow) -> None:
        self._has_paper = True

        async def work() -> float:
            try:
                return await self._owned(paper, lambda: self._attempts.paper(paper))
            finally:
                self._has_paper = False

        self._carry_out(paper, work)

    def _carry_out(self, one: DeliveryRow, work: Callable[[], Awaitable[float]]) -> None:
        """Does it beside all else; what it raises or returns is how long the delivery rests: the table can't say so."""
        delivery_id = one.id or 0

        async def carried() -> None:
            trace.begin(_handover(one))
            rest = habits_of(one.kind, self._timing).after_a_fault
            try:
                rest = timedelta(seconds=await work())
                self._problem = ""
            except OvertakenError:
                log.info("another copy goes on with a message", what=one.kind, about=one.about)
                rest = timedelta()
            except DatabaseUnusableError as error:
                self._failed(error)
                rest = self._timing.unwritten
            except Exception:
                self._faulted()
                log.exception("a message ended in a fault of the bot; it waits", what=one.kind, about=one.about)
            finally:
                self._in_flight.pop(delivery_id, None)
                self._resting.pop(delivery_id, None)
                if rest:
                    self._resting[delivery_id] = self._clock() + rest
                self.ring()

        self._in_flight[delivery_id] = asyncio.create_task(carried())

    async def _owned(self, one: DeliveryRow, work: Callable[[], Awaitable[float]]) -> float:
        """Does it while the house is this copy's, and under its number."""
        with self._owning.at_work(HOUSE) as fence:
            if fence is None:
                return 0.0
            if fence:
                if one.fence > fence:
                    raise OvertakenError(f"{one.kind} {one.about}")
                one.fence = fence
            return await work()


def _handover(one: DeliveryRow) -> str:
    """The handover that a delivery is about; empty for what is about a location or a channel."""
    return "" if one.kind == Kind.OUTAGE or one.about == one.location_id else one.about


def _age(due: Due, now: datetime) -> float:
    """Seconds since the card was drawn; the most when the clock was set back since: which came first can't be told."""
    drawn = due.delivery.edited_at
    return (now - drawn).total_seconds() if drawn is not None and drawn <= now else FARTHEST.total_seconds()
