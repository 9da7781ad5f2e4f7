"""Who goes on at the loop, where hundreds of answers a second come in clumps and a person's press waits behind them."""

import asyncio
from collections import deque


class Turns:
    """Lets one go on at each turn of the loop, in the order in which they came.

    A press passes through several turns until it is acknowledged. Behind ten answers at each it would wait for all of
    their work; like this it waits for one of them.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def turn(self) -> None:
        """Returns at once where nobody else goes on at this turn, else at a turn of one's own."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            loop.call_soon(self._next)
            return
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append(mine)
        await mine

    def _next(self) -> None:
        while self._waiting:
            one = self._waiting.popleft()
            if not one.done():  # or whoever waited was cancelled
                one.set_result(None)
                asyncio.get_running_loop().call_soon(self._next)
                return
        self._taken = False
