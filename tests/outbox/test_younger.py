"""A database that is younger than its channel: deleted, or put back to yesterday's copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

from structlog.testing import capture_logs

from tests.both import ONLY_SQLITE
from tests.outbox.conftest import Office
from tests.template import migrated


async def two_at_the_dock(office: Office) -> None:
    for n in (1, 2):
        await office.turn(await office.arrive(f"FE {n}", n=n), "Scanning")
    await office.work()
    office.time.move(60)


def threads(office: Office) -> list[int]:
    return [len(office.thread(card)) for card in office.cards]


def copied(office: Office, copy: Path) -> Path:
    with closing(sqlite3.connect(office.database.shown)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    return copy


@ONLY_SQLITE
async def test_a_database_that_is_gone_goes_on_in_the_same_threads(office: Office, tmp_path: Path) -> None:
    await two_at_the_dock(office)
    before = [card.ts for card in office.cards]
    await office.forget(migrated(tmp_path / "new.db"))
    with capture_logs() as logged:
        for n in (1, 2):
            handover = await office.turn(await office.arrive(f"FE {n}", n=n), "Scanning")
            await office.count(handover, 4)
        await office.arrive("FE 3", n=3)
        await office.work()
    assert [card.ts for card in office.cards][:2] == before
    assert len(office.cards) == 3, "a card stands twice"
    assert threads(office) == [2, 2, 0], "a milestone with the same number stands twice, or a new one is not said"
    assert "4 counted" in office.cards[0].text_all(), "the card that was found shows what was there before"
    said = [line for line in logged if "younger than its channel" in line["event"]]
    assert len(said) == 4
    reads = len(office.calls("conversations.history")), len(office.calls("conversations.replies"))
    assert reads == (2, 2), "one look at the channel for each process, and one at each thread"


@ONLY_SQLITE
async def test_a_database_of_before_goes_on_in_the_same_threads(office: Office, tmp_path: Path) -> None:
    first = await office.arrive("FE 1", n=1)
    await office.work()
    copy = copied(office, tmp_path / "copy.db")
    await office.turn(first, "Scanning")
    await office.turn(await office.arrive("FE 2", n=2), "Scanning")
    await office.work()
    assert threads(office) == [1, 1]
    await office.forget(copy)
    office.time.move(60)
    await office.turn(first, "Scanning")
    await office.turn(await office.arrive("FE 2", n=2), "Scanning")
    await office.work()
    assert threads(office) == [1, 1], "something that was posted after the copy was made stands twice"


@ONLY_SQLITE
async def test_a_second_start_does_not_take_for_known_what_the_first_did_not_look_at(
    office: Office, tmp_path: Path
) -> None:
    first = await office.arrive("FE 1", n=1)
    await office.work()
    copy = copied(office, tmp_path / "copy.db")
    await office.turn(first, "Scanning")
    await office.work()
    office.time.move(3600)
    await office.forget(copy)
    await office.arrive("FE 2", n=2)
    await office.work()
    for _ in range(3):
        office.time.move(30)
        await office.restart()
        await office.look()
    await office.turn(first, "Scanning")
    await office.work()
    assert threads(office) == [1, 0], "what the first start did not come to look at was posted again by a later one"


@ONLY_SQLITE
async def test_what_a_start_posts_itself_hides_nothing_from_the_next(office: Office, tmp_path: Path) -> None:
    """The numbers of events fall behind and come together again: the third is the same, the second was another."""
    first = await office.arrive("FE 1", n=1)
    await office.work()
    copy = copied(office, tmp_path / "copy.db")
    await office.turn(await office.turn(first, "Scanning"), "EndOtc")
    await office.work()
    assert threads(office) == [2]
    office.time.move(3600)
    await office.forget(copy)
    await office.count(first, 4)
    await office.work()
    assert threads(office) == [3]
    office.time.move(30)
    await office.restart()
    await office.turn(first, "EndOtc")
    await office.work()
    assert threads(office) == [3], "the end of scanning was said twice"


@ONLY_SQLITE
async def test_a_copy_of_a_database_that_lacked_something_lacks_it_too(office: Office, tmp_path: Path) -> None:
    first = await office.arrive("FE 1", n=1)
    await office.work()
    early = copied(office, tmp_path / "early.db")
    await office.turn(first, "Scanning")
    await office.work()
    office.time.move(3600)
    await office.forget(early)
    await office.arrive("FE 2", n=2)
    await office.work()
    late = copied(office, tmp_path / "late.db")
    office.time.move(7200)
    await office.forget(late)
    await office.turn(first, "Scanning")
    await office.work()
    assert threads(office) == [1, 0]


async def test_what_people_say_in_threads_makes_no_restart_read_them(office: Office) -> None:
    await office.look()
    there = [await office.arrive(f"FE {n}", n=n) for n in range(1, 4)]
    await office.work()
    asha = office.slack.add_user("asha")
    await office.slack.join(asha, office.channel)
    for card in office.cards:
        await office.slack.say(asha, office.channel, "not a code", thread_ts=card.ts)
    office.time.move(30)
    await office.arrive("FE 4", n=4)
    await office.work()
    await office.restart()
    for handover in there:
        await office.turn(handover, "Scanning")
    await office.work()
    assert threads(office) == [2, 2, 2, 0]
    assert office.calls("conversations.replies") == []


async def test_a_thread_with_nothing_new_is_not_read_again(office: Office) -> None:
    await office.look()
    first = await office.arrive("FE 1", n=1)
    await office.work()
    await office.turn(first, "Scanning")
    await office.work()
    await office.restart()
    await office.count(first, 2)
    await office.work()
    assert office.calls("conversations.replies") == []
    assert threads(office) == [2]


@ONLY_SQLITE
async def test_somebody_elses_copy_of_a_key_is_not_taken_for_the_card(office: Office, tmp_path: Path) -> None:
    await office.arrive("FE 1", n=1)
    await office.work()
    [card] = office.cards
    card.by_bot, card.user = False, office.slack.add_user("mallory")
    await office.forget(migrated(tmp_path / "new.db"))
    office.time.move(60)
    await office.arrive("FE 1", n=1)
    await office.work()
    assert len(office.cards) == 2
    assert not card.edited


async def test_a_channel_that_can_not_be_looked_at_waits_but_not_for_ever(office: Office) -> None:
    office.slack.fail("conversations.history", error="internal_error", times=1_000_000)
    await office.arrive("FE 1", n=1)
    with capture_logs() as logged:
        took = await office.work(3600)
    assert len(office.cards) == 1
    assert 600 <= took < 900, f"posted after {took} s"
    assert [line["log_level"] for line in logged if "may be posted twice" in line["event"]] == ["error"]


@ONLY_SQLITE
async def test_what_was_found_is_forgotten_once_everybody_has_a_card(office: Office, tmp_path: Path) -> None:
    await two_at_the_dock(office)
    await office.forget(migrated(tmp_path / "new.db"))
    await office.arrive("FE 1", n=1)
    await office.work()
    assert len(office.cards) == 2
    office.time.move(3700)
    later = await office.arrive("FE 4", n=4)
    await office.work()
    before = len(office.calls("conversations.history"))
    await office.turn(later, "Scanning")
    await office.work()
    assert threads(office) == [1, 1, 1]
    assert len(office.calls("conversations.history")) == before
    assert office.calls("conversations.replies") == []
    [seen] = office.dispatcher._attempts._younger._channels.values()
    assert not seen.by_key, "every message of three days is held for ever"
