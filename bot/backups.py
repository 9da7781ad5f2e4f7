"""What `otc-bot db backup` and `otc-bot db restore` do, and what they say of it."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.houses import RecordSettings
from bot.photos.folder import PhotoFolder
from bot.store.backup import BackedUp
from bot.store.backup import back_up as back_up_file
from bot.store.restore import Restored
from bot.store.restore import restore as restore_file
from bot.store.snapshot import BackupError, Told


def back_up(houses: Sequence[RecordSettings], to: Path | None, told: Told, *, with_pictures: bool) -> Iterator[str]:
    """Backs up the database of each house; what to say of it.

    Raises:
        BackupError: one could not be backed up, or is on a server.
    """
    if on_servers := [url for one in houses if not _is_file(url := make_url(one.database_url))]:
        lines = (f"{_of_server('pg_dump --format=custom --file=otc.dump', one)}" for one in on_servers)
        raise BackupError("\n".join(["The database is on a server, which backs up by a program of its own:", *lines]))
    for house in houses:
        database, pictures = _places(house)
        yield from _backed_up(database, back_up_file(database, pictures, to, told, with_pictures=with_pictures))


def restore(house: RecordSettings, file: Path, told: Told) -> Iterator[str]:
    """Makes of a backup the database of a house; what to say of it.

    Raises:
        BackupError: the backup can't be used, or the database is on a server.
        DatabaseUnusableError: a bot works on the database, or it can't be written.
    """
    url = make_url(house.database_url)
    if not _is_file(url):
        line = _of_server("pg_restore --clean --if-exists --single-transaction", url)
        first = "The database is on a server, which restores by a program of its own. Stop every copy of the bot first:"
        raise BackupError(f"{first}\n{line} {shlex.quote(str(file))}")
    database, pictures = _places(house)
    yield from _restored(database, restore_file(database, pictures, file, told))


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _places(house: RecordSettings) -> tuple[Path, Path]:
    """The database file, and where its pictures lie."""
    database = Path(make_url(house.database_url).database or "")
    beside = database if house.photos_folder is None else house.photos_folder / database.name
    return database, PhotoFolder(str(beside)).path


def _backed_up(database: Path, done: BackedUp) -> Iterator[str]:
    size = f"{done.found.size / 1e6:,.1f} MB"
    yield f"{database}: backed up to {done.file}: {size}, version {done.found.version}, checked"
    known = len(done.found.pictures)
    if known and done.copied is not None:
        yield f"Its pictures are in {PhotoFolder(str(done.file)).path}: {done.copied} of {known}."
    elif known:
        yield f"Its {known} pictures are files and not in it: copy {done.pictures} too, or add --pictures."


def _restored(database: Path, done: Restored) -> Iterator[str]:
    of = f"as of {done.found.at:%Y-%m-%d %H:%M:%S} UTC" if done.found.at else "of a bot that never ran"
    older = ", which the bot brings up when it starts" if done.found.older else ""
    yield f"{database} is what it was {of}, checked; its tables are of version {done.found.version}{older}."
    if done.replaced is not None:
        yield f"The one that was there is {done.replaced} now. It holds names and parcels: delete it once all is well."
    if done.came or done.missing:
        missing = f"{done.missing} of {len(done.found.pictures)} are missing"
        yield f"Pictures: {done.came} came from beside the backup, {missing}."
    yield "Start the bot. It finds the threads of the FEs who are at the dock, and goes on in them."
    yield (
        "Counts, codes asked for, claims, lists and languages are as old as the backup. It knows nothing of FEs who "
        "came and went since: their threads stay as they are."
    )


def _of_server(command: str, url: URL) -> str:
    """The line to type; a password is asked for, or stands in PGPASSWORD."""
    host, port, schema = (url.query.get(name) for name in ("host", "port", "schema"))
    options = {
        "schema": schema,
        "host": host or url.host,
        "port": port or url.port,
        "username": url.username,
        "dbname": url.database,
    }
    return " ".join([command, *(f"--{name}={shlex.quote(str(value))}" for name, value in options.items() if value)])
