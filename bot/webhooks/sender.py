"""Brings messages to the addresses outside: at least once, and of one handover one after the other.

A lane of its own beside the outbox: no address that is slow or dead holds up anything in Slack, or another address.
Of several copies the one that owns the house sends. Whatever ends it, a message stays until its address has taken it,
so one that was taken in that moment comes twice: receivers know it by its id.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot import trace
from bot.clock import Clock
from bot.handover.owning import EVERYTHING, HOUSE, Owning
from bot.monitoring.counted import OTHER, Counts
from bot.store.session import DatabaseUnusableError
from bot.store.tables import WebhookRow
from bot.store.webhooks import FARTHEST, WebhookStore
from bot.timing import WebhookTiming
from bot.webhooks.signing import headers
from bot.webhooks.standing import Standing
from bot.webhooks.wire import Address, Answer, Fate, post

log = structlog.get_logger()

AT_ONCE = 4
"""Calls in flight to one address; one while it fails."""
SOONEST = 0.001
UNOWNED = 1.0
"""Seconds until a copy that does not speak looks whether it is to."""
OTHERS = 5.0
"""The longest sleep where other copies write too: their bell may not be heard for a while."""
UNREADABLE = 2.0
_HANDOVER = re.compile("[0-9a-f]{32}")


class WebhookSender:
    """The worker. `ring` wakes it; it ends when `run` is cancelled."""

    def __init__(
        self,
        addresses: Sequence[Address],
        store: WebhookStore,
        clock: Clock,
        timing: WebhookTiming,
        owning: Owning = EVERYTHING,
        counted: Counts | None = None,
        faulted: Callable[[], None] = lambda: None,
    ) -> None:
        """Sends nothing yet.

        Args:
            addresses: whom it tells.
            store: has the messages.
            clock: UTC.
            timing: how long it waits.
            owning: of several copies, the one that owns the house sends.
            counted: gets each message by the address's id and by what became of it.
            faulted: called for each message that ended in a fault of the bot.
        """
        self._lanes = [_Lane(one, Standing(one.id, clock, timing)) for one in addresses]
        self._store = store
        self._clock = clock
        self._timing = timing
        self._owning = owning
        self._counted = Counts() if counted is None else counted
        self._faulted = faulted
        self._bell = asyncio.Event()
        self._problem = ""
        """Why the database takes nothing of what was sent, as it was said last."""

    @property
    def standings(self) -> list[Standing]:
        """How it goes with each address."""
        return [lane.standing for lane in self._lanes]

    def ring(self, only_counts: bool = False) -> None:
        """Something is to be told."""
        if not only_counts:
            self._bell.set()

    def problems(self) -> list[str]:
        """Which addresses do not take messages and why, for the one who runs the bot; empty while all is well."""
        told = [sentence for one in self.standings for sentence in one.problems()]
        return told if self._owning.owns(HOUSE) else []

    async def run(self) -> None:
        """Works until cancelled."""
        sweeping = asyncio.create_task(self._sweep())
        try:
            while True:
                self._bell.clear()
                try:
                    wait = await self.step()
                    self._problem = ""
                except DatabaseUnusableError as error:
                    self._failed(error)
                    wait = UNREADABLE
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(wait, self._timing.idle)):
                        await self._bell.wait()
                await asyncio.sleep(self._timing.rest)
        finally:
            tasks = [sweeping, *(task for lane in self._lanes for task in lane.in_flight.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _failed(self, error: DatabaseUnusableError) -> None:
        """Says it once, and not with each message that waits; the store says when it is over."""
        level = log.debug if str(error) == self._problem else log.error
        self._problem = str(error)
        level("webhooks can't read or write their table", problem=self._problem)

    async def close(self) -> None:
        """Waits a while for the calls that are in flight; what they leave is sent again at the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.last_calls):
                await self.settle()

    async def settle(self) -> None:
        """Waits for the calls that are in flight now."""
        if tasks := [task for lane in self._lanes for task in lane.in_flight.values()]:
            await asyncio.wait(tasks)

    async def step(self) -> float:
        """Starts every call that may be made now; returns the seconds until the next look is worth while."""
        if not self._lanes:
            return self._timing.idle
        if not self._owning.owns(HOUSE):
            for lane in self._lanes:
                lane.leave()
            return UNOWNED
        now = self._clock()
        wait = self._timing.idle if self._owning is EVERYTHING else OTHERS
        for lane in self._lanes:
            if lane.standing.gone:
                await self._give_up(lane)
            elif rest := lane.standing.rest(now):
                wait = min(wait, rest)
            else:
                wait = min(wait, await self._begin(lane, now))
        return wait

    async def _begin(self, lane: "_Lane", now: datetime) -> float:
        """Starts the calls to one address; seconds until there is something that was put off."""
        most = (1 if lane.standing.fails else AT_ONCE) - len(lane.in_flight)
        if most > 0:
            for row in await self._store.next(lane.address.id, now, set(lane.in_flight), most):
                self._start(lane, row)
        at = await self._store.not_before(lane.address.id, now)
        return self._timing.idle if at is None else max((at - now).total_seconds(), SOONEST)

    def _start(self, lane: "_Lane", row: WebhookRow) -> None:
        async def sent() -> None:
            # What is of no handover is about a location.
            trace.begin(row.about if _HANDOVER.fullmatch(row.about) else "")
            try:
                await self._attempt(lane, row)
                self._problem = ""
            except DatabaseUnusableError as error:
                self._failed(error)
                lane.standing.rests(timedelta(seconds=UNREADABLE))
            except Exception:
                self._faulted()
                log.exception("a webhook ended in a fault of the bot; it waits", webhook=lane.address.id)
                lane.standing.rests(self._timing.habits.after_a_fault)
            finally:
                lane.in_flight.pop(row.about, None)
                self.ring()

        lane.in_flight[row.about] = asyncio.create_task(sent())

    async def _attempt(self, lane: "_Lane", row: WebhookRow) -> None:
        # The last thing before a call: a process that was stopped since leaves it to the copy that has it now.
        if not self._owning.holds(HOUSE):
            return
        body = row.body.encode()
        signed = headers(lane.address.keys, row.message, int(self._clock().timestamp()), body)
        answer = await post(lane.address, signed, body, self._timing.answer)
        standing = lane.standing
        if answer.fate is Fate.TAKEN:
            standing.took(row)
            await self._store.delivered(row)
            self._counted.add(lane.address.id, "taken")
            return
        standing.failed(row, answer)
        if answer.fate is Fate.GONE:
            await self._give_up(lane)
            return
        await self._put_off(lane, row, answer)

    async def _put_off(self, lane: "_Lane", row: WebhookRow, answer: Answer) -> None:
        now, habits = self._clock(), self._timing.habits
        backoff = min(habits.first_backoff * 2 ** min(row.attempts, 10), habits.longest_backoff)
        wanted = backoff if answer.retry_after is None else answer.retry_after
        until = now + min(timedelta(seconds=wanted), FARTHEST)
        alone = answer.fate is Fate.REFUSED
        left = await self._store.failed(row, now, until, habits.patience, alone=alone)
        if left:
            self._gave_up(lane, left, answer.why)
            lane.standing.forget(row)

    async def _give_up(self, lane: "_Lane") -> None:
        if left := await self._store.give_up(lane.address.id):
            self._gave_up(lane, left, "the address is gone")

    def _gave_up(self, lane: "_Lane", messages: int, why: str) -> None:
        lane.standing.gave_up(messages, why)
        self._counted.add(lane.address.id, "given_up", times=messages)

    async def _sweep(self) -> None:
        """What is for an address that bot.toml does not have may be so by mistake: it waits, but not for ever."""
        known = [lane.address.id for lane in self._lanes]
        while True:
            with contextlib.suppress(DatabaseUnusableError):
                left = await self._store.sweep(known, self._clock() - self._timing.habits.patience)
                if left:
                    self._counted.add(OTHER, "given_up", times=left)
                    log.error("messages for a webhook that is no longer in bot.toml were given up", messages=left)
            await asyncio.sleep(self._timing.sweep)


class _Lane:
    """What is on its way to one address, by what it is about: of one handover there is one message at a time."""

    def __init__(self, address: Address, standing: Standing) -> None:
        self.address = address
        self.standing = standing
        self.in_flight: dict[str, asyncio.Task[None]] = {}

    def leave(self) -> None:
        """Another copy goes on with it."""
        for task in self.in_flight.values():
            task.cancel()


Ring = Callable[[bool], None]


def rings(*bells: Ring) -> Ring:
    """Rings all of them."""

    def ring(only_counts: bool) -> None:
        for bell in bells:
            bell(only_counts)

    return ring
