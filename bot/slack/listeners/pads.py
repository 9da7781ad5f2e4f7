"""The pads of the running hand count: one window for each person and handover, changed in place."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from cachetools import LRUCache
from slack_sdk.models.views import View

from bot.handover.model import Actor, Handover
from bot.handover.tally import Tallied, Tallying
from bot.i18n import use
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks.tally import over, pad, pad_text
from bot.slack.windows import Windows
from bot.slack.wishes import Refused, Wishes

Step = Callable[[Actor, str], Coroutine[Any, Any, Tallied]]
REMEMBERED = 1000
"""Pads that may still be open; one that is forgotten is opened again."""


class Pads:
    """Counts at once and answers in order: of presses in a row only the last one's answer is shown."""

    def __init__(self, wishes: Wishes, tallying: Tallying, windows: Windows) -> None:
        self._wishes = wishes
        self._tallying = tallying
        self._windows = windows
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._open: LRUCache[tuple[str, str], str] = LRUCache(REMEMBERED)
        """The window of each person and handover, which may have been closed since: Slack tells nobody."""

    async def add(self, asker: Asker, handover_id: str, step: int, *, view_id: str) -> None:
        """Adds to a count, and shows it; `view_id` is the pad on which that was pressed, empty for the card."""

        async def add(actor: Actor, handover_id: str) -> Tallied:
            return await self._tallying.add(actor, handover_id, step)

        await self._press(asker, handover_id, add, view_id)

    async def undo(self, asker: Asker, handover_id: str, *, view_id: str) -> None:
        """Takes the last step back, and shows the count as `add` does."""
        await self._press(asker, handover_id, self._tallying.undo, view_id)

    async def _press(self, asker: Asker, handover_id: str, step: Step, view_id: str) -> None:
        wishes = self._wishes
        with use(await wishes.language_of(asker)):

            async def say(text: str) -> bool:
                if view_id:
                    return await wishes.answers.show(view_id, modals.message(modals.count_title(), text))
                return await wishes.say(asker, text)

            tallied = await wishes.granted(asker, partial(step, Actor(asker.user_id), handover_id), say)
            if not isinstance(tallied, Refused):
                await self._show(asker, tallied, view_id)

    async def _show(self, asker: Asker, tallied: Tallied, view_id: str) -> None:
        key = asker.user_id, tallied.handover.id
        turn = self._turns.setdefault(key, asyncio.Lock())
        self._waiting[key] += 1
        try:
            await turn.acquire()
        finally:
            self._waiting[key] -= 1
        try:
            if self._waiting[key]:
                return  # the next answer has the newer number
            del self._waiting[key]
            await self._draw(asker, await self._tallying.now(tallied), view_id or self._open.get(key, ""))
        finally:
            turn.release()

    async def _draw(self, asker: Asker, tallied: Tallied, view_id: str) -> None:
        answers, key, view = self._wishes.answers, (asker.user_id, tallied.handover.id), pad(tallied)
        if not view_id or not await answers.show(view_id, view):
            self._open.pop(key, None)
            view_id = await answers.open(asker, view, quiet=True) or ""
        if not view_id:
            # It is counted, so nobody may be asked to press again; the card has the buttons too.
            await answers.alone(asker, pad_text(tallied))
            return
        self._open[key] = view_id

        def became(handover: Handover) -> View | None:
            return over(handover) if handover.over else None

        await self._windows.watch(tallied.handover.id, became, view_id)
