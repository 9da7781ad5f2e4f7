"""After each fault: what its mark says that people read was really there to be read."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.timing import OutboxTiming
from tests.scenarios.faults.marks import Fault
from tests.support import QUICK_SOCKET, World

SHOWN = ("chat.", "views.", "response_url")
"""The calls that put something before somebody's eyes."""


@pytest.fixture(autouse=True)
def as_marked(request: pytest.FixtureRequest, dock: World, logged: io.StringIO) -> Iterator[None]:
    """Looks, after a test that passed, for the words of the mark in all that Slack was given and that was logged."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        return
    marks = [mark.args[0] for mark in request.node.iter_markers("fault")]
    assert marks, "a test in this folder plays a fault of the list and says which: @fault(...)"
    for mark in marks:
        assert isinstance(mark, Fault)
        if mark.person:
            assert mark.person in _shown(dock), f"nobody was shown {mark.person!r}"
        if mark.operator:
            assert mark.operator in logged.getvalue(), f"the log does not say {mark.operator!r}"


def _shown(dock: World) -> str:
    calls = [call.args for call in dock.slack.calls if call.method.startswith(SHOWN)]
    acks = [delivery.payload for delivery in dock.slack.deliveries if delivery.payload]
    written = json.dumps([calls, acks], ensure_ascii=False, default=str)
    return written.replace('\\"', '"').replace("\\n", "\n")


@pytest.fixture(autouse=True)
def quick(dock: World) -> None:
    """Waits of seconds become tenths: what is waited for stays the same."""
    message = replace(OutboxTiming().message, first_backoff=0.1, longest_backoff=0.5)
    direct = replace(OutboxTiming().direct, first_backoff=0.1, longest_backoff=0.5)
    outbox = replace(dock.timing.outbox, message=message, direct=direct)
    dock.timing = replace(dock.timing, socket=QUICK_SOCKET, outbox=outbox)
