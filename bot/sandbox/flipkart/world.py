"""What all parts of the simulation share: the clock, the switches, fresh numbers, codes and the listeners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from bot.sandbox.flipkart.codes import CodeBook
from bot.sandbox.flipkart.switches import Switches

Change = dict[str, object]
Listener = Callable[[Change], None]


class World:
    """The common ground of one simulated Flipkart."""

    def __init__(self, now: Callable[[], float], switches: Switches, seed: str) -> None:
        """Set up with a clock in epoch seconds."""
        self.now = now
        self.switches = switches
        self.codes = CodeBook(seed)
        self.page_era = 0
        self.forgotten_status = 410
        self._numbers: Counter[str] = Counter()
        self._listeners: list[Listener] = []

    def number(self, kind: str) -> int:
        """The next number of a kind, from 1."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    @property
    def numbers(self) -> dict[str, int]:
        """The newest number of each kind."""
        return dict(self._numbers)

    def count_on_from(self, numbers: dict[str, int]) -> None:
        """The next number of each kind follows these, so that nothing of an earlier life is named again."""
        self._numbers |= Counter(numbers)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener on every change; the answer stops it."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def changed(self, kind: str, **facts: object) -> None:
        """Tell every listener. The facts never hold a code, a token or a secret."""
        change: Change = {"kind": kind, "at": self.now(), **facts}
        for listener in list(self._listeners):
            listener(change)
