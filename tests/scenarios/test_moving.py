"""Half a handover from a file, the other half from a server: `otc-bot db copy` while messages are on their way."""

import asyncio
import io
from collections import Counter

import pytest

from bot.store.copying import copy
from tests.databases import postgres_database
from tests.scenarios.dockwork import card_of, card_says, end_code, start_code, thread_says
from tests.scenarios.leaks import leaks
from tests.support import World
from tests.underway import underway

REPLIES = "select count(*) from delivery where kind = 'reply' and state = 'sent'"


@pytest.mark.postgres
async def test_half_a_handover_goes_on_on_a_server(dock: World, logged: io.StringIO) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await start_code(dock, dock.operator, visit)
        assert visit.start_code is not None
        assert visit.enter_start_otc(visit.start_code)
        visit.scan(7)
        visit.scan(1, status="REJECTED", reason="damaged")
        await card_says(dock, visit, "8 scanned")
        await thread_says(dock, card, "Set aside")
        # One message comes into Slack and its answer never to the bot; none comes after it.
        dock.slack.fail("chat.postMessage", drop="after", times=1)
        dock.slack.fail("chat.postMessage", drop="before", times=10_000)
        visit.scan(1, status="REJECTED", reason="wet")
        await dock.until(lambda: len(dock.thread(card)) and underway(dock.kept))
        dock.flipkart.arrive("LOC1", "Sita")
        await dock.until(lambda: len(dock.rows("select id from handover")) == 2)
    waiting = underway(dock.kept)
    assert waiting, "nothing was on its way"
    with postgres_database() as server:
        done = await copy(dock.kept.url, server.url, lambda *_: None, asyncio.Event())
        assert done.rows["shipment"] == 9
        dock.elsewhere = server
        assert sorted(underway(server)) == sorted(waiting)
        dock.slack.clear_faults()
        visit.scan(3)
        async with dock.bot():
            await card_says(dock, visit, "12 scanned")
            visit.finish_scanning()
            await end_code(dock, dock.second, visit, counted=12)
            assert visit.end_code is not None
            assert visit.enter_end_otc(visit.end_code)
            closed = await card_says(dock, visit, "Closed")
            await thread_says(dock, card, "Closed.")
            await dock.until(lambda: len(dock.cards) == 2 and not underway(dock.kept))
        counts = dock.rows("select scanned, rejected, counted, end_total, stage from handover where fe_name = 'Ram'")
        assert counts == [(12, 2, 12, 12, "closed")]
        rows = dock.rows("select tracking_id, count(*) from shipment group by tracking_id")
        assert sorted(rows) == sorted((shipment.tracking_id, 1) for shipment in visit.shipments)
        replies = [reply for card in dock.cards for reply in dock.thread(card) if not reply.files]
        assert dock.rows(REPLIES) == [(len(replies),)]
        twice = [text for text, times in Counter(reply.text for reply in dock.thread(closed)).items() if times > 1]
        assert twice == [], "a reply is there twice"
        assert len(dock.cards) == 2, "there must be one thread for each"
        assert leaks(dock, logged.getvalue()) == []
        dock.elsewhere = None
