"""Health: not "the process is up" but "the bot hears Slack, sees Flipkart and gets its messages out".

Everything that is wrong is told. Only what a restart could mend decides whether the bot is alive: that it is deaf to
Slack, or stuck. A budget that is used up or a channel that is archived is the same after a restart.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, TypeVar

from bot.handover.ports import NotKept

T = TypeVar("T")

Ask = Callable[[], T | Awaitable[T]]
"""Asks a part. May raise NotKept, which is told as a problem."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong, and the part that knows."""

    name: str
    problems: Ask[Sequence[str]]
    """What is wrong now, a sentence each."""
    vital: bool = False
    """Whether it decides that the bot is deaf or stuck, so that it is restarted."""


@dataclass(frozen=True, slots=True)
class Health:
    """Gathers what is wrong, and the few figures that tell how the bot is doing."""

    checks: Sequence[Check]
    figures: Mapping[str, Ask[float | None]]

    async def report(self) -> dict[str, Any]:
        """The health page's content; `ok` is whether the bot is alive. Never a code, a token or a name from outside."""
        problems: dict[str, None] = {}
        alive = True
        for one in self.checks:
            try:
                found = await _said(one.problems)
            except NotKept as error:
                found = [str(error)]
            problems |= dict.fromkeys(found)
            alive = alive and not (found and one.vital)
        figures: dict[str, float | None] = {}
        for name, figure in self.figures.items():
            try:
                figures[name] = await _said(figure)
            except NotKept as error:
                problems[str(error)] = None
                alive = False
        return {"ok": alive, "problems": list(problems), **figures}

    async def states(self) -> dict[str, bool]:
        """Whether each check finds nothing, by name."""
        found = {}
        for one in self.checks:
            try:
                found[one.name] = not await _said(one.problems)
            except NotKept:
                found[one.name] = False
        return found


async def _said(ask: Ask[T]) -> T:
    answer = ask()
    return await answer if isawaitable(answer) else answer
