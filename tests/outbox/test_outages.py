"""The line about an outage gets into its channel once, and says what holds, whenever the bot is ended."""

from datetime import timedelta
from pathlib import Path

from bot.handover.outages import Outage, Silent, begun, over
from bot.outbox.lines import outage_line
from bot.slack.outage_painter import SlackOutagePainter
from bot.store.outages import OutageStore
from bot.store.tables import Kind
from tests.both import ONLY_SQLITE
from tests.outbox.conftest import ZONE, Office
from tests.outbox.test_younger import copied
from tests.tables import Tables

MINUTE = 60.0


async def outage(office: Office) -> Outage:
    """Flipkart does not answer, from half a minute ago on."""
    [place], now = office.locations, office.time.now()
    one = begun(None, place, Silent.FLIPKART, now - timedelta(seconds=30), [place.id], now)
    await OutageStore(office.database).keep(one, [])
    return one


async def ended(office: Office, one: Outage) -> None:
    await OutageStore(office.database).keep(over(one, office.time.now()), [])


async def work(office: Office, *, restart: bool = True) -> list[str]:
    """What the channel says of outages once all is said, the oldest first."""
    painter = SlackOutagePainter(office.locations, ZONE)
    office.contents[Kind.OUTAGE] = outage_line(OutageStore(office.database), painter.message, office.locations)
    if restart:
        await office.restart()
    for _ in range(4):
        await office.busy()
        office.time.move(20)
        await OutageStore(office.database).settle()
    return [one.text_all() for one in office.cards if "Flipkart" in one.text_all()]


async def test_one_line_is_posted_and_edited_once(office: Office) -> None:
    one = await outage(office)
    [said] = await work(office)
    assert "has not answered since" in said
    assert office.calls("chat.update") == [], "it was edited although it says what holds"
    office.time.move(4 * MINUTE)
    await ended(office, one)
    [said] = await work(office)
    assert "Flipkart came back at" in said
    assert "after 5 min" in said
    assert len(office.calls("chat.update")) == 1
    assert await work(office) == [said]
    assert len(office.calls("chat.update")) == 1


async def test_it_is_over_before_the_line_is_there(office: Office) -> None:
    await ended(office, await outage(office))
    [said] = await work(office)
    assert "Flipkart came back at" in said


async def test_it_is_over_while_the_line_is_being_edited(office: Office) -> None:
    """What the outbox writes down then does not hide that the line is behind."""
    one = await outage(office)
    await work(office)
    await ended(office, one)
    await Tables(office.database).sql("update delivery set state = 'sent' where kind = 'outage'")
    [said] = await work(office)
    assert "Flipkart came back at" in said


async def test_an_edit_that_slack_refuses_is_made_later(office: Office) -> None:
    one = await outage(office)
    await work(office)
    await ended(office, one)
    office.slack.fail("chat.update", error="internal_error", times=2)
    [said] = await work(office)
    assert "Flipkart came back at" in said


async def test_a_line_that_somebody_deleted_stays_away(office: Office) -> None:
    one = await outage(office)
    await work(office)
    [card] = office.cards
    card.deleted = True
    await ended(office, one)
    assert [text for text in await work(office) if "back" in text] == []
    rows = await Tables(office.database).sql("select state from delivery where kind = 'outage'")
    assert rows.all() == ["lost"]


@ONLY_SQLITE
async def test_a_database_of_before_finds_the_line(office: Office, tmp_path: Path) -> None:
    await office.arrive()
    await work(office)
    copy = copied(office, tmp_path / "copy.db")
    await outage(office)
    assert len(await work(office)) == 1
    await office.forget(copy)
    one = await outage(office)
    await ended(office, one)
    [said] = await work(office)
    assert "Flipkart came back at" in said


async def test_what_is_only_noted_is_not_said(office: Office) -> None:
    [place], now = office.locations, office.time.now()
    one = over(begun(None, place, Silent.SLACK, now - timedelta(seconds=30), [place.id], now), now)
    store = OutageStore(office.database)
    await store.note(one)
    await work(office)
    assert office.cards == []
    assert await store.load() == [one]
    await store.keep(one, [])
    await work(office)
    [card] = office.cards
    assert "Slack took no messages from" in card.text_all()
