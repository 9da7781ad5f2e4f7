"""Reads a database without a lock on it, also beside a running bot, and changes nothing in it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.store.dialects.backend import backend_of
from bot.store.errors import DatabaseUnusableError
from bot.store.versions import can_work, is_known, versions


@contextlib.contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A connection that can only read.

    Raises:
        DatabaseUnusableError: it can't be read, or what is looked for is not there; the driver is not installed.
    """
    backend = backend_of(url)
    engine = backend.reader()
    try:
        with engine.connect() as connection:
            yield connection
    except backend.errors as error:
        raise DatabaseUnusableError(backend.says(error)) from error
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a database from outside."""

    version: str | None
    """Of its tables; None: there are none."""
    works: bool
    """Whether copies of this bot can work on them, also if a newer one has made them."""
    product: str
    """What it is, and of which version."""
    doubts: tuple[str, ...]
    """What works, and what somebody should know of it: a sentence each."""


def looked_at(url: str) -> Looked:
    """Looks at a database that is there.

    Raises:
        DatabaseUnusableError: it is not as the bot needs it.
    """
    backend = backend_of(url)
    engine = backend.engine()
    try:
        backend.require_sound(engine)
    finally:
        engine.dispose()
    with reading(url) as connection:
        version, newest = versions(connection)
        works = version is None or is_known(version) or can_work(connection, newest)
        return Looked(version, works, *backend.about(connection))
