"""How late the event loop is: what a person waits for waits as long."""

import asyncio

from bot.monitoring.counted import Histogram

LAG_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class LoopLag:
    """Asks the loop for a beat again and again, and measures by how much each is late."""

    def __init__(self, beat: float) -> None:
        """`beat` is in seconds; nothing is measured yet."""
        self._beat = beat
        self._next: asyncio.TimerHandle | None = None
        self.seconds = Histogram(LAG_SECONDS)

    def start(self) -> None:
        """Measures the running loop from now on, until `close`."""
        loop = asyncio.get_running_loop()
        wanted = loop.time() + self._beat

        def beaten() -> None:
            self.seconds.add(loop.time() - wanted)
            self.start()

        self._next = loop.call_at(wanted, beaten)

    def close(self) -> None:
        """Ends it."""
        if self._next is not None:
            self._next.cancel()
