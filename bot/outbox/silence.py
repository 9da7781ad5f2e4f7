"""Since when Slack takes nothing at all, and in which channels something was late for it."""

from datetime import datetime

from bot.clock import Clock
from bot.handover.outages import Spell
from bot.outbox.ports import MaybeSentError, MessengerError, UnreachedError


class Silence:
    """What Slack refuses for one message or one channel is no silence, and neither is a limit that it names."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: datetime | None = None
        self._channels: set[str] = set()
        self.over: list[Spell] = []
        """Those that have ended; whoever tells of one takes it away."""

    def failed(self, channel: str, error: MessengerError) -> None:
        """A call of the outbox came to nothing."""
        if isinstance(error, MaybeSentError | UnreachedError) and not error.advice:
            self._since = self._since or self._clock()
            self._channels.add(channel)

    def broken(self) -> None:
        """A call succeeded."""
        if self._since is not None:
            self.over.append(Spell(frozenset(self._channels), self._since, self._clock()))
            self._since, self._channels = None, set()
