"""An empty folder in which somebody types `otc-bot init`, and a terminal at which they sit."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.manifest import SCOPES
from tests.pace import PATIENCE
from tests.support import World, world
from tests.test_cli import Installation, assert_clean

SECRET = "unseen-at-flipkart"
"""The application's secret in these worlds: a word that no sentence has."""


@contextlib.asynccontextmanager
async def dock(folder: Path, seller: str = "app") -> AsyncIterator[World]:
    """A world with an app that has all its scopes, and an empty folder."""
    folder.mkdir(exist_ok=True)
    async with world(folder, seller=seller, secret=SECRET) as at:
        at.slack.scopes |= set(SCOPES)
        yield at


def empty(at: World, **env: str) -> Installation:
    """A folder without a file, and an environment that says no more than where the simulators are."""
    there = {"SLACK_API_URL": at.slack.api_url, "FLIPKART_API_URL": at.flipkart.url, "HTTP_PORT": "0"}
    return Installation(at.folder, {"TERM": "dumb", **there, **env})


def credentials(at: World) -> dict[str, str]:
    """What is right in this world."""
    return {
        "SLACK_BOT_TOKEN": at.slack.bot_token,
        "SLACK_APP_TOKEN": at.slack.app_token,
        "FLIPKART_APP_ID": at.seller,
        "FLIPKART_APP_SECRET": SECRET,
    }


@dataclass
class Sitting:
    """Somebody at a pseudo terminal, with one command that runs there."""

    process: asyncio.subprocess.Process
    screen: int
    shown: str = ""
    """All that was ever on the screen."""
    _read_to: int = 0
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def read(self) -> None:
        """Takes what the command printed."""
        try:
            chunk = os.read(self.screen, 4096)
        except OSError:  # the command has ended
            chunk = b""
        if not chunk:
            asyncio.get_running_loop().remove_reader(self.screen)
        self.shown += chunk.decode(errors="replace")
        self._came.set()

    async def sees(self, words: str) -> None:
        """Waits until words come that were not waited for yet."""
        try:
            async with asyncio.timeout(PATIENCE):
                while (at := self.shown.find(words, self._read_to)) < 0:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            pytest.fail(f"{words!r} does not come:\n{self.shown[self._read_to :]}")
        self._read_to = at + len(words)

    async def answers(self, question: str, typed: str) -> None:
        """Waits for a question and types the answer, and Enter."""
        await self.sees(question)
        await self.sees(": ")
        self.presses(f"{typed}\n".encode())

    def presses(self, keys: bytes) -> None:
        os.write(self.screen, keys)

    async def leaves(self, key: bytes) -> int:
        """Presses a key that ends the command, and again as people do: a signal just before the read is not noticed."""
        async with asyncio.timeout(PATIENCE):
            while self.process.returncode is None:
                self.presses(key)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(5.0):
                        await self.process.wait()
        return await self.ends()

    async def ends(self) -> int:
        """The exit code."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
        assert_clean(self.shown)
        return code


@contextlib.asynccontextmanager
async def sitting(bot: Installation, *arguments: str) -> AsyncIterator[Sitting]:
    """A command at a terminal of its own."""
    screen, inside = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=bot.folder,
        env=bot.env,
        # Its own session, of which the terminal is this one: hidden answers are read from there.
        preexec_fn=lambda: os.login_tty(inside),
    )
    os.close(inside)
    one = Sitting(process, screen)
    loop = asyncio.get_running_loop()
    loop.add_reader(screen, one.read)
    try:
        yield one
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        loop.remove_reader(screen)
        os.close(screen)


def variables(folder: Path) -> dict[str, str]:
    """What `.env` sets."""
    text = (folder / ".env").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))


def assert_hidden(at: World, *said: str) -> None:
    """Nothing that opens a door was ever printed, nor what somebody typed in its place."""
    for word in (at.slack.bot_token, at.slack.app_token, at.slack.signing_secret, SECRET, "unseen"):
        assert word not in "".join(said), f"{word} was shown:\n{''.join(said)}"
