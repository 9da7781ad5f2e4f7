"""One budget for the pollers of several houses: each plans with its part, so that all are stretched alike."""

from collections.abc import Callable

from bot.flipkart.quota import Quota


class Split:
    """Parts of a quota, one for each house of its seller."""

    def __init__(self, quota: Quota) -> None:
        """Nobody has a part yet."""
        self._quota = quota
        self._wanted: dict[str, Callable[[], float]] = {}
        self._expected: dict[str, int] = {}

    def part(self, house: str) -> "Part":
        """What a house plans with. While it has not joined, that is all that nobody else wants."""
        return Part(self, house)

    def join(self, house: str, wanted: Callable[[], float]) -> None:
        """From now on the house wants so many calls an hour."""
        self._wanted[house] = wanted

    def leave(self, house: str) -> None:
        """The house wants nothing any more."""
        self._wanted.pop(house, None)
        self.expect(house, 0)

    def of(self, house: str) -> int:
        """Calls an hour that the house can go on with: what others leave, and no less than its even part."""
        whole = self._quota.for_polling
        if not self._wanted.keys() - {house}:
            return whole
        others = sum(wanted() for name, wanted in self._wanted.items() if name != house)
        mine = self._wanted[house]() if house in self._wanted else 0.0
        stretched = whole * mine / (mine + others) if mine + others > whole else 0.0
        return int(max(whole - others, stretched, 0.0))

    @property
    def room(self) -> int:
        """Calls that polling may make now, whoever comes first."""
        return self._quota.room

    def expect(self, house: str, calls: int) -> None:
        """People of the house will make so many calls soon."""
        self._expected[house] = calls
        self._quota.expect(sum(self._expected.values()))


class Part:
    """Implements `bot.jobs.poll.Budget` for one house."""

    def __init__(self, split: Split, house: str) -> None:
        self._split = split
        self._house = house

    @property
    def for_polling(self) -> int:
        """Calls an hour."""
        return self._split.of(self._house)

    @property
    def room(self) -> int:
        """Calls that may be made now."""
        return self._split.room

    def expect(self, calls: int) -> None:
        """People will make so many soon."""
        self._split.expect(self._house, calls)
