"""Works off the intents: of each channel what comes first, new threads, then replies; then stale cards.

At one time no more is loaded than can be made then.

```
pending -> sending (committed before the call) -> sent
               |-> unknown (may have been carried out) -> adopted from history, or pending again after a grace period
               |-> pending (surely not carried out) until Retry-After
```
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Set
from datetime import UTC, datetime, timedelta

import structlog

from bot import giving_up
from bot.clock import Clock
from bot.handover.tally import Shares
from bot.outbox.adoption import GRACE, adopt, grace_is_over
from bot.outbox.pacer import Pacer
from bot.outbox.ports import (
    MaybeSentError,
    MessageGoneError,
    Messenger,
    MessengerError,
    NotSentError,
    Painter,
    Rendered,
    ThreadGoneError,
)
from bot.outbox.troubles import Troubles
from bot.store.handovers import HandoverStore
from bot.store.intents import FARTHEST, Due, IntentStore, Look
from bot.store.session import DatabaseUnusableError
from bot.store.tables import Kind, Sending
from bot.timing import OutboxTiming

log = structlog.get_logger()

IDLE_SECONDS = 30.0
"""The longest sleep: a look at the table even if nobody rang."""
STUCK_SECONDS = 120.0
"""Without a look, it is stuck."""
AT_ONCE = 8
"""Calls in flight, over all channels."""
SHARE = 0.1
"""The most of the time that is spent on looking because somebody rang: who rings together is heard together."""
LONGEST_REST = 0.25
"""Seconds until a ring is heard, however long a look took."""
FIRST_BACKOFF = 2.0
LONGEST_BACKOFF = 120.0
"""Seconds between attempts that Slack refuses without naming a time."""
SOONEST = 0.001
"""Seconds; what has its time by then is found by the next look."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
FAULT_SECONDS = 10.0
"""Seconds until the next attempt after a failure that could not be written down."""

_MAYBE_SENT = (Sending.SENDING, Sending.UNKNOWN)
"""States that history settles. A `sending` that is not in flight was left by a failure after the call."""


class Dispatcher:
    """The outbox's worker. `ring` wakes it; it ends when `run` is cancelled."""

    def __init__(
        self,
        *,
        intents: IntentStore,
        handovers: HandoverStore,
        messenger: Messenger,
        painter: Painter,
        pacer: Pacer,
        clock: Clock,
        card_seconds: float,
        timing: OutboxTiming,
        shares: Callable[[str], Awaitable[Shares]] | None = None,
    ) -> None:
        """Edits a card for new counts at most every `card_seconds`; `shares` says who added what to a running count."""
        self._intents = intents
        self._handovers = handovers
        self._messenger = messenger
        self._painter = painter
        self._pacer = pacer
        self._clock = clock
        self._card_interval = timedelta(seconds=card_seconds)
        self._timing = timing
        self._shares = shares
        self._bell = asyncio.Event()
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, datetime] = {}
        self._busy_channels: set[str] = set()
        self._troubles = Troubles()
        self._looked = time.monotonic()
        self._seen_nowhere = EVER
        self._elsewhere: Set[str] = frozenset()
        self._left: set[tuple[str, str, str]] = set()

    def ring(self) -> None:
        """Something is to be said."""
        self._bell.set()

    @property
    def in_flight(self) -> int:
        """How many calls are being made."""
        return len(self._in_flight)

    def problems(self) -> list[str]:
        """What does not get into Slack and why, for the one who runs the bot; empty while all is well."""
        return self._troubles.told()

    def stuck(self) -> list[str]:
        """Why nothing gets out although nobody refuses it; empty while the outbox looks at its table."""
        seconds = time.monotonic() - self._looked
        return [f"the outbox has not looked for messages for {seconds:.0f} s"] if seconds > STUCK_SECONDS else []

    async def run(self) -> None:
        """Works until cancelled. A call that is being made then is left as `sending` and adopted at the next start."""
        recovered = await self._intents.recover()
        if recovered:
            log.info("messages may have been posted before the last end; reading history", messages=recovered)
        try:
            while True:
                self._bell.clear()
                began = time.monotonic()
                try:
                    wait = await self.step()
                    self._looked = time.monotonic()
                except DatabaseUnusableError as error:
                    log.error("outbox", problem=str(error))
                    wait = FIRST_BACKOFF
                try:
                    async with asyncio.timeout(min(wait, IDLE_SECONDS)):
                        await self._bell.wait()
                except TimeoutError:
                    continue
                rested = time.monotonic() - self._looked
                await asyncio.sleep(min((self._looked - began) / SHARE, LONGEST_REST) - rested)
        finally:
            for task in self._in_flight.values():
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

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
        now = self._clock()
        resting = {key for key, until in self._resting.items() if now < until <= now + FARTHEST}
        look = Look(
            now=now,
            locations=self._painter.locations(),
            skip=resting.union(self._in_flight),
            # One more than can be made, so that it says when there is room for it.
            urgent=min(self._pacer.edits_left() + 1, AT_ONCE),
            counters=AT_ONCE,
            counted_before=now - self._card_interval,
            nowhere=not timedelta() <= now - self._seen_nowhere < timedelta(seconds=IDLE_SECONDS),
            elsewhere=self._elsewhere,
        )
        found = await self._intents.next(look)
        self._elsewhere = found.elsewhere
        moments = [found.not_before, *(self._resting[key] for key in resting)]
        if found.drawn_at is not None:
            moments.append(found.drawn_at + self._card_interval)
        later = [(at - now).total_seconds() for at in moments if at is not None]
        wait = min([IDLE_SECONDS, *(max(one, SOONEST) for one in later)])
        for due in found.nowhere:
            await self._nowhere(due, now)
            wait = SOONEST  # there may be more of them
        if look.nowhere:
            self._seen_nowhere = EVER if found.nowhere else now
        for due in found.due:
            delay = self._delay(due, now)
            if delay > 0:
                wait = min(wait, delay)
            elif len(self._in_flight) < AT_ONCE:
                self._start(due, now)
        return wait

    def _delay(self, due: Due, now: datetime) -> float:
        """Seconds until this may be sent; 0 for now."""
        channel = self._channel(due)
        if channel is None or channel in self._busy_channels:
            return IDLE_SECONDS
        if due.is_edit:
            return self._pacer.wait_to_edit() if _is_urgent(due) else self._pacer.wait_to_count(_age(due, now))
        if due.intent.state in _MAYBE_SENT:
            return self._pacer.wait_to_read()
        return self._pacer.wait_to_post(channel)

    def _channel(self, due: Due) -> str | None:
        """Where the message is, may be, or is to be; None while bot.toml does not have the location."""
        planned = self._painter.channel(due.handover)
        if planned is None:
            return None
        if due.intent.ts or due.intent.state in _MAYBE_SENT:
            return due.intent.channel
        # Surely not posted yet: the channel of an earlier attempt may have been mended in bot.toml since.
        return planned if due.intent.kind == Kind.CARD else due.root.channel

    def _start(self, due: Due, seen: datetime) -> None:
        channel, intent_id = self._channel(due), due.intent.id
        if channel is None or intent_id is None:
            return
        posts = not due.is_edit
        if posts:
            self._busy_channels.add(channel)
            if due.intent.state in _MAYBE_SENT:
                self._pacer.reading()
        elif _is_urgent(due):
            self._pacer.editing()
        else:
            self._pacer.counting(_age(due, seen))

        async def work() -> None:
            try:
                await self._carry_out(due, channel, seen)
            except DatabaseUnusableError as error:
                log.error("outbox", problem=str(error), handover=due.handover.id)
                self._rest(intent_id)
            except Exception:
                log.exception("a message ended in a fault of the bot; it waits", handover=due.handover.id)
                self._rest(intent_id)
            else:
                self._resting.pop(intent_id, None)
            finally:
                self._in_flight.pop(intent_id, None)
                if posts:
                    self._busy_channels.discard(channel)
                self.ring()

        self._in_flight[intent_id] = asyncio.create_task(work())

    def _rest(self, intent_id: int) -> None:
        """Not again at once: the table can't say so after a failure that was not written down."""
        self._resting[intent_id] = self._clock() + timedelta(seconds=FAULT_SECONDS)

    async def _carry_out(self, due: Due, channel: str, seen: datetime) -> None:
        """Makes the call; `seen` is the moment of the state that is drawn, so that what happens meanwhile is newer."""
        if due.is_edit:
            await self._edit(due, seen)
        elif due.intent.state in _MAYBE_SENT:
            await self._adopt(due)
        else:
            await self._post(due, channel, seen)

    async def _render(self, due: Due) -> Rendered:
        if due.entry is None:
            if due.handover.running and self._shares is not None:
                return self._painter.card(due.handover, await self._shares(due.handover.id))
            return self._painter.card(due.handover)
        named = due.entry.detail.get("tracking_ids")
        parcels = await self._handovers.problems(due.handover.id, named) if named else []
        return self._painter.reply(due.handover, due.entry, parcels)

    async def _post(self, due: Due, channel: str, seen: datetime) -> None:
        intent = due.intent
        message = await self._render(due)
        thread = None if intent.kind == Kind.CARD else due.root.ts
        self._pacer.posting(channel)
        await self._intents.sending(intent, channel, self._clock())
        try:
            ts = await self._messenger.post(channel, thread, message, intent.key)
        except MaybeSentError as error:
            self._troubles.met(due, channel, "slack may or may not have posted a message; reading history", error)
            now = self._clock()
            await self._intents.unknown(intent, error.reason, now, failed_at=now)
        except ThreadGoneError as error:
            # With its card deleted before the first reply, the thread is gone for good.
            log.error("the card was deleted in slack; its thread is gone", handover=due.handover.id)
            self._troubles.forget(due)
            await self._intents.lost(intent, error.reason)
        except MessengerError as error:
            await self._postpone(due, channel, "post", error)
        else:
            self._troubles.over(due)
            await self._intents.sent(intent, ts, due.handover.revision, message.hash, seen)

    async def _adopt(self, due: Due) -> None:
        try:
            ts = await adopt(self._messenger, due)
        except MessengerError as error:
            if error.retry_after is not None:
                self._pacer.throttled("history", error.retry_after)
            self._troubles.met(due, due.intent.channel, "slack's history can't be read; a message waits", error)
            if not await self._given_up(due, due.intent.channel, error):
                await self._intents.unlooked(due.intent, error.reason, self._later(due, error), self._clock())
            return
        if ts is not None:
            log.info("found a message that was posted before", handover=due.handover.id, kind=due.intent.kind)
            self._troubles.over(due)
            # Revision 0: whatever the adopted card shows, it is drawn anew.
            await self._intents.sent(due.intent, ts, 0, "", self._clock())
        elif grace_is_over(due, self._clock()):
            # Slack may fail for good: each attempt that left nothing makes the next one rarer.
            refused = NotSentError(due.intent.error or "not in history")
            if not await self._given_up(due, due.intent.channel, refused):
                later = self._later(due, refused, due.intent.attempts - 1)
                await self._intents.postpone(due.intent, refused.reason, later)
        else:
            await self._intents.unknown(due.intent, due.intent.error, self._clock() + GRACE / 5)

    async def _edit(self, due: Due, seen: datetime) -> None:
        intent = due.intent
        message = await self._render(due)
        if message.hash == intent.sent_hash:
            self._pacer.not_edited(counted=not _is_urgent(due))
            self._troubles.forget(due)
            await self._intents.shown(intent, due.handover.revision, message.hash, None)
            return
        try:
            await self._messenger.edit(intent.channel, intent.ts, message, intent.key)
        except MessageGoneError as error:
            log.error("the card was deleted in slack; the thread goes on without it", handover=due.handover.id)
            self._troubles.forget(due)
            await self._intents.lost(intent, error.reason)
        except MessengerError as error:
            await self._postpone(due, intent.channel, "edit", error)
        else:
            self._troubles.over(due)
            await self._intents.shown(intent, due.handover.revision, message.hash, seen)

    async def _postpone(self, due: Due, channel: str, what: str, error: MessengerError) -> None:
        if error.retry_after is not None:
            self._pacer.throttled(what, error.retry_after)
        self._troubles.met(due, channel, "slack did not take a message; it waits", error)
        if not await self._given_up(due, channel, error):
            now = self._clock()
            await self._intents.postpone(due.intent, error.reason, self._later(due, error), failed_at=now)

    async def _nowhere(self, due: Due, now: datetime) -> None:
        """bot.toml does not have the location: perhaps by mistake, so it waits, but not for ever."""
        error = NotSentError("its location is no longer in bot.toml")
        if not await self._given_up(due, due.handover.location_id, error):
            await self._intents.failing(due.intent, error.reason, now)

    async def _given_up(self, due: Due, channel: str, error: MessengerError) -> bool:
        """Whether it has failed for so long that it is not tried again."""
        since = due.intent.failing_since
        if since is None or self._clock() - since <= giving_up.MESSAGE:
            return False
        what = "an edit of a card" if due.is_edit else f"a {due.intent.kind}"
        # A hundred that are given up for one reason are one line.
        level = log.debug if (what, channel, error.reason) in self._left else log.error
        self._left.add((what, channel, error.reason))
        level("a message is given up", what=what, handover=due.handover.id, channel=channel, reason=error.reason)
        self._troubles.forget(due)
        await self._intents.lost(due.intent, error.reason)
        return True

    def _later(self, due: Due, error: MessengerError, attempts: int | None = None) -> datetime:
        failed = due.intent.attempts if attempts is None else max(attempts, 0)
        backoff = min(FIRST_BACKOFF * 2 ** min(failed, 10), LONGEST_BACKOFF)
        seconds = error.retry_after if error.retry_after is not None else backoff
        return self._clock() + timedelta(seconds=min(seconds, FARTHEST.total_seconds()))


def _is_urgent(due: Due) -> bool:
    """Whether something happened since the card was drawn that people wait for: the words of `URGENT`, in Python."""
    h, drawn = due.handover, due.intent.edited_at
    moments = (h.scanning_at, h.closing_at, h.ended_at, h.counted_at, h.start_otc_at, h.end_otc_at)
    return drawn is None or any(at is not None and at >= drawn for at in moments)


def _age(due: Due, now: datetime) -> float:
    """Seconds since the card was drawn; the most when the clock was set back since: which came first can't be told."""
    drawn = due.intent.edited_at
    return (now - drawn).total_seconds() if drawn is not None and drawn <= now else FARTHEST.total_seconds()
