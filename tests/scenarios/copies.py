"""A copy of the bot as far as presses go, beside the whole bot of a scenario: it looks at and posts nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.clock import now
from bot.copies.address import conninfo
from bot.copies.joint import Joint
from bot.memory import Memory
from bot.parts import Parts
from bot.seller import Seller
from bot.slack.session import slack_session
from bot.slack.skew import SlackTime
from bot.slack.work import Work
from bot.store.calls import CallStore
from bot.store.session import Database
from bot.store.stores import Stores
from bot.timing import CopiesTiming
from bot.web import EVENTS_PATH, WebServer
from bot.worker import Worker
from tests.databases import postgres_database
from tests.scenarios.test_http_mode import free_port
from tests.support import QUICK_POSTS, World, world

QUICK_COPIES = CopiesTiming(every=0.1, idle=3.0, joins=5.0)


@dataclass
class Copy:
    """One of several."""

    address: str
    parts: Parts
    running: asyncio.Task[None]
    hear: Callable[[str, str], None] = lambda _word, _about: None
    """What it does of what it hears."""

    def die(self) -> None:
        """Its line to the others is cut, and it hears nothing any more."""
        self.deafen()
        self.running.cancel()

    def deafen(self) -> list[tuple[str, str]]:
        """It is there, and does nothing of what it hears from now on, which is in the list."""
        told: list[tuple[str, str]] = []
        assert self.parts.together.line is not None
        self.hear = self.parts.together.line.heard
        self.parts.together.line.heard = lambda word, about: told.append((word, about))
        return told


@contextlib.asynccontextmanager
async def a_copy(world: World) -> AsyncIterator[Copy]:
    """Another copy over the world's database, which hears by HTTP."""
    settings, timing = world.settings(), world.timing
    async with contextlib.AsyncExitStack() as stack:
        database = Database(settings.env.database_url)
        stack.push_async_callback(database.close)
        worker = Worker(world.limits)
        stack.push_async_callback(worker.close)
        seller = Seller(settings, CallStore(database), now, timing)
        stack.push_async_callback(seller.close)
        session = slack_session(timing.slack, settings.env.slack_api_url, SlackTime(now).heard)
        stack.push_async_callback(session.close)
        toml = settings.toml
        stores = Stores.over(database, now, claim_days=toml.claims.days, obd_photos=toml.photos.obd, zone=toml.zone)
        # It never joins those that share the work.
        joint, memory = Joint(conninfo(settings.env.database_url), timing.copies), Memory(now)
        owning = joint.owning("", toml.locations)
        parts = Parts(
            settings, now, timing, time.monotonic, database, stores, seller.flipkart, session, worker, memory, owning
        )
        work, web = Work(timing.work), WebServer("127.0.0.1", 0, timing.web)
        events, _homes, windows = parts.listeners(work, "")
        database.bell = parts.together.bell(lambda _only_counts: None)
        running = asyncio.create_task(parts.together.run())
        looking = asyncio.create_task(_look(windows.tick))
        for task in (running, looking):
            stack.push_async_callback(_ended, task)
        stack.push_async_callback(work.close)
        address = await web.start()
        stack.push_async_callback(web.close)
        web.hear("", events)
        yield Copy(f"{address}{EVENTS_PATH}", parts, running)


async def _look(tick: Callable[[], Awaitable[None]]) -> None:
    while True:
        await tick()
        await asyncio.sleep(0.1)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def dock(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A dock of several copies. They wait for each other as long as a test's parameter or its module's LETTER says."""
    letter = getattr(request, "param", getattr(request.module, "LETTER", QUICK_POSTS.press.letter))
    press = replace(QUICK_POSTS.press, letter=letter)
    with postgres_database() as kept:
        async with world(tmp_path, http_mode=True) as one:
            one.elsewhere, one.shared = kept, True
            one.timing = replace(QUICK_POSTS, copies=QUICK_COPIES, press=press)
            yield one


@pytest.fixture
async def first(dock: World) -> AsyncIterator[str]:
    """The whole bot; where it hears."""
    port = free_port()
    dock.slack.events_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
    async with dock.bot(http_port=port):
        yield dock.slack.events_url


@pytest.fixture
async def second(dock: World, first: str) -> AsyncIterator[Copy]:
    """A copy beside it, which has heard of it."""
    assert first
    async with a_copy(dock) as one:
        await dock.until(lambda: one.parts.together.line is not None and one.parts.together.line.others)
        yield one
