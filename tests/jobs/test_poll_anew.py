"""A poller that begins where another ended, because bot.toml changed: nobody waits longer for it."""

from pathlib import Path

from bot.jobs.due import Due
from tests.jobs.watch import ARRIVALS, SCANS, Watch, watching

FES = 45
"""More than are looked at at once when nothing is known."""
CHANGE = 1.0
"""Seconds in which nobody looks."""


class Reads:
    """When each FE's scans were read, and the dock was looked at."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._seen = 0
        self._last: dict[str, float] = {}
        self.longest: dict[str, float] = {}

    def note(self) -> None:
        """What was asked since the last note was asked now."""
        calls = self._watch.flipkart.calls
        for call in calls[self._seen :]:
            kind = call.name
            key = f"{kind} {call.body['taskId']}" if isinstance(call.body, dict) and "taskId" in call.body else kind
            if key in self._last:
                gap = self._watch.seconds - self._last[key]
                self.longest[kind] = max(self.longest.get(kind, 0.0), gap)
            self._last[key] = self._watch.seconds
        self._seen = len(calls)


async def test_a_change_of_the_settings_loses_no_look(tmp_path: Path) -> None:
    async with watching(tmp_path, goes_on_with=Due()) as watch:
        for n in range(FES):
            visit = watch.flipkart.arrive("LOC1", f"FE {n}")
            visit.begin()
            visit.scan(3)
        await watch.run(2 * ARRIVALS)
        reads = Reads(watch)
        reads.note()
        for n in range(6):
            for _ in range(17 + n):
                await watch.tick(1)
                reads.note()
            # In the middle of a tick: what is in flight comes to nothing.
            watch.flipkart.slow = 0.2
            watch.seconds += 1
            await watch.poller.tick()
            await watch.poller.close()
            watch.flipkart.slow = 0.0
            await watch.client.close()
            reads.note()
            watch.seconds += CHANGE
            watch.build()
            await watch.tick()
            reads.note()
        for _ in range(int(ARRIVALS)):
            await watch.tick(1)
            reads.note()
        # Each interval has two changes at most; a tick is a second.
        assert reads.longest["shipments"] <= SCANS + 2 * CHANGE + 2
        assert reads.longest["initial_load"] <= ARRIVALS + 4 * CHANGE + 2
