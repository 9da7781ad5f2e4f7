"""What the simulated Slack refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A Web API answer with ``ok: false``.

    Attributes:
        code: Slack's error name, e.g. ``channel_not_found``.
        messages: the lines of ``response_metadata.messages``, without their ``[ERROR]``.
        extra: further top level fields of the answer.
    """

    def __init__(self, code: str, messages: Sequence[str] = (), **extra: Any) -> None:
        """Remember the name, the detail lines and the further fields."""
        super().__init__(code, *messages)
        self.code = code
        self.messages = list(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in self.messages]}
        return body


class SubmitRefused(Exception):
    """Slack's client would not send this form: nothing reached the bot.

    Attributes:
        errors: what the person reads, by ``block_id``.
    """

    def __init__(self, errors: dict[str, str]) -> None:
        """Remember the line shown under each input."""
        super().__init__("; ".join(f"{block}: {line}" for block, line in errors.items()))
        self.errors = errors
