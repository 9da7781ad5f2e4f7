"""A real Prometheus on this machine, with the alerts of deploy/, and Debian's promtool."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.pace import PATIENCE
from tests.prepare import ROOT
from tests.scenarios.test_http_mode import free_port

RULES = ROOT / "deploy/prometheus/otc-bot.rules.yml"
TESTS = ROOT / "deploy/prometheus/otc-bot.tests.yml"
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: otc-bot
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


def require() -> None:
    """Skips a test where there is no Prometheus, and never in CI."""
    there = shutil.which("prometheus") and shutil.which("promtool")
    if not there and not os.environ.get("CI"):
        pytest.skip("no Prometheus on this machine; CI installs Debian's")
    assert there, "CI must install prometheus"


async def promtool(*arguments: str, given: str = "") -> tuple[int, str]:
    """Its exit code, and all that it says."""
    process = await asyncio.create_subprocess_exec(
        "promtool",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(given.encode())
    return process.returncode or 0, said.decode()


@dataclass
class Prometheus:
    """One that runs."""

    address: str
    session: aiohttp.ClientSession

    async def ask(self, path: str, **query: str) -> Any:
        """What its API answers; None while it does not."""
        try:
            async with self.session.get(f"{self.address}/api/v1/{path}", params=query) as answer:
                return json.loads(await answer.text())["data"] if answer.status == 200 else None
        except aiohttp.ClientError:
            return None

    async def alerts(self) -> dict[str, dict[str, Any]]:
        """Those that ring now, by name."""
        found = await self.ask("alerts") or {"alerts": []}
        return {one["labels"]["alertname"]: one for one in found["alerts"] if one["state"] == "firing"}

    async def reads(self) -> None:
        """Waits until it is there and has read the bot."""
        until = time.monotonic() + PATIENCE
        while not ((found := await self.ask("query", query="up == 1")) and found["result"]):
            assert time.monotonic() < until, f"not within {PATIENCE:.0f} s: Prometheus reads the bot"
            await asyncio.sleep(0.1)

    async def until(self, ring: Callable[[dict[str, dict[str, Any]]], object], what: str) -> dict[str, dict[str, Any]]:
        """The alerts that ring, once it is as `ring` says."""
        until, found = time.monotonic() + PATIENCE, await self.alerts()
        while not ring(found):
            assert time.monotonic() < until, f"not within {PATIENCE:.0f} s: {what}; there ring {sorted(found)}"
            await asyncio.sleep(0.1)
            found = await self.alerts()
        return found


def impatient(rules: str) -> str:
    """The same alerts without their minutes; `promtool test rules` is for those."""
    return re.sub(r"(\s+for:) \w+", r"\1 0s", rules)


@contextlib.asynccontextmanager
async def watching(port: int, folder: Path) -> AsyncIterator[Prometheus]:
    """One that reads a bot at this port of this machine."""
    own, rules, config = free_port(), folder / "rules.yml", folder / "prometheus.yml"
    rules.write_text(impatient(RULES.read_text(encoding="utf-8")), encoding="utf-8")
    config.write_text(CONFIG.format(rules=rules, port=port), encoding="utf-8")
    said = (folder / "prometheus.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{own}",
        stdout=said,
        stderr=said,
    )
    try:
        async with aiohttp.ClientSession() as session:
            yield Prometheus(f"http://127.0.0.1:{own}", session)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        said.close()
