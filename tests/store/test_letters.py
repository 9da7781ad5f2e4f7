"""Letters between copies: each is carried out once, and a channel's codes are in the hands of one copy at a time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
import pytest_asyncio

from bot.handover.letters import Becomes, Holder, Letter
from bot.store.letters import FingerStore, LetterStore
from bot.store.session import Database
from tests.store.conftest import ONLY_POSTGRES

pytestmark = ONLY_POSTGRES

FIRST, SECOND, THIRD = 11, 2**31 - 1, 33
PRESS = {"asker": {"user_id": "U0ASHA"}, "view_id": "V1"}
LETTER = Letter("a" * 32, "C0DOCK", FIRST, SECOND, PRESS)


@pytest_asyncio.fixture
async def other(url: str) -> AsyncIterator[Database]:
    """The database as another copy of the bot works on it."""
    found = Database(url)
    yield found
    await found.close()


@pytest.fixture
def letters(database: Database) -> LetterStore:
    return LetterStore(database)


@contextlib.contextmanager
def there(url: str, *copies: int) -> Iterator[psycopg.Connection]:
    """These copies are there: each holds its lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        for one in copies:
            space = "hashtext('otc-bot letters ' || current_schema())"
            connection.execute(f"SELECT pg_advisory_lock_shared({space}, %s)".encode(), [one])
        yield connection
        # The server may notice a moment later that a connection is closed.
        connection.execute("SELECT pg_advisory_unlock_all()")


@contextlib.contextmanager
def heard(url: str) -> Iterator[list[str]]:
    """What is said over the line until the end."""
    said: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT 'otc_bot_' || md5(current_schema())").fetchone()
        assert row is not None
        connection.execute(f'LISTEN "{row[0]}"'.encode())
        yield said
        said.extend(one.payload for one in connection.notifies(timeout=0.1))


async def test_a_letter_is_taken_once_and_both_sides_are_told(url: str, letters: LetterStore) -> None:
    with heard(url) as said, there(url, FIRST, SECOND):
        await letters.hold("C0DOCK", SECOND, alone=False)
        await letters.write(LETTER)
        assert await letters.take(LETTER.id, THIRD) is None
        assert await letters.take(LETTER.id, SECOND) == LETTER
        assert await letters.take(LETTER.id, SECOND) is None
        assert not await letters.take_back(LETTER)
        assert await letters.becomes(LETTER.id) is Becomes.ON_ITS_WAY
        await letters.done(LETTER)
        assert await letters.becomes(LETTER.id) is Becomes.DONE
    name = LETTER.id
    assert said == [f"{SECOND} letter {name}", f"{FIRST} taken {name}", f"{FIRST} done {name}"]


async def test_a_letter_that_is_taken_back_takes_the_codes_with_it(url: str, letters: LetterStore) -> None:
    with heard(url) as said, there(url, FIRST, SECOND):
        await letters.hold("C0DOCK", SECOND, alone=False)
        await letters.hold("C0OTHER", SECOND, alone=False)
        await letters.write(LETTER)
        assert await letters.take_back(LETTER)
        assert await letters.take(LETTER.id, SECOND) is None
        assert await letters.hold("C0DOCK", FIRST, alone=False) == Holder(FIRST)
        assert await letters.held(SECOND) == {"C0OTHER"}
    assert said[-1] == f"{SECOND} lost C0DOCK"


async def test_whoever_takes_and_whoever_takes_back_at_once(url: str, letters: LetterStore, other: Database) -> None:
    with there(url, FIRST, SECOND):
        for n in range(20):
            letter = Letter(f"{n:032}", f"C{n}", FIRST, SECOND, PRESS)
            await letters.hold(letter.channel, SECOND, alone=False)
            await letters.write(letter)
            taken, back = await asyncio.gather(LetterStore(other).take(letter.id, SECOND), letters.take_back(letter))
            assert (taken is None) is back
            holder = await letters.hold(letter.channel, FIRST, alone=False)
            assert holder == Holder(FIRST if back else SECOND)


async def test_codes_are_one_copys_until_it_is_gone(url: str, letters: LetterStore, other: Database) -> None:
    with there(url, SECOND):
        with there(url, FIRST):
            both = await asyncio.gather(
                letters.hold("C0DOCK", FIRST, alone=False), LetterStore(other).hold("C0DOCK", SECOND, alone=False)
            )
            assert both[0] == both[1]
            holder, one_of = both[0].copy, {FIRST, SECOND}
            assert await letters.hold("C0DOCK", *(one_of - {holder}), alone=False) == Holder(holder)
        await letters.hold("C1", FIRST, alone=True)
        # FIRST is gone, and nobody waits for it.
        assert await letters.hold("C1", SECOND, alone=False) == Holder(SECOND, is_new=True)
        assert await letters.hold("C1", SECOND, alone=False) == Holder(SECOND)


async def test_a_copy_that_hears_nothing_takes_the_codes_to_itself(url: str, letters: LetterStore) -> None:
    with there(url, FIRST, SECOND), heard(url) as said:
        await letters.hold("C0DOCK", SECOND, alone=False)
        assert await letters.hold("C0DOCK", FIRST, alone=True) == Holder(FIRST, is_new=True)
        assert await letters.hold("C0DOCK", SECOND, alone=False) == Holder(FIRST)
    assert said == [f"{SECOND} lost C0DOCK"]


async def test_a_copy_that_took_a_letter_and_is_gone(url: str, letters: LetterStore) -> None:
    with there(url, FIRST):
        with there(url, SECOND):
            await letters.hold("C0DOCK", SECOND, alone=False)
            await letters.write(LETTER)
            await letters.take(LETTER.id, SECOND)
        assert await letters.becomes(LETTER.id) is Becomes.LOST
        # Who lost the codes meanwhile takes none of the letters that were on their way to it.
        await letters.done(LETTER)
        await letters.write(LETTER)
        await letters.hold("C0DOCK", FIRST, alone=True)
        assert await letters.take(LETTER.id, SECOND) is None


async def test_letters_of_which_both_sides_are_gone_are_forgotten(url: str, letters: LetterStore) -> None:
    fingers = FingerStore(letters._database)
    await letters.write(LETTER)
    await fingers.begin("press", FIRST, 1.0)
    await letters.forget_old()
    with there(url) as connection:
        assert connection.execute("SELECT count(*) FROM letter").fetchone() == (1,)
        connection.execute("UPDATE letter SET written_at = written_at - interval '6 minutes'")
        connection.execute("UPDATE finger SET begun_at = begun_at - interval '6 minutes'")
        await letters.forget_old()
        assert connection.execute("SELECT id FROM letter UNION ALL SELECT press FROM finger").fetchall() == []


async def test_one_finger_is_one_press_over_all_copies(url: str, database: Database, other: Database) -> None:
    here, elsewhere = FingerStore(database), FingerStore(other)
    with there(url, FIRST, SECOND) as connection:
        begun = await asyncio.gather(here.begin("p", FIRST, 1.0), elsewhere.begin("p", SECOND, 1.0))
        assert sorted(begun) == [False, True]
        winner = (FIRST, SECOND)[begun.index(True)]
        await here.end("p", winner, answered=False)
        assert await elsewhere.begin("p", SECOND, 1.0)
        await elsewhere.end("p", SECOND, answered=True)
        assert not await here.begin("p", FIRST, 1.0)
        connection.execute("UPDATE finger SET answered_at = answered_at - interval '2 seconds'")
        assert await here.begin("p", FIRST, 1.0)


async def test_a_press_whose_copy_is_gone_counts_again_at_once(url: str, database: Database) -> None:
    fingers = FingerStore(database)
    with there(url, FIRST):
        assert await fingers.begin("p", SECOND, 1.0)
        assert await fingers.begin("p", FIRST, 1.0)
        assert not await fingers.begin("p", FIRST, 1.0)
