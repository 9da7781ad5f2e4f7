"""The real `otc-bot demo` in a process of its own, and Debian's Chromium in front of it."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.pace import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MILLISECONDS = 1000 * PATIENCE
"""For a step."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(autouse=True)
def _chromium() -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; CI installs Debian's")
    assert CHROMIUM is not None, "CI must install chromium"


@dataclass
class Demo:
    """A running demo."""

    address: str
    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def running(folder: Path, *options: str) -> AsyncIterator[Demo]:
    """`otc-bot demo` on a free port, ended by Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", *options, cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, f"the demo said {line!r} instead of its address"
        yield Demo(found.group(), process, [line])
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            rest = await process.stdout.read()
            code = await process.wait()
        process._transport.close()  # type: ignore[attr-defined]
        assert code == 0, f"Ctrl-C ended the demo with {code}: {rest.decode()}"


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    async with running(tmp_path, "--speed", "8") as one:
        yield one


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        await chromium.close()


@contextlib.asynccontextmanager
async def opened(browser: Browser, address: str, **context: object) -> AsyncIterator[Page]:
    """The demo's page, without the offer of a tour; a console error fails the test."""
    place = await browser.new_context(**context)  # type: ignore[arg-type]
    page = await place.new_page()
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_default_timeout(MILLISECONDS)
    expect.set_options(timeout=MILLISECONDS)
    await page.goto(address)
    yield page
    assert said == [], "the browser's console complains"
    await place.close()
