"""A backup of a file while it is written, and the way back: whole and checked, or nothing."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.photos.folder import PhotoFolder
from bot.store.awake import Awakening, awaken
from bot.store.backup import BackedUp, back_up
from bot.store.lock import only_bot
from bot.store.restore import Restored, restore
from bot.store.session import Database, DatabaseUnusableError
from bot.store.snapshot import PAGES, BackupError
from bot.store.versions import newest_version
from tests.store.conftest import NOW
from tests.template import migrated

PICTURES = (b"label", b"outside", b"inside")
PAGE = 4096


def quiet(done: int, of: int) -> None:
    """Nobody looks at how far it is."""


def name(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()


def write(database: Path, *users: str) -> None:
    """What a bot writes: over a connection of its own, which waits for nobody."""
    with closing(sqlite3.connect(database, timeout=0)) as connection, connection:
        connection.executemany("INSERT INTO language VALUES (?, 'hi', '2026-03-02 09:00:00.000000')", zip(users))


def users(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [user for (user,) in connection.execute("SELECT user_id FROM language ORDER BY user_id")]


def note(database: Path, picture: bytes) -> None:
    """A picture that the database knows; the file is not made."""
    insert = "INSERT INTO photo (handover_id, tracking_id, source, name, sha256, problem, at) VALUES "
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f"{insert} ('h', '', ?, '', ?, '', '2026-03-02')", (name(picture), name(picture)))


def files(folder: Path) -> dict[str, int]:
    """Every file below a folder, and its size."""
    return {str(one.relative_to(folder)): one.stat().st_size for one in folder.rglob("*") if one.is_file()}


@pytest.fixture
def bot_db(tmp_path: Path) -> Path:
    """The database, in a folder of its own, with what is for ever in its journal."""
    folder = tmp_path / "data"
    folder.mkdir()
    file = migrated(folder / "bot.db")
    write(file, "U1")
    return file


def folder_of(database: Path) -> Path:
    return PhotoFolder(str(database)).path


def backed_up(database: Path, to: Path | None = None, *, with_pictures: bool = False) -> BackedUp:
    return back_up(database, folder_of(database), to, quiet, with_pictures=with_pictures)


def restored(database: Path, file: Path) -> Restored:
    return restore(database, folder_of(database), file, quiet)


# ---- a backup --------------------------------------------------------------------------------------------------------


def test_it_is_of_one_moment_however_much_is_written_meanwhile(bot_db: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(bot_db)) as bot:
        bot.execute("CREATE TABLE filler (bytes BLOB)")
        bot.execute("INSERT INTO filler VALUES (zeroblob(?))", (4 * PAGES * PAGE,))
        bot.commit()
        told: list[tuple[int, int]] = []

        def writes(done: int, of: int) -> None:
            told.append((done, of))
            write(bot_db, f"U{len(told) + 1}")

        done = back_up(bot_db, folder_of(bot_db), tmp_path / "copy.db", writes)

    assert users(tmp_path / "copy.db") == ["U1"]
    assert users(bot_db) == ["U1", *(f"U{n + 2}" for n in range(len(told)))]
    assert len(told) == 5, "it began anew when something was written"
    assert told[-1] == (done.found.size, done.found.size)


def test_only_its_owner_reads_it_and_it_is_one_file(bot_db: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        done = backed_up(bot_db, tmp_path / "copy.db")
    finally:
        os.umask(before)
    assert done.file.stat().st_mode & 0o777 == 0o600
    assert (done.found.version, done.found.at) == (newest_version(), None)
    assert set(files(tmp_path)) == {"copy.db", "data/bot.db"}


@pytest.mark.parametrize("to", ["a folder", None])
def test_its_name_has_the_time_in_it(bot_db: Path, tmp_path: Path, to: str | None) -> None:
    folder = bot_db.parent if to is None else tmp_path / to
    folder.mkdir(exist_ok=True)
    done = backed_up(bot_db, None if to is None else folder)
    assert done.file.parent == folder
    assert done.file.match("bot-[0-9]*T[0-9]*Z.db")


def test_a_bot_that_begins_in_the_middle_is_seen(bot_db: Path, tmp_path: Path) -> None:
    """A file without a journal is read without a lock: what changes it meanwhile must not be half in the copy."""
    times = 0

    def begins(done: int, of: int) -> None:
        nonlocal times
        times += 1
        if times == 1:
            write(bot_db, "U2")

    done = back_up(bot_db, folder_of(bot_db), tmp_path / "copy.db", begins)
    assert users(done.file) == ["U1", "U2"]


def no_database(file: Path) -> None:
    file.write_bytes(b"Dear diary, " * 1000)


def an_empty_file(file: Path) -> None:
    file.write_bytes(b"")


def torn(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def damaged(file: Path) -> None:
    """A page in the middle."""
    with closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'shipment'").fetchone()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * PAGE)
        opened.write(b"\xff" * PAGE)


def of_another_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE bookmark (url)")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def gone(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


BAD = [
    (no_database, "is no database of otc-bot"),
    (an_empty_file, "none of its tables"),
    (torn, "is damaged"),
    (damaged, "is damaged"),
    (of_another_program, "is no database of otc-bot"),
    (newer, "was made by a newer version of otc-bot (version 9999)"),
    (gone, "There is no file"),
    (a_folder, "is a folder"),
]
NO_USE = {no_database, an_empty_file, torn, damaged, of_another_program}
"""Where what to do is something else for a backup than for the database."""


@pytest.mark.parametrize(("spoil", "says"), BAD)
def test_what_is_no_sound_database_is_not_backed_up(
    bot_db: Path, tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(bot_db)
    before = files(tmp_path)
    with pytest.raises(BackupError) as error:
        backed_up(bot_db, tmp_path / "copy.db")
    assert says in str(error.value)
    assert str(bot_db) in str(error.value)
    assert ("Put the newest good backup back by `otc-bot db restore`" in str(error.value)) == (spoil in NO_USE)
    assert files(tmp_path) == before


def is_there(folder: Path) -> Path:
    (folder / "copy.db").write_text("precious")
    return folder / "copy.db"


def its_pictures_are_there(folder: Path) -> Path:
    (folder / "copy.db.photos").mkdir()
    return folder / "copy.db"


def no_folder(folder: Path) -> Path:
    return folder / "missing" / "copy.db"


def a_folder_was_meant(folder: Path) -> Path:
    return folder / "backups"


def not_writable(folder: Path) -> Path:
    """Not by root either."""
    return Path("/proc/copy.db")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (is_there, "is there already, and a backup replaces nothing"),
        (its_pictures_are_there, "is there already"),
        (no_folder, "There is no folder"),
        (a_folder_was_meant, "There is no folder"),
        (not_writable, "Look who may write there, and whether there is room."),
    ],
)
def test_where_it_can_not_lie(bot_db: Path, tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    to = make(tmp_path)
    before = files(tmp_path)
    with pytest.raises(BackupError, match=says):
        backed_up(bot_db, to, with_pictures=True)
    assert files(tmp_path) == before


def test_who_stops_it_finds_nothing(bot_db: Path, tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise BackupError("Stopped.")

    before = files(tmp_path)
    with pytest.raises(BackupError, match="Stopped"):
        back_up(bot_db, folder_of(bot_db), tmp_path / "copy.db", stop)
    assert files(tmp_path) == before


NO_ROOM = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from bot.store.awake import Awakening, awaken
from bot.store.backup import back_up
from bot.store.restore import restore
from bot.store.snapshot import BackupError
try:
    {call}
except BackupError as error:
    print(error)
"""


@pytest.mark.slow("a process of its own, which may write little")
@pytest.mark.parametrize("call", ["back_up(one, one, other, print)", "restore(one, one, other, print)"])
def test_no_room_leaves_nothing(bot_db: Path, tmp_path: Path, call: str) -> None:
    other = tmp_path / "copy.db"
    if call.startswith("restore"):
        backed_up(bot_db, other)
        bot_db.with_name("bot.db.lock").touch()
    before = files(tmp_path)
    code = NO_ROOM.format(call=call.replace("one", f"Path({str(bot_db)!r})").replace("other", f"Path({str(other)!r})"))
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "could not be copied" in ended.stdout, ended.stdout + ended.stderr
    assert "Look at the disks of both" in ended.stdout
    left = files(tmp_path)
    left["data/bot.db.lock"] = before.get("data/bot.db.lock", left.get("data/bot.db.lock", 0))
    assert left.items() >= before.items()
    assert not [one for one in left if one.endswith(".part")]


# ---- pictures --------------------------------------------------------------------------------------------------------


def test_the_pictures_that_it_knows_lie_beside_it(bot_db: Path, tmp_path: Path) -> None:
    folder = PhotoFolder(str(bot_db))
    for picture in PICTURES:
        folder.keep(picture)
        note(bot_db, picture)
    folder.keep(b"of nobody")
    (folder.path / name(b"outside")).unlink()
    (folder.path / name(b"inside")).write_bytes(b"changed on disk")

    without = backed_up(bot_db, tmp_path / "without.db")
    done = backed_up(bot_db, tmp_path / "copy.db", with_pictures=True)

    assert (without.copied, len(without.found.pictures), done.copied) == (None, 3, 1)
    assert set(files(folder_of(done.file))) == {name(b"label")}
    assert folder_of(done.file).stat().st_mode & 0o777 == 0o700
    assert set(files(tmp_path)) - set(files(bot_db.parent)) >= {"copy.db", "without.db"}
    assert not folder_of(without.file).exists()


def test_pictures_come_back_and_those_of_since_lie_beside_the_other_one(bot_db: Path, tmp_path: Path) -> None:
    folder = PhotoFolder(str(bot_db))
    for picture in (b"label", b"inside"):
        folder.keep(picture)
        note(bot_db, picture)
    done = backed_up(bot_db, tmp_path / "copy.db", with_pictures=True)
    (folder.path / name(b"label")).unlink()
    (folder.path / name(b"inside")).unlink()
    (folder_of(done.file) / name(b"inside")).unlink()
    note(bot_db, b"outside")
    folder.keep(b"outside")

    back = restored(bot_db, done.file)

    assert (back.came, back.missing) == (1, 1)
    assert set(files(folder.path)) == {name(b"label")}
    assert back.replaced is not None
    assert set(files(folder_of(back.replaced))) == {name(b"outside")}, "nobody would ever forget it"


def test_the_one_that_was_replaced_comes_back_with_its_pictures(bot_db: Path, tmp_path: Path) -> None:
    """Also where pictures lie in a folder of their own."""
    pictures = tmp_path / "elsewhere" / "bot.db.photos"
    copy = back_up(bot_db, pictures, tmp_path / "copy.db", quiet).file
    PhotoFolder(str(pictures).removesuffix(".photos")).keep(b"outside")
    note(bot_db, b"outside")
    first = restore(bot_db, pictures, copy, quiet)
    assert first.replaced is not None
    assert not (pictures / name(b"outside")).exists()
    back = restore(bot_db, pictures, first.replaced, quiet)
    assert (back.came, back.missing) == (1, 0)
    assert (pictures / name(b"outside")).read_bytes() == b"outside"


# ---- the way back ----------------------------------------------------------------------------------------------------


def test_it_is_as_it_was_and_the_other_one_is_kept(bot_db: Path, tmp_path: Path) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    write(bot_db, "U2")
    back = restored(bot_db, done.file)
    assert users(bot_db) == ["U1"]
    assert bot_db.stat().st_mode & 0o777 == 0o600
    assert back.replaced is not None
    assert users(back.replaced) == ["U1", "U2"]
    assert users(done.file) == ["U1"]
    assert not [one for one in files(tmp_path) if one.endswith((".part", "-wal", "-shm"))]


def test_the_journal_of_a_bot_that_was_killed_stays_with_its_own_database(bot_db: Path, tmp_path: Path) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    with closing(sqlite3.connect(bot_db)) as bot:
        bot.execute("PRAGMA journal_mode = WAL")
        write(bot_db, "U2", "U3")
        for end in ("", "-wal"):
            shutil.copyfile(f"{bot_db}{end}", tmp_path / f"killed{end}")
    for end in ("", "-wal"):
        shutil.move(tmp_path / f"killed{end}", f"{bot_db}{end}")
    assert Path(f"{bot_db}-wal").stat().st_size > 0

    back = restored(bot_db, done.file)

    assert users(bot_db) == ["U1"]
    assert back.replaced is not None
    assert users(back.replaced) == ["U1", "U2", "U3"]


async def test_the_bot_knows_that_it_was_put_back_be_it_of_seconds_ago(bot_db: Path, tmp_path: Path) -> None:
    """Else it takes it for a restart, and what was posted since is looked for at the first start alone."""

    async def awakens(at: datetime) -> Awakening:
        database = Database(f"sqlite:///{bot_db}")
        found = await database.run(awaken, at)
        await database.close()
        return found

    await awakens(NOW)
    assert (await awakens(NOW + timedelta(seconds=20))).gap_at == NOW
    done = backed_up(bot_db, tmp_path / "copy.db")
    assert done.found.at == NOW + timedelta(seconds=20)
    restored(bot_db, done.file)
    start = NOW + timedelta(seconds=30)
    assert (await awakens(start)).gap_at == start


@pytest.mark.parametrize("spoil", [no_database, torn, damaged, an_empty_file])
def test_a_damaged_one_is_replaced_and_kept_as_it_is(
    bot_db: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    spoil(bot_db)
    Path(f"{bot_db}-wal").write_bytes(b"a journal that belongs to it")
    before = bot_db.read_bytes()
    back = restored(bot_db, done.file)
    assert users(bot_db) == ["U1"]
    assert back.replaced is not None
    assert back.replaced.read_bytes() == before
    assert Path(f"{back.replaced}-wal").read_bytes() == b"a journal that belongs to it"


KILLED = """
import os, sys
from pathlib import Path
from bot.store.restore import restore
database, file, left = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])

def kill(event, _):
    global left
    if event in ("os.link", "os.rename", "os.remove"):
        left -= 1
        if left < 0:
            os._exit(9)

sys.addaudithook(kill)
restore(database, Path(f"{database}.photos"), file, lambda *_: None)
"""
"""Dies before it changes the name of a file so many times."""


@pytest.mark.slow("a process for each moment at which it is killed")
def test_killed_at_any_moment_one_or_the_other_is_there(bot_db: Path, tmp_path: Path) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    ends = []
    for n in range(20):
        write(bot_db, f"V{n}")
        with closing(sqlite3.connect(bot_db)) as bot:  # a bot that is killed, and leaves a journal
            bot.execute("PRAGMA journal_mode = WAL")
            write(bot_db, f"W{n}")
            for end in ("", "-wal"):
                shutil.copyfile(f"{bot_db}{end}", tmp_path / f"killed{end}")
        for end in ("", "-wal"):
            shutil.move(tmp_path / f"killed{end}", f"{bot_db}{end}")
        before = [*users(done.file), f"V{n}", f"W{n}"]
        ends.append(subprocess.run([sys.executable, "-c", KILLED, bot_db, done.file, str(n)], check=False).returncode)
        assert users(bot_db) in (before, users(done.file)), f"killed before change {n + 1}"
        shutil.copyfile(done.file, bot_db)
        for one in tmp_path.rglob("bot.db?*"):
            one.unlink()
        if ends[-1] == 0:
            break
    assert ends[-1] == 0
    assert ends[:-1] == [9] * (len(ends) - 1)
    assert len(ends) > 3, "there was nothing to be killed at"


def test_where_no_database_is_left(bot_db: Path, tmp_path: Path) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    bot_db.unlink()
    assert restored(bot_db, done.file).replaced is None
    assert users(bot_db) == ["U1"]


def test_a_link_stays_one(bot_db: Path, tmp_path: Path) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    link = tmp_path / "link.db"
    link.symlink_to(bot_db)
    write(bot_db, "U2")
    restored(link, done.file)
    assert link.is_symlink()
    assert users(bot_db) == ["U1"]


def test_what_root_puts_back_is_owned_by_whose_database_it_was(
    bot_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the bot, which is not root, could not open its own database."""
    folder = PhotoFolder(str(bot_db))
    folder.keep(b"label")
    note(bot_db, b"label")
    done = backed_up(bot_db, tmp_path / "copy.db", with_pictures=True)
    (folder.path / name(b"label")).unlink()
    given: dict[str, tuple[int, int]] = {}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, *owner: given.update({Path(path).name.partition(".part")[0]: owner}))
    restored(bot_db, done.file)
    owner = bot_db.parent.stat()
    assert {"bot.db.lock", "bot.db.photos", name(b"label")} <= given.keys()
    assert len(given) == 4, "and the new file, under the name that it has until then"
    assert set(given.values()) == {(owner.st_uid, owner.st_gid)}


def test_under_a_running_bot_nothing_is_put_back(bot_db: Path, tmp_path: Path) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    write(bot_db, "U2")
    with only_bot(str(bot_db)):
        before = files(tmp_path)
        with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
            restored(bot_db, done.file)
        assert files(tmp_path) == before
    assert users(bot_db) == ["U1", "U2"]


@pytest.mark.parametrize(("spoil", "says"), BAD)
def test_what_is_no_sound_backup_changes_nothing(
    bot_db: Path, tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    done = backed_up(bot_db, tmp_path / "copy.db")
    spoil(done.file)
    bot_db.with_name("bot.db.lock").touch()
    before = files(bot_db.parent) | {"bot.db.lock": 0}
    with pytest.raises(BackupError) as error:
        restored(bot_db, done.file)
    assert says in str(error.value)
    assert str(done.file) in str(error.value)
    assert ("Nothing was changed: take another backup." in str(error.value)) == (spoil in NO_USE)
    assert {**files(bot_db.parent), "bot.db.lock": 0} == before
    assert users(bot_db) == ["U1"]


def test_the_database_is_no_backup_of_itself(bot_db: Path) -> None:
    with pytest.raises(BackupError, match="is the database itself"):
        restored(bot_db, bot_db)
