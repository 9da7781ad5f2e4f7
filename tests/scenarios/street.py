"""Several houses in one bot: for each a simulated Slack and a simulated Flipkart of its own, and one process."""

import asyncio
import contextlib
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from bot.app import App
from bot.clock import Clock, now
from bot.settings import Settings, SettingsError
from bot.timing import SocketTiming, Timing
from tests.pace import PATIENCE
from tests.support import World

LIFE = replace(Timing().life, first_backoff=0.1, first_pause=0.2, longest_pause=0.4, stuck=3.0, look=0.2)
"""Waits of minutes become tenths of a second: what is waited for stays the same."""
SOCKET = SocketTiming(first_backoff=0.05, longest_backoff=0.1)


class Street:
    """One bot that works in several worlds."""

    def __init__(self, houses: dict[str, World], sellers: dict[str, str] | None = None) -> None:
        """`sellers` says whose each house is; each its own one where nothing is said."""
        self.houses = houses
        self.sellers = sellers or {name: f"{name}-seller" for name in houses}
        self.app: App | None = None
        self.mistakes: list[str] = []
        """What is wrong in the settings now."""
        self.env: dict[str, Any] = {}
        self.read_next: Sequence[Settings] | None = None
        """What the settings are instead of the worlds' own."""

    def settings(self, **env: Any) -> Sequence[Settings]:
        """The settings of all houses."""
        return [self.settings_of(name, **env) for name in self.houses]

    def read(self) -> Sequence[Settings]:
        """The settings, as they are read again."""
        if self.mistakes:
            raise SettingsError(self.mistakes)
        if self.read_next is not None:
            return self.read_next
        return self.settings(**self.env)

    def settings_of(self, name: str, **env: Any) -> Settings:
        """The settings of one house."""
        own = self.houses[name].settings(**env)
        if not name:
            return own
        return own.model_copy(update={"workspace": name, "seller": self.sellers[name]})

    @contextlib.asynccontextmanager
    async def bot(self, clock: Clock = now, waits_for: Sequence[str] | None = None, **env: Any) -> AsyncIterator[App]:
        """A bot that hears the houses that are named, or all; stopped at the end as SIGTERM would."""
        one = next(iter(self.houses.values()))
        timing = replace(one.timing, life=LIFE, socket=SOCKET)
        self.env = env
        app = self.app = App(self.settings(**env), clock, timing, one.monotonic, one.limits, self.read)
        for world in self.houses.values():
            world.kept.make()
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        try:
            async with asyncio.timeout(PATIENCE):
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


def address(logged: io.StringIO) -> str:
    """Where the bot's web server listens, as its log says."""
    lines = [json.loads(line) for line in logged.getvalue().splitlines() if '"health":' in line]
    return str(lines[-1]["health"]).removesuffix("/healthz")


NAMES = {"north": "Ram Kumar", "south": "Shyam Lal"}


def place(own: World, operators: list[str]) -> dict[str, Any]:
    """A location of bot.toml."""
    return {"id": "LOC1", "name": "Dock", "channel": own.channel, "operators": operators}
