"""The ear of a house, which outlives its lives: what Slack delivers while one ends and the next begins waits here.

A press is acknowledged by whoever answers it. One that waits for longer than Slack would is acknowledged meanwhile, and
answered all the same: to the person alone where its window can't be opened any more.
"""

import asyncio
import time
from typing import Protocol

import structlog
from slack_bolt import BoltResponse
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.monitoring.counted import Histogram
from bot.slack.events import SlackEvents

log = structlog.get_logger()


class Hears(Protocol):
    """What deliveries are handed to."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answers a delivery."""


class Hearing:
    """Hands deliveries to the life that there is, or keeps them until there is one."""

    def __init__(self, held: float = 2.0, late: float = 15.0, acks: Histogram | None = None) -> None:
        """There is none yet.

        Args:
            acks: measures the seconds until each acknowledgement.
            held: seconds for which an acknowledgement waits: Slack waits for three.
            late: seconds for which a press waits after that. A house that takes longer to begin has other troubles.
        """
        self._acks = acks
        self._held = held
        self._patience = late
        self._events: SlackEvents | None = None
        self._before: SlackEvents | None = None
        """Of the life that has ended, while deliveries wait for the next."""
        self._decided = asyncio.Event()
        """Whether there is a life that hears, or there is to be none."""
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._late: set[asyncio.Task[None]] = set()

    def begin(self, events: SlackEvents) -> None:
        """This life hears from now on, also what has waited for it."""
        self._events, self._before = events, None
        self._decided.set()

    async def hold(self) -> None:
        """What comes from now on waits for the next life; returns once this one has heard out what came before."""
        self._decided.clear()
        self._events, self._before = None, self._events
        await self._idle.wait()

    async def end(self) -> None:
        """The same, and what comes is refused: no other life follows."""
        self._events, self._before = None, None
        self._decided.set()
        await self._idle.wait()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answers a delivery, as `SlackEvents` does."""
        began = time.monotonic()
        response = await self._answer(req)
        if self._acks is not None and response.status == 200:
            self._acks.add(time.monotonic() - began)
        return response

    async def _answer(self, req: AsyncBoltRequest) -> BoltResponse:
        if not await self._is_decided(self._held) and self._may_be_late(req):
            task = asyncio.create_task(self._answer_late(req))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return BoltResponse(status=200, body="")
        return await self._hear(req)

    async def _answer_late(self, req: AsyncBoltRequest) -> None:
        await self._is_decided(self._patience)
        if (await self._hear(req)).status != 200:
            log.warning("a press was acknowledged, and the bot that was to answer it did not begin in time")

    async def _hear(self, req: AsyncBoltRequest) -> BoltResponse:
        if self._events is None:
            return BoltResponse(status=503, body={"error": "this bot is still starting, or stops"})
        self._at_work += 1
        self._idle.clear()
        try:
            return await self._events.async_dispatch(req)
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._idle.set()

    async def _is_decided(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._decided.wait()
        except TimeoutError:
            return False
        return True

    def _may_be_late(self, req: AsyncBoltRequest) -> bool:
        """Whether Slack needs no more than a word of thanks: a window that is submitted closes by it."""
        is_press = "command" in req.body or req.body.get("type") in ("block_actions", "shortcut", "message_action")
        return is_press and self._before is not None and self._before.is_genuine(req)
