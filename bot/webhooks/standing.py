"""How it goes with one address: whether it takes messages, since when it does not and why, and when it is tried again.

What fails is said once when it begins or changes, and once when it is over. In memory alone: a start tries it anew.
"""

from collections import Counter
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.store.tables import WebhookRow
from bot.store.webhooks import FARTHEST
from bot.timing import WebhookTiming
from bot.webhooks.wire import Answer, Fate

log = structlog.get_logger()


class Standing:
    """Of one address."""

    def __init__(self, name: str, clock: Clock, timing: WebhookTiming) -> None:
        """Takes the address's id."""
        self.name = name
        self.gone = False
        """Whether it said that it wants no more."""
        self._clock = clock
        self._timing = timing
        self._failures = 0
        self._since: datetime | None = None
        self._answer: Answer | None = None
        self._until: datetime | None = None
        self._refused: dict[str, str] = {}
        """What it finds fault with, by the messages' ids."""

    @property
    def fails(self) -> bool:
        """Whether it took nothing lately."""
        return self._failures > 0

    def rest(self, now: datetime) -> float:
        """Seconds until it is tried again; 0 for now."""
        if self._until is None or not now < self._until <= now + FARTHEST:
            return 0.0
        return (self._until - now).total_seconds()

    def rests(self, time: timedelta) -> None:
        """It is left alone for a while."""
        self._until = self._clock() + time

    def took(self, row: WebhookRow) -> None:
        """It has taken a message."""
        self.forget(row)
        if self._since is not None:
            seconds = round((self._clock() - self._since).total_seconds(), 1)
            log.info("a webhook takes messages again", webhook=self.name, seconds=seconds)
        self._failures, self._since, self._answer, self._until = 0, None, None, None

    def failed(self, row: WebhookRow, answer: Answer) -> None:
        """It has not."""
        if answer.fate is Fate.REFUSED:
            self._refuses(row, answer)
            return
        now = self._clock()
        if answer.fate is Fate.GONE:
            self.gone = True
            log.error("a webhook is told nothing more until the bot starts anew", webhook=self.name, why=answer.why)
        elif self._answer is None or self._answer.why != answer.why:
            log.warning("a webhook takes no messages", webhook=self.name, why=answer.why)
        self._answer, self._since = answer, self._since or now
        # Of several calls that failed together, one counts.
        if not self.rest(now):
            habits = self._timing.habits
            backoff = min(habits.first_backoff * 2 ** min(self._failures, 10), habits.longest_backoff)
            wanted = backoff if answer.retry_after is None else answer.retry_after
            self.rests(min(timedelta(seconds=wanted), FARTHEST))
            self._failures += 1

    def _refuses(self, row: WebhookRow, answer: Answer) -> None:
        sentence = f"{row.topic}: {answer.why}"
        if sentence not in self._refused.values():
            log.warning("a webhook refuses a message", webhook=self.name, what=row.topic, why=answer.why)
        self._refused[row.message] = sentence

    def forget(self, row: WebhookRow) -> None:
        """The message is waited for no more."""
        self._refused.pop(row.message, None)

    def gave_up(self, messages: int, why: str) -> None:
        """Nobody took these."""
        log.error("messages for a webhook were given up", webhook=self.name, messages=messages, why=why)

    def problems(self) -> list[str]:
        """What is wrong with it, a sentence each."""
        told = []
        if self._answer is not None and self._since is not None:
            seconds = (self._clock() - self._since).total_seconds()
            if seconds >= self._timing.trouble or self._answer.advice:
                told.append(f"the webhook {self.name} has taken no message for {seconds:.0f} s: {self._answer.why}")
        for sentence, n in Counter(self._refused.values()).items():
            many = "1 message" if n == 1 else f"{n} messages"
            told.append(f"the webhook {self.name} refuses {many}, {sentence}")
        return told
