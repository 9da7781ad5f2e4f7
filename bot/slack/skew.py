"""How far this machine's clock is from Slack's, by the `Date` of Slack's answers: a wrong one makes wrong times."""

from datetime import timedelta

import structlog

from bot.clock import Clock, told_in

log = structlog.get_logger()

TOLERATED = timedelta(minutes=2)
"""Differences up to this are nobody's trouble: an answer may be on its way for as long as a call may take."""


class SlackTime:
    """Compares clocks at each answer; a difference is said once in the log, and on the health page while it lasts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta()

    def heard(self, date: str | None) -> None:
        """An answer came with this `Date`. What is none says nothing."""
        if (theirs := told_in(date)) is not None:
            self._note(self._clock() - theirs)

    def problems(self) -> list[str]:
        """What is wrong with this machine's clock, as a sentence; empty while nothing is."""
        return [_sentence(self._ahead)] if self._ahead else []

    def _note(self, ahead: timedelta) -> None:
        before, self._ahead = self._ahead, ahead if abs(ahead) > TOLERATED else timedelta()
        if self._ahead and abs(self._ahead - before) > TOLERATED:
            log.warning("this machine's clock and slack's differ", problem=_sentence(self._ahead))
        elif before and not self._ahead:
            log.info("this machine's clock and slack's agree again")


def _sentence(ahead: timedelta) -> str:
    minutes = round(abs(ahead).total_seconds() / 60)
    way = "ahead of" if ahead > timedelta() else "behind"
    return f"this machine's clock is {minutes} min {way} Slack's: set it, and its time zone, right"
