"""`otc-bot demo` from the command line: its lines, its ends, and what it refuses."""

import asyncio
import re
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

pytestmark = pytest.mark.slow("a second for each process")


async def started(folder: Path, *options: str, **env: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", *options),
        cwd=folder,
        env={"PATH": "/nowhere", "HOME": str(folder)} | env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, f"no address in {line!r}"
    return found.group()


async def ended(process: asyncio.subprocess.Process) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(15):
        out, err = await process.communicate()
    assert process.returncode == 0
    return out.decode(), err.decode()


async def test_one_address_a_hint_and_a_clean_end(tmp_path: Path) -> None:
    process = await started(tmp_path, "--port", "0")
    address = await address_of(process)
    async with aiohttp.ClientSession() as http:
        async with http.get(address) as page:
            assert page.status == 200
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        async with http.get(f"{address}/static/js/main.js") as script:
            assert script.status == 200
        arrive = {"act": "arrive", "location": "BLR-01", "name": "Ram", "partner": "eKart"}
        async with http.post(f"{address}/api/act", json=arrive) as answer:
            assert (await answer.json())["ok"]
        async with http.post(f"{address}/api/act", json={"act": "explode"}) as answer:
            assert "does not know" in (await answer.json())["error"]
        async with http.post(f"{address}/api/act", json=arrive, headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 403, "another site's page may press buttons here"
        async with http.get(address, headers={"Host": "evil.example"}) as page:
            assert page.status == 403, "a name that points to this machine may read the page"
    out, err = await ended(process)
    assert "Try first" in out
    assert err == "", "a clean end says nothing"
    assert list(tmp_path.glob("*.db")) == [], "the database is left behind"


async def test_a_second_demo_on_the_same_port_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await started(tmp_path, "--port", str(taken.getsockname()[1]))
        async with asyncio.timeout(20):
            _, err = await process.communicate()
    assert process.returncode == 5
    assert "is taken" in err.decode()
    assert "--port 0" in err.decode()
    assert len(err.decode().splitlines()) == 1


async def test_keep_leaves_the_database(tmp_path: Path) -> None:
    process = await started(tmp_path, "--port", "0", "--keep")
    await address_of(process)
    out, _ = await ended(process)
    (kept,) = tmp_path.glob("*.db")
    assert str(kept) in out


async def test_open_without_a_browser_is_a_line_and_no_end(tmp_path: Path) -> None:
    process = await started(tmp_path, "--port", "0", "--open", BROWSER="/nowhere/browser")
    await address_of(process)
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while line := (await process.stdout.readline()).decode():
            if "open the address yourself" in line:
                break
    assert line, "nothing is said of the missing browser"
    await ended(process)


async def test_settings_of_the_machine_do_not_get_in(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-real\nFLIPKART_API_URL=https://api.flipkart.net\n")
    process = await started(tmp_path, "--port", "0", SLACK_CLIENT_ID="1", HTTP_PORT="1")
    await address_of(process)
    _, err = await ended(process)
    assert err == ""
