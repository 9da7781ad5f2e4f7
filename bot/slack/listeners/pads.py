"""The pads of the running hand count, each shown to one person alone."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from bot.handover.model import Actor
from bot.handover.tally import Tallied, Tallying
from bot.i18n import use
from bot.slack.answer import Asker
from bot.slack.blocks.tally import pad, pad_text
from bot.slack.press import Presses, Refused

Step = Callable[[Actor, str], Coroutine[Any, Any, Tallied]]


class Pads:
    """Counts at once and answers in order: of presses in a row only the last one's answer is shown."""

    def __init__(self, presses: Presses, tallying: Tallying) -> None:
        self._presses = presses
        self._tallying = tallying
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def add(self, asker: Asker, handover_id: str, step: int, *, replace: bool) -> None:
        """Adds to a count, and shows it; `replace`: on the person's own pad, which is then drawn anew."""

        async def add(actor: Actor, handover_id: str) -> Tallied:
            return await self._tallying.add(actor, handover_id, step)

        await self._press(asker, handover_id, add, replace=replace)

    async def undo(self, asker: Asker, handover_id: str, *, replace: bool) -> None:
        """Takes the last step back, and shows the count as `add` does."""
        await self._press(asker, handover_id, self._tallying.undo, replace=replace)

    async def _press(self, asker: Asker, handover_id: str, step: Step, *, replace: bool) -> None:
        presses = self._presses
        with use(await presses.language_of(asker)):
            wish = partial(step, Actor(asker.user_id), handover_id)
            tallied = await presses.granted(asker, wish, partial(presses.say, asker))
            if not isinstance(tallied, Refused):
                await self._show(asker, tallied, replace=replace)

    async def _show(self, asker: Asker, tallied: Tallied, *, replace: bool) -> None:
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
            now = await self._tallying.now(tallied)
            await self._presses.answers.alone(asker, pad_text(now), pad(now), replace=replace)
        finally:
            turn.release()
