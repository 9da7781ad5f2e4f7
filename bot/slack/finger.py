"""Makes one press of a finger that drums: Slack's limits are shared by everybody, and so is the screen of a phone."""

import contextlib
import hashlib
import hmac
import time

import structlog

from bot.handover.letters import Fingers, Line
from bot.handover.ports import NotKept

log = structlog.get_logger()

Press = tuple[str, ...]
"""Who pressed what where: a user id, then whatever tells the press from others."""


class SharedFinger:
    """The same over all copies of the bot, where there is more than one."""

    def __init__(self, fingers: Fingers, line: Line, secret: str) -> None:
        """`secret` makes digests that nobody else can guess: what was typed may be anything, and is kept nowhere."""
        self._fingers = fingers
        self._line = line
        self._secret = secret.encode()
        self._begun: set[Press] = set()

    async def begin(self, press: Press, quiet: float) -> bool:
        """Whether no other copy has begun it; where that can't be said, a press twice is better than none."""
        if not self._line.others:
            return True
        try:
            if not await self._fingers.begin(self._digest(press), self._line.me, quiet):
                return False
        except NotKept:
            return True
        self._begun.add(press)
        return True

    async def end(self, press: Press, *, answered: bool) -> None:
        """It is over, as far as the other copies were told of it."""
        if press in self._begun:
            self._begun.discard(press)
            with contextlib.suppress(NotKept):
                await self._fingers.end(self._digest(press), self._line.me, answered=answered)

    def _digest(self, press: Press) -> str:
        said = "\0".join(press).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


class Finger:
    """The presses whose answer is on its way or has just come. A press that was not answered counts again at once."""

    def __init__(
        self, quiet: float, over_copies: SharedFinger | None = None, pressed: dict[Press, float | None] | None = None
    ) -> None:
        """For `quiet` seconds after an answer the same press means the answer that stands there.

        `pressed` are the presses that another one had before, which it goes on with.
        """
        self._quiet = quiet
        self._over_copies = over_copies
        self._answered: dict[Press, float | None] = {} if pressed is None else pressed
        """`time.monotonic()` of the answer; None while it is on its way."""

    async def begin(self, user_id: str, *what: str) -> Press | None:
        """The press, which is to be ended; None for one that the answer of the one before serves too."""
        press = user_id, *what
        oldest = time.monotonic() - self._quiet
        for one in [one for one, at in self._answered.items() if at is not None and at <= oldest]:
            del self._answered[one]
        if press not in self._answered:
            self._answered[press] = None
            if self._over_copies is None or await self._over_copies.begin(press, self._quiet):
                return press
            del self._answered[press]
        log.debug("a press was answered together with the one before", user=user_id)
        return None

    async def end(self, press: Press, *, answered: bool) -> None:
        """The press is over; `answered` says that the person has what a further one would bring."""
        if answered:
            self._answered[press] = time.monotonic()
        else:
            self._answered.pop(press, None)
        if self._over_copies is not None:
            await self._over_copies.end(press, answered=answered)
