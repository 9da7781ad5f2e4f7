"""A world per test, everything that was logged while it lived, and a look for what must not be in it."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot import logs
from tests.scenarios.belonging import strays
from tests.scenarios.leaks import leaks
from tests.scenarios.street import NAMES, Street, place
from tests.support import QUICK_POSTS, World, world


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        one.timing = QUICK_POSTS
        yield one


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that the bot logs at DEBUG, as it would stand in its log file."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("DEBUG", "json")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(root.handlers[0].formatter)
    root.handlers[:] = [handler]
    yield written
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture(autouse=True)
def no_code_leaks(request: pytest.FixtureRequest, logged: io.StringIO) -> Iterator[None]:
    """After every scenario, and while its bot still runs: no code is where it must not be.

    And each line of its log that is about one handover says about which.
    """
    if "dock" not in request.fixturenames:
        yield
        return
    dock: World = request.getfixturevalue("dock")

    async def while_it_runs() -> None:
        pages = {path: await _page(logged.getvalue(), path) for path in ("/healthz", "/metrics")}
        assert leaks(dock, logged.getvalue(), pages) == []

    dock.before_stop.append(while_it_runs)
    yield
    assert leaks(dock, logged.getvalue()) == []
    assert strays(dock, logged.getvalue()) == []


async def _page(log: str, path: str) -> str:
    lines = [json.loads(line) for line in log.splitlines() if '"health":' in line]
    if not lines:
        return ""
    async with aiohttp.ClientSession() as session, session.get(lines[-1]["health"].replace("/healthz", path)) as answer:
        return await answer.text()


@pytest.fixture
async def street(tmp_path: Path, logged: io.StringIO) -> AsyncIterator[Street]:
    """Two worlds that were furnished alike, so that people, channels, FEs and tasks have the same ids."""
    async with AsyncExitStack() as stack:
        houses: dict[str, World] = {}
        for name in NAMES:
            (tmp_path / name).mkdir()
            houses[name] = await stack.enter_async_context(world(tmp_path / name, seller=f"app-{name}"))
            houses[name].timing = QUICK_POSTS
        north, south = houses.values()
        assert (north.operator, north.channel) == (south.operator, south.channel)
        # The one who is an operator of both; Meera is one in the south alone.
        south.toml = {"locations": [place(south, [south.operator, south.stranger])]}
        one = Street(houses)
        yield one
        for own in houses.values():
            assert leaks(own, logged.getvalue()) == []
