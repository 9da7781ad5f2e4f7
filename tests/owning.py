"""What one of several copies owns, as a test says."""

import contextlib
from collections import Counter
from collections.abc import Iterator


class Part:
    """Implements `bot.handover.owning.Owning`: these locations under one fencing number."""

    def __init__(self, *ids: str, fence: int = 1) -> None:
        self.ids, self.fence, self.version = set(ids), fence, 0
        self.busy: Counter[str] = Counter()
        self.is_sure = True
        """False: the process was stopped after it began what it does, for longer than locks last."""

    def own(self, *ids: str, fence: int = 1) -> None:
        """From now on these and no others."""
        self.ids, self.fence, self.version = set(ids), fence, self.version + 1

    def owns(self, location_id: str) -> bool:
        return location_id in self.ids

    def holds(self, location_id: str) -> bool:
        return self.is_sure and location_id in self.ids

    @contextlib.contextmanager
    def at_work(self, location_id: str) -> Iterator[int | None]:
        self.busy[location_id] += 1
        try:
            yield self.fence if location_id in self.ids else None
        finally:
            self.busy[location_id] -= 1
