"""A PostgreSQL server that takes what it is asked, and answers nothing."""

import io
from dataclasses import replace

import pytest

from tests.scenarios.copies import QUICK_COPIES
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.test_database_server import dock, lives_through, role, wire
from tests.support import World
from tests.wire import Wire

__all__ = ["dock", "role", "wire"]
pytestmark = [pytest.mark.postgres, pytest.mark.slow("seconds until silence counts as one")]
SOON = {"tcp_user_timeout": "1000", "connect_timeout": "2"}
"""As libpq has them, in milliseconds and seconds: what is waited for stays the same."""


@fault(
    "Process",
    "a database server that swallows all that it is asked, and refuses nothing",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="Look whether the server runs and can be reached from here. The bot waits and goes on by itself.",
)
@pytest.mark.parametrize("shared", [False, True], ids=["alone", "as a copy"])
async def test_a_server_that_swallows_what_it_is_asked(
    dock: World, logged: io.StringIO, wire: Wire, shared: bool
) -> None:
    dock.shared, dock.timing = shared, replace(dock.timing, copies=QUICK_COPIES)
    await lives_through(dock, logged, wire.url(**SOON), wire.swallow, wire.heal)
