"""A simulated Slack with clients of it, and a world with a real bot."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.sandbox.slack import SlackSim
from tests.outbox.conftest import office
from tests.pace import PATIENCE
from tests.support import SCOPES, World, world

__all__ = ["office"]


@dataclass
class Place:
    """A simulated Slack with two people in a channel, and a client as the bot has it."""

    slack: SlackSim
    client: AsyncWebClient
    session: aiohttp.ClientSession
    asha: str
    ravi: str
    channel: str

    def calls(self, method: str) -> list[Any]:
        return [call for call in self.slack.calls if call.method == method]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    slack = SlackSim()
    slack.scopes |= SCOPES
    asha, ravi = slack.add_user("asha"), slack.add_user("ravi")
    channel = slack.add_channel("returns-blr", members=[asha, ravi])
    await slack.start()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        yield Place(slack, client, session, asha, ravi, channel)
    await slack.stop()


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


@pytest.fixture
async def http_dock(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, http_mode=True) as one:
        yield one


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the bot logs."""
    with capture_logs() as entries:
        yield entries


def faults(entries: list[MutableMapping[str, Any]]) -> list[str]:
    """The log's lines about faults of the bot itself."""
    return [f"{e['event']}: {e.get('exc_info')!r} {e.get('what', '')}" for e in entries if "fault" in e["event"]]


def health_url(entries: list[MutableMapping[str, Any]]) -> str:
    """Where the bot said that its health page is."""
    return next(str(e["health"]) for e in entries if e["event"] == "connected" and "health" in e)
