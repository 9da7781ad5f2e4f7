"""Several workspaces and `otc-bot reload` as they are typed: real processes, and what they say."""

import asyncio
import os
import pty
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.manifest import SCOPES
from tests.support import World, world
from tests.test_cli import Installation, installed

HOUSE = """
[[sellers]]
id = "{name}"
app_id = "{upper}_APP_ID"
app_secret = "{upper}_APP_SECRET"
api_url = "{flipkart}"

[[workspaces]]
id = "{name}-1"
seller = "{name}"
bot_token = "{upper}_BOT"
app_token = "{upper}_APP"
api_url = "{slack}"

[[locations]]
id = "LOC1"
name = "{name} dock"
channel = "{channel}"
workspace = "{name}-1"
operators = ["{operator}"]
"""
POLLING = "[polling]\narrivals_seconds = 0.1\nscans_seconds = 0.1\n"


def several(houses: dict[str, World], folder: Path) -> Installation:
    """An installation of one bot for these worlds."""
    env = {"DATABASE_URL": f"sqlite:///{folder / 'otc.db'}", "HTTP_PORT": "0", "LOG_FORMAT": "json"}
    text = POLLING
    for name, own in houses.items():
        upper = name.upper()
        env |= {f"{upper}_APP_ID": own.seller, f"{upper}_APP_SECRET": "secret"}
        env |= {f"{upper}_BOT": own.slack.bot_token, f"{upper}_APP": own.slack.app_token}
        where = {"flipkart": own.flipkart.url, "slack": own.slack.api_url, "channel": own.channel}
        text += HOUSE.format(name=name, upper=upper, operator=own.operator, **where)
    (folder / "bot.toml").write_text(text, encoding="utf-8")
    return Installation(folder, env)


@pytest.mark.slow("two seconds for each process")
async def test_two_sellers_and_a_changed_file(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        houses = {}
        for name in ("shoes", "toys"):
            (tmp_path / name).mkdir()
            houses[name] = await stack.enter_async_context(world(tmp_path / name, seller=name))
            houses[name].slack.scopes |= set(SCOPES)
        bot, file = several(houses, tmp_path), tmp_path / "bot.toml"
        good = file.read_text(encoding="utf-8")
        visits = {name: own.flipkart.arrive("LOC1", f"Ram of {name}") for name, own in houses.items()}
        assert (await bot.end("reload")).said == [
            "otc-bot: no bot is running here on an SQLite database; elsewhere send SIGHUP to its process"
        ]
        async with bot.running() as running:
            for name, own in houses.items():
                await running.until(lambda own=own: own.cards)  # type: ignore[misc]
                assert visits[name].fe_id in own.cards[0].text_all() or f"Ram of {name}" in own.cards[0].text_all()
            file.write_text(good.replace("toys dock", "Toy dock"), encoding="utf-8")
            ended = await bot.end("reload")
            assert (ended.code, f"process {running.process.pid}" in ended.out) == (0, True)
            await running.until(lambda: '"begun_anew": ["toys-1"]' in running.err)
            # A mistake is said to whoever types it; who sends the signal has it in the log.
            file.write_text(good.replace('id = "toys-1"', 'id = "shoes-1"'), encoding="utf-8")
            ended = await bot.end("reload")
            assert ended.code == 2
            assert "workspaces[2].id = 'shoes-1': workspaces[1] has it already" in ended.err
            assert "those of before stay" not in running.err
            running.process.send_signal(signal.SIGHUP)
            await running.until(lambda: "those of before stay" in running.err)
            assert "workspaces[2].id = 'shoes-1': workspaces[1] has it already" in running.err
            file.write_text(good, encoding="utf-8")
            ended = await bot.end("doctor")
            assert ended.code == 0, ended.out
            assert "otc.db, from the environment" in ended.out
            for name, own in houses.items():
                assert (
                    f"ok    {name}-1 channel {own.channel} of {name} dock: the bot can read and post there" in ended.out
                )
                assert f"ok    {name}-1 flipkart location LOC1: codes" in ended.out
        assert sorted(one.name for one in tmp_path.glob("*.db")) == ["otc.shoes-1.db", "otc.toys-1.db"]
        ended = await bot.end("export", "--location", "LOC1")
        assert (ended.code, "shoes-1, toys-1" in ended.err) == (2, True)


async def test_the_one_house_there_is(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot, file = installed(at), tmp_path / "bot.toml"
        async with bot.running() as running:
            await running.until(lambda: '"event": "connected"' in running.err)
            file.write_text(file.read_text(encoding="utf-8").replace("Bengaluru dock", "Blr"), encoding="utf-8")
            assert (await bot.end("reload")).code == 0
            await running.until(lambda: running.err.count('"event": "connected"') == 2)
        assert "workspace" not in running.err.replace("workspaces", "")


async def test_a_terminal_that_is_closed_ends_what_was_started_there(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    async with world(tmp_path) as at:
        visit = at.flipkart.arrive("LOC1", "Ram")
        bot = installed(at)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=bot.folder, env=bot.env, stderr=theirs
        )
        os.close(theirs)
        try:
            await at.until(lambda: at.cards, 30)
            process.send_signal(signal.SIGHUP)
            visit.begin()
            visit.scan(2)
            await at.until(lambda: "2 scanned" in at.cards[0].text_all())
            assert process.returncode is None, "a signal that is sent by hand ended it"
            os.close(ours)
            process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(10):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
