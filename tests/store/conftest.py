from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio

from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from tests.both import ONLY_POSTGRES, ONLY_SQLITE

__all__ = ["NOW", "ONLY_POSTGRES", "ONLY_SQLITE"]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    found = Database(url)
    await found.upgrade()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def handovers(database: Database) -> HandoverStore:
    return HandoverStore(database, lambda: NOW)


@pytest_asyncio.fixture
async def deliveries(database: Database) -> DeliveryStore:
    return DeliveryStore(database)
