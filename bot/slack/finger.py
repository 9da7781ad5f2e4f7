"""Makes one press of a finger that drums: Slack's limits are shared by everybody, and so is the screen of a phone."""

import time

Press = tuple[str, ...]
"""Who pressed what where: a user id, then whatever tells the press from others."""


class Finger:
    """The presses whose answer is on its way or has just come. A press that was not answered counts again at once."""

    def __init__(self, quiet: float) -> None:
        """For `quiet` seconds after an answer the same press means the answer that stands there."""
        self._quiet = quiet
        self._answered: dict[Press, float | None] = {}
        """`time.monotonic()` of the answer; None while it is on its way."""

    def begin(self, press: Press) -> bool:
        """Whether the press is to be carried out; not if the same one's answer serves for it too."""
        oldest = time.monotonic() - self._quiet
        self._answered = {one: at for one, at in self._answered.items() if at is None or at > oldest}
        if press in self._answered:
            return False
        self._answered[press] = None
        return True

    def end(self, press: Press, *, answered: bool) -> None:
        """The press is over; `answered` says that the person has what a further one would bring."""
        if answered:
            self._answered[press] = time.monotonic()
        else:
            self._answered.pop(press, None)
