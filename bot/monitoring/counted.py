"""Plain values that a part counts at the moment: an addition each, and nothing else until somebody asks."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

OTHER = "other"
"""In place of a word that nobody has listed: what others choose must not make ever more series."""


class Counts:
    """How often something happened, by words that tell it from others."""

    def __init__(self) -> None:
        """It never did."""
        self._counts: dict[tuple[str, ...], int] = {}

    def add(self, *words: str, times: int = 1) -> None:
        """It happened."""
        self._counts[words] = self._counts.get(words, 0) + times

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """The words, and how often."""
        return iter(list(self._counts.items()))


class Histogram:
    """How many of what was measured were no larger than each of some bounds."""

    __slots__ = ("_counts", "bounds", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """Nothing was measured; the bounds ascend."""
        self.bounds = tuple(bounds)
        self._counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0
        """The sum of all that was measured."""

    def add(self, measured: float) -> None:
        """One more; what was measured with a clock that was set back counts as nothing."""
        self._counts[bisect_left(self.bounds, measured)] += 1
        self.total += max(0.0, measured)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self._counts)

    def up_to(self) -> Iterator[tuple[float, int]]:
        """Each bound, and how many are no larger; the last bound is infinite."""
        found = 0
        for bound, count in zip((*self.bounds, float("inf")), self._counts, strict=True):
            found += count
            yield bound, found


CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 75.0)
"""Bounds for a call over the network; the last is what a call to Flipkart may take at most."""


class Calls:
    """Calls to somebody else's API: how each ended, and how long it took."""

    def __init__(self, names: Collection[str], codes: Collection[str] = ()) -> None:
        """A call that is not among `names` is called "other", and so is a code that is not among `codes`."""
        self._names, self._codes = frozenset(names), frozenset(codes)
        self.ended = Counts()
        """By the call's name, how it ended, and with which code."""
        self._seconds: dict[str, Histogram] = {}

    def expect(self, outcome: str, code: str = "", names: Iterable[str] = ()) -> None:
        """Has a series at 0 of what never happened yet: Prometheus sees no growth from nothing to 1."""
        for name in names or self._names:
            self.ended.add(name, outcome, code, times=0)

    def add(self, name: str, outcome: str, code: str, seconds: float) -> None:
        """A call came to its end."""
        if name not in self._names:
            name = OTHER
        self.ended.add(name, outcome, code if code in self._codes or not code else OTHER)
        measured = self._seconds.get(name)
        if measured is None:
            measured = self._seconds[name] = Histogram(CALL_SECONDS)
        measured.add(seconds)

    @property
    def seconds(self) -> Mapping[str, Histogram]:
        """How long calls took, by name."""
        return self._seconds
