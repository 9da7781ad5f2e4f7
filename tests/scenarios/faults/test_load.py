"""Work that would hold the interpreter: whatever people drop, a code comes as if nobody had."""

import asyncio
import contextlib
import io
import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot import gate
from bot.worker import Limits
from bot.worker.worker import CHILD
from tests.lists.support import raw_xlsx, texts
from tests.pace import PATIENCE
from tests.scenarios.dockwork import start_code, told
from tests.scenarios.faults.marks import fault
from tests.support import World

CSV = b"Tracking ID\nFMP000001\nFMP000002\n"
TALL = "Your list before this one is still being read."
TOO_MUCH = "The file takes more memory or time than the bot gives to a list"


def processes() -> list[int]:
    """The processes of this one that work for a bot."""
    found: set[int] = set()
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        # Threads and processes come and go while they are looked at.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found.update(int(pid) for pid in (task / "children").read_text().split())
    return [pid for pid in found if str(CHILD) in _command(pid)]


def _command(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


async def drop(dock: World, user: str, name: str, content: bytes) -> None:
    await dock.slack.say(user, dock.channel, f"<@{dock.slack.bot_user_id}> {name}", files=[(name, content)])


def replies(dock: World, user: str, text: str) -> int:
    return sum(text in one.text_all() for one in dock.slack.ephemerals(user))


@fault(
    "People",
    "lists of several people at once, and a second one of the same person",
    keeps=(4, 6),
    person=TALL,
)
async def test_one_list_at_a_time(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await drop(dock, dock.operator, "first.csv", CSV)
        await told(dock, dock.operator, "*2 parcels*, 2 of them new")
        [pid] = processes()
        # It reads for as long as we please: everything after this happens while a list is being read.
        os.kill(pid, signal.SIGSTOP)
        await drop(dock, dock.operator, "second.csv", CSV)
        await drop(dock, dock.second, "third.csv", CSV)
        await dock.until(lambda: replies(dock, dock.operator, "Reading the list") == 2)
        await told(dock, dock.second, "Reading the list")
        await drop(dock, dock.operator, "fourth.csv", CSV)
        await told(dock, dock.operator, TALL)
        await start_code(dock, dock.operator, visit)
        fetched = [call for call in dock.slack.calls if call.method == "files.info"]
        assert len(fetched) == 2, "a list that waits for its turn is not fetched before it"
        os.kill(pid, signal.SIGCONT)
        await dock.until(lambda: replies(dock, dock.operator, "*2 parcels*") == 2)
        await told(dock, dock.second, "*2 parcels*, 0 of them new")
        await drop(dock, dock.operator, "fourth.csv", CSV)
        await dock.until(lambda: replies(dock, dock.operator, "*2 parcels*") == 3)
        assert processes() == [pid], "all of it was read in one process, which is not the bot's"
    assert processes() == [], "it ends with the bot"


@pytest.mark.slow("forty thousand rows")
@fault(
    "People",
    "a list that takes more memory than there may be, or more time",
    keeps=(4, 6),
    person=TOO_MUCH,
)
@pytest.mark.parametrize("limits", [Limits(memory=130 * 1024 * 1024), Limits(cpu=0)], ids=["memory", "time"])
async def test_a_list_that_takes_too_much(dock: World, limits: Limits) -> None:
    dock.limits = limits
    rows = ([f"FMPR{n:010d}", os.urandom(200).hex()] for n in range(40_000))
    large = raw_xlsx(texts(["Tracking ID", "Return Reason"], *rows))
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await drop(dock, dock.operator, "large.xlsx", large)
        await dock.until(lambda: replies(dock, dock.operator, TOO_MUCH))
        assert dock.rows("select count(*) from expected") == [(0,)]
        await start_code(dock, dock.operator, visit)
        if not limits.cpu:
            return
        await drop(dock, dock.operator, "small.csv", CSV)
        await told(dock, dock.operator, "*2 parcels*, 2 of them new")
    assert processes() == []


@fault(
    "Process",
    "the bot is stopped while a list is being read",
    keeps=(4, 6),
    person="The bot is being restarted and may not have kept this list.",
    operator="presses could not be finished before the stop",
)
async def test_a_stop_in_the_middle_of_a_list(dock: World) -> None:
    dock.timing = replace(dock.timing, work=replace(dock.timing.work, last=0.1))
    async with dock.bot():
        await drop(dock, dock.operator, "first.csv", CSV)
        await told(dock, dock.operator, "*2 parcels*, 2 of them new")
        [pid] = processes()
        os.kill(pid, signal.SIGSTOP)
        await drop(dock, dock.operator, "second.csv", CSV)
        await dock.until(lambda: replies(dock, dock.operator, "Reading the list") == 2)
    assert processes() == []
    async with dock.bot():
        await drop(dock, dock.operator, "second.csv", CSV)
        await told(dock, dock.operator, "*2 parcels*, 0 of them new")


@fault(
    "Security",
    "300 clients that connect to the bot's port and say nothing",
    keeps=(4, 6),
    person="Ram Kumar",
)
async def test_silent_clients(dock: World, logged: io.StringIO) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
    async with dock.bot(), aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        health = next(json.loads(line)["health"] for line in logged.getvalue().splitlines() if '"health":' in line)
        host, port = urlsplit(health).netloc.split(":")
        silent = [await asyncio.open_connection(host, int(port)) for _ in range(300)]
        # As many were sent away again as are too many, the first ones first.
        for reader, _ in silent[: 300 - gate.MOST_CONNECTIONS]:
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        async with session.get(health) as answer:
            assert answer.status == 200
        await start_code(dock, dock.operator, visit)
        for _, writer in silent:
            writer.close()
