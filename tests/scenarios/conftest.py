"""A world per test, and everything that was logged while it lived."""

import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import logs
from tests.support import World, world


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that the bot logs at DEBUG, as it would stand in its log file."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("DEBUG", "json")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(root.handlers[0].formatter)
    root.handlers[:] = [handler]
    yield written
    root.handlers[:] = before
    root.setLevel(level)
