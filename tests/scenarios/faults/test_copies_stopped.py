"""A copy of the bot that is stopped, or killed, with a press for a code in its hands, while others go on."""

import asyncio
import contextlib
import io
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from bot.web import EVENTS_PATH
from tests.pace import PATIENCE
from tests.prepare import ROOT
from tests.scenarios.copies import dock, first
from tests.scenarios.dockwork import calls, card_of, modal, thread_says
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.test_copies import copies_that_hear, pressed, shown
from tests.scenarios.leaks import shows
from tests.scenarios.test_http_mode import free_port
from tests.support import World
from tests.test_cli import installed

__all__ = ["dock", "first"]
pytestmark = [pytest.mark.postgres, pytest.mark.slow("another copy in a process of its own")]


class Other:
    """A whole copy in a process of its own."""

    def __init__(self, process: Process, address: str) -> None:
        self.address = address
        self._process = process

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def says(self, logged: io.StringIO, words: str) -> None:
        """Waits for what it writes into its log, which goes into the bots' own."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            async for line in self._process.stdout:
                logged.write(line.decode())
                if words in line.decode():
                    return
        raise AssertionError(f"it ended and did not say {words!r}")


@pytest.fixture
async def other(dock: World, first: str) -> AsyncIterator[Other]:
    """Beside the whole bot, which has heard of it."""
    assert first
    port = free_port()
    more = {"HTTP_PORT": str(port), "SLACK_SIGNING_SECRET": dock.slack.signing_secret, "DATABASE_URL": dock.kept.url}
    given = installed(dock, **more)
    toml = given.folder / "bot.toml"
    operators = json.dumps([dock.operator, dock.second])
    toml.write_text(f"{toml.read_text(encoding='utf-8')}operators = {operators}\n", encoding="utf-8")
    env = given.env | {"SLACK_APP_TOKEN": "", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.copies.whole"]
    process = await asyncio.create_subprocess_exec(*command, cwd=given.folder, env=env, stdout=PIPE)
    try:
        await dock.until(lambda: copies_that_hear(dock) == 2)
        yield Other(process, f"http://127.0.0.1:{port}{EVENTS_PATH}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@fault(
    "Process",
    "a copy of the bot is stopped while Flipkart makes a code for it, and goes on when another one has a newer one",
    keeps=(2, 4, 6),
    person="took the Start OTC",
    operator="another copy has the codes by now; any that were made here are shown to nobody",
)
async def test_a_copy_that_is_stopped_in_the_middle_of_a_code(
    dock: World, logged: io.StringIO, first: str, other: Other
) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    old = await a_code_nobody_heard_of(dock, visit, other, dock.operator, other.address)
    await pressed(dock, first, dock.second, card)
    await dock.until(lambda: visit.start_code != old)
    await shown(dock, dock.second, visit)
    other.signal(signal.SIGCONT)
    await other.says(logged, "shown to nobody")
    await thread_says(dock, card, f"<@{dock.second}> took the Start OTC")
    await shown(dock, dock.second, visit)
    assert not was_shown(dock, old), "a code was shown that another one had replaced"
    assert dock.rows("select start_otc_by from handover") == [(dock.second,)]


@fault(
    "Process",
    "a copy of the bot is stopped with the press of another one in its hands, and goes on when that was pressed anew",
    keeps=(2, 4, 6),
    person="The bot is being restarted and could not finish this.",
    operator="another copy has the codes by now; any that were made here are shown to nobody",
)
async def test_a_copy_that_is_stopped_with_a_press_in_its_hands(
    dock: World, logged: io.StringIO, first: str, other: Other
) -> None:
    before = dock.flipkart.arrive("LOC1", "Sita")
    await pressed(dock, other.address, dock.operator, await card_of(dock, before))
    await shown(dock, dock.operator, before)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    old = await a_code_nobody_heard_of(dock, visit, other, dock.second, first)
    view = await modal(dock, dock.second, "could not finish this")
    dock.slack.events_url = first
    await dock.slack.press(dock.second, view, ids.START)
    await dock.until(lambda: visit.start_code != old)
    await shown(dock, dock.second, visit)
    other.signal(signal.SIGCONT)
    await other.says(logged, "shown to nobody")
    await shown(dock, dock.second, visit)
    assert not was_shown(dock, old), "a code was shown that another one had replaced"


async def a_code_nobody_heard_of(dock: World, visit: Visit, other: Other, user: str, at: str) -> str:
    """Presses, and stops the other copy before Flipkart has made the code of it."""
    card, before, made = await card_of(dock, visit), calls(dock, "start_otc"), visit.start_code
    stopped = asyncio.Event()
    dock.flipkart.fail("start_otc", until=stopped)
    await pressed(dock, at, user, card)
    await dock.until(lambda: calls(dock, "start_otc") > before)
    other.signal(signal.SIGSTOP)
    stopped.set()
    await dock.until(lambda: visit.start_code not in (None, made))
    # What Flipkart makes within the same second holds until the same second.
    dock.flipkart.switches.code_seconds += 60
    return str(visit.start_code)


def was_shown(dock: World, code: str) -> bool:
    """Whether it was ever put before somebody's eyes."""
    return shows(json.dumps([call.args for call in dock.slack.calls], default=str), code)
