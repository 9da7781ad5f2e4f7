"""Starts the measured programs in processes of their own, so that client and server each have a core."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support import World

BARE_BOLT = """
import asyncio, os, sys
from slack_bolt.async_app import AsyncApp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

async def main():
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret="unused", process_before_response=sys.argv[1] == "early")

    @app.command("/start-otc")
    async def start(ack):
        await ack()

    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()
    await asyncio.Event().wait()

asyncio.run(main())
"""


def environment(world: World, **more: str) -> dict[str, str]:
    """The environment of a bot in this world, and nothing else of ours."""
    return {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": world.slack.bot_token,
        "SLACK_APP_TOKEN": world.slack.app_token,
        "SLACK_API_URL": world.slack.api_url,
        "FLIPKART_APP_ID": "app",
        "FLIPKART_APP_SECRET": "secret",
        "FLIPKART_API_URL": world.flipkart.url,
        "DATABASE_URL": f"sqlite:///{world.folder / 'bench.db'}",
        "BOT_CONFIG": str(world.folder / "bot.toml"),
        "HTTP_PORT": "0",
        "LOG_LEVEL": "WARNING",
    } | more


def write_toml(world: World, arrivals: float, scans: float) -> None:
    """A bot.toml for this world."""
    (world.folder / "bot.toml").write_text(
        f"""
timezone = "Asia/Kolkata"
polling = {{ arrivals_seconds = {arrivals}, scans_seconds = {scans} }}
flipkart = {{ calls_per_hour = 1000000 }}
[[locations]]
id = "LOC1"
name = "Bench"
channel = "{world.channel}"
operators = ["{world.operator}"]
""",
        encoding="utf-8",
    )


@contextlib.asynccontextmanager
async def running(*command: str, env: dict[str, str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended by SIGTERM, and by SIGKILL if that does not help within ten seconds."""
    process = await asyncio.create_subprocess_exec(sys.executable, *command, env=env, cwd=folder)
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
    """CPU time that a process has used, from the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def seconds_to_connect(world: World) -> float:
    """From the start of the process to an open socket in Slack."""
    began = time.monotonic()
    async with running("-m", "bot", "run", env=environment(world), folder=world.folder):
        await world.slack.wait_connected(timeout=20)
        return time.monotonic() - began
