"""Two versions of the bot over one PostgreSQL: tables change beside the older one where it can live with them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text
from structlog.testing import capture_logs

from bot.handover.model import Handover
from bot.store.errors import NewerTablesError, OlderCopiesError
from bot.store.handovers import HandoverStore
from bot.store.opening import opened
from bot.store.reading import looked_at
from bot.store.session import Database, DatabaseUnusableError
from bot.store.versions import MIGRATIONS
from tests.pace import PATIENCE
from tests.postgres import a_database, a_migrated_one
from tests.postgres import run as on_server
from tests.store.conftest import NOW
from tests.store.newer import NEWEST, NEXT, SECOND_NEXT, with_more
from tests.store.people import arrive

FIRST_MARKED = "0038"
SOON = 0.05, 0.1


@pytest.fixture
def url() -> Iterator[str]:
    with a_migrated_one() as made:
        yield made


@pytest.fixture
def harmless(tmp_path: Path) -> Path:
    """The next version of the tables, which this one can live with."""
    return with_more(tmp_path / "harmless", NEWEST)


@pytest.fixture
def harmful(tmp_path: Path) -> Path:
    """One that this one can't live with, for nobody says that it can."""
    return with_more(tmp_path / "harmful", "")


@dataclass
class Copy:
    """One that starts, and waits if it must."""

    database: Database | None = None
    told: list[str] = field(default_factory=list)
    ends: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, url: str, migrations: Path = MIGRATIONS) -> None:
        async with opened(url, waits=SOON, told=self.told.append, shared=True, migrations=migrations) as found:
            self.database = found.database
            await self.ends.wait()
        self.database = None


@contextlib.asynccontextmanager
async def starting(url: str, migrations: Path = MIGRATIONS) -> AsyncIterator[Copy]:
    """A copy of which nobody knows whether it will wait."""
    copy = Copy()
    living = asyncio.create_task(copy.live(url, migrations))
    try:
        yield copy
    finally:
        copy.ends.set()
        if copy.database is None:
            living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living


@contextlib.asynccontextmanager
async def at_work(url: str, migrations: Path = MIGRATIONS) -> AsyncIterator[Database]:
    """A copy that need not wait."""
    async with opened(url, shared=True, migrations=migrations) as found:
        yield found.database


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- what a server does rings no bell here
            await asyncio.sleep(0.01)


async def comes(database: Database, n: int) -> Handover:
    """An FE comes, and is kept."""
    return await arrive(HandoverStore(database, lambda: NOW), n)


async def present(database: Database) -> set[str]:
    """Who is kept."""
    store = HandoverStore(database, lambda: NOW)
    return {one.fe_id for one in await store.some(await store.here())}


async def loses_its_connection(database: Database) -> None:
    """The server ends it; the bot finds out with its next transaction."""
    pid = await database.run(lambda connection: connection.scalar(text("SELECT pg_backend_pid()")))
    on_server("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_each_migration_says_which_bots_can_live_with_it() -> None:
    every = {one.revision: one.module for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    for version, module in every.items():
        if version >= FIRST_MARKED:
            oldest = getattr(module, "oldest_bot", "")
            assert oldest in every, f"{version}: `oldest_bot` is to name a migration; CONTRIBUTING.md tells which"
            assert FIRST_MARKED <= oldest <= version


@pytest.mark.postgres
async def test_what_older_copies_can_live_with_comes_beside_them(url: str, harmless: Path) -> None:
    async with at_work(url) as old, at_work(url, harmless) as new:
        assert await new.version() == (NEXT, NEXT)
        await comes(old, 1)
        await comes(new, 2)
        assert await present(old) == await present(new) == {"fe1", "fe2"}
        assert looked_at(url).works
        # One that begins again, after it lost its connection or from nothing, finds that it can live with them too.
        await loses_its_connection(old)
        await comes(old, 3)
        assert (old.outdated, old.problems()) == (None, [])
        async with at_work(url) as another:
            await comes(another, 4)
            assert (await another.version())[0] == NEXT


@pytest.mark.postgres
async def test_what_older_copies_can_not_live_with_waits_until_they_have_ended(url: str, harmful: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        logs = stack.enter_context(capture_logs())
        older = await stack.enter_async_context(contextlib.AsyncExitStack())
        one, other = [await older.enter_async_context(at_work(url)) for _ in range(2)]
        new = await stack.enter_async_context(starting(url, harmful))
        await until(lambda: len(new.told) > 2)
        assert f"(version {NEWEST})" in new.told[-1]
        assert "end them, and this one goes on by itself" in new.told[-1]
        for n, database in enumerate((one, other)):
            assert await database.version() == (NEWEST, NEWEST)
            await comes(database, n)
        # One that begins while somebody waits is no worse off.
        async with at_work(url) as late:
            await comes(late, 2)
        await older.aclose()
        await until(lambda: new.database)
        assert new.database is not None
        assert await new.database.version() == (NEXT, NEXT)
        await comes(new.database, 3)
        with pytest.raises(NewerTablesError, match=rf"made by a newer version of otc-bot \(version {NEXT}\)"):
            async with at_work(url):
                raise AssertionError("an older copy on tables that it can't live with")
        assert not looked_at(url).works
    waiting = [line for line in logs if "copies of an older version" in str(line["event"])]
    assert [line["log_level"] for line in waiting] == ["warning"], "it is said once"


@pytest.mark.postgres
async def test_copies_that_wait_together_all_come_through(url: str, harmful: Path) -> None:
    async with contextlib.AsyncExitStack() as older, contextlib.AsyncExitStack() as stack:
        old = await older.enter_async_context(at_work(url))
        new = [await stack.enter_async_context(starting(url, harmful)) for _ in range(3)]
        await until(lambda: all(one.told for one in new))
        await comes(old, 1)
        await older.aclose()
        await until(lambda: all(one.database for one in new))


@pytest.mark.postgres
async def test_an_older_copy_that_comes_back_to_new_tables_writes_nothing(url: str, harmful: Path) -> None:
    async with at_work(url) as old:
        await comes(old, 1)
        await loses_its_connection(old)
        async with at_work(url, harmful) as new:
            with pytest.raises(DatabaseUnusableError, match="made by a newer version"):
                await comes(old, 2)
            assert old.outdated is not None
            assert "Install that version or newer." in old.outdated
            assert await present(new) == {"fe1"}


@pytest.mark.postgres
async def test_an_older_copy_that_comes_back_in_the_middle_of_it_waits(url: str, tmp_path: Path) -> None:
    slow = with_more(tmp_path / "slow", "", statement="SELECT pg_sleep(1)")
    async with at_work(url) as old:
        await loses_its_connection(old)
        async with starting(url, slow) as new:
            asked = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query = 'SELECT pg_sleep(1)'"
            await until(lambda: on_server(asked, [make_url(url).database]))
            with pytest.raises(DatabaseUnusableError, match="is just changing the tables"):
                await comes(old, 1)
            await until(lambda: new.database)
            with pytest.raises(DatabaseUnusableError, match="made by a newer version"):
                await comes(old, 1)


@pytest.mark.postgres
async def test_what_the_last_version_no_longer_needs_goes_beside_it_and_not_beside_the_one_before(
    url: str, harmless: Path, tmp_path: Path
) -> None:
    third = with_more(tmp_path / "third", NEWEST, NEXT)
    async with contextlib.AsyncExitStack() as older, at_work(url, harmless) as second:
        await older.enter_async_context(at_work(url))
        with pytest.raises(OlderCopiesError, match=rf"\(version {NEWEST}\)"):
            async with at_work(url, third):
                raise AssertionError("the first one can't live with it")
        await older.aclose()
        async with at_work(url, third) as new:
            assert await new.version() == (SECOND_NEXT, SECOND_NEXT)
            await comes(second, 1)
        with pytest.raises(NewerTablesError):
            async with at_work(url):
                raise AssertionError("the first one came back")


@pytest.mark.postgres
async def test_two_versions_that_start_on_an_empty_database(tmp_path: Path) -> None:
    harmless = with_more(tmp_path / "harmless", NEWEST)
    with a_database() as made:
        url = made.render_as_string(hide_password=False)
        async with starting(url) as one, starting(url, harmless) as other:
            await until(lambda: one.database and other.database)
            assert one.database is not None
            assert (await one.database.version())[0] == NEXT


@pytest.mark.postgres
async def test_who_upgrades_by_hand_is_told_that_copies_are_there(url: str, harmless: Path) -> None:
    async with at_work(url):
        with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
            async with opened(url, migrations=harmless):
                raise AssertionError("an upgrade beside copies that it knows nothing of")
    async with opened(url, migrations=harmless) as found:
        assert (found.before, found.after) == (NEWEST, NEXT)


@pytest.mark.postgres
async def test_one_that_shares_with_nobody_works_on_no_newer_tables(url: str, harmless: Path) -> None:
    async with opened(url, migrations=harmless):
        pass
    with pytest.raises(NewerTablesError):
        async with opened(url):
            raise AssertionError("an older bot on newer tables")


async def test_a_file_of_a_newer_version_is_refused_as_ever(tmp_path: Path) -> None:
    harmless, url = with_more(tmp_path / "harmless", NEWEST), f"sqlite:///{tmp_path / 'bot.db'}"
    async with opened(url, migrations=harmless) as found:
        assert found.after == NEXT
    with pytest.raises(DatabaseUnusableError, match="made by a newer version"):
        async with opened(url):
            raise AssertionError("an older bot on newer tables")
