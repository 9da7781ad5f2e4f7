"""What waits is said in the thread, and one person takes it; the day's end is told with its files."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.slack import ids
from tests.scenarios.dockwork import modal
from tests.scenarios.leaks import seen_by
from tests.support import World


async def test_a_reminder_is_said_once_and_taken_by_one(dock: World) -> None:
    dock.toml = {"reminders": {"waiting_minutes": 0.005}}
    dock.flipkart.arrive("LOC1", "Ram Kumar")
    async with dock.bot():
        await dock.until(lambda: dock.cards)
        [card] = dock.cards
        said = await dock.until(lambda: [m for m in dock.thread(card) if "no Start OTC that works" in str(m.blocks)])
        assert f"<@{dock.operator}> <@{dock.second}>" in str(said[0].blocks)
        await dock.slack.press(dock.second, said[0], ids.TAKE)
        await dock.until(lambda: f"<@{dock.second}> has been on it since" in str(card.blocks))
        await dock.until(lambda: [m for m in dock.thread(card) if f"<@{dock.second}> is on it." in str(m.blocks)])
        await dock.slack.press(dock.operator, said[0], ids.TAKE)
        mine = await dock.until(
            lambda: [e for e in dock.slack.ephemerals(dock.operator) if "take over" in str(e.blocks)]
        )
        assert mine[0].thread_ts == card.ts, "answered in the channel, where nobody looks who pressed in the thread"


async def test_what_a_reminder_asks_for_is_done_by_its_button(dock: World) -> None:
    dock.toml = {"reminders": {"waiting_minutes": 0.005, "uncounted_minutes": 0.005}}
    visit = dock.flipkart.arrive("LOC1", "Ram Kumar")

    async def reminder(words: str) -> Any:
        card = (await dock.until(lambda: dock.cards))[0]
        return (await dock.until(lambda: [m for m in dock.thread(card) if words in str(m.blocks)]))[0]

    async with dock.bot():
        await dock.slack.press(dock.operator, await reminder("no Start OTC that works"), ids.START)
        await dock.until(lambda: visit.start_code and seen_by(dock, dock.operator, visit.start_code))
        visit.begin()
        visit.scan(2)
        visit.finish_scanning()
        said = await reminder("nobody has counted")
        assert "waits" in said.text
        await dock.slack.press(dock.second, said, ids.END)
        await modal(dock, dock.second, "Parcels counted by hand")


async def test_the_day_is_told_when_it_is_over(dock: World) -> None:
    late = timedelta(0)
    dock.flipkart.arrive("LOC1", "Ram Kumar")
    async with dock.bot(lambda: datetime.now(UTC) + late):
        await dock.until(lambda: dock.cards)
        late = timedelta(hours=24)
        told = await dock.until(lambda: [m for m in dock.cards if "📊" in str(m.blocks)])
        await dock.until(lambda: [m for m in dock.thread(told[0]) if len(m.files) == 2])
