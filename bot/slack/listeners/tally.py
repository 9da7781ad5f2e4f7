"""The running hand count's buttons. Every press is one: nothing here takes two for one but a repeated delivery."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.handover.refusals import Refusal
from bot.handover.tally import STEPS, Tallied, Tallying
from bot.i18n import _, use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import sentences
from bot.slack.blocks.tally import pad, pad_text
from bot.slack.listeners.desk import Desk, why_not

Press = Callable[[Actor, str], Coroutine[None, None, Tallied]]


def register(app: AsyncApp, desk: Desk, tallying: Tallying) -> None:
    """Adds the buttons. To be registered before the room that answers unknown buttons."""
    pads = _Pads(desk, tallying)

    def listen(action_id: str, press: Press) -> None:
        @app.action(action_id)
        async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
            await ack()
            asker = Asker.of_interaction(body)
            handover = ids.handover_id(action.get("value"))
            container = body.get("container")
            own = isinstance(container, dict) and container.get("is_ephemeral") is True
            desk.work.start(pads.press(asker, handover, press, replace=own), "tally button")

    for step in STEPS:
        listen(f"{ids.TALLY}_{step}", partial(_add, tallying, step))
    listen(ids.TALLY_UNDO, tallying.undo)


async def _add(tallying: Tallying, step: int, actor: Actor, handover_id: str) -> Tallied:
    return await tallying.add(actor, handover_id, step)


class _Pads:
    """Counts at once and answers in order: of presses in a row only the last one's answer is shown."""

    def __init__(self, desk: Desk, tallying: Tallying) -> None:
        self._desk = desk
        self._tallying = tallying
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def press(self, asker: Asker, handover_id: str, press: Press, *, replace: bool) -> None:
        """Carries out a press, and shows what the count is then.

        Args:
            asker: who pressed.
            handover_id: which count.
            press: what the button does.
            replace: whether it stands on the person's own pad, which is then drawn anew.
        """
        desk = self._desk
        with use(await desk.language_of(asker)):
            try:
                tallied = await press(Actor(asker.user_id), handover_id)
            except Refusal as error:
                await desk.say(asker, why_not(asker, error))
            except NotKept:
                await desk.say(asker, _(sentences.NOT_KEPT))
            except asyncio.CancelledError:
                await desk.say(asker, _(sentences.STOPPING))
                raise
            except Exception:
                await desk.say(asker, _(sentences.FAULT))
                raise
            else:
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
            await self._desk.answers.alone(asker, pad_text(now), pad(now), replace=replace)
        finally:
            turn.release()
