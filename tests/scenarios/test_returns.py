"""Flipkart is asked which returns the scanned parcels are. Over the real wire."""

import io
import json

from tests.scenarios.dockwork import card_says, told
from tests.support import World

DETAILS = (
    "select asked.key, return_id, order_item_id, reason, expected_on, location_id, known_from"
    " from asked left join return_item on return_item.ref = asked.ref and asked.ref <> '' order by asked.key"
)


def asked(world: World) -> list[list[str]]:
    return [call.query["trackingIds"].split(",") for call in world.flipkart.calls if call.name == "returns"]


async def test_scanned_parcels_are_looked_up_and_found_again(dock: World) -> None:
    dock.toml["returns"] = {"details": True}
    dock.flipkart.expect("FMP000001", return_id="R1", order_item_id="OI1", reason="TORN", expected_date="2026-01-05")
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        visit.scan(59)
        card = await card_says(dock, visit, "60 scanned")
        await dock.until(lambda: dock.rows("select count(*) from asked") == [(60,)])
        ids = [one for call in asked(dock) for one in call]
        assert len(ids) == len(set(ids)) == 60, "each id is asked once"
        assert max(map(len, asked(dock))) <= 25
        assert ("FMP000001", "R1", "OI1", "TORN", "2026-01-05", "", "lookup") in dock.rows(DETAILS)
        assert dock.rows("select matched, unexpected from handover") == [(0, None)], "no list has come"
        assert dock.rows("select count(*) from expected") == [(0,)]
        assert "not on your list" not in card.text_all()

        await dock.slack.slash(dock.operator, dock.channel, "/otc", "find FMP000001")
        answer = await told(dock, dock.operator, "Return `R1` · order item `OI1` · reason: TORN")
        assert "Scanned by the FE" in answer.text_all()


async def test_it_is_off_unless_it_is_asked_for(dock: World) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(3)
        await card_says(dock, visit, "3 scanned")
    assert asked(dock) == []


async def test_a_refusal_rests_and_is_said_once(dock: World, logged: io.StringIO) -> None:
    dock.toml["returns"] = {"details": True}
    dock.flipkart.fail("returns", status=400, code="BAD_REQUEST_ERROR", times=10)
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(3)
        await dock.until(lambda: asked(dock))
        visit.scan(3)
        await card_says(dock, visit, "6 scanned")
    assert len(asked(dock)) == 1
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert len([line for line in lines if "refuses to tell of returns" in line["event"]]) == 1
    assert dock.rows(DETAILS) == [], "what was not answered is not remembered as unknown"
