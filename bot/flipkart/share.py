"""What the seller's other tools leave of the hour, as far as Flipkart's refusals tell: nothing else does."""

from collections.abc import Callable

LEAST = 0.2
"""The share of the budget that is planned with at least: refusals may have other reasons."""
NEAR = 0.5
"""From this part of the share on that is used, a refusal means that the rest is used by others."""
BELOW = 0.99
"""What is planned with after a refusal, of what was used when it came: others may go on."""
LOWERED = 0.9
"""The share after a refusal that came long before: others use a lot, or Flipkart meant something else."""
HOLDS = 900.0
"""Seconds for which nothing is raised after a refusal."""
RAISED = 0.15
"""Of the budget that is taken back in an hour: what others took is over in one, and nobody tells when."""
TOLD = 0.99
"""The health page says nothing of a share above this."""
PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds of rest after the first, second... refusal that does not say how long."""
AGAIN = 120.0
"""Seconds after such a rest in which the next refusal is one of the same row."""


class Share:
    """Lowered with each refusal, raised slowly."""

    def __init__(self, limit: int, monotonic: Callable[[], float]) -> None:
        """`limit` is the whole budget of an hour."""
        self._limit = limit
        self._monotonic = monotonic
        self._lowered_to = float(limit)
        self._since: float | None = None
        self._pauses = 0
        self._rested_until = 0.0

    def now(self) -> int:
        """Calls an hour to plan with."""
        if self._since is None:
            return self._limit
        share = self._risen(self._lowered_to, self._since)
        if share >= self._limit:
            self._since = None
            return self._limit
        return int(share)

    def _risen(self, lowered_to: float, since: float) -> float:
        """What a share that was lowered to this, then, has come to."""
        return lowered_to + max(0.0, self._monotonic() - since - HOLDS) * RAISED * self._limit / 3600

    def refused(self, used: int) -> None:
        """Flipkart refused a call when so many were used by the bot's own count."""
        share = self.now()
        lower = min(share, used * BELOW) if used >= share * NEAR else share * LOWERED
        self._lowered_to = max(lower, self._limit * LEAST)
        self._since = self._monotonic()

    def pause(self) -> float:
        """Seconds to rest after a refusal that does not say how long: little at first, more if it goes on."""
        now = self._monotonic()
        self._pauses = self._pauses + 1 if now - self._rested_until < AGAIN else 0
        seconds = PAUSES[min(self._pauses, len(PAUSES) - 1)]
        self._rested_until = now + seconds
        return seconds

    def says(self) -> tuple[float, float, float, float]:
        """What another copy of the bot goes on with, by `hear`; moments are seconds from now, as no clock is shared."""
        now = self._monotonic()
        since = now if self._since is None else self._since
        lowered_to = float(self._limit) if self._since is None else self._lowered_to
        return lowered_to, since - now, float(self._pauses), self._rested_until - now

    def hear(self, lowered_to: float, since: float, pauses: float, rested_until: float) -> None:
        """Another copy was refused, or knows of it; what was heard before changes nothing."""
        now = self._monotonic()
        risen, own = self._risen(lowered_to, now + since), self.now()
        if risen < self._limit and (risen < own or (int(risen) == own and self._is_before(now + since))):
            self._lowered_to, self._since = max(lowered_to, self._limit * LEAST), now + since
        if now + rested_until > self._rested_until:
            self._pauses, self._rested_until = min(max(0, int(pauses)), len(PAUSES)), now + rested_until

    def _is_before(self, moment: float) -> bool:
        return self._since is not None and self._since < moment

    @property
    def is_lowered(self) -> bool:
        """Whether refusals tell that others use the budget too."""
        return self.now() < self._limit * TOLD

    def problems(self) -> list[str]:
        """What the health page says while others use the budget too."""
        if not self.is_lowered:
            return []
        return [
            f"Flipkart refused calls before the bot had used its {self._limit} an hour: other tools of the seller use "
            f"them too, so the bot plans with {self.now()} for now"
        ]
