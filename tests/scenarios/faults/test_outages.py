"""Flipkart fails for long: the channel is told by one line, which then says that it is over."""

from datetime import datetime, timedelta

from bot.clock import now
from tests.scenarios.dockwork import Screen, card_of
from tests.scenarios.faults.marks import fault
from tests.support import World

FOREVER = 1_000_000


class Hands:
    """A clock that somebody moves."""

    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


async def looks_fail(dock: World, times: int = 2) -> None:
    """Flipkart has refused some more looks."""

    def refused() -> int:
        return sum(call.status == 503 for call in dock.flipkart.calls)

    before = refused()
    await dock.until(lambda: refused() >= before + times)


async def line(dock: World, text: str) -> Screen:
    """The line about an outage, once it says this."""
    return await dock.until(lambda: next((one for one in dock.cards if text in one.text_all()), None))


@fault(
    "Flipkart",
    "no answer for minutes: the channel is told, once",
    keeps=(2, 3),
    person="Flipkart has not answered since",
    operator="a look at flipkart failed; it goes on trying",
)
async def test_an_outage_is_told_in_the_channel(dock: World) -> None:
    hands, visit = Hands(), dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot(clock=hands):
        await card_of(dock, visit)
        dock.flipkart.fail("initial_load", status=503, times=FOREVER)
        await looks_fail(dock)
        hands.move(29)
        await looks_fail(dock)
        assert len(dock.cards) == 1, "a moment is no outage"
        hands.move(2)
        said = await line(dock, "Flipkart has not answered since")
        assert "<@" not in said.text_all(), "somebody's phone rang for what they can't mend"
        assert "<!subteam" not in said.text_all()
        hands.move(200)
        await looks_fail(dock)
    # It goes on over a restart, and is over after it.
    async with dock.bot(clock=hands):
        await looks_fail(dock)
        assert len(dock.cards) == 2
        hands.move(30)
        dock.flipkart.clear_faults()
        said = await line(dock, "Flipkart is back since")
        assert "after 4 min" in said.text_all()
        # Again within the hour: the same line.
        dock.flipkart.fail("initial_load", status=503, times=FOREVER)
        await looks_fail(dock)
        hands.move(60)
        await line(dock, "Flipkart has not answered since")
        dock.flipkart.clear_faults()
        await line(dock, "Flipkart is back since")
        assert len(dock.cards) == 2
    assert dock.rows("select state, count(*) from delivery where kind = 'outage'") == [("sent", 1)]


@fault("Flipkart", "no answer while a dock is closed and empty: nobody is told", keeps=(2,))
async def test_a_closed_dock_is_not_told(dock: World) -> None:
    hands = Hands()
    at = hands.at + timedelta(hours=8, minutes=30)  # not in the hours, whatever the time is in India
    hours = f"{at:%H}:00-{at:%H}:01"
    dock.toml = {"locations": [{"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "hours": hours}]}
    dock.flipkart.fail("initial_load", status=503, times=FOREVER)
    async with dock.bot(clock=hands):
        hands.move(60)
        await dock.until(lambda: dock.rows("select count(*) from awake") == [(1,)])
        assert [call for call in dock.flipkart.calls if call.name == "initial_load"] == []
        assert dock.cards == []


@fault(
    "Flipkart",
    "no answer for some docks of a channel",
    keeps=(2,),
    person="Flipkart has not answered for Hosur dock since",
)
async def test_docks_of_one_channel_are_named(dock: World) -> None:
    hands = Hands()
    dock.toml = {
        "locations": [
            {"id": one, "name": name, "channel": dock.channel}
            for one, name in (("LOC1", "Bengaluru dock"), ("LOC2", "Hosur dock"))
        ]
    }
    # Flipkart knows no LOC2: it refuses it, and answers for the other.
    async with dock.bot(clock=hands):
        await dock.until(lambda: len([call for call in dock.flipkart.calls if (call.status or 0) >= 400]) > 2)
        hands.move(31)
        await line(dock, "Flipkart has not answered for Hosur dock since")
        assert len(dock.cards) == 1
        dock.flipkart.add_location("LOC2")
        await line(dock, "Flipkart is back for Hosur dock since")
