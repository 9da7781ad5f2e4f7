"""The checks of the database: only reads, for a bot may be running on it."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from sqlalchemy import make_url

from bot.clock import now
from bot.copies.address import mute
from bot.doctor.finding import Finding, fail, ok, warn
from bot.handover.due_today import has_worked
from bot.paths import is_folder, is_there
from bot.settings import Settings
from bot.store.dialects.backend import backend_of
from bot.store.dialects.sqlite import SqliteFile
from bot.store.heard import heard_in
from bot.store.lock import holder
from bot.store.privacy import files_of, readable_by_others
from bot.store.reading import looked_at
from bot.store.session import DatabaseUnusableError
from bot.store.soundness import look, version_in
from bot.store.versions import is_known, newest_version

DATABASE = "database"


async def database(url: str) -> AsyncIterator[Finding]:
    """Whether the bot can work on it, and of which version it is."""
    for finding in await _findings(url):
        yield finding
    if said := await mute(url):
        yield warn("copies", said)


async def arrivals(settings: Settings) -> AsyncIterator[Finding]:
    """Locations that could be looked at by what is due; of another version's database nothing is said."""
    try:
        heard = heard_in(settings.env.database_url)
    except DatabaseUnusableError:
        return
    could = [
        one.id
        for one in settings.toml.locations
        if one.arrivals == "always" and one.id in heard and has_worked(*heard[one.id], now())
    ]
    if could:
        said = 'what is due has been known for a day; arrivals = "due" in bot.toml would save most of the calls of '
        yield warn("arrivals", said + ", ".join(could))


def folders(houses: Sequence[Settings]) -> dict[str, Path]:
    """Where files are kept, by a name for each; a folder of several stands there once."""
    found: dict[str, Path] = {}
    for one in houses:
        file = file_of(one)
        pictures = one.env.photos_folder or (file.parent if file else Path.cwd())
        for kind, folder in (("database", file and file.parent), ("pictures", pictures)):
            if folder is not None and folder not in found.values():
                what = f"disk of the {kind}"
                found[what if what not in found else f"{what} in {folder}"] = folder
    return found


def process_on(houses: Sequence[Settings]) -> int | None:
    """The bot that works on one of these files; None: none does on this machine, or they are at a server."""
    found = [holder(str(file)) for one in houses if (file := file_of(one)) is not None]
    return next((pid for pid in found if pid is not None), None)


def file_of(settings: Settings) -> Path | None:
    """The file of its database; None where that is at a server."""
    url = make_url(settings.env.database_url)
    return Path(url.database or "").resolve() if url.get_backend_name() == "sqlite" else None


async def _findings(url: str) -> list[Finding]:
    try:
        backend = backend_of(url)
        if isinstance(backend, SqliteFile):
            await asyncio.to_thread(look, backend.shown)
            return _file(backend.shown, version_in(backend.shown))
        looked = await asyncio.to_thread(looked_at, url)
    except DatabaseUnusableError as error:
        return [fail(DATABASE, str(error))]
    if not looked.works:
        return [_newer(backend.shown)]
    state = _state(looked.version, there=looked.version is not None)
    said = f"{backend.shown}, version {looked.version or 'none'}, {state}, {looked.product}"
    return [ok(DATABASE, said), *(warn(DATABASE, one) for one in looked.doubts)]


def _file(file: str, found: str | None) -> list[Finding]:
    if found is not None and not is_known(found):
        return [_newer(file)]
    path = Path(file).resolve()
    closed = [one for one in (path.parent, path) if is_there(one) and not os.access(one, os.W_OK)]
    if not is_folder(path.parent) or closed:
        what = f"{closed[0]} can't be written" if closed else f"there is no folder {path.parent}"
        return [fail(DATABASE, what, "Check DATABASE_URL and the folder's rights.")]
    state = _state(found, there=is_there(path))
    well = ok(DATABASE, f"{file}, version {found or 'none'}, {state}, SQLite {sqlite3.sqlite_version}")
    open_to_all = [one.name for one in files_of(file) if readable_by_others(one)]
    if not open_to_all:
        return [well]
    said = f"other people of this machine can read {', '.join(open_to_all)}"
    return [well, fail("database files", said, "Start the bot again: it closes them.")]


def _newer(shown: str) -> Finding:
    return fail(DATABASE, f"{shown} was made by a newer version of otc-bot", "Install that or newer.")


def _state(found: str | None, *, there: bool) -> str:
    newest = newest_version()
    if found == newest:
        return "up to date"
    if found is not None and not is_known(found):
        return "of a newer version, beside whose copies this one can work (`otc-bot run --copies`)"
    return f"the next start brings it to version {newest}" if there else "made at the first start"
