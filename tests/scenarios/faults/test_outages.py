"""Flipkart fails for long: the channel is told by one line, which then says that it is over."""

import io
import time
from datetime import datetime, timedelta

from bot.clock import now
from tests.scenarios.dockwork import Screen, card_of, card_says
from tests.scenarios.faults.marks import fault
from tests.support import World

FOREVER = 1_000_000


class Hands:
    """A clock that somebody puts forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead

    def monotonic(self) -> float:
        """Of the same time that passes."""
        return time.monotonic() + self.ahead.total_seconds()

    def move(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


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
    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        await card_of(dock, visit)
        dock.flipkart.fail("initial_load", status=503, times=FOREVER)
        await looks_fail(dock)
        hands.move(15)
        await looks_fail(dock)
        assert len(dock.cards) == 1, "a moment is no outage"
        hands.move(16)
        said = await line(dock, "Flipkart has not answered since")
        assert "<@" not in said.text_all(), "somebody's phone rang for what they can't mend"
        assert "<!subteam" not in said.text_all()
        await card_says(dock, visit, "Flipkart has not answered since")
        hands.move(200)
        await looks_fail(dock)
    # It goes on over a restart, and is over after it.
    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        await looks_fail(dock)
        assert len(dock.cards) == 2
        hands.move(30)
        dock.flipkart.clear_faults()
        said = await line(dock, "Flipkart came back at")
        assert "after 4 min" in said.text_all()
        await dock.until(lambda: "not answered" not in dock.cards[0].text_all())
        # Again within the hour: the same line.
        dock.flipkart.fail("initial_load", status=503, times=FOREVER)
        await looks_fail(dock)
        hands.move(60)
        await line(dock, "Flipkart has not answered since")
        dock.flipkart.clear_faults()
        await line(dock, "Flipkart came back at")
        assert len(dock.cards) == 2
        query = "select state, count(*) from delivery where kind = 'outage'"
        await dock.until(lambda: dock.rows(query) == [("sent", 1)])


@fault(
    "Flipkart",
    "no scans for minutes, although it tells who is there: one line, also where both fail",
    keeps=(1, 2, 3),
    person="Flipkart has not answered since",
    operator="a look at flipkart failed; it goes on trying",
)
async def test_an_outage_of_scans_alone_is_told_in_the_channel(dock: World) -> None:
    hands, visit = Hands(), dock.flipkart.arrive("LOC1", "Ram")

    def looks() -> int:
        return sum(call.name == "initial_load" and call.status == 200 for call in dock.flipkart.calls)

    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        visit.begin()
        visit.scan(2)
        await card_says(dock, visit, "2 scanned")
        dock.flipkart.fail("shipments", status=503, times=FOREVER)
        await looks_fail(dock)
        hands.move(31)
        said = await line(dock, "*Flipkart has not answered since")
        await card_says(dock, visit, "Flipkart has not answered since")
        # The other call fails for as long, and is well again: that is neither a second line nor the end of this one.
        dock.flipkart.fail("initial_load", status=503, times=FOREVER)
        await looks_fail(dock, 6)
        hands.move(31)
        await looks_fail(dock, 6)
        before = looks()
        dock.flipkart.clear_faults()
        dock.flipkart.fail("shipments", status=503, times=FOREVER)
        await dock.until(lambda: looks() >= before + 6)
        assert "not answered" in said.text_all()
        assert said.edits == []
        dock.flipkart.clear_faults()
        visit.scan(1)
        await card_says(dock, visit, "3 scanned")
        assert await line(dock, "Flipkart came back at") is said
        assert len(said.edits) == 1
        assert len(dock.cards) == 2


@fault("Flipkart", "no answer while a dock is closed and empty: nobody is told", keeps=(2,))
async def test_a_closed_dock_is_not_told(dock: World) -> None:
    hands = Hands()
    at = hands() + timedelta(hours=8, minutes=30)  # not in the hours, whatever the time is in India
    hours = f"{at:%H}:00-{at:%H}:01"
    dock.toml = {"locations": [{"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "hours": hours}]}
    dock.flipkart.fail("initial_load", status=503, times=FOREVER)
    dock.monotonic = hands.monotonic
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
    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        await dock.until(lambda: len([call for call in dock.flipkart.calls if (call.status or 0) >= 400]) > 2)
        hands.move(31)
        await line(dock, "Flipkart has not answered for Hosur dock since")
        assert len(dock.cards) == 1
        dock.flipkart.add_location("LOC2")
        await line(dock, "Flipkart came back for Hosur dock at")


@fault(
    "Slack",
    "nothing is taken for a minute: it is told afterwards",
    keeps=(2, 3),
    person="Slack took no messages from",
    operator="slack takes messages again",
)
async def test_a_minute_without_slack_is_told_afterwards(dock: World, logged: io.StringIO) -> None:
    hands, visit = Hands(), dock.flipkart.arrive("LOC1", "Ram")

    def tries() -> int:
        return sum(call.method == "chat.update" for call in dock.slack.calls)

    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        await card_says(dock, visit, "Start OTC")
        dock.slack.fail("chat.update", error="internal_error", times=FOREVER)
        visit.begin()
        visit.scan(2)
        await dock.until(lambda: "slack did not take a message" in logged.getvalue())
        hands.move(45)
        before = tries()
        await dock.until(lambda: tries() > before)
        assert len(dock.cards) == 1
        dock.slack.clear_faults()
        await card_says(dock, visit, "2 scanned")
        said = await line(dock, "Slack took no messages from")
        assert "<@" not in said.text_all()
        query = "select state, count(*) from delivery where kind = 'outage'"
        await dock.until(lambda: dock.rows(query) == [("sent", 1)])


@fault(
    "Slack",
    "nothing is taken, and the bot is stopped meanwhile: its next start tells it",
    keeps=(2, 3),
    person="Slack took no messages from",
    operator="slack did not take a message; it waits",
)
async def test_a_bot_that_ends_without_slack_tells_it_at_its_next_start(dock: World, logged: io.StringIO) -> None:
    hands, visit = Hands(), dock.flipkart.arrive("LOC1", "Ram")
    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        await card_says(dock, visit, "Start OTC")
        for method in ("chat.update", "chat.postMessage"):
            dock.slack.fail(method, error="internal_error", times=FOREVER)
        visit.begin()
        visit.scan(2)
        await dock.until(lambda: "slack did not take a message" in logged.getvalue())
        hands.move(45)
        await dock.until(lambda: dock.rows("select silent from outage") == [("slack",)])
        assert dock.rows("select 1 from delivery where kind = 'outage'") == []
    dock.slack.clear_faults()
    hands.move(600)
    dock.monotonic = hands.monotonic
    async with dock.bot(clock=hands):
        said = await line(dock, "Slack took no messages from")
        assert "1 min" in said.text_all(), "that the bot was off is no outage of Slack's"
        await card_says(dock, visit, "2 scanned")
        query = "select state, count(*) from delivery where kind = 'outage'"
        await dock.until(lambda: dock.rows(query) == [("sent", 1)])
