"""When a channel is told of an outage, and when not: a look that fails is none, and one that flaps is one line."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.handover.location import Location, Locations
from bot.handover.outages import PAUSE, Outage, Outages, Silent, Spell
from bot.handover.sight import Sight

START = datetime(2026, 3, 4, 7, 35, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Slack:
    """When it took nothing, as the outbox finds it."""

    def __init__(self) -> None:
        self.over: list[Spell] = []
        self.lasts: Spell | None = None

    def lasting(self) -> Spell | None:
        return self.lasts


class Stand:
    """Docks in two channels, what is kept of outages, and a clock."""

    def __init__(self) -> None:
        places = (("LOC1", "C0000ONE"), ("LOC2", "C0000ONE"), ("LOC3", "C00THREE"))
        self.locations = Locations(tuple(Location(id=one, name=one, channel=channel) for one, channel in places))
        self.now = START
        self.kept: dict[str, Outage] = {}
        self.said: list[Outage] = []
        self.noted: list[Outage] = []
        self.redrawn: list[list[str]] = []
        self.settles = 0
        self.put_right = 0.0
        """Seconds by which the clock was put forward, which nobody waited for."""
        self.start()

    def start(self) -> None:
        """A new process: nothing is remembered but what is kept."""
        self.sight = Sight(timedelta(minutes=1), 30 * SECOND, lambda: self.now.timestamp() - self.put_right)
        self.slack = Slack()
        self.outages = Outages(self, self.locations, self.sight, self.slack, 30 * SECOND)

    async def load(self) -> list[Outage]:
        return list(self.kept.values())

    async def keep(self, outage: Outage, redraw: Collection[str]) -> None:
        self.kept[outage.channel + outage.silent] = outage
        self.said.append(outage)
        self.redrawn.append(sorted(redraw))

    async def note(self, outage: Outage) -> None:
        self.kept[outage.channel + outage.silent] = outage
        self.noted.append(outage)

    async def silent(self, since: datetime, until: datetime, *, over: bool = False) -> None:
        """Slack has taken nothing since then, and it is looked."""
        spell = Spell(frozenset({"C00THREE"}), since, until)
        self.slack.lasts = None if over else spell
        if over:
            self.slack.over.append(spell)
        await self.outages.look(until)

    async def settle(self) -> bool:
        self.settles += 1
        return True

    async def look(
        self,
        seconds: int,
        *fails: str,
        answers: tuple[str, ...] = (),
        unread: tuple[str, ...] = (),
        read: tuple[str, ...] = (),
    ) -> None:
        """For so long Flipkart answers for some locations and not for others, with a look each half minute.

        `unread` and `read` are FEs at LOC3 whose pages it gives out or not.
        """
        for _ in range(max(1, seconds // 30)):
            for one in fails:
                self.sight.lost(one, "HTTP 503", self.now, self.now)
            for one in answers:
                self.sight.regained(one, self.now)
            for one in (*unread, *read):
                self.sight.reads("LOC3", one)
            for one in unread:
                self.sight.no_page("LOC3", one, "HTTP 503", self.now, self.now)
            for one in read:
                self.sight.page("LOC3", one, self.now)
            await self.outages.look(self.now)
            self.now += timedelta(seconds=min(seconds, 30))


async def test_a_clock_that_is_put_right_between_two_looks_makes_no_outage() -> None:
    stand = Stand()
    await stand.look(10, "LOC1")
    stand.now, stand.put_right = stand.now + timedelta(hours=1), 3600.0
    await stand.look(10, "LOC1")
    assert stand.said == []


async def test_a_look_that_fails_is_no_outage() -> None:
    stand = Stand()
    await stand.look(30, "LOC1")
    await stand.look(0, answers=("LOC1",))
    assert stand.said == []


async def test_an_outage_is_told_from_when_it_began_until_it_was_over() -> None:
    stand = Stand()
    await stand.look(240, "LOC3")
    await stand.look(90, answers=("LOC3",))
    begun, over = stand.said
    assert (begun.channel, begun.since, begun.until, begun.named) == ("C00THREE", START, None, ("LOC3",))
    assert over == replace(begun, until=START + 240 * SECOND, revision=2)


async def test_pages_that_do_not_come_are_an_outage_whatever_becomes_of_the_looks() -> None:
    stand = Stand()
    await stand.look(60, answers=("LOC3",), unread=("ram",))
    await stand.look(60, "LOC3", unread=("ram",))
    await stand.look(60, answers=("LOC3",), unread=("ram",))
    await stand.look(60, "LOC3", read=("ram",))
    await stand.look(60, answers=("LOC3",), read=("ram",))
    begun, over = stand.said
    assert (begun.since, begun.until, begun.named) == (START, None, ("LOC3",))
    assert over == replace(begun, until=START + 240 * SECOND, revision=2)


async def test_pages_of_one_fe_alone_are_no_outage() -> None:
    """Flipkart answers for the other, whose card would say otherwise; nor does it flap when they are read by turns."""
    stand = Stand()
    for _ in range(4):
        await stand.look(60, answers=("LOC3",), unread=("ram",))
        await stand.look(30, answers=("LOC3",), unread=("ram",), read=("priya",))
    assert [one.until is None for one in stand.said] == [True, False]
    stand.sight.reads_no_more("LOC3", "priya")
    await stand.look(30, answers=("LOC3",), unread=("ram",))
    assert [one.until is None for one in stand.said] == [True, False, True]


async def test_pages_that_nobody_reads_any_more_fail_no_more() -> None:
    stand = Stand()
    await stand.look(30, answers=("LOC3",), read=("ram",))
    await stand.look(60, answers=("LOC3",), unread=("ram",))
    stand.sight.reads_no_more("LOC3", "ram")
    stand.sight.no_page("LOC3", "ram", "HTTP 503", stand.now, stand.now)
    await stand.look(60, answers=("LOC3",))
    assert [one.until for one in stand.said] == [None, START + 90 * SECOND]


async def test_a_start_at_which_no_page_was_read_yet_is_no_answer() -> None:
    stand = Stand()
    await stand.look(60, answers=("LOC3",), unread=("ram",))
    stand.start()
    stand.sight.reads("LOC3", "ram")
    await stand.look(30, answers=("LOC3",))
    await stand.look(30, answers=("LOC3",), unread=("ram",))
    assert len(stand.said) == 1
    await stand.look(30, answers=("LOC3",), read=("ram",))
    assert [one.until for one in stand.said] == [None, START + 120 * SECOND]


async def test_docks_of_one_channel_share_the_line() -> None:
    stand = Stand()
    await stand.look(60, "LOC1", answers=("LOC2", "LOC3"))
    await stand.look(60, "LOC1", "LOC2")
    await stand.look(30, "LOC2", answers=("LOC1",))
    await stand.look(30, answers=("LOC1", "LOC2"))
    assert [(one.named, one.until is None) for one in stand.said] == [
        (("LOC1",), True),
        (("LOC1", "LOC2"), True),
        (("LOC2",), True),
        (("LOC2",), False),
    ]
    assert len({one.n for one in stand.said}) == 1
    assert stand.redrawn == [["LOC1"], ["LOC2"], ["LOC1"], ["LOC2"]], "cards that say something else now"


async def test_one_that_flaps_is_one_line_an_hour() -> None:
    stand = Stand()
    while stand.now - START < PAUSE:
        await stand.look(60, "LOC3")
        await stand.look(60, answers=("LOC3",))
    assert len({one.n for one in stand.said}) == 1
    assert [one.revision for one in stand.said] == list(range(1, len(stand.said) + 1))
    stand.now += PAUSE
    await stand.look(60, "LOC3")
    assert len({one.n for one in stand.said}) == 2


async def test_a_restart_goes_on_with_the_line() -> None:
    stand = Stand()
    await stand.look(60, "LOC1")
    stand.start()
    await stand.look(0)
    assert len(stand.said) == 1, "that nobody has looked yet is no answer"
    await stand.look(30, answers=("LOC1", "LOC2"))
    assert [one.until for one in stand.said] == [None, START + 60 * SECOND]


async def test_a_dock_that_closes_meanwhile_is_not_back_before_it_answers() -> None:
    stand = Stand()
    await stand.look(60, "LOC3")
    stand.sight.unwatched("LOC3")
    await stand.look(300)
    assert len(stand.said) == 1
    stand.now += timedelta(hours=10)
    opened = stand.now
    await stand.look(30, answers=("LOC3",))
    assert stand.said[-1].until == opened


async def test_what_failed_before_a_dock_closed_is_not_told_when_it_opens() -> None:
    stand = Stand()
    await stand.look(30, "LOC3")
    stand.sight.unwatched("LOC3")
    stand.now += timedelta(hours=10)
    await stand.look(30, "LOC3")
    assert stand.said == []


async def test_a_database_that_is_lost_within_the_hour_finds_the_line() -> None:
    stand = Stand()
    await stand.look(60, "LOC3")
    stand.kept.clear()
    stand.start()
    await stand.look(60, "LOC3")
    first, again = stand.said
    assert (again.channel, again.location_id, again.n) == (first.channel, first.location_id, first.n)


async def test_nothing_is_looked_for_while_all_is_said() -> None:
    stand = Stand()
    await stand.look(600, answers=("LOC1", "LOC2", "LOC3"))
    assert stand.settles == 1


async def test_a_time_in_which_slack_took_nothing_is_told_afterwards() -> None:
    stand = Stand()
    where = frozenset({"C0000ONE", "D0PERSON"})
    stand.slack.over += [Spell(where, START, START + 29 * SECOND), Spell(where, START, START + 90 * SECOND)]
    await stand.outages.look(stand.now + 90 * SECOND)
    [told] = stand.said
    assert (told.channel, told.silent, told.named) == ("C0000ONE", Silent.SLACK, ("LOC1", "LOC2"))
    assert (told.since, told.until) == (START, START + 90 * SECOND)
    assert stand.slack.over == []
    later = START + 600 * SECOND
    stand.slack.over.append(Spell(where, later, later + 60 * SECOND))
    await stand.outages.look(later + 60 * SECOND)
    assert stand.said[-1] == replace(told, since=later, until=later + 60 * SECOND, revision=told.revision + 2)
    stand.slack.over.append(Spell(where, later + PAUSE, later + PAUSE + 60 * SECOND))
    await stand.outages.look(later + PAUSE + 60 * SECOND)
    assert stand.said[-1].n != told.n


async def test_what_slack_does_not_take_is_noted_while_it_lasts_and_told_once() -> None:
    stand = Stand()
    await stand.silent(START, START + 29 * SECOND)
    assert stand.noted == [], "a moment is no outage"
    for seconds in range(30, 62, 4):
        await stand.silent(START, START + seconds * SECOND)
    assert [one.until for one in stand.noted] == [START + seconds * SECOND for seconds in (30, 46)]
    assert stand.said == [], "nobody can read it yet"
    await stand.silent(START, START + 62 * SECOND, over=True)
    [told] = stand.said
    assert (told.since, told.until, told.n) == (START, START + 62 * SECOND, stand.noted[0].n)


async def test_a_bot_that_ended_while_slack_took_nothing_tells_it_at_its_next_start() -> None:
    stand = Stand()
    await stand.silent(START, START + 40 * SECOND)
    stand.start()
    await stand.outages.look(START + 600 * SECOND)
    [told] = stand.said
    assert (told.since, told.until) == (START, START + 40 * SECOND), "that the bot was off is no outage of Slack's"


async def test_an_outage_of_slack_that_goes_on_over_a_restart_is_one() -> None:
    stand = Stand()
    await stand.silent(START, START + 40 * SECOND)
    stand.start()
    await stand.silent(START + 60 * SECOND, START + 95 * SECOND, over=True)
    assert stand.said[-1].since == START
    assert stand.said[-1].until == START + 95 * SECOND
    assert len({one.n for one in stand.said}) == 1


async def test_what_slack_did_not_take_days_ago_is_not_told_any_more() -> None:
    stand = Stand()
    await stand.silent(START, START + 40 * SECOND)
    stand.start()
    await stand.outages.look(START + timedelta(days=2))
    assert stand.said == []
