"""Faults: what goes wrong with the next calls, and the standing moods."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.flipkart.refusals import CODE_OF, STATUS_OF, Refusal

Drop = Literal["before", "after"]
Body = Literal["html", "truncated", "empty"] | bytes

HTML = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Please try again</h1></body></html>"


@dataclass
class Fault:
    """One thing that goes wrong.

    Attributes:
        name: the call it waits for, or ``*`` for any.
        status: HTTP status sent in place of an answer; None lets the call do its work.
        code: the ``errorCode`` sent in place of an answer.
        retry_after: seconds for the ``Retry-After`` header.
        delay: seconds to wait before anything is done.
        until: nothing is done before this is set.
        drop: cut the connection ``before`` the call does its work or ``after`` it, with no answer.
        body: what is sent in place of the body.
        times: how many more calls it will hit.
    """

    name: str
    status: int | None
    code: str | None
    message: str
    retry_after: float | None
    delay: float
    drop: Drop | None
    body: Body | None
    times: int
    until: asyncio.Event | None = None

    def refusal(self) -> Refusal | None:
        """The refusal to send in place of the call's own answer, if this fault is one."""
        if self.status is None and self.code is None and self.retry_after is None:
            return None
        status = self.status
        if status is None:
            status = 429 if self.code is None else STATUS_OF.get(self.code, 400)
        code = self.code or CODE_OF.get(status, "INTERNAL_SERVER_ERROR" if status >= 500 else "BAD_REQUEST_ERROR")
        return Refusal(code, self.message, status=status, retry_after=self.retry_after)

    def word(self) -> str:
        """A short name for the log of calls."""
        parts = [
            f"delay {self.delay:g}" if self.delay else "",
            "held" if self.until is not None else "",
            f"drop {self.drop}" if self.drop else "",
            f"status {self.status}" if self.status is not None else "",
            self.code or "",
            f"body {self.body if isinstance(self.body, str) else 'raw'}" if self.body is not None else "",
        ]
        return ", ".join(part for part in parts if part)

    def to_dict(self) -> dict[str, object]:
        """What is still to come, JSON-ready."""
        return {"name": self.name, "what": self.word(), "times": self.times}


@dataclass
class Mood:
    """Standing modes: ``slow`` seconds before every answer; ``failing``: 503 to all but the token call."""

    slow: float = 0.0
    failing: bool = False


class Faults:
    """The faults that are waiting, in the order they were set; each call meets one at most."""

    def __init__(self) -> None:
        """No faults."""
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set a fault."""
        self._waiting.append(fault)

    def take(self, name: str) -> Fault | None:
        """The fault this call meets, used up by one."""
        for fault in self._waiting:
            if fault.name in ("*", name):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all that were set."""
        self._waiting.clear()

    def to_list(self) -> list[dict[str, object]]:
        """What is still to come, JSON-ready."""
        return [each.to_dict() for each in self._waiting]
