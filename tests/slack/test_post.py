"""A press goes to the copy that has its codes, over a real PostgreSQL: carried out once, wherever that is."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from bot.copies.listening import Listening
from bot.handover.letters import Codes, Letter
from bot.monitoring.house import HouseCounts
from bot.slack.declared import Listener
from bot.slack.finger import Finger, SharedFinger
from bot.slack.listeners import end, start
from bot.slack.listeners.table import table
from bot.slack.post import Post, Trip, Went, reduced
from bot.slack.work import Work
from bot.store.errors import DatabaseUnusableError
from bot.store.letters import FingerStore, LetterStore
from bot.store.session import Database
from bot.timing import CopiesTiming, PressTiming, WorkTiming
from tests import postgres
from tests.pace import PATIENCE
from tests.slack import forge
from tests.support import World
from tests.wire import a_wire

pytestmark = pytest.mark.postgres

CHANNEL = "C0DOCK"
NUMBERS = itertools.count(1)
QUICK = PressTiming(letter=2.0)
PRESS = {"asker": {"user_id": "U0ASHA"}}


class Memory(Codes):
    """Stands in for the codes in a copy's memory: whose they are is what is tested."""

    channels = (CHANNEL,)  # type: ignore[assignment]

    def __init__(self) -> None:
        self.forgotten: list[str] = []

    async def channel_of(self, handover_id: str) -> str | None:
        return {"h1": CHANNEL}.get(handover_id)

    async def is_somebody(self, channel: str, name: str) -> bool:
        return (channel, name) == (CHANNEL, "70012")

    async def forget(self, channel: str) -> None:
        self.forgotten.append(channel)


@dataclass
class Copy:
    """A copy of the bot as far as its letters go."""

    database: Database
    line: Listening
    post: Post
    memory: Memory
    running: asyncio.Task[None]
    work: Work
    counted: HouseCounts
    carried: list[dict[str, Any]] = field(default_factory=list)
    made: int = 0
    """Presses that it carried out for itself."""
    takes: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while it goes on with what it took."""
    taken: list[dict[str, Any]] = field(default_factory=list)
    """What it knows that it took."""

    async def press(self, **trip: Any) -> Any:
        async def here() -> str:
            self.made += 1
            return "here"

        given: dict[str, Any] = {"channel": CHANNEL, "handover_id": "", "typed": "", "press": PRESS} | trip
        return await self.post.fulfil(Trip(**given), here)

    async def carry(self, press: dict[str, Any]) -> None:
        self.taken.append(press)
        await self.takes.wait()
        self.carried.append(press)

    async def die(self) -> None:
        """Ends without a word to anybody."""
        self.line.heard = lambda _word, _about: None
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.a_migrated_one() as one:
        yield one


@contextlib.asynccontextmanager
async def copy_of(url: str, number: int = 0, timing: PressTiming = QUICK) -> AsyncIterator[Copy]:
    counted = HouseCounts()
    database, line, work, memory = (
        Database(url),
        Listening(url, number or next(NUMBERS), CopiesTiming(every=0.1)),
        Work(WorkTiming(), counted.faulted),
        Memory(),
    )
    post = Post(LetterStore(database), line, memory, work, timing)
    line.heard = post.heard
    one = Copy(database, line, post, memory, asyncio.create_task(line.run()), work, counted)
    one.takes.set()
    post.carry = one.carry
    try:
        yield one
    finally:
        one.running.cancel()
        await asyncio.gather(one.running, return_exceptions=True)
        one.takes.set()
        await work.close()
        await database.close()


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Copy, Copy]]:
    """Two copies that hear each other; the first has the codes."""
    async with copy_of(url) as first, copy_of(url) as second:
        await until(lambda: first.line.others and second.line.others)
        await until(lambda: first.memory.forgotten and second.memory.forgotten)
        first.memory.forgotten.clear()
        second.memory.forgotten.clear()
        assert await first.press() == "here"
        yield first, second


def letters_of(url: str) -> list[Any]:
    """Who has taken each letter that is on its way."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT taken_by FROM letter").fetchall()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def test_a_press_goes_where_the_codes_are(two: tuple[Copy, Copy]) -> None:
    first, second = two
    assert await second.press(handover_id="h1", press=PRESS | {"view_id": "V1"}) is Went.THERE
    assert await first.press() == "here"
    assert (first.carried, second.made, first.made) == ([PRESS | {"view_id": "V1"}], 0, 2)
    assert first.memory.forgotten == second.memory.forgotten == []


async def test_a_copy_that_is_silent_loses_its_codes(two: tuple[Copy, Copy]) -> None:
    first, second = two
    first.line.heard = lambda _word, _about: None
    assert await second.press() == "here"
    assert second.memory.forgotten == [CHANNEL], "what it remembered was from before the other one had them"
    first.line.heard = first.post.heard
    assert await first.press() is Went.THERE
    assert (first.carried, len(second.carried)) == ([], 1)


async def test_a_copy_that_hears_of_it_later_forgets_its_codes(two: tuple[Copy, Copy]) -> None:
    first, second = two
    later: list[tuple[str, str]] = []
    first.line.heard = lambda word, about: later.append((word, about))
    assert await second.press() == "here"
    await until(lambda: len(later) == 2)
    for word, about in later:
        first.post.heard(word, about)
    await until(lambda: first.memory.forgotten == [CHANNEL])
    assert first.carried == [], "what was taken back is carried out by nobody else"


async def test_codes_that_come_when_they_are_no_longer_its_own(two: tuple[Copy, Copy]) -> None:
    first, _second = two
    going_on = asyncio.Event()
    pressed = asyncio.create_task(first.post.fulfil(Trip(CHANNEL, "", "", PRESS), going_on.wait))
    await until(lambda: first.post._at_work[CHANNEL])
    first.post.heard("lost", CHANNEL)
    await until(lambda: first.memory.forgotten == [CHANNEL])
    going_on.set()
    await pressed
    assert first.memory.forgotten == [CHANNEL] * 2


async def test_a_copy_that_is_gone_is_not_waited_for(url: str) -> None:
    async with copy_of(url) as first, copy_of(url, timing=PressTiming(letter=600)) as second:
        await until(lambda: first.line.others and second.line.others)
        assert await first.press() == "here"
        await first.die()
        await until(lambda: not second.line.others)
        async with asyncio.timeout(60):
            assert await second.press() == "here"
        assert second.memory.forgotten[-1] == CHANNEL


async def test_a_copy_that_dies_with_a_press_in_its_hands(two: tuple[Copy, Copy]) -> None:
    first, second = two
    first.takes.clear()
    pressed = asyncio.create_task(second.press())
    await until(lambda: first.post._at_work[CHANNEL])
    await first.die()
    assert await pressed is Went.LOST
    assert await second.press() == "here"


async def test_flipkart_may_take_its_time(two: tuple[Copy, Copy]) -> None:
    first, second = two
    first.takes.clear()
    pressed = asyncio.create_task(second.press())
    await asyncio.sleep(1.5 * QUICK.letter)
    assert not pressed.done()
    first.takes.set()
    assert await pressed is Went.THERE


async def test_a_copy_that_hears_nothing_goes_on_as_if_alone(two: tuple[Copy, Copy]) -> None:
    first, second = two
    await second.die()
    assert await second.press() == "here"
    assert second.memory.forgotten == [CHANNEL]
    await until(lambda: first.memory.forgotten == [CHANNEL])
    assert await first.press() == "here"
    assert first.memory.forgotten == [CHANNEL] * 2


async def test_a_copy_that_begins_anew_after_a_change_of_its_settings_has_its_codes_still(url: str) -> None:
    number = next(NUMBERS)
    for _life in range(2):
        async with copy_of(url, number) as one:
            await until(lambda one=one: one.line.hears)  # type: ignore[misc]
            assert await one.press() == "here"
    assert one.memory.forgotten == []


async def test_a_line_that_was_cut_leaves_no_old_codes(two: tuple[Copy, Copy], url: str) -> None:
    first, second = two
    first.line.heard = lambda _word, _about: None
    assert await second.press() == "here"
    first.line.heard = first.post.heard
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'otc-bot letters' AND datname = current_database()"
        )
    await until(lambda: first.memory.forgotten == [CHANNEL])
    await until(lambda: first.line.others and second.line.others)
    assert second.memory.forgotten == [CHANNEL], "its own it keeps"


async def test_old_codes_are_forgotten_once_the_database_says_whose_they_are(url: str) -> None:
    async with a_wire(make_url(url)) as wire, copy_of(wire.url(), timing=PressTiming(letter=0.1)) as one:
        await until(lambda: one.memory.forgotten)
        one.memory.forgotten.clear()
        one.running.cancel()
        await wire.away()
        one.post.heard("line", "")
        await until(one.database.problems)
        await wire.start()
        await until(lambda: one.memory.forgotten)
        assert one.counted.faults == 0


async def test_a_press_that_was_carried_out_while_the_database_went_away(two: tuple[Copy, Copy], url: str) -> None:
    first, second = two
    async with a_wire(make_url(url)) as wire, copy_of(wire.url(), timing=PressTiming(letter=0.1)) as third:
        await until(lambda: third.line.others)
        await first.die()
        await until(lambda: not third.line.others - {second.line.me})
        assert await third.press() == "here"
        third.takes.clear()
        pressing = asyncio.create_task(second.press())
        await until(lambda: third.taken)
        assert letters_of(url) == [(third.line.me,)]
        await wire.away()
        third.takes.set()
        await until(third.database.problems)
        await wire.start()
        await until(lambda: third.carried)
        assert await pressing in (Went.THERE, Went.LOST)
        await until(lambda: letters_of(url) == [])
        assert third.counted.faults == 0


class Unanswered(LetterStore):
    """Takes letters, and the answer to that is lost."""

    async def take(self, letter_id: str, me: int) -> Letter | None:
        await super().take(letter_id, me)
        raise DatabaseUnusableError("Whether the last change was kept is not known.")


async def test_a_press_that_was_taken_without_an_answer_is_lost_and_waits_for_nobody(
    two: tuple[Copy, Copy], url: str
) -> None:
    first, second = two
    first.post = Post(Unanswered(first.database), first.line, first.memory, first.work, QUICK)
    first.line.heard, first.post.carry = first.post.heard, first.carry
    assert await second.press() is Went.LOST
    assert (first.taken, first.counted.faults) == ([], 0)
    assert letters_of(url) == []


async def test_what_may_be_a_code_does_not_travel(two: tuple[Copy, Copy]) -> None:
    first, second = two
    assert await second.press(typed="693866") == "here"
    assert await second.press(typed="70012") is Went.THERE
    assert len(first.carried) == 1
    assert second.memory.forgotten == [], "the codes are still the other one's"


async def test_presses_of_many_copies_at_once_are_carried_out_once_each(url: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        copies = [await stack.enter_async_context(copy_of(url)) for _ in range(4)]
        await until(lambda: all(len(one.line.others) == 3 for one in copies))
        answers = await asyncio.gather(*(one.press() for one in copies for _ in range(5)))
        assert {*answers} == {"here", Went.THERE}
        assert sorted(one.made for one in copies) == [0, 0, 0, 5], "one of them has the codes"
        assert sum(len(one.carried) for one in copies) == 15
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT * FROM letter").fetchall() == []


async def test_one_finger_at_two_copies(two: tuple[Copy, Copy]) -> None:
    fingers = [Finger(1.0, SharedFinger(FingerStore(one.database), one.line, "secret")) for one in two]
    begun = await asyncio.gather(*(one.begin("U0ASHA", CHANNEL, "command /start-otc 693866") for one in fingers))
    assert begun.count(None) == 1
    winner = 0 if begun[0] is not None else 1
    assert two[0].database is not two[1].database
    press = begun[winner]
    assert press is not None
    await fingers[winner].end(press, answered=True)
    assert await fingers[1 - winner].begin("U0ASHA", CHANNEL, "command /start-otc 693866") is None
    assert await fingers[1 - winner].begin("U0RAVI", CHANNEL, "command /start-otc 693866") is not None


def test_each_press_that_comes_to_a_code_says_whose() -> None:
    coded = {one for one in table().heard.values() if one.coded is not None}
    rooms = [vars(room).values() for room in (start, end)]
    assert coded == {one for values in rooms for one in values if isinstance(one, Listener)}


async def test_a_letter_has_no_token_no_trigger_and_nothing_of_a_screen(dock: World) -> None:
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Ram")
        await dock.until(lambda: dock.cards)
        handover = "a" * 32
        for body in (
            forge.press(dock, "start_otc", handover),
            forge.press_in_view(dock, "start_otc", handover, "modal"),
            forge.submission(dock, "end_count", handover),
            forge.shortcut(dock, "message_action", "start_here"),
            forge.command(dock, "/start-otc"),
        ):
            letter = json.dumps(reduced(body))
            assert table().of(reduced(body)) == table().of(body)
            for name in ("token", "trigger_id", "blocks", "text_object", "team"):
                assert f'"{name}"' not in letter
