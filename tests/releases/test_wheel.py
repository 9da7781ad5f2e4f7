"""The wheel in an environment that has it and what it says it needs: no checkout, no tools of the tests."""

import asyncio
import re
import signal
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import aiohttp
import pytest

from bot.i18n import LANGUAGES
from tests.pace import PATIENCE
from tests.prepare import ROOT
from tests.scenarios.dockwork import card_says, end_code, start_code, thread_says
from tests.support import world
from tests.test_cli import Installation, installed
from tests.test_demo import address_of
from tests.test_project import needed

pytestmark = pytest.mark.slow("builds and installs a wheel, and starts processes from it")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the Dockerfile builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"]
    done = subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its commands. What the wheel needs is that of the tests, lent package by package."""
    folder = tmp_path_factory.mktemp("empty") / "otc"
    venv.create(folder, symlinks=True)
    names = {"base": str(folder), "platbase": str(folder)}
    here, there = (Path(sysconfig.get_path("purelib", vars=one)) for one in ({}, names))
    for package in needed(PROJECT["project"]["dependencies"]):
        for part in {file.parts[0] for file in metadata.files(package) or ()} - {"..", "__pycache__"}:
            if not (there / part).is_symlink():
                (there / part).symlink_to(here / part)
    python = folder / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", "--disable-pip-version-check"]
    for command in (["install", "--no-deps", "--no-index", str(wheel)], ["check"]):
        done = subprocess.run([*pip, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return python.parent


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {one.filename for one in archive.infolist() if not one.is_dir()}


def tracked(where: str) -> list[str]:
    """What stands in the checkout there, be it committed or not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", where]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def version_of(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def test_the_wheel_holds_the_bot_and_nothing_else(wheel: Path) -> None:
    # `otc-bot help` shows the pages; plans and pictures stay with the site.
    wanted = set(tracked("bot")) | {f"bot/helping/{page}" for page in tracked("docs/*.md") if page.count("/") == 1}
    about = f"otc_bot-{version_of(wheel)}.dist-info/"
    found = names(wheel)
    assert {name for name in found if not name.startswith(about)} == wanted
    licences = {f"{about}licenses/{name}" for name in PROJECT["project"]["license-files"]}
    papers = {f"{about}{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    assert {name for name in found if name.startswith(about)} == papers | licences


def test_the_wheel_has_what_is_no_code(wheel: Path) -> None:
    found = names(wheel)
    catalogues = {f"bot/i18n/locales/{one}/LC_MESSAGES/otc-bot.po" for one in LANGUAGES if one != "en"}
    assert len(catalogues) > 2
    page = {"bot/sandbox/demo/static/index.html", "bot/sandbox/demo/static/js/main.js"}
    assert {"bot/py.typed", *page, *catalogues} <= found
    assert {"bot/record/fonts/NotoSans-Regular.ttf", "bot/record/fonts/NotoSansDevanagari-Bold.ttf"} <= found
    assert any(re.fullmatch(r"bot/store/migrations/versions/0001_\w+\.py", name) for name in found)


async def test_what_needs_no_setting_from_an_empty_folder(environment: Path, wheel: Path, tmp_path: Path) -> None:
    bare = Installation(tmp_path, {"HOME": str(tmp_path)}, program=(str(environment / "otc-bot"),))
    told = await bare.end("--version")
    assert (told.code, told.out) == (0, f"otc-bot {version_of(wheel)}\n")
    helped = await bare.end("help", "go", "back")
    assert helped.code == 0, helped.err
    assert "Releases: Go back" in helped.out
    manifest = await bare.end("manifest")
    assert manifest.code == 0, manifest.err
    assert "socket_mode_enabled: true" in manifest.out


async def test_a_demo_from_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    bare = Installation(tmp_path, {"HOME": str(tmp_path)}, program=(str(environment / "otc-bot"),))
    process = await bare.start("demo", "--port", "0")
    address = await address_of(process)
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/static/js/main.js"):
            async with http.get(address + path) as page:
                assert page.status == 200
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert list(tmp_path.iterdir()) == []


async def test_a_handover_from_an_empty_folder_and_its_record(environment: Path, tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = installed(at, HOME=str(tmp_path))
        bot.program = (str(environment / "otc-bot"),)
        upgraded = await bot.end("db", "upgrade")
        assert upgraded.code == 0, upgraded.err
        assert "upgraded from nothing" in upgraded.out

        visit = at.flipkart.arrive("LOC1", "राम कुमार")
        async with bot.running() as running:
            await running.until(lambda: at.cards)
            await start_code(at, at.operator, visit)
            visit.begin()
            visit.scan(3)
            await card_says(at, visit, "3 scanned")
            visit.finish_scanning()
            await end_code(at, at.operator, visit, counted=3)
            assert visit.end_code is not None
            assert visit.enter_end_otc(visit.end_code)
            card = await card_says(at, visit, "Closed")
            await thread_says(at, card, "Closed.")
            await at.until(lambda: {Path(file.name).suffix for file in at.slack.files.values()} == {".csv", ".pdf"})

        ids = ("--location", "LOC1", "--language", "hi", "--out", "papers")
        exported = await bot.end("export", *ids, "--format", "pdf", "--format", "xlsx")
        assert exported.code == 0, exported.err
        assert sorted(file.suffix for file in (tmp_path / "papers").iterdir()) == [".pdf", ".xlsx"]
