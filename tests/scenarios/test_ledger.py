"""The returns ledger fills the lists of what should arrive, and tells what was completed: with a real bot."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import now
from bot.timing import JobsTiming
from tests.scenarios.dockwork import card_says
from tests.support import World

EXPECTED = "select location_id, tracking_id, return_id, state, source from expected order by id"


@pytest.mark.parametrize("needs_source", [False, True])
async def test_what_the_ledger_says_is_expected(dock: World, logged: io.StringIO, needs_source: bool) -> None:
    dock.toml["returns"] = {"ledger": True}
    dock.timing = replace(dock.timing, jobs=JobsTiming(ledger=0.1))
    dock.flipkart.switches.ledger_needs_source = needs_source
    dock.flipkart.switches.ledger_page = 2
    for n in range(1, 6):
        kind = "courier_return" if n % 2 else "customer_return"
        dock.flipkart.ledger(f"R{n}", "OI1", locationId="LOC1", trackingId=f"FMP00000{n}", type=kind, reason="Size")
    moved = timedelta()
    async with dock.bot(lambda: now() + moved):
        await dock.until(lambda: len(dock.rows(EXPECTED)) == 5)
        assert set(dock.rows(EXPECTED)) == {("LOC1", f"FMP00000{n}", f"R{n}", "awaited", "ledger") for n in range(1, 6)}
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        await card_says(dock, visit, "1 of 1 on the list")
        later = (now() + timedelta(seconds=2)).timestamp()
        for n in (1, 2):
            dock.flipkart.ledger(f"R{n}", "OI1", at=later, status="completed")
        moved = timedelta(minutes=31)
        await card_says(dock, visit, "Flipkart counts the parcel as returned")
        moved = timedelta(hours=26)
        alarm = await dock.until(
            lambda: next((one for one in dock.slack.messages(dock.channel) if "never came" in one.text_all()), None)
        )
        assert "`FMP000002`" in alarm.text_all()
        assert "FMP000001" not in alarm.text_all()
    assert "Traceback" not in logged.getvalue()
    kinds = {call.query.get("source", "") for call in dock.flipkart.calls if call.name == "returns"}
    assert kinds == ({"", "courier_return", "customer_return"} if needs_source else {""})
    assert len(dock.rows("select 1 from unreceived")) == 1
