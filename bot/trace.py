"""To which piece of work a line of the log belongs: a request id for each, and the handover that it is about.

Begun at the edges: where a press, a command, an event, an HTTP request, a run of a job, a look at Flipkart or a
delivery begins. Everything that happens in its task, and in the tasks and threads that it starts, has it in each line.
"""

import contextlib
import itertools
import secrets
from collections.abc import Iterator
from contextvars import ContextVar

from structlog.types import EventDict

_PROCESS = secrets.token_hex(2)
"""Tells the requests of this process from those of the one before, and of other copies."""
_NUMBERS = itertools.count(1)


class _Work:
    """One for all tasks of a piece of work, so that what one of them finds out the others say too."""

    __slots__ = ("handover", "request")

    def __init__(self, handover: str, request: str = "") -> None:
        self.request = request or f"{_PROCESS}-{next(_NUMBERS):x}"
        self.handover = handover


_work: ContextVar[_Work | None] = ContextVar("work", default=None)


def begin(handover: str = "") -> str:
    """Begins another piece of work in this task, about this handover if it is known, and returns its request id.

    It is not taken back: an edge has a task of its own, or begins anew with the next. That keeps it cheap, for
    there are two hundred looks a second.

    Args:
        handover: the bot's own id of a location, FE and task.
    """
    work = _Work(handover)
    _work.set(work)
    return work.request


def about(handover: str) -> None:
    """It has turned out which handover the piece of work is about."""
    work = _work.get()
    if work is not None:
        work.handover = handover


def request() -> str:
    """The id of the piece of work that goes on; empty outside of any."""
    work = _work.get()
    return "" if work is None else work.request


@contextlib.contextmanager
def of(handover: str) -> Iterator[None]:
    """What is done within is about this handover, where one piece of work comes to several, one by one.

    What an exception ends stays about it, so that whoever catches it outside can say of which handover it was.
    """
    outer = _work.get()
    token = _work.set(_Work(handover, "" if outer is None else outer.request))
    try:
        yield
    except Exception:
        if outer is not None:
            outer.handover = handover
        raise
    finally:
        _work.reset(token)


def merge(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Says it in a line, as a processor of structlog's. A line that names its handover itself is about that one."""
    work = _work.get()
    if work is not None:
        line["request"] = work.request
        if work.handover:
            line.setdefault("handover", work.handover)
    return line
