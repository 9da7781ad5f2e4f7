"""What the doctor says of each mistake, as docs/mistakes.md shows it: the real command, against the simulators."""

import asyncio
import inspect
import os
import re
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.doctor.mistakes import MISTAKES, Mistake, Place
from tests.doctor.support import SECRETS, well
from tests.pace import PATIENCE
from tests.prepare import ROOT
from tests.rights import mind_rights
from tests.support import world
from tests.test_cli import assert_clean

PAGE = ROOT / "docs" / "mistakes.md"
HEAD = """# Mistakes, and what `doctor` says of them

`otc-bot doctor` looks at everything that the bot needs. Each line begins with one of four words:

- `ok`: it is well.
- `note`: it can't be looked at from here. The line ends with what you can look at where something does nothing.
- `WARN`: it works, and you should know something about it.
- `FAIL`: it does not work so. The line ends with what to do.

It ends with exit code 0 where nothing is `WARN` or `FAIL`, with 1 where something is `WARN`, and with 2 where something
is `FAIL`. `--brief` shows only these two, and `--all` also lists the settings that you have not changed. It only reads,
so you can type it at any time, also while the bot runs. No token and no secret is ever shown.

`--json` is for machines: one document with `version`, `worst` (`ok`, `WARN` or `FAIL`), `counts` of each of the four
words, and `findings`, of which each has `level` (the word), `what`, `said` and `mend` (what to do, empty where there is
nothing to do).

A bot that starts looks at what needs no call (`.env`, slips in the settings, fonts, the disk) and writes what is not
well into its log.

This page is written by a test: each mistake below was made in an installation that was well, and what follows is what
`otc-bot doctor --brief` said.
"""
WELL = """## When all is well

What `otc-bot doctor` says then; on a terminal it is a table in colour."""
VARIES = (
    (r"(?<=otc-bot: )\S+, Python \S+, .+", "1.0.0, Python 3.12.3, Linux x86_64"),
    (r"\d\d:\d\d(?=, UTC)", "14:05"),
    (r"SQLite [\d.]+", "SQLite 3.45.1"),
    (r"\d+(?= other keys)", "40"),
)
"""What no two runs have in common, and what stands there instead."""
AT_ONCE = 2
"""Installations: each has a world of its own."""


async def said(place: Place, *options: str) -> tuple[int, str]:
    """The exit code and the output of `otc-bot doctor`, with what differs from one run to the next made equal."""
    place.write()
    disk = f"import shutil; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(2**40, 2**39, {place.free})"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"{disk}\nfrom bot.cli import main\nmain()", "doctor", *options),
        cwd=place.at.folder,
        env=place.bot.env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=mind_rights if place.minds_rights else None,
    )
    async with asyncio.timeout(PATIENCE):
        out = (await process.communicate())[0].decode()
    assert_clean(out)
    secrets = [place.values.get(name, "").strip() for name in SECRETS]
    assert [one for one in secrets if one not in ("", "secret") and one in out] == [], "a secret is shown"
    return process.returncode or 0, equal(out, place)


def equal(out: str, place: Place) -> str:
    """Without this machine's paths, ports and times."""
    for own, shown in (
        (str(place.at.folder), "/srv/otc-bot"),
        (place.at.flipkart.url, "https://api.flipkart.net"),
        (place.at.slack.url, "https://slack.com"),
        (f"127.0.0.1:{place.values['HTTP_PORT']}", "127.0.0.1:8080"),
    ):
        out = out.replace(own, shown)
    for varies, shown in VARIES:
        out = re.sub(varies, shown, out)
    return out


async def a_place(folder: Path, stack: AsyncExitStack) -> Place:
    """One in which all is well."""
    at = await stack.enter_async_context(world(folder))
    bot = well(at)
    values, bot.env = bot.env, {"PATH": os.defpath}
    del values["LOG_FORMAT"]
    values["DATABASE_URL"] = f"sqlite:///{folder / 'otc-bot.db'}"
    return Place(at, bot, stack, values=values)


def title_of(mistake: Mistake) -> tuple[str, str]:
    """What the page calls it, and what it says of it."""
    title, _, text = inspect.cleandoc(mistake.__doc__ or "").partition("\n")
    return title.rstrip("."), text.strip()


async def told(mistake: Mistake, folder: Path) -> str:
    """A section of the page."""
    async with AsyncExitStack() as stack:
        place = await a_place(folder, stack)
        await mistake(place)
        code, out = await said(place, "--brief")
    title, text = title_of(mistake)
    worst = 2 if "FAIL  " in out else 1
    assert code == worst, f"{title}: exit code {code}\n{out}"
    assert re.search(r"^(FAIL|WARN)  ", out, re.MULTILINE), f"{title}: it was not found\n{out}"
    return "\n\n".join(part for part in (f"## {title}", text, f"```\n{out.rstrip()}\n```") if part)


@pytest.mark.slow("a process for each of more than twenty mistakes")
async def test_the_page_shows_what_the_doctor_says_of_each_mistake(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        (tmp_path / "well").mkdir()
        code, out = await said(await a_place(tmp_path / "well", stack))
    assert code == 0, out
    parts = [HEAD.rstrip(), WELL, f"```\n{out.rstrip()}\n```"]
    turns = asyncio.Semaphore(AT_ONCE)

    async def section(n: int, mistake: Mistake) -> str:
        folder = tmp_path / str(n)
        folder.mkdir()
        async with turns:
            return await told(mistake, folder)

    parts += await asyncio.gather(*(section(n, mistake) for n, mistake in enumerate(MISTAKES)))
    page = "\n\n".join(parts) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "UPDATE_GOLDEN=1 writes the page anew"


def test_the_page_has_every_mistake_once() -> None:
    titles = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert titles == ["When all is well", *(title_of(one)[0] for one in MISTAKES)]
    assert len(set(titles)) >= 20


async def test_without_a_mistake_nothing_is_said(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        code, out = await said(await a_place(tmp_path, stack), "--brief")

    assert (code, re.sub(r"\d+", "N", out)) == (0, "ok    all is well: N checks\n")
