"""Which message said which own scan, in a database that did not keep it."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.handover.own_scans import Message, take
from bot.handover.own_words import Reading
from bot.store.handovers import HandoverStore
from bot.store.own_scans import OwnScanStore
from bot.store.session import Database
from bot.store.versions import MIGRATIONS, alembic_config
from tests.store.conftest import NOW

HANDOVER = "a" * 32
TS = "1700000001.000100"


async def test_scans_of_an_older_bot_can_be_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    script = next(one for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions() if "own_messages" in one.path)
    revision = script.down_revision
    assert isinstance(revision, str)
    old = Database(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
        texts = ("fe_id", "task_id", "fe_name", "partner", "lob", "status", "end_reason")
        known: dict[str, Any] = {
            "id": HANDOVER,
            "location_id": "LOC1",
            "otc_mode": "unknown",
            "stage": "scanning",
            "unsaid": "[]",
        }
        known |= {"arrived_at": f"{NOW:%Y-%m-%d %H:%M:%S}.000000", "own_scanned": 1, "own_only": 1}
        known |= dict.fromkeys(texts, "x")
        for column in connection.exec_driver_sql("PRAGMA table_info(handover)").mappings():
            if column["notnull"] and column["dflt_value"] is None:
                known.setdefault(column["name"], 0)
        marks = ", ".join("?" * len(known))
        connection.exec_driver_sql(
            f"INSERT INTO handover ({', '.join(known)}) VALUES ({marks})",  # noqa: S608 -- names of columns
            tuple(known.values()),
        )
        connection.exec_driver_sql(
            "INSERT INTO own_scan (handover_id, key, tracking_id, by, at, times, message_ts)"
            " VALUES (?, 'FMP001', 'fmp001', 'U1', ?, 1, ?)",
            (HANDOVER, known["arrived_at"], TS),
        )
    engine.dispose()
    await old.upgrade()
    gone = Message("U1", TS, Reading(), "1700000002.000100")
    taking = await OwnScanStore(old).take(HANDOVER, gone, lambda h, found, said: take(h, gone, found, said, NOW))
    assert taking is not None
    assert taking.gone == ("FMP001",)
    handover = await HandoverStore(old, lambda: NOW).get(HANDOVER)
    assert handover is not None
    assert (handover.own_scanned, handover.own_only, handover.own_meant) == (0, 0, False)
    await old.close()
