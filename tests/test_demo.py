"""`otc-bot demo` from the command line: its lines, its ends, and what it refuses."""

import asyncio
import itertools
import json
import re
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.pace import PATIENCE
from tests.prepare import ROOT

pytestmark = pytest.mark.slow("a second for each process")


async def started(folder: Path, *options: str, **env: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", *options),
        cwd=folder,
        env={"PATH": "/nowhere", "HOME": str(folder), "PYTHONPATH": str(ROOT)} | env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, f"no address in {line!r}"
    return found.group()


async def ended(process: asyncio.subprocess.Process) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert process.returncode == 0
    return out.decode(), err.decode()


async def arrived(address: str, name: str) -> str:
    """The task of an FE who comes to the first dock."""
    act = {"act": "arrive", "location": "BLR-01", "name": name, "partner": "eKart"}
    async with aiohttp.ClientSession() as http, http.post(f"{address}/api/act", json=act) as answer:
        return str((await answer.json())["result"]["task_id"])


async def said(address: str, *words: str) -> str:
    """Waits until one message in a channel says all of it; returns its ts."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE):
        while True:
            async with http.get(f"{address}/api/state") as answer:
                messages = (await answer.json())["messages"]
            for one in itertools.chain(*messages.values()):
                text = json.dumps(one, ensure_ascii=False)
                if all(word in text for word in words):
                    return str(one["ts"])
            await asyncio.sleep(0.1)


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
        async with asyncio.timeout(PATIENCE):
            _, err = await process.communicate()
    assert process.returncode == 5
    assert "is taken" in err.decode()
    assert "--port 0" in err.decode()
    assert len(err.decode().splitlines()) == 1


async def test_a_kept_dock_goes_on_and_is_exported(tmp_path: Path) -> None:
    process = await started(tmp_path, "--port", "0", "--keep", "dock.db")
    address = await address_of(process)
    ram = await arrived(address, "Ram")
    await said(address, "Ram")
    async with aiohttp.ClientSession() as http, http.post(f"{address}/api/act", json={"act": "leave", "task": ram}):
        pass
    await said(address, "⚪")
    out, err = await ended(process)
    assert err == ""
    assert str(tmp_path / "dock.db") in out

    process = await started(tmp_path, "--port", "0", "--keep", "dock.db")
    address = await address_of(process)
    await said(address, "⚪")
    assert await arrived(address, "Priya") != ram, "a task has the number of one of before"
    await said(address, "Priya")
    out, err = await ended(process)
    assert err == "", "the bot does not find itself at home"
    assert "goes on" in out
    command = next(line for line in out.splitlines() if "otc-bot export" in line).partition(": ")[2]
    export = await asyncio.create_subprocess_shell(
        command.replace("otc-bot", f"{sys.executable} -m bot"), cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await export.communicate()
    assert export.returncode == 0
    assert ".xlsx" in told.decode()


async def test_a_kept_dock_that_was_killed_goes_on(tmp_path: Path) -> None:
    process = await started(tmp_path, "--port", "0", "--keep", "dock.db")
    address = await address_of(process)
    ram = await arrived(address, "Ram")
    card = await said(address, f"`{ram}`")
    process.kill()
    await process.wait()

    process = await started(tmp_path, "--port", "0", "--keep", "dock.db")
    address = await address_of(process)
    assert await arrived(address, "Priya") != ram, "a task has the number of one of before"
    assert await said(address, f"`{ram}`", "⚪") == card, "the bot does not find its card"
    await said(address, "Priya")
    out, err = await ended(process)
    assert err == "", "the bot does not find itself at home"
    assert "goes on" in out


async def test_a_file_that_is_no_practice_dock_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "real.db").write_bytes(b"somebody's records")
    process = await started(tmp_path, "--port", "0", "--keep", "real.db")
    async with asyncio.timeout(PATIENCE):
        _, err = await process.communicate()
    assert process.returncode == 4
    assert "can't be opened as a practice dock" in err.decode()
    assert (tmp_path / "real.db").read_bytes() == b"somebody's records"
    assert len(list(tmp_path.iterdir())) == 1


async def test_open_without_a_browser_is_a_line_and_no_end(tmp_path: Path) -> None:
    process = await started(tmp_path, "--port", "0", "--open", BROWSER="/nowhere/browser")
    await address_of(process)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
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
