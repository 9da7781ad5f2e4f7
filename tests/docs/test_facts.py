"""What pages say of the code in passing: how long things are kept, which languages and commands there are."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app
from bot.config import RetentionSettings
from bot.handover.retention import LEAST_DAYS
from bot.i18n import LANGUAGES
from tests.docs.pages import DOCS, read, table_below
from tests.prepare import ROOT

YEARS = {365: "a year", 730: "two years", 1095: "three years"}
COMMAND = re.compile(r"`(?:otc/bin/)?otc-bot ([a-z]+(?: [a-z]+)?)")


def test_what_is_kept_how_long_is_as_the_settings_say() -> None:
    said = {row[0]: row[1] for row in table_below(read("security.md"), "What is kept how long")}
    days = RetentionSettings()
    assert said["the FE's name"] == YEARS[days.names_days]
    assert said["files of photos"] == YEARS[days.photos_days]
    assert said["parcels with their ids; what lists and Flipkart said of them"] == YEARS[days.parcels_days]
    assert [time for what, time in said.items() if what.startswith("all else")] == [YEARS[days.records_days]]
    assert f"at least {LEAST_DAYS} days" in read("settings.md")


def test_every_language_is_named() -> None:
    for page in ("languages.md", "settings.md"):
        text = read(page)
        assert [one for one in LANGUAGES if f"`{one}`" not in text and f'`"{one}"`' not in text] == [], page


def commands() -> set[str]:
    """As they are typed."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    found = set()
    for name, one in group.commands.items():
        found |= {f"{name} {more}" for more in one.commands} if isinstance(one, TyperGroup) else {name}
    return found


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda page: page.name)
def test_commands_that_are_named_are_there(page: Path) -> None:
    known = commands()
    found = COMMAND.findall(page.read_text(encoding="utf-8"))
    assert {one for one in found if one not in known and one.partition(" ")[0] not in known} == set()
