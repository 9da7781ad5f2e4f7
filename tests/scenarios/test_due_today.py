"""A dock that is looked at by what is due: seldom, until there is a reason."""

import io
from dataclasses import replace

from bot.timing import JobsTiming
from tests.scenarios.dockwork import card_of
from tests.support import World

HEARTBEAT = 1.5


def looks(dock: World) -> list[float]:
    """When Flipkart was asked who is there."""
    return [call.at for call in dock.flipkart.calls if call.name == "initial_load"]


async def gap(dock: World) -> float:
    """Seconds between the next two looks."""
    before = len(looks(dock))
    await dock.until(lambda: len(looks(dock)) >= before + 2)
    return looks(dock)[before + 1] - looks(dock)[before]


async def test_seldom_until_there_is_a_reason(dock: World, logged: io.StringIO) -> None:
    dock.toml["returns"] = {"ledger": True}
    dock.toml["polling"] = {"arrivals_seconds": 0.1, "scans_seconds": 0.1, "heartbeat_seconds": HEARTBEAT}
    one = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "operators": [dock.operator]}
    dock.toml["locations"] = [one | {"arrivals": "due"}]
    dock.timing = replace(dock.timing, jobs=JobsTiming(ledger=0.1, due=0.1))
    async with dock.bot():
        await dock.until(lambda: dock.rows("select 1 from ledger where answered_at is not null"))
        # The clock for what becomes due is looked at every five seconds.
        while await gap(dock) < HEARTBEAT / 2:
            pass
        assert await gap(dock) > HEARTBEAT / 2
        await dock.slack.open_home(dock.operator)
        home = await dock.until(lambda: dock.slack.home(dock.operator))
        assert "Nothing due today" in home.text_all()
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await card_of(dock, visit)
        assert min([await gap(dock) for _ in range(3)]) < HEARTBEAT / 2, "an FE is there"
    assert "Traceback" not in logged.getvalue()
