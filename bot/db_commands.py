"""The commands about the database: otc-bot db upgrade, copy, backup, restore."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import Exit, fail, house_of, stopped_by_signals

if TYPE_CHECKING:
    from bot.houses import RecordSettings

db = typer.Typer(help="Work on the database.", no_args_is_help=True)


@db.command()
def upgrade() -> None:
    """Bring the database to the newest version; `run` does the same at its start."""
    from bot.houses import load
    from bot.store.opening import opened

    async def work() -> None:
        for one in load():
            async with opened(one.env.database_url) as found:
                done = "is up to date" if found.before == found.after else f"upgraded from {found.before or 'nothing'}"
                print(f"{found.database.shown}: version {found.after}, {done}")

    _kept(lambda: asyncio.run(work()))


@db.command()
def copy(
    to: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="The new database, which must be empty, such as postgresql://user@host/otc; a password may stand in "
            "PGPASSWORD instead, where nobody sees it in the list of processes.",
        ),
    ],
    workspace: Annotated[str | None, typer.Option(help="The id of the workspace, where bot.toml has several.")] = None,
) -> None:
    """Copy all that is kept into another database, such as from the file to a server. Stop the bot first.

    All of it comes or nothing; the database that DATABASE_URL names stays as it is.
    """
    from bot.database_url import database_url
    from bot.houses import load_for_record
    from bot.store.copying import copy as copy_all

    try:
        url = database_url(to)
    except ValueError as error:
        raise typer.BadParameter(f"--to {error}") from error

    async def work(house: "RecordSettings") -> None:
        done = await copy_all(house.database_url, url, _progress, stopped_by_signals(), house.photos_folder)
        print(f"{sum(done.rows.values()):,} rows in {len(done.rows)} tables of {done.to}, counted on both sides.")
        if done.pictures:
            lie, looked_for = done.pictures
            print(f"Pictures are files and stay where they are: move {lie} to {looked_for} before you start the bot.")
        print("To go on there, set DATABASE_URL to it, and start the bot. The old database is as it was: keep it.")

    _kept(lambda: asyncio.run(work(house_of(load_for_record(), workspace))))


def _progress(table: str, done: int, rows: int) -> None:
    """On a terminal how far a table is, else a line for each that is done."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{table}: {done:,} of {rows:,}", end="\n" if done == rows else "", flush=True)
    elif done == rows:
        print(f"{table}: {rows:,}", flush=True)


@db.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The new file, or a folder for it; if not given, it lies beside the database."
        ),
    ] = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Copy the pictures too, into a folder beside the new file.")
    ] = False,
    workspace: Annotated[
        str | None, typer.Option(help="Only the one of this workspace, where bot.toml has several.")
    ] = None,
) -> None:
    """Back up the database, also while the bot runs: one file, whole and as of one moment.

    It is checked before it has its name, and replaces nothing.
    """
    from bot import backups
    from bot.houses import load_for_record
    from bot.paths import is_folder

    def work() -> None:
        houses = load_for_record()
        chosen = houses if workspace is None else [house_of(houses, workspace)]
        if len(chosen) > 1 and to is not None and not is_folder(to):
            raise typer.BadParameter("--to: there are several databases: name a folder that is there, or --workspace")
        told = _progress_of_bytes()
        for line in backups.back_up(chosen, to, told, with_pictures=pictures):
            print(line, flush=True)

    _kept(work)


@db.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `otc-bot db backup` has made.")],
    workspace: Annotated[str | None, typer.Option(help="The id of the workspace, where bot.toml has several.")] = None,
) -> None:
    """Put a backup in the place of the database. Stop the bot first.

    The backup is checked before; the database that was there is kept beside it, under another name.
    """
    from bot import backups
    from bot.houses import load_for_record

    def work() -> None:
        for line in backups.restore(house_of(load_for_record(), workspace), file, _progress_of_bytes()):
            print(line, flush=True)

    _kept(work)


def _kept(work: Callable[[], None]) -> None:
    """Carries out a command, and says what kept it from that."""
    from bot import logs
    from bot.settings import SettingsError
    from bot.store.copying import CopyError
    from bot.store.errors import DatabaseUnusableError
    from bot.store.snapshot import BackupError

    logs.configure("ERROR", "console")
    try:
        work()
    except SettingsError as error:
        fail(Exit.SETTINGS, *error.lines)
    except (BackupError, CopyError) as error:
        fail(Exit.UNWELL, *str(error).splitlines())
    except DatabaseUnusableError as error:
        fail(Exit.DATABASE, str(error))


def _progress_of_bytes() -> Callable[[int, int], None]:
    """On a terminal how far it is. Ctrl-C or SIGTERM ends it between two steps."""
    from bot.store.snapshot import BackupError

    stopped: list[int] = []
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda number, _: stopped.append(number))

    def told(done: int, of: int) -> None:
        if stopped:
            raise BackupError("Stopped. Nothing was changed.")
        if sys.stdout.isatty():
            end = "\r\x1b[K" if done == of else ""
            print(f"\r\x1b[K{done / 1e6:,.0f} of {of / 1e6:,.0f} MB", end=end, flush=True)

    return told
