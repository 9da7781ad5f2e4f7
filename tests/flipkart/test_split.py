"""One seller's calls over several houses: all are stretched alike, and what one leaves another has."""

from typing import Any, cast

import pytest

from bot.flipkart.split import Split


class Whole:
    """A quota of so many calls."""

    room = 7

    def __init__(self, for_polling: int) -> None:
        self.for_polling = for_polling
        self.expected = 0

    def expect(self, calls: int) -> None:
        self.expected = calls


def split(whole: Whole, **wanted: float) -> Split:
    one = Split(cast("Any", whole))
    for house, calls in wanted.items():
        one.join(house, lambda calls=calls: calls)  # type: ignore[misc]
    return one


def test_who_is_alone_has_all() -> None:
    assert split(Whole(850)).part("north").for_polling == 850
    assert split(Whole(850), north=5000).part("north").for_polling == 850


@pytest.mark.parametrize(
    ("north", "south", "parts"),
    [(400, 400, (450, 450)), (100, 900, (85, 765)), (0, 2000, (0, 850)), (50, 800, (50, 800))],
)
def test_parts(north: float, south: float, parts: tuple[int, int]) -> None:
    one = split(Whole(850), north=north, south=south)

    assert (one.part("north").for_polling, one.part("south").for_polling) == parts


def test_who_leaves_leaves_all() -> None:
    whole = Whole(850)
    one = split(whole, north=5000, south=5000)
    one.part("north").expect(10)
    one.part("south").expect(5)
    assert (whole.expected, one.part("south").room) == (15, 7)

    one.leave("north")

    assert one.part("south").for_polling == 850
    assert whole.expected == 5
