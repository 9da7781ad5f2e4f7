"""Who looks at their Home tab: drawn anew when something has changed, seldom enough for Slack's limits."""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from slack_sdk.models.views import View

from bot.handover.ports import NotKept
from bot.timing import HomesTiming

MOST = 50
"""People whose tab is kept fresh: views.publish is allowed some hundred times a minute for a whole workspace."""


class Draw(Protocol):
    """Draws the Home tab of a user."""

    async def __call__(self, user_id: str, *, recheck: bool) -> View:
        """Without `recheck`, with the rights of the last time and without asking Slack for anything."""


Publish = Callable[[str, View], Awaitable[float | None]]
"""Shows it in Slack. None when that is done; else it says itself why not, once, and for how many seconds to rest."""


@dataclass(slots=True)
class _Looker:
    opened: float
    shown: str = ""
    """The hash of what stands there; empty: nobody knows."""
    published: float = 0.0


Lookers = dict[str, _Looker]
"""By user id, who opened it last stands last."""


class Homes:
    """Remembers who opened their Home tab lately."""

    def __init__(
        self,
        draw: Draw,
        publish: Publish,
        timing: HomesTiming,
        now: Callable[[], float] = time.monotonic,
        lookers: Lookers | None = None,
    ) -> None:
        """`now` is in seconds, from any moment on; `lookers` have opened it already."""
        self._timing = timing
        self._draw = draw
        self._publish = publish
        self._now = now
        self._lookers: Lookers = {} if lookers is None else lookers
        self._resting_until = 0.0

    async def opened(self, user_id: str) -> None:
        """The tab was opened: it is drawn at once, and kept fresh for a while."""
        # Taken out first: who opened it last stands last.
        looker = self._lookers.pop(user_id, None) or _Looker(0.0)
        looker.opened = self._now()
        self._lookers[user_id] = looker
        while len(self._lookers) > MOST:
            del self._lookers[next(iter(self._lookers))]
        await self._show(user_id, looker, await self._draw(user_id, recheck=True))

    async def tick(self) -> None:
        """Draws every tab that may be drawn now; Slack is asked for something only for those that look different."""
        now = self._now()
        if now < self._resting_until:
            return
        self._lookers = {
            user: looker for user, looker in self._lookers.items() if now - looker.opened < self._timing.remembered
        }
        for user, looker in list(self._lookers.items()):
            if now - looker.published < self._timing.apart:
                continue
            try:
                if looks(await self._draw(user, recheck=False)) == looker.shown:
                    continue
                view = await self._draw(user, recheck=True)
            except NotKept:
                return  # the database's trouble is said elsewhere, and comes for everybody
            if looks(view) != looker.shown:
                await self._show(user, looker, view)
            if self._now() < self._resting_until:
                return

    async def _show(self, user_id: str, looker: _Looker, view: View) -> None:
        # Noted before the call, so that a tick meanwhile does not show the same again.
        looker.published = self._now()
        looker.shown = looks(view)
        rest = await self._publish(user_id, view)
        if rest is not None:
            looker.shown = ""
            self._resting_until = self._now() + max(rest, self._timing.rest)


def looks(view: View) -> str:
    """A hash of what stands there, but for the last line: it tells the time of the drawing."""
    shown = view.to_dict()["blocks"][:-1]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
