"""The check of this machine's clock, by the `Date` of what Slack and Flipkart answer."""

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.clock import Clock, told_in
from bot.doctor.finding import Finding, fail, ok, warn
from bot.slack.skew import TOLERATED

REFUSED = timedelta(minutes=5)
"""What Slack signs, and what Flipkart does, is too old from then on."""
MEND = "Set it right, such as by: timedatectl set-ntp true"


class Clocks:
    """Compares this machine's clock with those whose answers it hears."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead: dict[str, timedelta] = {}

    def heard(self, whose: str, date: str | None) -> None:
        """An answer came with this `Date`. What is none says nothing."""
        if (theirs := told_in(date)) is None:
            return
        ahead = self._clock() - theirs
        # The answer that was on its way for the shortest time tells best.
        self._ahead[whose] = min(ahead, self._ahead.get(whose, ahead), key=abs)

    async def findings(self) -> AsyncIterator[Finding]:
        """Whether they agree; nothing where nobody answered."""
        wrong = {whose: ahead for whose, ahead in self._ahead.items() if abs(ahead) > TOLERATED}
        right = [whose for whose in self._ahead if whose not in wrong]
        if right and not wrong:
            yield ok("clock", f"agrees with {_and(right)}")
        if wrong:
            by: dict[str, list[str]] = {}
            for whose, ahead in wrong.items():
                by.setdefault(_apart(ahead), []).append(whose)
            said = f"this machine's clock is {_and([f'{apart} {_and(them)}' for apart, them in by.items()])}"
            kind = fail if max(abs(ahead) for ahead in wrong.values()) > REFUSED else warn
            yield kind("clock", said, MEND)


def _apart(ahead: timedelta) -> str:
    return f"{round(abs(ahead).total_seconds() / 60)} min {'ahead of' if ahead > timedelta() else 'behind'}"


def _and(words: list[str]) -> str:
    return " and ".join(words)
