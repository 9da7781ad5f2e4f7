"""What Slack does not take and why: said once when it begins or changes, and once when it is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.outbox.ports import MessengerError
from bot.store.intents import Due

log = structlog.get_logger()

STUCK_SECONDS = 120.0
"""How long a message may wait before that is a problem. What somebody has to mend is one at once."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one message waits."""

    channel: str
    reason: str
    advice: str
    since: float
    """Monotonic seconds of the first failure."""

    def same(self, other: "Trouble") -> bool:
        """Whether one line in the log is enough for both."""
        return (self.channel, self.reason) == (other.channel, other.reason)

    @property
    def why(self) -> str:
        """The reason, and what to do about it."""
        return f"{self.reason} ({self.advice})" if self.advice else self.reason


class Troubles:
    """The messages that wait because of a failure, by intent."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._open: dict[int, Trouble] = {}

    def met(self, due: Due, channel: str, event: str, error: MessengerError) -> None:
        """An attempt failed. A hundred messages that fail for one reason, again and again, are one line in the log."""
        intent = due.intent.id or 0
        before = self._open.get(intent)
        since = before.since if before is not None else self._monotonic()
        trouble = Trouble(channel, error.reason, error.advice, since)
        is_known = any(trouble.same(other) for other in self._open.values())
        self._open[intent] = trouble
        if is_known:
            level = log.debug
        elif error.retry_after is not None:
            level = log.info
        else:
            level = log.warning
        wait = {} if error.retry_after is None else {"seconds": error.retry_after}
        level(event, handover=due.handover.id, channel=channel, reason=trouble.why, **wait)

    def over(self, due: Due) -> None:
        """The message is where it belongs."""
        trouble = self.forget(due)
        if trouble is not None and not any(trouble.same(other) for other in self._open.values()):
            seconds = round(self._monotonic() - trouble.since, 1)
            log.info("slack takes messages again", channel=trouble.channel, after=trouble.reason, seconds=seconds)

    def forget(self, due: Due) -> Trouble | None:
        """The message is waited for no more."""
        return self._open.pop(due.intent.id or 0, None)

    def told(self) -> list[str]:
        """One sentence for each channel and reason, for the health page."""
        groups: dict[tuple[str, str], list[Trouble]] = {}
        for trouble in self._open.values():
            groups.setdefault((trouble.channel, trouble.why), []).append(trouble)
        return [sentence for (channel, why), met in groups.items() if (sentence := self._sentence(channel, why, met))]

    def _sentence(self, channel: str, why: str, met: list[Trouble]) -> str:
        seconds = self._monotonic() - min(trouble.since for trouble in met)
        if seconds < STUCK_SECONDS and not met[0].advice:
            return ""
        messages = "1 message" if len(met) == 1 else f"{len(met)} messages"
        return f"Slack has not taken {messages} for {channel} for {seconds:.0f} s: {why}"
