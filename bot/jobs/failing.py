"""What fails at the looks: what is said of it, once each, and how long polling rests for it."""

from collections.abc import Callable

import structlog

from bot.handover.ports import ReturnsApiError

log = structlog.get_logger()

TASK_IS_OVER = frozenset({"TASK_CLOSED", "TRIPSHEET_TASK_NOT_FOUND"})
"""Codes that tell of no fault: Flipkart has answered, and the FE will be gone soon."""


class Failures:
    """Of looks by their key: `location` or `handover`, and its id."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Nothing fails yet."""
        self._monotonic = monotonic
        self._resting_until = 0.0
        self._ended: set[str] = set()
        """Of whose end Flipkart has told: it does so at each look, until the FE has left."""
        self.now: dict[str, str] = {}
        """What fails now: one readable line each."""

    @property
    def is_resting(self) -> bool:
        """Whether Flipkart asked for a rest that is not over: polling makes no look meanwhile."""
        return self._monotonic() < self._resting_until

    def took(self, key: str, error: ReturnsApiError) -> bool:
        """A look got this for an answer. Returns whether it is none to worry about: the task is over."""
        if error.code in TASK_IS_OVER:
            if key not in self._ended:
                self._ended.add(key)
                log.info("flipkart says that a task is over", key=key, code=error.code)
            self.recovered(key)
            return True
        if error.retry_after is not None:
            self._rest(error.retry_after, str(error))
        before = self.now.get(key)
        if not error.retry and before != str(error):
            # It goes on trying here too, but what is wrong will not mend itself.
            log.error("a look at flipkart failed; somebody must help", key=key, problem=str(error), todo=error.advice)
        elif before is None:
            log.warning("a look at flipkart failed; it goes on trying", key=key, problem=str(error))
        self.now[key] = str(error)
        return False

    def recovered(self, key: str) -> None:
        """A look was answered."""
        if self.now.pop(key, None) is not None:
            log.info("flipkart answers again", key=key)

    def forget(self, key: str) -> None:
        """There will be no more looks of this key."""
        self.now.pop(key, None)
        self._ended.discard(key)

    def _rest(self, seconds: float, why: str) -> None:
        now = self._monotonic()
        if now >= self._resting_until:
            log.warning("polling rests; people are still served", seconds=round(seconds), why=why)
        self._resting_until = max(self._resting_until, now + seconds)
