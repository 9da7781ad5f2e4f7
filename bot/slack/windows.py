"""Modals with a code that change by themselves once the code has done its work, is replaced or has expired."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.models.views import View

from bot.handover.model import Handover
from bot.handover.ports import NotKept
from bot.i18n import language, use

MOST = 200
"""Windows that are watched; the oldest are let go first, and stay as they are."""

Became = Callable[[Handover], View | None]
"""What a window has become now that its handover is like this; None as long as what it shows holds."""


@dataclass(frozen=True, slots=True)
class _Watched:
    handover_id: str
    became: Became
    language: str


class Windows:
    """The codes on people's screens. In memory alone: after a restart a window stays as it is until it is closed."""

    def __init__(
        self,
        show: Callable[[str, View], Awaitable[bool]],
        handover: Callable[[str], Awaitable[Handover | None]],
    ) -> None:
        """`show` replaces what a modal shows, and `handover` finds one by its id."""
        self._show = show
        self._handover = handover
        self._watched: dict[str, _Watched] = {}

    async def watch(self, handover_id: str, became: Became, view_id: str) -> None:
        """Changes this modal, once, as soon as `became` gives another view; in the language of the task that asks."""
        self._watched.pop(view_id, None)
        self._watched[view_id] = _Watched(handover_id, became, language())
        while len(self._watched) > MOST:
            del self._watched[next(iter(self._watched))]

    async def tick(self) -> None:
        """Looks at every window that is watched."""
        for view_id, one in list(self._watched.items()):
            try:
                handover = await self._handover(one.handover_id)
            except NotKept:
                return  # the database's trouble is said elsewhere
            with use(one.language):
                view = one.became(handover) if handover is not None else None
                # Whoever pressed in the window meanwhile has a newer answer there.
                if view is not None and self._watched.get(view_id) is one:
                    del self._watched[view_id]
                    await self._show(view_id, view)
