"""What is said of a backup, and that what is told to be typed for a server does what it says."""

import asyncio
import shlex
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.backups import back_up, restore
from bot.config import BotToml
from bot.houses import RecordSettings
from bot.store.opening import opened
from bot.store.snapshot import BackupError
from tests import postgres
from tests.databases import postgres_database

TOML = BotToml.model_validate(
    {"timezone": "Asia/Kolkata", "locations": [{"id": "LOC1", "name": "Dock", "channel": "C0123456789"}]}
)


def quiet(done: int, of: int) -> None:
    """Nobody looks at how far it is."""


def typed(said: BackupError, folder: Path) -> None:
    """What the second line says, typed by whoever has the server's programs in their PATH."""
    program, *arguments = shlex.split(str(said).splitlines()[1])
    command = [str(postgres.programs() / program), *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


async def made(url: str) -> None:
    async with opened(url):
        """All tables are there."""


@pytest.mark.postgres
@pytest.mark.slow("a server's own programs, twice")
@pytest.mark.parametrize("schema", ["", "north"])
def test_what_a_server_is_told_to_type_brings_everything_back(tmp_path: Path, schema: str) -> None:
    with postgres_database() as database:
        url = make_url(database.url).update_query_dict({"schema": schema} if schema else {})
        house = RecordSettings(url.render_as_string(hide_password=False), TOML)
        asyncio.run(made(house.database_url))
        table = f"{schema or 'public'}.language"
        insert = f"insert into {table} values ('{{}}', 'hi', '2026-03-02 09:00:00+00') returning user_id"  # noqa: S608 -- our own
        database.rows(insert.format("U1"))
        with pytest.raises(BackupError) as backed_up:
            list(back_up([house], None, quiet, with_pictures=False))
        typed(backed_up.value, tmp_path)
        database.rows(insert.format("U2"))
        with pytest.raises(BackupError) as restored:
            list(restore(house, Path("otc.dump"), quiet))
        typed(restored.value, tmp_path)
        found = f"select user_id, language from {table}"  # noqa: S608 -- our own
        assert database.rows(found) == [("U1", "hi")]
