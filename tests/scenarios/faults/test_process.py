"""The process: the power goes, it is told to stop, a second copy is started, somebody sets the clock."""

import asyncio
import io
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

import pytest
import sqlalchemy as sa
from apscheduler.schedulers import base as apscheduler
from sqlalchemy.engine import Engine

from bot.clock import now
from bot.jobs import schedule
from tests.scenarios.dockwork import card_of, card_says, start_code, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.processes import OwnConnection, all_is_said, asked_for, health, real, refused_inside
from tests.support import World
from tests.test_cli import Running

HOUR = timedelta(hours=1)


@pytest.fixture
def own() -> Iterator[OwnConnection]:
    one = OwnConnection()
    sa.event.listen(Engine, "begin", one.begins)
    yield one
    sa.event.remove(Engine, "begin", one.begins)


# ---- the power goes --------------------------------------------------------------------------------------------------


class PowerCut:
    """Keeps what a disk would hold when the power goes at an instant; nothing that the bot does later counts."""

    def __init__(self, dock: World, method: str, at: str) -> None:
        self._dock, self._method, self._at = dock, method, at
        self._file = dock.folder / "bot.db"
        self.happened = False
        self._forget = dock.slack.on_change(self._look)

    def _look(self, change: Any) -> None:
        if (change.get("kind"), change.get("method")) == (self._at, self._method) and not self.happened:
            self.cut()

    def cut(self) -> None:
        self.happened = True
        self._dock.slack.fail("*", drop="before", times=100_000)
        self._dock.flipkart.fail("*", drop="before", times=100_000)
        # The journal last: it only grows, so it may know more than the file, as on a disk, and never less.
        for name in ("bot.db", "bot.db-wal"):
            shutil.copyfile(self._dock.folder / name, self._dock.folder / f"disk-{name}")
        with (self._dock.folder / "disk-bot.db-wal").open("ab") as journal:
            journal.write(os.urandom(2000))  # half of a page that was being written

    def restore(self) -> None:
        """The disk as it is found when the power is back."""
        self._forget()
        for path in self._dock.folder.glob("bot.db*"):
            path.unlink()
        for path in self._dock.folder.glob("disk-*"):
            path.rename(path.with_name(path.name.removeprefix("disk-")))
        self._dock.slack.clear_faults()
        self._dock.flipkart.clear_faults()


@fault(
    "Process",
    "power loss",
    keeps=(1, 2, 3, 4, 6),
    person="Start OTC for",
    operator="messages may have been posted before the last end; reading history",
)
async def test_power_loss(dock: World, own: OwnConnection) -> None:
    own.statements += ["PRAGMA journal_mode", "PRAGMA synchronous"]
    ram = dock.flipkart.arrive("LOC1", "Ram")
    cut = PowerCut(dock, "chat.postMessage", "call.answered")  # the card is posted, and the bot does not know it
    async with dock.bot():
        await dock.until(lambda: cut.happened)
        assert own.answers == {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2}, "a commit may be lost"
    cut.restore()

    cut = PowerCut(dock, "views.update", "call.arrived")  # the code was asked for, and nobody has seen it
    async with dock.bot(clock=lambda: now() + timedelta(seconds=30)):
        await card_of(dock, ram)
        sita = dock.flipkart.arrive("LOC1", "Sita")
        sita.begin()
        sita.scan(12)
        await card_says(dock, sita, "12 scanned")
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "Ram")
        await dock.until(lambda: cut.happened)
    cut.restore()
    asked = dock.rows("select by, what, detail from audit where what = 'asked'")
    assert [(by, what) for by, what, _ in asked] == [(dock.operator, "asked")], "the ask is not on record"

    async with dock.bot(clock=lambda: now() + timedelta(seconds=60)):
        sita.scan(3)
        await card_says(dock, sita, "15 scanned")
        await start_code(dock, dock.operator, ram)
        await all_is_said(dock, [ram, sita])


# ---- it is told to stop ----------------------------------------------------------------------------------------------


async def stopped(bot: Running) -> float:
    """Sends SIGTERM and waits for the end, which must come within ten seconds; returns how long it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await bot.stop(signal.SIGTERM)
    return loop.time() - began


@fault(
    "Process",
    "SIGTERM while Flipkart is slow",
    keeps=(2, 4, 6),
    person="Start OTC for",
    operator="stopping",
)
async def test_sigterm_finishes_what_runs(dock: World, logged: io.StringIO) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with real(dock).running() as bot:
        await bot.until(lambda: dock.cards and dock.slack.connections)
        dock.flipkart.fail("start_otc", delay=2.0)
        assert (await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")).acked
        await dock.until(lambda: asked_for(dock))
        await stopped(bot)
        assert dock.slack.connections == 0, "the socket is still open"
    logged.write(bot.err)
    await told(dock, dock.operator, str(visit.start_code))
    what = [what for (what,) in dock.rows("select what from audit where by is not null order by id")]
    assert what == ["asked", "start_otc"]
    calls = len(dock.flipkart.calls)
    late = await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
    assert not late.acked, "a press was taken by a bot that had stopped"
    assert len(dock.flipkart.calls) == calls


@fault(
    "Process",
    "SIGTERM while Flipkart hangs",
    keeps=(4, 6),
    person="The bot is being restarted and could not finish this. Press again in a minute.",
    operator="presses could not be finished before the stop; the people are told",
)
async def test_sigterm_tells_whom_it_can_not_serve(dock: World, logged: io.StringIO) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    usual = dock.timing
    dock.timing = replace(usual, work=replace(usual.work, last=0.3))
    async with dock.bot():
        await card_of(dock, visit)
        dock.flipkart.fail("start_otc", delay=3600.0)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await dock.until(lambda: asked_for(dock))
    await told(dock, dock.operator, "Press again in a minute")
    assert [what for (what,) in dock.rows("select what from audit where by is not null")] == ["asked"]
    longest = usual.work.last + usual.work.last_words + usual.outbox.last_sends
    assert longest < 10, "it would not leave within ten seconds"


@fault("Process", "SIGTERM while the socket is half-open", keeps=(2,), operator="stopping")
async def test_sigterm_with_a_socket_that_says_nothing(dock: World, logged: io.StringIO) -> None:
    dock.flipkart.arrive("LOC1", "Ram")
    async with real(dock).running() as bot:
        await bot.until(lambda: dock.cards and dock.slack.connections)
        dock.slack.mute_sockets()
        await stopped(bot)
    logged.write(bot.err)
    assert len(dock.cards) == 1


# ---- two of them -----------------------------------------------------------------------------------------------------


@fault(
    "Process",
    "two copies started on one database by mistake",
    keeps=(1, 2, 4),
    person="Start OTC for",
    operator="another otc-bot is running on",
)
async def test_a_second_copy_leaves(dock: World, logged: io.StringIO) -> None:
    link = dock.folder / "link.db"
    async with dock.bot():
        link.symlink_to(dock.folder / "bot.db")  # by another name it is the same database
        said = await refused_inside(dock, database_url=f"sqlite:///{link}")
        logged.write(said)
        assert "stop it first, or give this one another DATABASE_URL" in said
        ram, sita = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Sita")
        sita.begin()
        sita.scan(7)
        await start_code(dock, dock.operator, ram)
        await all_is_said(dock, [ram, sita])
    assert asked_for(dock) == 1


# ---- the clock jumps -------------------------------------------------------------------------------------------------


class MovedClock:
    """The machine's clock, which somebody sets."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return now() + self.by


@pytest.mark.everyday(1)
@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
@fault(
    "Process",
    "clock jumps of an hour either way",
    keeps=(1, 2, 3, 4, 6),
    person="Start OTC for",
    operator="found a message that was posted before",
)
async def test_clock_jumps(dock: World, logged: io.StringIO, jump: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = MovedClock()
    # Late in the evening the jump goes over midnight, and a digest is a root message too.
    dock.toml = {"flipkart": {"calls_per_hour": 4000}, "digest": {"enabled": False}}
    ram, sita = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Sita")
    async with dock.bot(clock=clock):
        await card_of(dock, ram)
        shown = await start_code(dock, dock.operator, ram)
        first = str(ram.start_code)
        sita.begin()
        sita.scan(3)
        await card_says(dock, sita, "3 scanned")

        # At the jump one message waits for its time, one edit too, and the next post is in doubt.
        dock.slack.fail("chat.update", error="internal_error", times=1)
        dock.slack.fail("chat.postMessage", drop="after", times=1)
        gita = dock.flipkart.arrive("LOC1", "Gita")
        sita.scan(2)
        await dock.until(lambda: any("connection_dropped" in str(call.error) for call in dock.slack.calls))
        clock.by += jump
        await card_of(dock, gita)
        await card_says(dock, sita, "5 scanned")
        sita.finish_scanning()
        await card_says(dock, sita, "Count, then End OTC")

        # A post in doubt while the clock is wrong: Slack's history goes by Slack's clock.
        dock.slack.fail("chat.postMessage", drop="after", times=1)
        await dock.until(lambda: len(dock.cards) == 3)
        mina = dock.flipkart.arrive("LOC1", "Mina")
        await card_of(dock, mina)

        # A new code is a new code, and no slip of a finger an hour ago.
        if jump > timedelta():
            shown = await start_code(dock, dock.operator, ram)
        else:
            await dock.slack.press(dock.operator, shown, "new_code_here")
            await dock.until(lambda: ram.start_code != first)
        status, problems = await health(logged)
        way = "ahead of" if jump > timedelta() else "behind"
        assert (status, len(problems)) == (200, 1), problems
        assert f"60 min {way} Slack's" in problems[0]

        clock.by -= jump
        mina.begin()
        mina.scan(6)
        await card_says(dock, mina, "6 scanned")
        await all_is_said(dock, [ram, sita, gita, mina])
        status, problems = await health(logged)
        assert (status, problems) == (200, [])
    by = dock.rows("select distinct by from audit where what in ('asked', 'start_otc')")
    assert by == [(dock.operator,)]


@fault(
    "Process",
    "a clock that is set back under the schedule",
    keeps=(1, 2, 3),
    operator="the clock was set back; the job goes on",
)
async def test_schedule_goes_on_after_a_jump_back(dock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = MovedClock()

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(clock().timestamp(), tz)

    monkeypatch.setattr(apscheduler, "datetime", SetBack)
    monkeypatch.setattr(schedule, "datetime", SetBack)
    dock.timing = replace(dock.timing, jobs=replace(dock.timing.jobs, clock=0.1))
    async with dock.bot(clock=clock):
        ram = dock.flipkart.arrive("LOC1", "Ram")
        await card_of(dock, ram)
        clock.by -= HOUR
        ram.begin()
        ram.scan(4)
        await card_says(dock, ram, "4 scanned")
        await all_is_said(dock, [ram])


@fault(
    "Process",
    "a start with a clock that was set back",
    keeps=(1, 2, 3),
)
async def test_start_after_the_clock_was_set_back(dock: World) -> None:
    dock.toml = {"flipkart": {"calls_per_hour": 1000}}
    ram = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot(clock=lambda: now() + HOUR):
        await card_of(dock, ram)
        dock.slack.fail("chat.postMessage", error="internal_error", times=1)
        ram.begin()
        await dock.until(
            lambda: dock.rows("select count(*) from delivery where kind != 'receipt' and state <> 'sent'") != [(0,)]
        )
    dock.slack.clear_faults()
    async with dock.bot():
        ram.scan(4)
        await card_says(dock, ram, "4 scanned")
        await thread_says(dock, await card_of(dock, ram), "canning")
        await all_is_said(dock, [ram])
