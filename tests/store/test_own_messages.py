"""Which message said which own scan, in a database that did not keep it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.handover.own_messages import Message, take
from bot.handover.own_words import Reading
from bot.store.handovers import HandoverStore
from bot.store.own_scans import OwnScanStore
from tests.store.conftest import NOW
from tests.store.older import HANDOVER, change, fill, older, upgraded, version_before

TS = "1700000001.000100"


async def test_scans_of_an_older_bot_can_be_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, version_before("own_messages"))
    fill(file)
    with closing(sqlite3.connect(file)) as old, old:
        change(old, "handover", ended_at=None, own_scanned=1, own_only=1)
        change(old, "own_scan", key="FMP001", tracking_id="fmp001", times=1, message_ts=TS)
    gone = Message("U1", TS, Reading(), "1700000002.000100")
    async with upgraded(file) as database:
        store = OwnScanStore(database)
        taking = await store.take(HANDOVER, gone, lambda h, found, said: take(h, gone, found, said, NOW))
        handover = await HandoverStore(database, lambda: NOW).get(HANDOVER)
    assert taking is not None
    assert taking.gone == ("FMP001",)
    assert handover is not None
    assert (handover.own_scanned, handover.own_only, handover.own_meant) == (0, 0, False)
