"""Makes one press of a finger that drums: Slack's limits are shared by everybody, and so is the screen of a phone."""

import time

import structlog

log = structlog.get_logger()

Press = tuple[str, ...]
"""Who pressed what where: a user id, then whatever tells the press from others."""


class Finger:
    """The presses whose answer is on its way or has just come. A press that was not answered counts again at once."""

    def __init__(self, quiet: float) -> None:
        """For `quiet` seconds after an answer the same press means the answer that stands there."""
        self._quiet = quiet
        self._answered: dict[Press, float | None] = {}
        """`time.monotonic()` of the answer; None while it is on its way."""

    def begin(self, user_id: str, *what: str) -> Press | None:
        """The press, which is to be ended; None for one that the answer of the one before serves too."""
        press = user_id, *what
        oldest = time.monotonic() - self._quiet
        self._answered = {one: at for one, at in self._answered.items() if at is None or at > oldest}
        if press in self._answered:
            log.debug("a press was answered together with the one before", user=user_id)
            return None
        self._answered[press] = None
        return press

    def end(self, press: Press, *, answered: bool) -> None:
        """The press is over; `answered` says that the person has what a further one would bring."""
        if answered:
            self._answered[press] = time.monotonic()
        else:
            self._answered.pop(press, None)
