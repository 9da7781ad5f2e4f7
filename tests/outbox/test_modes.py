"""That a location has other codes gets into its channel once, and what no longer holds not at all."""

from pathlib import Path

from bot.outbox.lines import mode_line
from bot.slack.mode_painter import SlackModePainter
from bot.store.modes import ModeStore
from bot.store.tables import Kind
from tests.both import ONLY_SQLITE
from tests.outbox.conftest import Office
from tests.outbox.test_younger import copied

HOUR = 3600.0
BOTH, END = "DynamicStartEnd", "DynamicEnd"


async def see(office: Office, word: str) -> None:
    await ModeStore(office.database).notice("LOC1", word, office.time.now())


async def work(office: Office) -> list[str]:
    """As after a start of the bot; what the channel was told of codes, the oldest first."""
    office.contents[Kind.MODE] = mode_line(ModeStore(office.database), SlackModePainter().message, office.locations)
    await office.restart()
    for _ in range(4):
        await office.busy()
        office.time.move(20)
    return [one.text_all() for one in office.cards if "codes of Bengaluru dock" in one.text_all()]


async def test_it_is_said_once_over_a_restart(office: Office) -> None:
    await see(office, BOTH)
    assert await work(office) == []
    await see(office, END)
    [said] = await work(office)
    assert "only an End OTC" in said
    assert await work(office) == [said]


async def test_what_no_longer_holds_is_not_said(office: Office) -> None:
    for word in (BOTH, END, BOTH, "OldStatic"):
        await see(office, word)
        office.time.move(2 * HOUR)
    [said] = await work(office)
    assert "Now they are fixed" in said


@ONLY_SQLITE
async def test_a_database_of_before_finds_the_message(office: Office, tmp_path: Path) -> None:
    await office.arrive()
    await see(office, BOTH)
    assert await work(office) == []
    copy = copied(office, tmp_path / "copy.db")
    office.time.move(HOUR)
    await see(office, END)
    said = await work(office)
    assert len(said) == 1
    office.time.move(HOUR)
    await office.forget(copy)
    await see(office, END)
    assert await work(office) == said, "told a second time"
