"""Four docks with their channels and people, and the real bot that serves them."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox.flipkart import FlipkartSim, Switches
from bot.sandbox.slack import SlackSim
from tests.bench.processes import environment
from tests.soak import fastclock
from tests.support import CODE_DIGITS, SCOPES, World

SITES = 4


@dataclass(frozen=True, slots=True)
class Site:
    """One dock: where it is in Flipkart and in Slack, and who works there."""

    location: str
    channel: str
    operators: tuple[str, ...]
    named: tuple[str, ...]
    """Its operators in bot.toml: persons, a user group, or nobody, which means the channel's members."""


@dataclass
class Docks(World):
    """The world of the tests, with several channels."""

    sites: list[Site] = field(default_factory=list)

    @property
    def cards(self) -> list[Any]:
        """The root messages in all channels."""
        return [message for site in self.sites for message in self.slack.messages(site.channel)]

    def thread(self, card: Any) -> list[Any]:
        """The replies below a card."""
        return list(self.slack.thread(card.channel, card.ts))

    @property
    def log(self) -> Path:
        """Where the bot's log goes."""
        return self.folder / "bot.log"

    def log_lines(self, word: str) -> list[dict[str, Any]]:
        """The lines of the bot's log that hold a word."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if word in line and line.startswith("{")]


@contextlib.asynccontextmanager
async def docks(folder: Path) -> AsyncIterator[Docks]:
    """Both simulators with their published limits, and the docks."""
    slack = SlackSim()
    slack.scopes |= SCOPES
    slack.limits = True
    flipkart = FlipkartSim(app_id="app", app_secret="secret", switches=Switches(code_digits=CODE_DIGITS))
    await slack.start()
    await flipkart.start()
    try:
        people = [slack.add_user(f"operator{n}") for n in range(2 * SITES)]
        stranger = slack.add_user("meera", real_name="Meera Iyer")
        sites = []
        for n in range(SITES):
            pair = tuple(people[2 * n : 2 * n + 2])
            channel = slack.add_channel(f"returns-{n + 1}", members=[*pair, stranger] if n < 2 else pair)
            # Each of the three ways in which a dock can say who may ask.
            named = pair if n < 2 else () if n == 2 else (slack.add_usergroup("dock-leads", users=pair),)
            flipkart.add_location(f"LOC{n + 1}")
            sites.append(Site(f"LOC{n + 1}", channel, pair, named))
        yield Docks(slack, flipkart, folder, people[0], people[1], stranger, sites[0].channel, sites=sites)
    finally:
        await flipkart.stop()
        await slack.stop()


@contextlib.asynccontextmanager
async def bot(world: Docks) -> AsyncIterator[asyncio.subprocess.Process]:
    """A real `otc-bot run` that shares our fast clock, connected; ended as SIGTERM would."""
    _write_toml(world)
    env = environment(
        world,
        DATABASE_URL=f"sqlite:///{world.folder / 'bot.db'}",
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="json",
        **fastclock.inherited(),
    )
    with world.log.open("wb") as log:
        # In a session of its own: Ctrl-C is for us, and the bot is then ended in order.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            env=env,
            cwd=world.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        while not world.slack.connections:
            if process.returncode is not None:
                raise RuntimeError(f"the bot ended at once:\n{world.log.read_text(encoding='utf-8')}")
            await asyncio.sleep(1)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _write_toml(world: Docks) -> None:
    lines = ['timezone = "Asia/Kolkata"']
    for n, site in enumerate(world.sites, 1):
        lines += [
            "[[locations]]",
            f'id = "{site.location}"',
            f'name = "Dock {n}"',
            f'channel = "{site.channel}"',
            f"operators = {json.dumps(list(site.named))}",
        ]
    (world.folder / "bot.toml").write_text("\n".join(lines), encoding="utf-8")
