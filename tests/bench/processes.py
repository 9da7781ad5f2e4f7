"""Starts the measured programs in processes of their own, so that client and server each have a core."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from bot.sandbox.slack import SlackSim
from tests.support import World


def environment(world: World, **more: str) -> dict[str, str]:
    """The environment of a bot in this world, and nothing else of ours."""
    return environment_of(world.slack, world.flipkart.url, world.folder, **more)


def environment_of(slack: SlackSim, flipkart_url: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of a bot between these two, with its files in this folder."""
    return {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "FLIPKART_APP_ID": "app",
        "FLIPKART_APP_SECRET": "secret",
        "FLIPKART_API_URL": flipkart_url,
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "BOT_CONFIG": str(folder / "bot.toml"),
        "HTTP_PORT": "0",
        "LOG_LEVEL": "WARNING",
    } | more


def write_toml(world: World, arrivals: float, scans: float) -> None:
    """A bot.toml for this world."""
    write_toml_of(world.folder, [("LOC1", world.channel)], world.operator, arrivals=arrivals, scans=scans)


def write_toml_of(
    folder: Path, places: Sequence[tuple[str, str]], operator: str, *, arrivals: float, scans: float
) -> None:
    """A bot.toml for locations and their channels."""

    def lines() -> Iterator[str]:
        yield 'timezone = "Asia/Kolkata"'
        yield f"polling = {{ arrivals_seconds = {arrivals}, scans_seconds = {scans} }}"
        yield "flipkart = { calls_per_hour = 1000000 }"
        for location, channel in places:
            yield f'[[locations]]\nid = "{location}"\nname = "Bench {location}"'
            yield f'channel = "{channel}"\noperators = ["{operator}"]'

    (folder / "bot.toml").write_text("\n".join(lines()), encoding="utf-8")


@contextlib.asynccontextmanager
async def running(*command: str, env: dict[str, str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended by SIGTERM, and by SIGKILL if that does not help within ten seconds."""
    path = {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = await asyncio.create_subprocess_exec(sys.executable, *command, env=path | env, cwd=folder)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def resident_mb(pid: int) -> float:
    """Resident memory of a process, from the kernel."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("no VmRSS")


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used with all its threads, from the kernel, to the nanosecond."""
    return time.clock_gettime(~pid << 3 | 2)  # the clock of a process (clock_getcpuclockid)


async def seconds_to_connect(world: World, *command: str) -> tuple[float, float]:
    """From the start of the process to an open socket in Slack: by the clock, and of CPU."""
    began = time.monotonic()
    async with running(*command, env=environment(world), folder=world.folder) as process:
        await world.slack.wait_connected(timeout=20)
        return time.monotonic() - began, cpu_seconds(process.pid)
