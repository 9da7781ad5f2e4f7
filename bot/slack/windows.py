"""Modals with a code that change by themselves once the code has done its work, is replaced or has expired."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.views import View

from bot import trace
from bot.handover.model import Handover
from bot.handover.ports import NotKept
from bot.i18n import language, use

MOST = 200
"""Windows that are watched; the oldest are let go first, and stay as they are."""

Became = Callable[[Handover], View | None]
"""What a window has become now that its handover is like this; None as long as what it shows holds."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a window shows from now on."""

    view: View
    last: bool
    """Nothing in it will change any more."""


BecameOf = Callable[[Mapping[str, Handover]], Change | None]
"""The same of a window about several handovers, by id; of those that are gone there is none."""


@dataclass(frozen=True, slots=True)
class _Watched:
    handover_ids: tuple[str, ...]
    became: BecameOf
    language: str


Watched = dict[str, _Watched]
"""Windows by the id of their view."""


class Windows:
    """The codes on people's screens. In memory alone: after a restart a window stays as it is until it is closed."""

    def __init__(
        self,
        show: Callable[[str, View], Awaitable[bool]],
        handover: Callable[[str], Awaitable[Handover | None]],
        watched: Watched | None = None,
    ) -> None:
        """`show` replaces what a modal shows, `handover` finds one by its id, `watched` stand there already."""
        self._show = show
        self._handover = handover
        self._watched: Watched = {} if watched is None else watched

    async def watch(self, handover_id: str, became: Became, view_id: str) -> None:
        """Changes this modal, once, as soon as `became` gives another view; in the language of the task that asks."""

        def change(handovers: Mapping[str, Handover]) -> Change | None:
            handover = handovers.get(handover_id)
            view = became(handover) if handover is not None else None
            return None if view is None else Change(view, last=True)

        await self.watch_all((handover_id,), change, view_id)

    async def watch_all(self, handover_ids: Sequence[str], became: BecameOf, view_id: str) -> None:
        """Changes this modal each time that `became` says so, until the last."""
        self._watched.pop(view_id, None)
        self._watched[view_id] = _Watched(tuple(handover_ids), became, language())
        while len(self._watched) > MOST:
            del self._watched[next(iter(self._watched))]

    async def tick(self) -> None:
        """Looks at every window that is watched."""
        for view_id, one in list(self._watched.items()):
            # A window about several is about none of them more than the others.
            with trace.of(one.handover_ids[0] if len(one.handover_ids) == 1 else ""):
                try:
                    known = [await self._handover(handover_id) for handover_id in one.handover_ids]
                except NotKept:
                    return  # the database's trouble is said elsewhere
                with use(one.language):
                    await self._look(view_id, one, known)

    async def _look(self, view_id: str, one: _Watched, known: Sequence[Handover | None]) -> None:
        change = one.became({handover.id: handover for handover in known if handover is not None})
        # Whoever pressed in the window meanwhile has a newer answer there.
        if change is not None and self._watched.get(view_id) is one:
            if change.last:
                del self._watched[view_id]
            if not await self._show(view_id, change.view) and self._watched.get(view_id) is one:
                del self._watched[view_id]
