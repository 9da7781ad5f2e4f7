"""What Slack does not take and why: said once when it begins or changes, and once when it is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.outbox.ports import MessengerError
from bot.outbox.silence import Silence
from bot.store.tables import DeliveryRow, Kind

log = structlog.get_logger()

_NOUNS = {
    Kind.CARD: "message",
    Kind.REPLY: "message",
    Kind.RECEIPT: "receipt",
    Kind.PROOF: "proof",
    Kind.DIGEST: "digest",
    Kind.MONTH: "summary of a month",
    Kind.UNRECEIVED: "alarm",
    Kind.NEWS: "word on claims",
    Kind.MODE: "word on other codes",
    Kind.OUTAGE: "word on an outage",
    Kind.DIRECT: "direct message",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one message waits."""

    what: str
    channel: str
    reason: str
    advice: str
    since: float
    """Monotonic seconds of the first failure."""

    def same(self, other: "Trouble") -> bool:
        """Whether one line in the log is enough for both."""
        return (self.what, self.channel, self.reason) == (other.what, other.channel, other.reason)

    @property
    def why(self) -> str:
        """The reason, and what to do about it."""
        return f"{self.reason} ({self.advice})" if self.advice else self.reason


class Troubles:
    """What waits because of a failure, by delivery."""

    def __init__(
        self, patience: float, monotonic: Callable[[], float] = time.monotonic, silence: Silence | None = None
    ) -> None:
        """`patience`: seconds that something may wait before that is a problem, if nobody has to mend it."""
        self._patience = patience
        self._silence = silence
        self._monotonic = monotonic
        self._open: dict[int, Trouble] = {}

    def met(self, one: DeliveryRow, channel: str, event: str, error: MessengerError) -> None:
        """An attempt failed. A hundred messages that fail for one reason, again and again, are one line in the log."""
        if self._silence is not None:
            self._silence.failed(channel, error)
        delivery = one.id or 0
        before = self._open.get(delivery)
        since = before.since if before is not None else self._monotonic()
        trouble = Trouble(_NOUNS[one.kind], channel, error.reason, error.advice, since)
        is_known = any(trouble.same(other) for other in self._open.values())
        self._open[delivery] = trouble
        if is_known:
            level = log.debug
        elif error.retry_after is not None:
            level = log.info
        else:
            level = log.warning
        wait = {} if error.retry_after is None else {"seconds": error.retry_after}
        level(event, what=one.kind, about=one.about, channel=channel, reason=trouble.why, **wait)

    def over(self, one: DeliveryRow) -> None:
        """It is where it belongs."""
        if self._silence is not None:
            self._silence.broken()
        trouble = self.forget(one)
        if trouble is not None and not any(trouble.same(other) for other in self._open.values()):
            seconds = round(self._monotonic() - trouble.since, 1)
            log.info("slack takes messages again", channel=trouble.channel, after=trouble.reason, seconds=seconds)

    def forget(self, one: DeliveryRow) -> Trouble | None:
        """It is waited for no more."""
        return self._open.pop(one.id or 0, None)

    def told(self) -> list[str]:
        """One sentence for each kind, channel and reason, for the health page."""
        groups: dict[tuple[str, str, str], list[Trouble]] = {}
        for trouble in self._open.values():
            groups.setdefault((trouble.what, trouble.channel, trouble.why), []).append(trouble)
        return [sentence for met in groups.values() if (sentence := self._sentence(met))]

    def _sentence(self, met: list[Trouble]) -> str:
        one = met[0]
        seconds = self._monotonic() - min(trouble.since for trouble in met)
        if seconds < self._patience and not one.advice:
            return ""
        many = f"1 {one.what}" if len(met) == 1 else f"{len(met)} {one.what}s"
        return f"Slack has not taken {many} for {one.channel} for {seconds:.0f} s: {one.why}"
