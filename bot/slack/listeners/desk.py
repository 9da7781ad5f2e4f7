"""What every listener needs, and the two ways in which a person gets an answer."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.clock import Clock
from bot.handover.actions import Counting
from bot.handover.board import Board
from bot.handover.end import EndOtc
from bot.handover.location import Locations
from bot.handover.ports import ReturnsApiError
from bot.handover.refusals import Refusal
from bot.handover.start import StartOtc
from bot.slack.answer import Answers, Asker
from bot.slack.blocks import modals, sentences
from bot.slack.work import Work

log = structlog.get_logger()

PATIENCE = 4.0
"""Seconds after which a person is told that Flipkart is slow."""

Result = TypeVar("Result")
Wish = Callable[[], Coroutine[None, None, Result]]
"""Something that a person wants done."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a listener hands over to, wired once by `bot.app`."""

    locations: Locations
    start: StartOtc
    end: EndOtc
    counting: Counting
    board: Board
    answers: Answers
    work: Work
    zone: ZoneInfo
    clock: Clock
    patience: float = PATIENCE

    async def alone(self, asker: Asker, wish: Wish[tuple[str, list[Block]]], *, replace: bool = False) -> None:
        """Fulfils a wish and shows the result, or the reason why not, to the asker alone."""

        async def slow() -> None:
            await self.answers.alone(asker, sentences.SLOW)

        try:
            text, blocks = await self._patiently(wish, slow)
        except (Refusal, ReturnsApiError) as error:
            await self.answers.alone(asker, why_not(error))
        except Exception:
            await self.answers.alone(asker, sentences.FAULT)
            raise
        else:
            await self.answers.alone(asker, text, blocks, replace=replace)

    async def in_modal(self, asker: Asker, title: str, wish: Wish[View]) -> None:
        """Opens a modal at once, before its trigger expires, and shows the result in it."""
        view_id = await self.answers.open(asker, modals.loading(title))
        if view_id is None:
            return
        await self.into_modal(asker, view_id, title, wish)

    async def into_modal(self, asker: Asker, view_id: str, title: str, wish: Wish[View]) -> None:
        """Fulfils a wish and shows the result, or the reason why not, in a modal that is open."""

        async def slow() -> None:
            await self.answers.show(view_id, modals.loading(title, sentences.SLOW))

        try:
            view = await self._patiently(wish, slow)
        except (Refusal, ReturnsApiError) as error:
            view = modals.message(title, why_not(error))
        except Exception:
            await self.answers.show(view_id, modals.message(title, sentences.FAULT))
            raise
        if not await self.answers.show(view_id, view):
            await self.answers.alone(asker, sentences.GONE_MODAL)

    async def _patiently(self, wish: Wish[Result], slow: Wish[None]) -> Result:
        task = asyncio.create_task(wish())
        try:
            done, _ = await asyncio.wait({task}, timeout=self.patience)
            if not done:
                await slow()
            return await task
        finally:
            task.cancel()


def why_not(error: Refusal | ReturnsApiError) -> str:
    """The sentence for a wish that was not granted."""
    if isinstance(error, Refusal):
        return sentences.refusal(error)
    log.warning("flipkart did not give what a person asked for", problem=str(error), code=error.code)
    return error.advice
