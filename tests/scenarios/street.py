"""Several houses in one bot: for each a simulated Slack and a simulated Flipkart of its own, and one process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from bot.app import App
from bot.clock import Clock, now
from bot.settings import Settings
from bot.timing import Timing
from tests.support import QUICK_SOCKET, World

LIFE = replace(Timing().life, first_backoff=0.1, first_pause=0.2, longest_pause=0.4, stuck=3.0, look=0.2)
"""Waits of minutes become tenths of a second: what is waited for stays the same."""


class Street:
    """One bot that works in several worlds."""

    def __init__(self, houses: dict[str, World], sellers: dict[str, str] | None = None) -> None:
        """`sellers` says whose each house is; each its own one where nothing is said."""
        self.houses = houses
        self.sellers = sellers or {name: f"{name}-seller" for name in houses}
        self.app: App | None = None

    def settings(self, **env: Any) -> Sequence[Settings]:
        """The settings of all houses."""
        return [self.settings_of(name, **env) for name in self.houses]

    def settings_of(self, name: str, **env: Any) -> Settings:
        """The settings of one house."""
        own = self.houses[name].settings(**env)
        return own.model_copy(update={"workspace": name, "seller": self.sellers[name]})

    @contextlib.asynccontextmanager
    async def bot(self, clock: Clock = now, waits_for: Sequence[str] | None = None, **env: Any) -> AsyncIterator[App]:
        """A bot that hears the houses that are named, or all; stopped at the end as SIGTERM would."""
        one = next(iter(self.houses.values()))
        timing = replace(one.timing, life=LIFE, socket=QUICK_SOCKET)
        app = self.app = App(self.settings(**env), clock, timing, one.monotonic, one.limits)
        for world in self.houses.values():
            world.kept.make()
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        try:
            async with asyncio.timeout(20):
                for name in waits_for if waits_for is not None else self.houses:
                    await app.connected_of(name).wait()
            yield app
        finally:
            stop.set()
            await running


async def get(address: str, path: str = "/healthz") -> tuple[int, dict[str, Any]]:
    """What the bot's web server answers."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}{path}") as answer:
        return answer.status, await answer.json()
