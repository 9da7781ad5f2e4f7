"""What goes on after the acknowledgement: tracked, so that a stop can wait for it and no failure goes unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from bot.timing import WorkTiming

log = structlog.get_logger()


class Work:
    """Runs the slow part of a press in a task of its own."""

    def __init__(self, timing: WorkTiming, faulted: Callable[[], None] = lambda: None) -> None:
        """`faulted` is called for each press that ended in a fault of the bot."""
        self._timing = timing
        self._faulted = faulted
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self, coroutine: Coroutine[Any, Any, None], what: str) -> None:
        """Runs the coroutine; `what` names it in the log. After `close` nothing more is taken."""
        if self._closed:
            coroutine.close()
            return
        task = asyncio.create_task(self._run(coroutine, what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Takes no more work and waits a while for what runs; who waits in vain is told."""
        self._closed = True
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=self._timing.last)
            for task in late:
                task.cancel()
            if late:
                log.warning("presses could not be finished before the stop; the people are told", presses=len(late))
                _, mute = await asyncio.wait(late, timeout=self._timing.last_words)
                for task in mute:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, coroutine: Coroutine[Any, Any, None], what: str) -> None:
        try:
            await coroutine
        except Exception:
            self._faulted()
            log.exception("a press ended in a fault of the bot", what=what)
