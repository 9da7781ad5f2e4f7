from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.handover import stand as stands


@pytest_asyncio.fixture
async def stand(tmp_path: Path, url: str) -> AsyncIterator[stands.Stand]:
    async with stands.stand(tmp_path, url=url) as here:
        yield here
