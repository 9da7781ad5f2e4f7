"""To which of a seller's houses a notification goes."""

import pytest

from bot.handover.ports import NotKept
from bot.handover.returns import Told
from bot.notifications import EveryHouse

PLACES = {"north": frozenset({"LOC1", "LOC2"}), "south": frozenset({"LOC3"})}


class House:
    """Keeps what it is told."""

    waiting = 2

    def __init__(self, knows: bool = True) -> None:
        self.knows = knows
        self.told: list[Told] = []

    async def keep(self, told: Told) -> bool:
        self.told.append(told)
        return self.knows


def street() -> tuple[EveryHouse, House, House]:
    every, north, south = EveryHouse(), House(), House()
    every.belong(PLACES)
    every.opens("north", north)
    every.opens("south", south)
    return every, north, south


async def test_the_house_that_has_the_location_keeps_it() -> None:
    every, north, south = street()
    assert await every.keep(Told("LOC3", []))
    assert (len(north.told), len(south.told)) == (0, 1)
    assert every.waiting == 4


async def test_a_location_that_none_has_is_for_nobody() -> None:
    every, north, south = street()
    assert not await every.keep(Told("LOC9", []))
    assert north.told == south.told == []


async def test_what_names_no_location_goes_to_all_unless_it_needs_one() -> None:
    every, north, south = street()
    assert await every.keep(Told("", []))
    assert (len(north.told), len(south.told)) == (1, 1)
    assert not await every.keep(Told("", [], needs_place=True))
    assert (len(north.told), len(south.told)) == (1, 1)


async def test_one_house_says_itself_what_is_for_it() -> None:
    every, only = EveryHouse(), House(knows=False)
    every.belong({"": frozenset({"LOC1"})})
    every.opens("", only)
    assert not await every.keep(Told("", [], needs_place=True))
    assert len(only.told) == 1


async def test_what_a_closed_house_should_keep_is_asked_for_again() -> None:
    every, north, _ = street()
    every.closes("south")
    with pytest.raises(NotKept, match="south"):
        await every.keep(Told("LOC3", []))
    with pytest.raises(NotKept, match="south"):
        await every.keep(Told("", []))
    assert await every.keep(Told("LOC1", []))
    assert len(north.told) == 1
    every.belong({"north": PLACES["north"]})
    assert not await every.keep(Told("LOC3", [])), "a house that is gone for good is waited for"
