"""Files that hold names and parcels are the bot user's alone, whatever the umask; only one process writes them."""

import contextlib
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.store.lock import only_bot
from bot.store.privacy import keep_private
from bot.store.session import DatabaseUnusableError
from bot.store.versions import newest_version
from tests.doctor.support import everything, findings, well
from tests.support import LOCATION, world
from tests.test_cli import installed


def modes(folder: Path) -> dict[str, str]:
    """What anybody but the owner may do, by file; what the test itself wrote is left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.name not in ("bot.toml", ".env"):
            rights = stat.S_IMODE(path.stat().st_mode)
            if rights & 0o077:
                found[str(path.relative_to(folder))] = oct(rights)
    return found


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_nothing_that_the_bot_writes_can_be_read_by_others(tmp_path: Path, umask: int) -> None:
    async with world(tmp_path) as at:
        bot = installed(at)
        bot.umask = umask
        visit = at.flipkart.arrive(LOCATION, "Ram")
        visit.begin()
        visit.scan(3)
        async with bot.running() as running:
            await running.until(lambda: at.cards and "3 scanned" in at.cards[0].text_all())
            names = {path.name for path in tmp_path.iterdir()}
            assert {"bot.db", "bot.db-wal", "bot.db.lock"} <= names
            assert modes(tmp_path) == {}, "others can read the bot's files while it runs"
            visit.leave()
            await running.until(lambda: any(message.files for message in at.thread(at.cards[0])))
        ended = await bot.end("export", "--location", LOCATION, "--format", "csv", "--format", "pdf", "--out", "papers")
        assert ended.code == 0, ended.err
        assert modes(tmp_path) == {}, "others can read what the bot leaves behind"


@pytest.mark.slow("a second for each process")
async def test_files_of_an_older_bot_are_closed_at_the_start(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        assert (await bot.end("db", "upgrade")).code == 0
        pictures = tmp_path / "bot.db.photos"
        pictures.mkdir()
        for path, mode in ((tmp_path / "bot.db", 0o644), (tmp_path / "bot.db.lock", 0o664), (pictures, 0o755)):
            path.chmod(mode)
        sick = await bot.end("doctor")
        (line,) = findings(sick)[1]
        assert (sick.code, line.startswith("FAIL  database files: ")) == (2, True)
        for name in ("bot.db", "bot.db.lock", "bot.db.photos", "Start the bot again"):
            assert name in line

        async with bot.running() as running:
            await running.until(lambda: '"connected"' in running.err)
            assert modes(tmp_path) == {}
            assert "now they can't" in running.err
        assert (await bot.end("doctor")).code == 0


def test_what_may_not_be_changed_is_left(tmp_path: Path) -> None:
    assert keep_private(str(tmp_path / "missing" / "bot.db")) == []


@pytest.mark.slow("a second for each process")
async def test_the_doctor_names_a_file_of_secrets_that_others_can_read(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        (tmp_path / ".env").write_text(f"FLIPKART_APP_SECRET={bot.env.pop('FLIPKART_APP_SECRET')}\n")
        (tmp_path / ".env").chmod(0o640)
        sick = await bot.end("doctor")
        (tmp_path / ".env").chmod(0o600)
        mended = await bot.end("doctor")

    (line,) = findings(sick)[1]
    assert line == "FAIL  .env: other people of this machine can read it. Type: chmod 600 .env"
    assert (sick.code, mended.code) == (2, 0)


# ---- one process writes ----------------------------------------------------------------------------------------------


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def old_database(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "bot.db")) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        connection.commit()
    (folder / "bot.db").chmod(0o600)


@pytest.mark.slow("a second for each process")
async def test_the_doctor_only_reads(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        nothing = content(tmp_path)
        first = await bot.end("doctor")
        assert content(tmp_path) == nothing, "the doctor made files"
        old_database(tmp_path)
        before = content(tmp_path)
        ended = await bot.end("doctor")

    assert content(tmp_path) == before, "the doctor changed the database"
    assert (first.code, ended.code) == (0, 0), first.out + ended.out
    assert "made at the first start" in first.out
    assert f"version 0001, the next start brings it to version {newest_version()}" in ended.out


@pytest.mark.slow("a second for each process")
async def test_the_doctor_reads_under_a_running_bot(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        async with bot.running() as running:
            await running.until(lambda: '"connected"' in running.err)
            ended = await bot.end("doctor")
        assert ended.code == 0, ended.out
        assert "up to date" in ended.out


async def test_the_doctor_names_a_newer_database(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        old_database(tmp_path)
        with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
        ended = await installed(at).end("doctor")

    (line,) = findings(ended)[1]
    assert "newer version" in line


@pytest.mark.slow("a second for each process")
async def test_an_upgrade_under_a_running_bot_says_who_has_the_database(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = installed(at)
        async with bot.running() as running:
            await running.until(lambda: '"connected"' in running.err)
            ended = await bot.end("db", "upgrade")
            pid = running.process.pid
        again = await bot.end("db", "upgrade")

    assert ended.code == 4
    (line,) = ended.said
    assert f"another otc-bot is running on {tmp_path / 'bot.db'} (process {pid}): stop it first" in line
    assert again.code == 0, "a lock that nobody holds stops the upgrade"


def test_a_lock_of_an_older_bot_names_nobody(tmp_path: Path) -> None:
    file = str(tmp_path / "bot.db")
    with only_bot(file):
        (tmp_path / "bot.db.lock").write_text("")
        with pytest.raises(DatabaseUnusableError, match=r"is running on .*bot\.db: stop it first"), only_bot(file):
            pytest.fail("two bots hold one database")
