"""The checks of this machine: Python, the file with the secrets, the disk, time zones, fonts, the port."""

import contextlib
import errno
import os
import platform
import shutil
import socket
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp

from bot import __version__
from bot.doctor.finding import Finding, fail, ok, warn
from bot.i18n import LANGUAGES
from bot.paths import closed, is_file, is_folder
from bot.record.scripts import FAMILIES, file_of
from bot.store.privacy import readable_by_others

MIB = 1024**2
LITTLE, TOO_LITTLE = 1024 * MIB, 100 * MIB
"""Bytes on a disk, from which down it is told: the first is some weeks of pictures, the second a day."""


async def versions() -> AsyncIterator[Finding]:
    """Of what runs here."""
    yield ok("otc-bot", f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")


async def env_file(path: Path) -> AsyncIterator[Finding]:
    """Whether anybody else on the machine can read the file with the secrets."""
    if readable_by_others(path):
        yield fail(str(path), "other people of this machine can read it", f"Type: chmod 600 {path}")
    elif os.access(path, os.R_OK):
        yield ok(str(path), "nobody else on this machine can read it")


async def disk(what: str, folder: Path) -> AsyncIterator[Finding]:
    """How much is free where something is kept; `folder` need not be there yet."""
    if why := closed(folder):
        yield warn(what, f"it can't be told how much is free in {folder}, for {why}.")
        return
    there = next(one for one in (folder, *folder.parents) if is_folder(one))
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        yield warn(what, f"it can't be told how much is free in {folder} ({error.strerror})")
        return
    said = f"{free / 1024 / MIB:,.1f} GiB free in {folder}"
    if free >= LITTLE:
        yield ok(what, said)
        return
    kind, said = (fail if free < TOO_LITTLE else warn), f"only {free // MIB:,} MiB free in {folder}"
    yield kind(what, said, "Delete what is not needed there, or move the bot's files to a larger disk.")


async def pictures(folder: Path) -> AsyncIterator[Finding]:
    """Whether pictures can be kept in the folder that PHOTOS_FOLDER names."""
    if os.access(folder, os.W_OK | os.X_OK):
        yield ok("pictures", f"they can be kept in {folder}")
    else:
        yield fail("pictures", f"{folder} can't be written", "Let the bot's user write there, or change PHOTOS_FOLDER.")


async def zone(name: str) -> AsyncIterator[Finding]:
    """What time it is where hours are meant: settings with a zone that is not known here are not taken."""
    offset = datetime.now(ZoneInfo(name)).strftime("%H:%M, UTC%z")
    yield ok("time zone", f"{name}, where it is {offset}")


async def fonts(languages: Iterable[str]) -> AsyncIterator[Finding]:
    """Whether what receipts and charts are drawn with is there: for these languages, and for names in any script."""
    missing = [file.name for family in FAMILIES if not is_file(file := file_of(family))]
    if missing:
        yield fail("fonts", f"{', '.join(missing)} can't be found", "Install otc-bot again.")
    else:
        names = ", ".join(LANGUAGES.get(one, one) for one in dict.fromkeys(languages))
        yield ok("fonts", f"all {len(FAMILIES)} are there; in use: {names}")


async def port(host: str, number: int, running: int | None, *, told: bool = True) -> AsyncIterator[Finding]:
    """Whether the bot can listen there, or does already.

    Args:
        host: HTTP_HOST.
        number: HTTP_PORT; 0: any free one.
        running: the process of the bot that works on the database; None: there is none on this machine.
        told: whether there is a file that tells that; of a database at a server nobody knows who works on it.
    """
    where = f"{host}:{number}"
    if number == 0:
        yield ok("port", "any free one (HTTP_PORT is 0)")
        return
    why = _why_not(host, number)
    if why is None:
        yield ok("port", f"{where} is free")
        return
    said = await _said(host, number) if why == errno.EADDRINUSE else set()
    if running is not None and "ok" in said:
        yield ok("port", f"the bot that runs (process {running}) listens on {where}")
    elif {"ok", "alive"} <= said or {"ok", "problems", "uptime_seconds"} <= said:
        mend = "Stop that one, or choose another HTTP_PORT, or 0 for any free one."
        if told:
            yield fail("port", f"another otc-bot listens on {where}", mend)
        else:
            yield warn("port", f"an otc-bot listens on {where}", f"All is well if it is this one. If not: {mend}")
    else:
        what = f"can't listen on {where} ({os.strerror(why)})"
        yield fail("port", what, "Choose another HTTP_PORT, or 0 for any free one.")


def _why_not(host: str, number: int) -> int | None:
    """The number of the error with which listening fails; None where it works."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(address)
            one.listen(1)
    except (socket.gaierror, UnicodeError):
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EINVAL
    return None


def _asked_at(host: str) -> str:
    """Where this machine reaches what listens on a host: at itself, where that is every address that it has."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return ("127.0.0.1" if address.version == 4 else "::1") if address.is_unspecified else host


async def _said(host: str, number: int) -> set[str]:
    """What the health pages of whatever listens there have; nothing where it has none.

    A bot that keeps its reasons to itself (HEALTH_ACCESS) is known by the two pages that it has. It is not shown the
    token, for nobody knows yet who listens.
    """
    local = _asked_at(host)
    shown = f"[{local}]" if ":" in local else local
    found: set[str] = set()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
            for path in ("/healthz", "/livez"):
                async with session.get(f"http://{shown}:{number}{path}", allow_redirects=False) as answer:
                    said = await answer.json()
                    found |= set(said) if isinstance(said, dict) else set()
    return found
