"""A whole world on loopback: both simulators and one real bot between them, joined by HTTP and WebSocket only."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock, now
from bot.config import BotToml
from bot.sandbox.flipkart import FlipkartSim, Switches
from bot.sandbox.slack import SlackSim
from bot.settings import Environment, Settings
from bot.timing import OutboxTiming, SocketTiming, Timing
from bot.worker import Limits
from tests.databases import Kept, SqliteFile
from tests.pace import PATIENCE

LOCATION = "LOC1"
SCOPES = {"channels:read", "files:read", "files:write", "groups:read", "users:read"}
QUICK_SOCKET = SocketTiming(ping=0.1, look=0.05, first_backoff=0.05, longest_backoff=0.1)
"""Waits of seconds become tenths: what is waited for stays the same. But a machine that stands still for a moment must
not look like a socket that is broken."""
DEAF_SOON = replace(QUICK_SOCKET, deaf=1.0)
"""For what plays a half-open socket."""
QUICK_POSTS = Timing(outbox=OutboxTiming(post=0.02))
"""Replies follow each other at once; that they keep Slack's pace is shown in tests/outbox."""
CODE_DIGITS = 12
"""Logs are full of times and ids with six digits, and now and then one equals a code; twelve are no accident."""


T = TypeVar("T")
P = ParamSpec("P")


async def here(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Stands in for `bot.worker.Worker` where its process is not what is tested."""
    return work(*args, **kwargs)


@dataclass
class World:
    """The two simulators, one warehouse, its people, and the settings of a bot that works there."""

    slack: SlackSim
    flipkart: FlipkartSim
    folder: Path
    operator: str
    second: str
    stranger: str
    channel: str
    http_mode: bool = False
    seller: str = "app"
    toml: dict[str, Any] = field(default_factory=dict)
    webhook_secrets: dict[str, SecretStr] = field(default_factory=dict)
    timing: Timing = Timing()
    monotonic: Callable[[], float] = time.monotonic
    limits: Limits = Limits()
    app: App | None = None
    elsewhere: Kept | None = None
    """The database, where it is no file in the folder."""
    shared: bool = False
    """Whether several copies of the bot work on it."""
    before_stop: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Looks at what is only there while the bot runs: the health page, the write-ahead log."""

    def settings(self, **env: Any) -> Settings:
        """The settings of a bot in this world."""
        location: dict[str, Any] = {"id": LOCATION, "name": "Bengaluru dock", "channel": self.channel}
        location |= {"operators": [self.operator, self.second]}
        content: dict[str, Any] = {
            "timezone": "Asia/Kolkata",
            "polling": {"arrivals_seconds": 0.1, "scans_seconds": 0.1, "page_size": 5},
            "flipkart": {"calls_per_hour": 1_000_000},
            "locations": [location],
        }
        content |= self.toml
        values = {
            "slack_bot_token": SecretStr(self.slack.bot_token),
            "slack_app_token": None if self.http_mode else SecretStr(self.slack.app_token),
            "slack_signing_secret": SecretStr(self.slack.signing_secret),
            "slack_api_url": self.slack.api_url,
            "flipkart_app_id": self.seller,
            "flipkart_app_secret": SecretStr("secret"),
            "flipkart_api_url": self.flipkart.url,
            "database_url": self.kept.url,
            "http_port": 0,
        }
        environment, toml = Environment(_env_file=None, **(values | env)), BotToml.model_validate(content)
        return Settings(env=environment, toml=toml, webhook_secrets=self.webhook_secrets)

    @contextlib.asynccontextmanager
    async def bot(self, clock: Clock = now, **env: Any) -> AsyncIterator[App]:
        """A bot that is connected, and that is stopped as SIGTERM would at the end."""
        self.kept.make()
        settings = [self.settings(**env)]
        app = App(settings, clock, self.timing, self.monotonic, self.limits, shared=self.shared)
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        connected = asyncio.create_task(app.connected.wait())
        try:
            await asyncio.wait({running, connected}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            assert app.connected.is_set(), f"the bot did not connect within {PATIENCE} s"
            self.app = app
            yield app
            for look in self.before_stop:
                await look()
        finally:
            connected.cancel()
            stop.set()
            await running

    async def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Waits for something to be true of the simulators."""
        return await self.slack.wait_for(condition, timeout=seconds)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds, read from outside."""
        return self.kept.rows(query)

    @property
    def kept(self) -> Kept:
        """The database."""
        return self.elsewhere or SqliteFile(self.folder / "bot.db")

    @property
    def cards(self) -> list[Any]:
        """The bot's root messages in the channel."""
        return list(self.slack.messages(self.channel))

    def thread(self, card: Any) -> list[Any]:
        """The replies below a card."""
        return list(self.slack.thread(self.channel, card.ts))


@contextlib.asynccontextmanager
async def world(
    folder: Path,
    switches: Switches | None = None,
    *,
    http_mode: bool = False,
    seller: str = "app",
    secret: str = "secret",  # noqa: S107 - a simulator's
) -> AsyncIterator[World]:
    """Both simulators running, with one channel, two operators and a stranger.

    `seller` is its id at Flipkart, `secret` the application's.
    """
    slack = SlackSim()
    slack.scopes |= SCOPES
    # What becomes of a press is what nearly all tests are about, and not how soon; for that there is `tests.pace`.
    slack.ack_timeout = slack.trigger_seconds = PATIENCE
    how = switches or Switches(code_digits=CODE_DIGITS)
    flipkart = FlipkartSim(app_id=seller, app_secret=secret, switches=how)
    await slack.start()
    await flipkart.start()
    try:
        operator = slack.add_user("asha", real_name="Asha Rao", tz="Asia/Kolkata")
        second = slack.add_user("vikram", real_name="Vikram Shah", tz="Asia/Kolkata")
        stranger = slack.add_user("meera", real_name="Meera Iyer", tz="Asia/Kolkata")
        channel = slack.add_channel("returns-blr", members=[operator, second, stranger])
        flipkart.add_location(LOCATION)
        yield World(slack, flipkart, folder, operator, second, stranger, channel, http_mode, seller)
    finally:
        await flipkart.stop()
        await slack.stop()
