"""For whom the calls of a task are made: Flipkart's hour is shared among people, who press in tasks of their own."""

from contextvars import ContextVar

_ASKER: ContextVar[str | None] = ContextVar("asker", default=None)


def asks(user_id: str) -> None:
    """From now on what this task asks of Flipkart is asked for this person (a Slack user id)."""
    _ASKER.set(user_id)


def asker() -> str | None:
    """For whom this task asks; None for the bot itself."""
    return _ASKER.get()
