"""Which codes a location has: what is news, and how often it is written and told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handover.location import Location, Locations
from bot.handover.mode import PAUSE, Known, Modes, noticed, number_of
from bot.handover.model import OtcMode
from bot.handover.ports import Arrivals, Sighting

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RAM = Sighting("fe1", "t1", "Ram", "eKart", "", "Scanning", None)
BOTH, END, NEW = "DynamicStartEnd", "DynamicEnd", "DynamicVoice"


def after(*words: tuple[str, int]) -> list[tuple[str, int]]:
    """What people are told, with its minute, when Flipkart says these words at these minutes."""
    known: Known | None = None
    said: list[tuple[str, int]] = []
    for word, minute in words:
        now = NOW + minute * MINUTE
        before, known = known, noticed(known, "LOC1", word, now)
        assert known.word == word
        if before is not None and known.told_at != before.told_at:
            assert known.told_at == now
            said.append((known.told, minute))
    return said


def test_the_first_word_is_no_news() -> None:
    assert noticed(None, "LOC1", END, NOW) == Known("LOC1", END, NOW, END)
    assert after((END, 0), (END, 100)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [(BOTH, "dynamic_start_end"), ("OldStatic", "StaticOld"), ("OldStatic", "NewStatic"), (NEW, "dynamic voice")],
)
def test_another_spelling_is_no_news(one: str, other: str) -> None:
    assert after((one, 0), (other, 1), (one, 2)) == []


@pytest.mark.parametrize("other", [END, "OldStatic", NEW])
def test_a_change_is_told_once(other: str) -> None:
    assert after((BOTH, 0), (other, 1), (other, 2), (other, 200)) == [(other, 1)]
    assert after((NEW, 0), ("DynamicChat", 1)) == [("DynamicChat", 1)], "two unknown words are two"


def test_to_and_fro_is_told_once_an_hour_and_as_it_is_then() -> None:
    there = ((BOTH, 0), (END, 1), (BOTH, 2), (END, 3), (BOTH, 4))
    assert after(*there) == [(END, 1)]
    assert after(*there, (BOTH, 60), (BOTH, 61), (BOTH, 62)) == [(END, 1), (BOTH, 61)]
    assert after(*there, (END, 5), (END, 61), (END, 200)) == [(END, 1)], "people know that already"


def test_a_clock_that_was_set_back_holds_up_nothing() -> None:
    known = Known("LOC1", END, NOW, END, NOW + timedelta(days=1), 7)
    assert noticed(known, "LOC1", BOTH, NOW).told == BOTH


def test_a_change_has_the_same_number_whenever_it_is_noticed() -> None:
    assert number_of("LOC1", BOTH, END, 0) == number_of("LOC1", BOTH, END, 0)
    changes = [("LOC1", BOTH, END, 0), ("LOC1", END, BOTH, 0), ("LOC2", BOTH, END, 0), ("LOC1", BOTH, END, 1)]
    assert len({number_of(*one) for one in changes}) == 4


class Kept:
    """What was written, and the time."""

    def __init__(self, *rows: Known) -> None:
        self.rows = {one.location_id: one for one in rows}
        self.calls: list[str] = []
        self.now = NOW
        places = (Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK"),)
        self.modes = Modes(self, Locations(places), lambda: self.now)

    async def load(self) -> list[Known]:
        self.calls.append("load")
        return list(self.rows.values())

    async def notice(self, location_id: str, word: str, now: datetime) -> Known:
        self.calls.append(word)
        self.rows[location_id] = noticed(self.rows.get(location_id), location_id, word, now)
        return self.rows[location_id]

    async def look(self, word: str, *seen: Sighting) -> None:
        await self.modes.heard("LOC1", Arrivals(OtcMode.of(word), seen, word=word))


async def test_a_look_that_says_nothing_new_writes_and_reads_nothing() -> None:
    kept = Kept()
    for _ in range(5):
        await kept.look(BOTH, RAM)
    assert kept.calls == ["load", BOTH]
    await kept.look(END, RAM)
    await kept.look(BOTH, RAM)
    assert kept.calls == ["load", BOTH, END, BOTH]
    for _ in range(5):
        await kept.look(BOTH, RAM)
        kept.now += MINUTE
    assert kept.calls == ["load", BOTH, END, BOTH], "nothing is to be told within the hour"
    kept.now = NOW + PAUSE
    for _ in range(5):
        await kept.look(BOTH, RAM)
    assert kept.calls == ["load", BOTH, END, BOTH, BOTH]
    assert kept.rows["LOC1"].told == BOTH


async def test_without_an_fe_or_a_word_an_answer_says_nothing() -> None:
    kept = Kept()
    await kept.look(BOTH)
    await kept.look("", RAM)
    assert kept.calls == []
    await kept.modes.heard("LOC1", Arrivals(OtcMode.START_AND_END, (), frozenset({"fe1"}), BOTH))
    assert kept.rows["LOC1"].word == BOTH, "an FE whose task can't be read is there"


async def test_an_unknown_word_is_told_to_whoever_runs_the_bot() -> None:
    kept = Kept(Known("LOC1", NEW, NOW, NEW), Known("GONE", NEW, NOW, NEW))
    [problem] = await kept.modes.problems()
    assert "location LOC1" in problem
    assert f'"{NEW}"' in problem
    assert "tell the makers of otc-bot" in problem
    await kept.look(END, RAM)
    assert await kept.modes.problems() == []
    assert list(await kept.modes.of(["LOC1", "LOC2"])) == ["LOC1"]
