"""Has the cards of those who scan drawn anew when other tools begin, or no longer, to use up Flipkart's calls."""

from collections.abc import Awaitable, Callable


class SharedJob:
    """Looks whether what the cards say of the calls still holds."""

    def __init__(self, is_shared: Callable[[], bool], redraw: Callable[[], Awaitable[int]]) -> None:
        """`redraw` has the cards of all who scan drawn anew."""
        self._is_shared = is_shared
        self._redraw = redraw
        self._drawn = False

    async def tick(self) -> None:
        """Draws anew what changed. Raises NotKept."""
        shared = self._is_shared()
        if shared != self._drawn:
            await self._redraw()
            self._drawn = shared
