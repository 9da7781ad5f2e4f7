"""Pictures of few bytes and many pixels, made small within a memory that a small machine has."""

from typing import Any

import pytest

from bot.record.thumbs import SIDE, thumbnail
from bot.worker import Limits, Worker
from tests.worker import works

# What the process has loaded takes a quarter of this.
LITTLE = Limits(memory=300 * 1024 * 1024)
WIDE, HIGH = 7200, 5400
"""39 megapixels: as colour with transparency, twice over, 311 MB."""


@pytest.mark.everyday(1)
@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "1", {}),
        ("PNG", "L", {}),
        ("PNG", "P", {"transparency": 0}),
        ("PNG", "LA", {}),
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "I;16", {}),
        ("GIF", "P", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True}),
    ],
)
async def test_a_picture_of_39_megapixels(kind: str, mode: str, options: dict[str, Any]) -> None:
    content = works.picture(kind, mode, WIDE, HIGH, **options)
    assert len(content) < 2_000_000
    worker = Worker(LITTLE)
    small = await worker(thumbnail_size, content)
    await worker.close()
    assert small == (SIDE, SIDE * HIGH // WIDE)


async def test_a_picture_that_is_a_ribbon() -> None:
    worker = Worker(LITTLE)
    assert await worker(thumbnail_size, works.picture("PNG", "L", 39_000, 1_000)) == (SIDE, 12)
    await worker.close()


def thumbnail_size(content: bytes) -> tuple[int, int]:
    """For the process: a `Thumbnail` is no value that an answer may hold."""
    made = thumbnail(content)
    return made.width, made.height
