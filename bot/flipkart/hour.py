"""The rolling hour as it really is: what it held, when that is over, and which rate lasts from now on."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

HOUR = 3600.0
SLOT = 10
"""Seconds that are counted together."""
LAG = 10.0
"""Seconds that a call counts longer than an hour: Flipkart counts it when it comes there, which is later."""
MINUTE = 60
AVERAGED = 120.0
"""Seconds within which the plan does not look at when exactly calls become free."""
AVERAGED_IN_DEBT = 600.0
"""The same while more is held than there should be."""
MADE_UP = 900.0
"""Seconds in which that is made up for."""
LATELY = 300.0
"""Seconds of which other copies' pace is taken."""
LEAST = 0.3
"""Of what becomes free, for polling, however much more is held."""


@dataclass(slots=True)
class _Slot:
    number: int
    polling: int = 0
    people: int = 0
    elsewhere: int = 0

    def over_at(self) -> float:
        """Seconds (epoch, UTC) from which on nothing of it counts."""
        return (self.number + 1) * SLOT + HOUR + LAG


class RollingHour:
    """Calls of the last hour, the bot's own and people's. Times are seconds since the epoch, UTC."""

    def __init__(self) -> None:
        """Nothing was called."""
        self._slots: deque[_Slot] = deque()
        self.polling = 0
        """Calls of the hour that the bot made on its own."""
        self.people = 0
        """Those that people waited for."""
        self.elsewhere = 0
        """Those that other copies of the bot made, or are about to make."""

    @property
    def used(self) -> int:
        """All calls of the hour."""
        return self.polling + self.people + self.elsewhere

    def remember(self, minutes: Mapping[int, int], now: float) -> None:
        """Takes over what a former process called, by epoch minutes; at the end of each, to be careful."""
        for minute, calls in sorted(minutes.items()):
            self._slot(min((minute + 1) * MINUTE - 1, now)).polling += calls
            self.polling += calls

    def hear(self, minutes: Mapping[int, int], now: float) -> None:
        """What other copies called in all, by epoch minutes: it takes the place of what was heard before."""
        for slot in self._slots:
            slot.elsewhere = 0
        own, self._slots = self._slots, deque()
        there = {slot.number: slot for slot in own}
        for minute, calls in minutes.items():
            number = int(min((minute + 1) * MINUTE - 1, now) // SLOT)
            there.setdefault(number, _Slot(number)).elsewhere += calls
        self._slots.extend(there[number] for number in sorted(there))
        self.elsewhere = sum(slot.elsewhere for slot in self._slots)
        self.roll(now)

    def pace_elsewhere(self, now: float) -> float:
        """Calls an hour that other copies go on with, as they did lately."""
        lately = sum(slot.elsewhere for slot in self._slots if slot.number * SLOT >= now - LATELY)
        return lately * HOUR / LATELY

    def count(self, now: float, *, for_person: bool) -> None:
        """One call is made now."""
        slot = self._slot(now)
        if for_person:
            slot.people += 1
            self.people += 1
        else:
            slot.polling += 1
            self.polling += 1

    def roll(self, now: float) -> None:
        """Forgets what is over."""
        while self._slots and self._slots[0].over_at() <= now:
            gone = self._slots.popleft()
            self.polling -= gone.polling
            self.people -= gone.people
            self.elsewhere -= gone.elsewhere

    def free_in(self, now: float) -> float:
        """Seconds until the oldest call counts no more; 0 when there is none."""
        return max(0.0, self._slots[0].over_at() - now) if self._slots else 0.0

    def uncount(self, *, for_person: bool) -> None:
        """The newest call of its kind was not carried out."""
        newest = self._slots[-1] if self._slots else None
        if newest is None:
            return
        if for_person and newest.people:
            newest.people -= 1
            self.people -= 1
        elif not for_person and newest.polling:
            newest.polling -= 1
            self.polling -= 1

    def lasting(self, most: int, now: float) -> float:
        """Calls an hour that polling can go on with for an hour, so that none ever holds more than `most` of all.

        Where more is held already, it is less than what becomes free, so that it is made up for in a while: a halt
        would leave a gap.
        """
        rate, free = most * HOUR / (HOUR + SLOT + LAG), max(0, most - self.used)
        debt = max(0, self.used - most)
        averaged = AVERAGED_IN_DEBT if debt else AVERAGED
        for slot in self._slots:
            within = slot.over_at() - now
            if within >= averaged:
                rate = min(rate, free * HOUR / within)
            free += slot.polling + slot.people + slot.elsewhere
        return rate if not debt else max(rate * LEAST, rate - debt * HOUR / MADE_UP)

    def _slot(self, now: float) -> _Slot:
        number = int(now // SLOT)
        # A clock that was set back adds to what is newest: nothing is over before its time.
        if not self._slots or self._slots[-1].number < number:
            self._slots.append(_Slot(number))
        return self._slots[-1]
