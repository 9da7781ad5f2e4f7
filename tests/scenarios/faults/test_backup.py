"""`otc-bot db backup` in the middle of a handover, and `otc-bot db restore` after more of it."""

import asyncio
import io

import pytest

from bot.photos.folder import PhotoFolder
from bot.store.backup import BackedUp, back_up
from bot.store.restore import restore
from tests.scenarios.dockwork import card_of, card_says, end_code, start_code, thread_says
from tests.scenarios.faults.marks import fault
from tests.scenarios.leaks import leaks
from tests.support import World


@fault(
    "Process",
    "a backup of minutes ago that is put in the place of the database",
    keeps=(1, 2, 3),
    operator="the database is younger than its channel: a message was found in slack and is not posted again",
)
@pytest.mark.slow("two lives of a bot around a backup")
async def test_a_handover_goes_on_in_its_thread_after_a_backup_was_put_back(dock: World, logged: io.StringIO) -> None:
    database, copy = dock.folder / "bot.db", dock.folder / "backup.db"
    pictures = PhotoFolder(str(database)).path
    ram = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, ram)
        await start_code(dock, dock.operator, ram)
        assert ram.start_code is not None
        assert ram.enter_start_otc(ram.start_code)
        ram.scan(7)
        await card_says(dock, ram, "7 scanned")

        loop = asyncio.get_running_loop()

        def writes(done: int, of: int) -> None:
            # Scans that come while the copy is made; they are not waited for, as they may be in it or not.
            loop.call_soon_threadsafe(ram.scan, 1)

        def back_it_up() -> BackedUp:
            return back_up(database, pictures, copy, writes)

        done = await asyncio.to_thread(back_it_up)
        assert done.found.at is not None
        after = len(ram.shipments)
        await card_says(dock, ram, f"{after} scanned")
        # What the backup does not know: a set-aside parcel that was said in the thread, and somebody who came.
        ram.scan(1, status="REJECTED", reason="damaged")
        await thread_says(dock, card, "Set aside")
        sita = dock.flipkart.arrive("LOC1", "Sita")
        await card_of(dock, sita)
    assert len(dock.cards) == 2

    back = await asyncio.to_thread(restore, database, pictures, copy, lambda *_: None)
    assert back.replaced is not None
    assert dock.rows("select count(*) from handover") == [(1,)]

    ram.scan(2)
    async with dock.bot():
        await card_says(dock, ram, f"{len(ram.shipments)} scanned")
        ram.finish_scanning()
        await end_code(dock, dock.second, ram, counted=len(ram.shipments))
        assert ram.end_code is not None
        assert ram.enter_end_otc(ram.end_code)
        closed = await card_says(dock, ram, "Closed")
        await thread_says(dock, closed, "Closed.")
        await dock.until(lambda: dock.rows("select count(*) from handover") == [(2,)])
        await start_code(dock, dock.operator, sita)
    assert closed.ts == card.ts, "it went on in another thread"
    assert len(dock.cards) == 2, "somebody has a second thread"
    assert len([one for one in dock.thread(closed) if "Set aside" in one.text_all()]) == 1, "said twice"
    rows = dock.rows("select tracking_id, count(*) from shipment group by tracking_id")
    assert sorted(rows) == sorted((shipment.tracking_id, 1) for shipment in ram.shipments)
    assert leaks(dock, logged.getvalue()) == []
