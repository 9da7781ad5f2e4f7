"""Folders that the bot's user may not enter: each command ends with a sentence, and the doctor goes on."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.support import findings, well
from tests.rights import BOT
from tests.support import world
from tests.test_cli import Installation, installed

ENTER = "closed can't be entered (Permission denied). Let the bot's user enter it"


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may enter, with a folder in it."""
    folder = tmp_path / "closed"
    (folder / "data").mkdir(parents=True)
    (folder / "bot.toml").touch()
    folder.chmod(0)
    yield folder
    folder.chmod(0o700)


def minding(bot: Installation, **env: str) -> Installation:
    """The same as a user who minds rights."""
    bot.program = BOT
    bot.env |= env
    return bot


@pytest.mark.slow("a second for each process")
async def test_a_database_in_a_closed_folder_ends_each_command_with_a_sentence(tmp_path: Path, closed: Path) -> None:
    async with world(tmp_path) as at:
        bot = minding(installed(at), DATABASE_URL=f"sqlite:///{closed / 'data' / 'bot.db'}")
        for command in (
            ["run"],
            ["export", "--day", "2026-03-04"],
            ["db", "upgrade"],
            ["db", "copy", "--to", f"sqlite:///{tmp_path / 'new.db'}"],
        ):
            ended = await bot.end(*command)
            said = f"can't be used: {closed.parent / ENTER}, or change DATABASE_URL."
            assert (ended.code, len(ended.said)) == (4, 1), f"{command}: {ended.err}"
            assert said in ended.said[0], command
        ended = await bot.end("db", "backup")
        assert (ended.code, ended.said[0].partition(": ")[2].partition(": ")[2]) == (1, f"{closed.parent / ENTER}.")


@pytest.mark.slow("a second for each process")
async def test_pictures_and_settings_in_a_closed_folder_are_no_fault_of_env(tmp_path: Path, closed: Path) -> None:
    (tmp_path / "answers.toml").touch()
    async with world(tmp_path) as at:
        for name, value, mend in (
            ("PHOTOS_FOLDER", closed / "data", "or name another folder"),
            ("BOT_CONFIG", closed / "bot.toml", "or name another file"),
        ):
            bot = minding(installed(at), **{name: str(value)})
            for command in (["run"], ["init", "--answers", "answers.toml"]):
                ended = await bot.end(*command)
                assert (ended.code, len(ended.said)) == (2, 1), f"{command}: {ended.err}"
                assert ended.said[0].startswith(f"otc-bot: {name} = ")
                assert ended.said[0].endswith(f": {closed.parent / ENTER}, {mend}")
            ended = await bot.end("doctor")
            assert ended.code == 2
            assert f"FAIL  settings: {name} = " in ended.out
            assert ENTER in ended.out


async def test_the_doctor_goes_on_where_the_database_is_closed(tmp_path: Path, closed: Path) -> None:
    async with world(tmp_path) as at:
        bot = minding(well(at), DATABASE_URL=f"sqlite:///{closed / 'data' / 'bot.db'}")
        ended = await bot.end("doctor")
    good, bad = findings(ended)
    assert (ended.code, ended.err) == (2, "")
    assert [line.partition(": ")[0] for line in bad] == ["FAIL  database"]
    assert ENTER in bad[0]
    [disk] = [line for line in good if "disk of the database" in line]
    assert disk.startswith("WARN  ")
    assert ENTER in disk
    assert any("flipkart token" in line for line in good), "the checks behind it were left out"


BROKEN = """
import shutil
shutil.disk_usage = lambda _: 1 / 0
from bot.cli import main
main()
"""


async def test_a_check_that_breaks_off_is_a_finding_and_the_others_go_on(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        bot.program = (sys.executable, "-c", BROKEN)
        ended = await bot.end("doctor", "--json")
    document = json.loads(ended.out)
    assert (ended.code, ended.err, document["worst"], document["counts"]["FAIL"]) == (2, "", "FAIL", 1)
    [broken] = [one for one in document["findings"] if one["level"] == "FAIL"]
    assert broken["what"] == "disk of the database"
    why = r"this could not be looked at: the check broke off \(ZeroDivisionError in machine\.py, line \d+\)"
    assert re.fullmatch(why, broken["said"])
    assert "tell its makers" in broken["mend"]
    assert "flipkart token" in {one["what"] for one in document["findings"]}, "the checks behind it were left out"


@pytest.mark.slow("a second for each process")
async def test_a_start_goes_on_where_a_check_breaks_off(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        bot.program = (sys.executable, "-c", BROKEN)
        async with bot.running() as running:
            await running.until(lambda: '"connected"' in running.err)
    lines = [json.loads(line) for line in running.err.splitlines()]
    told = [one["what"] for one in lines if one["event"] == "something is not as it should be"]
    assert told == ["disk of the database"]
