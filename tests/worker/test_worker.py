"""Work is done in another process with limits; what it does there harms nothing here."""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.worker import Limits, TooMuchError, Worker, WorkerFaultError
from tests.worker import works

SMALL = Limits(memory=200 * 1024 * 1024, cpu=2, seconds=60)


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    one = Worker(SMALL)
    yield one
    await one.close()


def alive(pid: int) -> bool:
    """Whether the process still runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until_dead(pid: int) -> None:
    """Until nothing of a process of ours runs any more; whoever started it is still to learn of it.

    /proc calls it a zombie while some of its threads still run, and nobody can learn of its end then.
    """
    await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)


async def until_gone(pid: int) -> None:
    while alive(pid):  # noqa: ASYNC110 - nobody else is told when it is gone
        await asyncio.sleep(0.02)


async def test_it_is_another_process_and_stays_one(worker: Worker) -> None:
    assert worker.pid is None, "nothing is started before it is needed"
    found = await worker(works.where)
    assert [*found[:2]] == [worker.pid, os.getpid()]
    assert (await worker(works.where))[0] == found[0]
    await worker.close()
    assert not alive(found[0])
    with pytest.raises(WorkerFaultError, match="stops"):
        await worker(works.where)


async def test_workbooks_are_read_with_what_refuses_entities_whatever_else_is_installed(worker: Worker) -> None:
    importlib.import_module("lxml")  # with which openpyxl reads where it is there and nobody says otherwise
    assert await worker(works.reads_xml_with) == (False, True)


async def test_it_is_given_no_secret(worker: Worker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("OTHER", "secret")
    with (tmp_path / "bot.db").open("wb") as database:
        os.set_inheritable(database.fileno(), True)
        _, _, files, environment = await worker(works.where)
    assert "secret" not in str(environment)
    assert str(tmp_path / "bot.db") not in files


async def test_what_goes_there_comes_back(worker: Worker) -> None:
    large = os.urandom(20_000_000)
    assert await worker(works.echo, large) == large
    assert await worker(works.row) == works.row()
    assert await worker(works.says, "noise") == "noise"


async def test_a_fault_is_raised_here_and_the_process_goes_on(worker: Worker) -> None:
    pid = (await worker(works.where))[0]
    with pytest.raises(WorkerFaultError, match="LookupError: no shelf"):
        await worker(works.fails, "no shelf")
    assert worker.pid == pid


@pytest.mark.everyday(1)
@pytest.mark.parametrize("work", [works.crashes, works.leaves, works.spins])
async def test_a_process_that_dies_over_its_work_is_replaced(worker: Worker, work: Any) -> None:
    pid = (await worker(works.where))[0]
    with pytest.raises(TooMuchError):
        await worker(work)
    assert (await worker(works.where))[0] != pid
    await until_gone(pid)


async def test_too_much_memory(worker: Worker) -> None:
    assert await worker(works.takes, 50) == 50_000_000
    pid = worker.pid
    with pytest.raises(TooMuchError, match="memory"):
        await worker(works.takes, 400)
    assert await worker(works.takes, 50) == 50_000_000
    assert worker.pid != pid, "what is left of its memory is not to be counted on"


async def test_what_only_waits_ends_too() -> None:
    worker = Worker(Limits(seconds=0.3))
    with pytest.raises(TooMuchError, match="too long"):
        await worker(works.waits)
    await worker.close()


async def test_a_process_that_died_while_it_rested_costs_nobody_anything(worker: Worker) -> None:
    pid = (await worker(works.where))[0]
    os.kill(pid, signal.SIGKILL)
    await until_dead(pid)
    assert (await worker(works.where))[0] != pid


async def test_one_at_a_time_and_an_end_in_the_middle(worker: Worker) -> None:
    pids = {found[0] for found in await asyncio.gather(*(worker(works.where) for _ in range(5)))}
    assert len(pids) == 1
    waits, next_one = asyncio.create_task(worker(works.waits)), asyncio.create_task(worker(works.where))
    await asyncio.sleep(0)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert (await next_one)[0] not in pids, "whoever comes next must not get the answer of the one before"
    await until_gone(pids.pop())


async def test_a_stop_ends_what_runs() -> None:
    worker = Worker(SMALL)
    pid = (await worker(works.where))[0]
    running = asyncio.create_task(worker(works.waits))
    await asyncio.sleep(0)
    await worker.close()
    with pytest.raises(WorkerFaultError, match="stops"):
        await running
    await until_gone(pid)


async def test_it_ends_when_it_has_nothing_to_do_and_after_a_while_of_work() -> None:
    worker = Worker(Limits(idle=0.05))
    pid = (await worker(works.where))[0]
    await until_gone(pid)
    assert worker.pid is None
    await worker.close()
    worker = Worker(Limits(works=2))
    pids = [(await worker(works.where))[0] for _ in range(4)]
    assert (pids[0] == pids[1], pids[1] == pids[2]) == (True, False)
    await worker.close()


async def test_an_answer_names_values_and_no_functions(worker: Worker) -> None:
    with pytest.raises(Exception, match=r"an answer names posix\.system"):
        await worker(works.trap)
    assert await worker(works.echo, 1) == 1


async def test_an_answer_that_would_fill_the_memory() -> None:
    worker = Worker(replace(SMALL, answer=1000))
    with pytest.raises(TooMuchError):
        await worker(works.echo, b"x" * 2000)
    assert await worker(works.echo, b"x") == b"x"
    await worker.close()


@pytest.mark.parametrize("work", ["works.waits", "works.spins"])
async def test_the_process_ends_with_the_bot_however_it_goes(tmp_path: Path, work: str) -> None:
    """The bot is killed with -9 while its process rests in a call, or computes."""
    program = (
        "import asyncio, sys\n"
        "from bot.worker import Worker\n"
        "from tests.worker import works\n"
        "async def main():\n"
        "    worker = Worker()\n"
        "    print((await worker(works.where))[0], flush=True)\n"
        f"    await worker({work})\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=root, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert bot.stdout is not None
    pid = int(await bot.stdout.readline())
    assert alive(pid)
    bot.kill()
    await bot.wait()
    await until_gone(pid)
