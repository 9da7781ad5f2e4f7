"""Copies hear each other over a real PostgreSQL, see who is there, and notice when they hear nothing."""

import asyncio
import contextlib
import itertools
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.copies.address import conninfo
from bot.copies.listening import POOLER, Listening, deaf
from bot.timing import CopiesTiming
from tests import postgres
from tests.copies.pooler import mute
from tests.pace import PATIENCE
from tests.wire import a_wire

pytestmark = pytest.mark.postgres

NUMBERS = itertools.count(2)
QUICK = CopiesTiming(every=0.1, idle=2.0)


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.a_database() as one:
        yield one.render_as_string(hide_password=False)


@contextlib.asynccontextmanager
async def listening(
    url: str, heard: list[tuple[str, str]] | None = None, timing: CopiesTiming = QUICK
) -> AsyncIterator[Listening]:
    one = Listening(url, next(NUMBERS), timing)
    one.heard = lambda word, about: heard.append((word, about)) if heard is not None else None
    running = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def say(url: str, to: int, word: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("SELECT pg_notify('otc_bot_' || md5(current_schema()), %s)", [f"{to} {word}"])


def said(heard: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """All but which copy came: of two that begin at once, one hears of the other."""
    return [one for one in heard if one[0] != "here"]


async def test_copies_see_each_other_come_and_go(url: str) -> None:
    seldom = CopiesTiming(every=600, idle=3600)
    heard: list[tuple[str, str]] = []
    async with listening(url, heard, timing=seldom) as first:
        await until(lambda: first.hears)
        assert first.others == frozenset()
        async with listening(url, timing=seldom) as second:
            await until(lambda: first.others and second.others)
            assert (first.others, second.others) == (frozenset({second.me}), frozenset({first.me}))
            assert heard == [("line", ""), ("here", str(second.me))]
        await until(lambda: not first.others)


async def test_what_is_said_to_a_copy_it_alone_hears(url: str) -> None:
    ours: list[tuple[str, str]] = []
    theirs: list[tuple[str, str]] = []
    async with listening(url, ours) as first, listening(url, theirs) as second:
        await until(lambda: first.others and second.others)
        await say(url, first.me, "letter abc")
        await until(lambda: ("letter", "abc") in ours)
    assert said(ours) == [("line", ""), ("letter", "abc")]
    assert said(theirs) == [("line", "")]


async def test_two_deployments_in_one_database_do_not_meet(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute('CREATE SCHEMA "Two, of them"')
    other = conninfo(f"{url}{'&' if '?' in url else '?'}schema=Two, of them")
    assert other is not None
    heard: list[tuple[str, str]] = []
    async with listening(url) as first, listening(other, heard) as second:
        await until(lambda: first.hears and second.hears)
        await say(url, second.me, "letter abc")
        await asyncio.sleep(3 * QUICK.every)
        assert (first.others, second.others) == (frozenset(), frozenset())
    assert heard == [("line", "")]


def test_a_file_is_no_place_to_meet() -> None:
    assert conninfo("sqlite:///otc-bot.db") is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_copy_that_is_killed_or_stopped_is_not_there(url: str, how: signal.Signals) -> None:
    async with listening(url) as first:
        command = [sys.executable, "-m", "tests.copies.listener", url, str(QUICK.every), str(QUICK.idle)]
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
        try:
            await until(lambda: first.others)
            process.send_signal(how)
            await until(lambda: not first.others)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def test_a_line_that_was_cut_is_there_again(url: str) -> None:
    heard: list[tuple[str, str]] = []
    async with listening(url, heard) as first, listening(url) as second:
        await until(lambda: first.others and second.others)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'otc-bot letters' AND datname = current_database()"
            )
        await until(lambda: not first.hears)
        assert "as if it were alone" in first.problems()[0]
        await until(lambda: first.others and second.others)
        assert first.problems() == []
    assert said(heard) == [("line", "")] * 2


async def test_a_line_that_swallows_all_is_given_up(url: str) -> None:
    async with a_wire(make_url(url)) as wire, listening(wire.url()) as first, listening(url) as second:
        await until(lambda: first.others and second.others)
        await wire.swallow()
        await until(lambda: not first.hears and first.problems())
        assert "the server does not answer" in first.problems()[0]
        await until(lambda: not second.others)
        await wire.heal()
        await until(lambda: first.others and second.others)
        assert first.problems() == []


async def test_a_pooler_that_swallows_what_is_said_is_noticed(url: str, tmp_path: Path) -> None:
    assert await deaf(url) is None
    async with mute(url, tmp_path) as through:
        assert await deaf(through) == POOLER
        async with listening(through) as first:
            await until(first.problems)
            assert "PgBouncer" in first.problems()[0]
            assert not first.hears
