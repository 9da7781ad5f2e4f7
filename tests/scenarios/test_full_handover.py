"""One FE from arrival to End OTC, over the real wire, in both spellings, with a restart in the middle."""

import contextlib
import io
import socket
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.sandbox.flipkart import Switches
from tests.scenarios.dockwork import card_of, card_says, end_code, modal, start_code, thread_says
from tests.scenarios.leaks import leaks, seen_by
from tests.support import QUICK_POSTS, World, world


@pytest.mark.everyday(2)
@pytest.mark.parametrize("spelling", ["camel", "snake"])
@pytest.mark.parametrize("caught_up", ["null", "next", "snapshot"])
async def test_handover_with_a_restart(
    tmp_path: Path,
    logged: io.StringIO,
    spelling: Literal["camel", "snake"],
    caught_up: Literal["null", "next", "snapshot"],
) -> None:
    switches = Switches(spelling=spelling, caught_up=caught_up)
    async with world(tmp_path, switches) as dock:
        dock.timing = QUICK_POSTS
        await _play(dock, logged)


async def test_handover_over_http_with_signed_requests(tmp_path: Path, logged: io.StringIO) -> None:
    async with world(tmp_path, http_mode=True) as dock:
        dock.timing = QUICK_POSTS
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        dock.slack.events_url = f"http://127.0.0.1:{port}/slack/events"
        await _play(dock, logged, http_port=port)


async def _play(dock: World, logged: io.StringIO, **env: Any) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot(**env):
        card = await card_of(dock, visit)
        await start_code(dock, dock.operator, visit)
        started = visit.start_code
        assert started is not None
        assert seen_by(dock, dock.operator, started)
        assert visit.enter_start_otc(started)
        visit.scan(7)
        visit.scan(1, status="REJECTED", reason="damaged")
        await card_says(dock, visit, "8 scanned")
        await thread_says(dock, card, "Set aside")

    # The bot is away while the FE goes on scanning.
    visit.scan(9)
    visit.scan(1, flyer=("F1", "F2", "FlyerMismatch"))

    async with dock.bot(**env):
        await card_says(dock, visit, "18 scanned")
        await thread_says(dock, card, "Set aside", times=2)
        visit.finish_scanning()
        await end_code(dock, dock.second, visit, counted=18)
        ended = visit.end_code
        assert ended is not None
        view = await modal(dock, dock.second, ended)
        assert "18 scanned" in view.text_all(), "Flipkart's summary is missing beside the code"

        assert seen_by(dock, dock.second, ended)
        for user, code in ((dock.second, started), (dock.operator, ended)):
            assert not seen_by(dock, user, code), "somebody sees a code that they did not ask for"
        assert not seen_by(dock, dock.stranger, started)
        assert not seen_by(dock, dock.stranger, ended)

        assert visit.enter_end_otc(ended)
        closed = await card_says(dock, visit, "Closed")
        assert [one["action_id"] for one in closed.buttons()] == ["report_problem"], "damage is found later too"
        await thread_says(dock, card, "Closed.")

    assert len(dock.cards) == 1, "there must be one thread"
    rows = dock.rows("select tracking_id, count(*) from shipment group by tracking_id")
    assert sorted(rows) == sorted((shipment.tracking_id, 1) for shipment in visit.shipments)
    counts = dock.rows("select scanned, accepted, rejected, mismatched, counted, end_total, stage from handover")
    assert counts == [(18, 17, 1, 1, 18, 18, "closed")]
    own = dock.rows("select obd_eligible, obd_remarked, mismatched from handover")
    assert own == dock.rows("select end_obd_eligible, end_obd_failed, end_flyer_failed from handover")
    # The receipt with its files is no reply of the record.
    replies = [reply.text for reply in dock.thread(closed) if not reply.files]
    assert len(replies) == len(dock.rows("select id from delivery where kind = 'reply' and state = 'sent'"))
    assert '"event": "connected"' in logged.getvalue(), "the log was not captured, so it was not searched"
    assert leaks(dock, logged.getvalue()) == []
