"""A PostgreSQL server that asks for a password, and does not take the bot's."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from tests import postgres
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.processes import real
from tests.scenarios.faults.test_database_server import at_the_server, dock, lives_through, wire
from tests.support import World
from tests.wire import Wire

__all__ = ["dock", "wire"]
pytestmark = pytest.mark.postgres
PASSWORD = "pass-hidden-7"
CHECK = "Check the user, the password and the address in DATABASE_URL"


@pytest.fixture
def role() -> Iterator[str]:
    """The bot's own user at the server, who has a password."""
    name = f"bot_{postgres.new_name()}"
    postgres.run(f"CREATE ROLE {name} LOGIN")
    postgres.demand_password(name, PASSWORD)
    yield name
    postgres.run(f"DROP ROLE {name}")


@fault("Process", "a database server that does not take the bot's password, at the start", keeps=(5,), operator=CHECK)
@pytest.mark.parametrize("password", ["wrong-hidden-8", ""], ids=["a wrong one", "none"])
async def test_a_wrong_password_at_the_start(dock: World, logged: io.StringIO, wire: Wire, password: str) -> None:
    url = make_url(wire.url()).set(password=password or None).render_as_string(hide_password=False)

    ended = await real(dock, DATABASE_URL=url).end("run")

    logged.write(ended.err)
    assert ended.code == 4
    (line,) = ended.said
    assert "password" in line
    assert CHECK in line
    assert "hidden" not in ended.out + ended.err


@fault(
    "Process",
    "a database server at which the bot's password is changed while it works",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator=CHECK,
)
@pytest.mark.slow("a server of its own kind of trouble, which others show every day")
async def test_a_password_that_is_changed(dock: World, logged: io.StringIO, wire: Wire) -> None:
    async def bad() -> None:
        await at_the_server(f"ALTER ROLE {wire.to.username} PASSWORD 'another'")
        wire.cut()

    url = make_url(wire.url()).set(password=PASSWORD).render_as_string(hide_password=False)
    good = f"ALTER ROLE {wire.to.username} PASSWORD '{PASSWORD}'"
    await lives_through(dock, logged, url, bad, lambda: at_the_server(good))
    assert PASSWORD not in logged.getvalue()
