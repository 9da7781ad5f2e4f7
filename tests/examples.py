"""How many examples a property is tried with, and which of many cases make up an everyday run."""

from collections.abc import Iterable
from itertools import combinations, islice
from typing import Any, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")


def examples(everything: int) -> int:
    """So many with `--all`, a fifth of them every day (see `tests/conftest.py`)."""
    return max(1, everything * settings().max_examples // 100)


def share(everything: Iterable[T]) -> Iterable[T]:
    """All of them with `--all`, each fifth every day."""
    return islice(everything, 0, None, 100 // settings().max_examples)


def in_pairs(cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """All these cases, as parameters; every day enough of them that each two values meet in one.

    What fails by one value, or by two together, fails every day; the others are slow.
    """
    left = list(cases)
    met: set[Any] = set()
    every_day: list[Any] = []

    def new(case: tuple[Any, ...]) -> int:
        return len(set(combinations(enumerate(case), 2)) - met)

    while left and new(best := max(left, key=new)):
        left.remove(best)
        met |= set(combinations(enumerate(best), 2))
        every_day.append(best)
    why = pytest.mark.slow("each two of its values meet in another case")
    return [*every_day, *(pytest.param(*case, marks=why) for case in left)]
