"""What a database does not know of its own channel: it was deleted, or put back to an earlier copy.

The keys of messages are derived, so that what such a bot is about to post can be found where it was posted before. What
was counted by hand, asked for and said by people meanwhile is in no message, and so is not known again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from cachetools import TTLCache

from bot.clock import Clock
from bot.outbox.ports import Messenger, MessengerError
from bot.store.awake import UNSURE

log = structlog.get_logger()

BACK = timedelta(days=3)
"""How far history is read: an FE who is present came later than that."""
THREADS = 5_000
CLOSED = ("channel_not_found", "not_in_channel")
"""Nothing can be posted there either, and the answer to a post tells people better what to do."""
AHEAD = timedelta(days=1)
"""This machine's clock may show another time than Slack's."""


@dataclass(frozen=True, slots=True)
class _Channel:
    """The own messages of a channel as they were when it was first looked at."""

    by_key: dict[str, str]
    """The ts by key."""
    latest_reply: dict[str, str]
    """By the ts of the thread's root."""
    since: float
    """What is older was not read; seconds since the epoch."""
    looked_at: datetime


class Younger:
    """Looks once at each channel, and at the threads that have messages which the database does not know.

    From then on every message is posted by this process, and in the database; what was found is forgotten.
    """

    def __init__(self, messenger: Messenger, clock: Clock) -> None:
        self._messenger = messenger
        self._clock = clock
        self._channels: dict[str, _Channel] = {}
        self._threads: TTLCache[tuple[str, str], dict[str, str]] = TTLCache(
            THREADS, UNSURE.total_seconds(), timer=lambda: clock().timestamp()
        )

    def has_read(self, channel: str, thread_ts: str | None, newest: str) -> bool:
        """Whether nothing is read for a message in a channel, or in a thread whose newest is not after `newest`."""
        if thread_ts is None:
            return channel in self._channels
        return self._has_read(channel, thread_ts, newest)

    async def posted(self, channel: str, thread_ts: str | None, key: str, newest: str) -> str | None:
        """The ts of the message with this key as it was posted before, or None. `newest`: as in `has_read`.

        Raises:
            MessengerError: Slack can't be asked now.
        """
        if channel not in self._channels:
            await self._look(channel)
        seen = self._channels.get(channel)
        if seen is None:
            return None
        if not timedelta() <= self._clock() - seen.looked_at < UNSURE:
            self._channels[channel] = _Channel({}, {}, 0.0, self._clock())
        if thread_ts is None:
            return self._note(channel, self._channels[channel].by_key.get(key))
        if not self._has_read(channel, thread_ts, newest):
            since = datetime.fromtimestamp(0.0, UTC)
            found, is_whole = await self._messenger.own(channel, thread_ts, since, self._clock() + AHEAD)
            self._threads[channel, thread_ts] = {one.key: one.ts for one in reversed(found)}
            if not is_whole:
                log.warning("a thread is longer than is read; a reply may stand twice", channel=channel, root=thread_ts)
        return self._note(channel, self._threads.get((channel, thread_ts), {}).get(key))

    def _has_read(self, channel: str, root_ts: str, newest: str) -> bool:
        seen = self._channels.get(channel)
        if (channel, root_ts) in self._threads:
            return True
        if seen is None or float(root_ts) < seen.since:
            return False
        return float(seen.latest_reply.get(root_ts) or 0) <= float(newest or 0)

    def give_up(self, channel: str, thread_ts: str | None, reason: str) -> None:
        """It could not be looked at for so long that posting twice is better than not at all."""
        log.error("slack's history can't be read; a message of before may be posted twice", channel=channel, why=reason)
        self._channels.setdefault(channel, _Channel({}, {}, 0.0, self._clock()))
        if thread_ts is not None:
            self._threads[channel, thread_ts] = {}

    def _note(self, channel: str, ts: str | None) -> str | None:
        if ts is not None:
            log.warning(
                "the database is younger than its channel: a message was found in slack and is not posted again; what "
                "was counted, said and asked for since is not known",
                channel=channel,
                ts=ts,
            )
        return ts

    async def _look(self, channel: str) -> None:
        since = self._clock() - BACK
        try:
            found, is_whole = await self._messenger.own(channel, None, since, self._clock() + AHEAD)
        except MessengerError as error:
            if error.reason in CLOSED:
                return
            raise
        found.sort(key=lambda one: float(one.ts), reverse=True)
        oldest = since.timestamp() if is_whole or not found else float(found[-1].ts)
        # The oldest of several with one key counts, as everywhere.
        by_key = {one.key: one.ts for one in found}
        self._channels[channel] = _Channel(by_key, {one.ts: one.latest_reply for one in found}, oldest, self._clock())
        if not is_whole:
            log.warning(
                "slack's history is longer than is read; a message of before may be posted twice", channel=channel
            )
