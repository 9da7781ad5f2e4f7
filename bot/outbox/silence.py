"""Since when Slack takes nothing at all, and in which channels something was late for it: in memory alone.

What lasts is noted by whoever tells of it (`bot.handover.outages`), as far as it has come.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.clock import Clock
from bot.handover.outages import Spell
from bot.outbox.ports import MaybeSentError, MessengerError, UnreachedError


class Silence:
    """What Slack refuses for one message or one channel is no silence, and neither is a limit that it names."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float]) -> None:
        """`monotonic`, in seconds, tells how long one was: a clock that is put right makes none."""
        self._clock = clock
        self._monotonic = monotonic
        self._began: float | None = None
        self._channels: set[str] = set()
        self.over: list[Spell] = []
        """Those that have ended; whoever tells of one takes it away."""

    def failed(self, channel: str, error: MessengerError) -> None:
        """A call of the outbox came to nothing."""
        if isinstance(error, MaybeSentError | UnreachedError) and not error.advice:
            if self._began is None:
                self._began = self._monotonic()
            self._channels.add(channel)

    def broken(self) -> None:
        """A call succeeded."""
        spell = self.lasting()
        if spell is not None:
            self.over.append(spell)
            self._began, self._channels = None, set()

    def lasting(self) -> Spell | None:
        """The one that has not ended, as far as now; None while there is none."""
        if self._began is None:
            return None
        lasted, until = timedelta(seconds=self._monotonic() - self._began), self._clock()
        return Spell(frozenset(self._channels), until - lasted, until)
