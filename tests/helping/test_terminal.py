"""`otc-bot help`: what a person reads in the terminal."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.commands import Exit
from bot.helping.pages import Section, folder, sections
from bot.helping.search import Hit
from bot.helping.terminal import drawn
from tests.prepare import ROOT

RUNNER = CliRunner()
EVERY = sections(folder())


def said(*words: str) -> str:
    result = RUNNER.invoke(app, ["help", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_without_a_word_all_pages() -> None:
    lines = said().splitlines()[2:]
    assert [line.split()[0] for line in lines] == sorted(path.stem for path in (ROOT / "docs").glob("*.md"))


def test_a_setting_and_what_it_does() -> None:
    text = said("names_days")
    assert text.startswith("Settings: [retention]\n=====================\n\nnames_days\n  what may stand there: ")
    assert "photos_days" not in text


def test_the_very_word_is_shown_at_once_and_what_else_has_it_stands_below() -> None:
    shown, _, more = said("retention").partition("\nMore with 'retention':\n")
    assert shown.startswith("Settings: [retention]\n")
    second = more.splitlines()[0].split(maxsplit=1)
    assert second[0] == "2"
    assert said("retention", "--show", "2").splitlines()[0] == second[1]


def test_a_message_as_somebody_reads_it_in_slack() -> None:
    assert "docks that you" not in said("no", "single", "tracking", "id")
    assert "Scan again." in " ".join(said("no single tracking id").split())


def test_several_are_a_list_of_which_one_is_chosen() -> None:
    lines = said("clock").splitlines()
    assert lines[0].endswith("`otc-bot help clock --show 1` shows the first.")
    number, name = lines[3].split(maxsplit=1)
    assert said("clock", "--show", number).splitlines()[0] == name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["retenion"], "otc-bot: no page has 'retenion': try retention"),
        (["xyzzy"], "otc-bot: no page has 'xyzzy': `otc-bot help` lists all pages\n"),
        (["clock", "--show", "999"], "sections with 'clock'\n"),
    ],
)
def test_nothing_found_is_told_with_what_to_try(words: list[str], told: str) -> None:
    result = RUNNER.invoke(app, ["help", *words])
    assert result.exit_code == Exit.UNWELL
    assert told in result.stderr


@pytest.mark.parametrize("section", EVERY, ids=lambda one: f"{one.page}-{one.heading}"[:60])
def test_nothing_is_wider_than_the_terminal_but_what_has_no_gap(section: Section) -> None:
    code = {f"    {line}" for one in section.blocks for line in one.text.splitlines()}
    for line in drawn(Hit(section, section.blocks, 0), 60):
        assert len(line) <= 60 or " " not in line.strip() or line in code or line == section.name


@pytest.mark.slow("builds a wheel")
def test_the_pages_are_found_in_the_wheel(tmp_path: Path) -> None:
    built = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "in")
    look = "from bot.helping.pages import folder, sections; print(folder(), len(sections(folder())))"
    asked = subprocess.run(
        [sys.executable, "-c", look],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "in")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.split() == [str(tmp_path / "in/bot/helping/docs"), str(len(EVERY))]
