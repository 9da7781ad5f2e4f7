"""Receipts, charts and checks of pictures, as the bot has them done: in the other process, with the same outcome."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.outbox.papers import Papers
from bot.photos.check import NO_PICTURE, why_not
from bot.photos.folder import PhotoFolder
from bot.record.chart import day_chart
from bot.record.daytable import day_table
from bot.record.pdf import make_pdf
from bot.record.tables import to_csv
from bot.slack.digest_painter import SlackDigestPainter
from bot.worker import Worker
from tests.handover.test_digest import busy
from tests.record import samples

ZONE = ZoneInfo("Asia/Kolkata")


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    one = Worker()
    yield one
    await one.close()


async def test_a_receipt_with_pictures_on_disk(worker: Worker, tmp_path: Path) -> None:
    folder, content = PhotoFolder(str(tmp_path / "bot.db")), samples.photo_file((1200, 900))
    place = folder.place(folder.keep(content))
    changed = folder.place(folder.keep(b"another"))
    changed.write_bytes(content)
    photo = samples.photo()
    photos = [
        replace(photo, sha256=place.name, content=place),
        replace(photo, name="b.jpg", sha256=changed.name, content=changed),
    ]
    receipt = samples.small(photos=photos)
    pdf, table = await Papers(worker)(receipt, "hi")
    assert pdf.content == make_pdf(receipt, language="hi")
    assert table.content == to_csv([receipt], language="hi")
    assert worker.pid not in (None, os.getpid())
    assert len(pdf.content) > len(make_pdf(receipt, language="hi", pictures=False)) + 1000


async def test_the_files_of_a_day(worker: Worker) -> None:
    made = busy(3)
    chart, table = await SlackDigestPainter(ZONE, worker).documents(made)
    assert chart.content == day_chart(made, ZONE)
    assert table.content == day_table(made, ZONE)
    assert worker.pid not in (None, os.getpid())


async def test_a_picture_is_looked_into(worker: Worker) -> None:
    assert await worker(why_not, samples.photo_file((64, 64))) == ""
    assert await worker(why_not, b"%PDF") == NO_PICTURE
