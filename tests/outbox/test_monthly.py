"""The summary of a month's claims gets into Slack once, with a table whose rows add up to its sums."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.handover.claim_steps import Noted
from bot.handover.claims import Kind as Problem
from bot.handover.claims import Opening, State
from bot.jobs.month import MonthJob
from bot.outbox.monthly import MonthContent
from bot.slack.month_painter import SlackMonthPainter
from bot.store.claim_lines import ClaimLineStore
from bot.store.claims import ClaimStore
from bot.store.tables import Kind
from tests.outbox.conftest import ZONE, Office
from tests.record.test_tables import sheets

DAY = 24 * 3600.0


async def at_once(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


async def tick(office: Office, times: int = 6) -> None:
    """As after a start of the bot: only the database remembers."""
    lines = ClaimLineStore(office.database)
    painter = SlackMonthPainter(ZONE, at_once)  # type: ignore[arg-type]
    office.contents[Kind.MONTH] = MonthContent(lines, painter, office.locations, ZONE)
    office.new_dispatcher()
    job = MonthJob(lines, office.locations, ZONE, office.time.now)
    for _ in range(times):
        await job.tick()
        await office.busy()
        office.time.move(20)


async def test_the_table_adds_up_to_the_sums(office: Office) -> None:
    handover = await office.arrive()
    await office.work()
    store = ClaimStore(office.database, 14)
    for n, amount in enumerate((500_00, 250_50, 100_00)):
        now = office.time.now()
        claim, _ = await store.report(handover.id, Opening(f"FMPP{n}", Problem.EMPTY), "U1", now)
        raised = Noted(state=State.RAISED, by="U1", at=now, reference=f"SF-{n}", amount=amount)
        await store.move([claim.id], State.DRAFT, raised)
        if n < 2:
            paid = Noted(state=State.PAID, by="U1", at=now + timedelta(days=1), paid=amount - 50)
            await store.move([claim.id], State.RAISED, paid)
    await store.report(handover.id, Opening("FMPP9", Problem.EMPTY), "U1", office.time.now())
    await office.work()
    office.time.move(17 * DAY)
    for _ in range(2):
        await tick(office)
    [summary] = [one for one in office.cards if "Claims of" in one.text_all()]
    text = summary.text_all()
    assert "January 2027" in text
    for said in ("*Filed*\n3 (₹850.50)", "*Paid by Flipkart*\n2 (₹749.50)", "*With Flipkart now*\n1 (₹100)"):
        assert said in text
    assert "*Time over, not filed*\n1" in text
    [reply] = office.thread(summary)
    [file] = reply.files
    assert file["name"] == "claims-2027-01.xlsx"
    rows = sheets(office.slack.files[file["id"]].content)["Claims"]
    named = {name: [row[n] for row in rows[1:]] for n, name in enumerate(rows[0])}
    paid_out = [
        paid for paid, state in zip(named["Paid, rupees"], named["State of the claim"], strict=True) if state == "paid"
    ]
    assert sum(float(str(one)) for one in paid_out) == 749.50
    assert sum(float(str(one)) for one in named["Claimed, rupees"] if one is not None) == 850.50
    assert set(named["Location"]) == {"Bengaluru dock"}


async def test_a_month_without_claims_has_none(office: Office) -> None:
    await office.arrive()
    await office.work()
    office.time.move(17 * DAY)
    await tick(office, 2)
    assert [one for one in office.cards if "Claims of" in one.text_all()] == []
