"""A connection that is given up when its server is silent and takes no other one either.

A statement may be slow, so silence alone says little: whether the server is there is asked over another connection. One
that answers there and not here is given up once the statement should have been ended by the server itself.
"""

import math
from collections.abc import Callable
from typing import Any

import psycopg

from bot.silence import Patient


class Watched(Patient):
    """A connection whose server is looked for when it is silent."""

    longest = math.inf
    """Seconds in which the server would have ended a statement by itself."""
    _another: Callable[[], psycopg.Connection[Any]] | None = None
    _look_after: float = 0

    def watch(self, another: Callable[[], psycopg.Connection[Any]], longest: float) -> None:
        """`another` makes a connection to what this one leads to."""
        self._another, self.longest = another, longest
        # The kernel is told by the same setting after how long packets without an answer are a broken connection.
        self.patience = int(self.info.get_parameters().get("tcp_user_timeout") or 0) / 1000 or self.patience

    def is_over(self, seconds: float) -> bool:
        """Whether the server is gone."""
        if seconds < self.patience:
            self._look_after = self.patience
        if seconds < self._look_after:
            return False
        self._look_after = seconds + self.patience
        return seconds > self.longest or not self._is_there()

    def _is_there(self) -> bool:
        """Whether the very server takes a connection, or says that it has none to give."""
        if self._another is None:
            return False
        try:
            with self._another() as found:
                return _place(found) == _place(self)
        except psycopg.OperationalError as error:
            return "FATAL" in str(error)


def _place(connection: psycopg.Connection[Any]) -> tuple[str, str, int]:
    """One address may lead elsewhere than before."""
    return connection.info.host, connection.info.hostaddr, connection.info.port
