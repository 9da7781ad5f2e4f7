"""Flipkart's answers fail in each of their ways: people are told, nothing is lost, and all goes on once it answers."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import now
from bot.sandbox.flipkart import Visit
from tests.scenarios.dockwork import (
    Screen,
    at_the_end,
    card_of,
    card_says,
    count_form,
    end_code,
    modal,
    thread_says,
    told,
)
from tests.scenarios.faults.marks import fault
from tests.scenarios.leaks import seen_by
from tests.support import World

NO_SENSE = "Flipkart gave an answer that makes no sense. Try again in a minute, or use Seller Hub."
TROUBLE = "Flipkart has a problem of its own right now"
FOREVER = 1_000_000


async def ask(dock: World, sentence: str) -> None:
    """Types /start-otc, which is acknowledged in time and answered with this."""
    delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc")
    assert delivery.acked, f"the command was not acknowledged within 3 s, but after {delivery.seconds:.1f} s"
    await told(dock, dock.operator, sentence)


async def failing(dock: World, logged: io.StringIO) -> None:
    """Polling has met the fault."""
    await dock.until(lambda: "a look at flipkart failed" in logged.getvalue())


async def all_is_well_again(dock: World, visit: Visit, card: Screen, *, asked: int) -> None:
    """Flipkart answers: a code for who asks, scans once each, the newest card, one thread, and the whole record."""
    await ask(dock, "Works until")
    code = visit.start_code
    assert code is not None
    assert seen_by(dock, dock.operator, code), "the code is not the one that holds"
    assert visit.enter_start_otc(code)
    visit.scan(6)
    visit.scan(1, status="REJECTED", reason="torn")
    await card_says(dock, visit, "7 scanned")
    await thread_says(dock, card, "Set aside 1 parcel")
    await thread_says(dock, card, "Scanning has begun")
    await thread_says(dock, card, "took the Start OTC")
    assert len(dock.cards) == 1, "the handover has more than one root message"
    kept(dock, visit)
    record = dock.rows("select what, \"by\" from audit where what in ('asked', 'start_otc') order by id")
    assert record == [("asked", dock.operator)] * asked + [("start_otc", dock.operator)], "the record is not complete"


def kept(dock: World, *visits: Visit) -> None:
    """The store has what Flipkart listed, each once."""
    rows = dock.rows("select h.task_id, s.tracking_id from shipment s join handover h on h.id = s.handover_id")
    wanted = [(visit.task_id, row.tracking_id) for visit in visits for row in visit.shipments]
    assert sorted(rows) == sorted(wanted), f"{len(rows)} rows are kept; Flipkart listed {len(wanted)}"


async def all_calls_fail(dock: World, logged: io.StringIO, sentence: str, **how: Any) -> None:
    """Every call of Flipkart's fails in one way while somebody asks for a code; then none does."""
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        for name in ("initial_load", "start_otc", "shipments"):
            dock.flipkart.fail(name, times=FOREVER, **how)
        await ask(dock, sentence)
        await failing(dock, logged)
        assert "Start OTC needed" in card.text_all(), "a look that failed changed the card"
        dock.flipkart.clear_faults()
        await all_is_well_again(dock, visit, card, asked=2)
        await dock.until(lambda: "flipkart answers again" in logged.getvalue())
    assert logged.getvalue().count("a look at flipkart failed") == 1, "one problem is logged at every look"


@fault(
    "Flipkart",
    "401 in the middle",
    keeps=(1, 2, 3, 4, 6),
    person="Works until",
    operator="flipkart no longer took the access token; a new one was fetched",
)
async def test_401_in_the_middle(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        dock.flipkart.expire_tokens()
        await all_is_well_again(dock, visit, card, asked=1)
        dock.flipkart.expire_tokens()
        visit.scan(1)
        await card_says(dock, visit, "8 scanned")
    kept(dock, visit)
    assert [call for call in dock.flipkart.calls if call.status == 401], "no call met the 401"
    assert dock.rows("select count(*) from audit where what = 'asked'") == [(1,)], "the repeat was put on record too"


@fault(
    "Flipkart",
    "401 in the middle, and no new token",
    keeps=(1, 2, 3, 4, 6),
    person="Flipkart does not accept the bot's access. Tell whoever installed it to run `otc-bot doctor`.",
    operator="a look at flipkart failed; somebody must help",
)
async def test_401_and_no_new_token(dock: World, logged: io.StringIO) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        dock.flipkart.fail("token", status=401, times=FOREVER)
        dock.flipkart.expire_tokens()
        await ask(dock, "otc-bot doctor")
        await failing(dock, logged)
        assert "run `otc-bot doctor`" in logged.getvalue(), "the log does not say what to do"
        dock.flipkart.clear_faults()
        await all_is_well_again(dock, visit, card, asked=2)


@fault(
    "Flipkart",
    "429",
    keeps=(1, 3, 4),
    person="Flipkart's hourly limit of calls is used up. Try again in a few minutes, or use Seller Hub.",
    operator="polling rests; people are still served",
)
async def test_429(dock: World, logged: io.StringIO) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        dock.flipkart.fail("initial_load", status=429, retry_after=4)
        await dock.until(lambda: "polling rests" in logged.getvalue())
        dock.flipkart.fail("start_otc", status=429, retry_after=1)
        await ask(dock, "hourly limit")
        await ask(dock, "Works until")
        looks = [call for call in dock.flipkart.calls if call.name == "initial_load"]
        assert looks[-1].status == 429, "polling does not rest; or people wait until it does no longer"
        await dock.until(lambda: [c for c in dock.flipkart.calls if c.name == "initial_load"][-1].status == 200)
        rested = next(c for c in dock.flipkart.calls if c.name == "initial_load" and c.at > looks[-1].at)
        assert rested.at - looks[-1].at >= 4.0, "Flipkart asked for so long a rest"
        assert dock.rows("select count(*) from handover where misses > 0") == [(0,)]
        code = visit.start_code
        assert code is not None
        assert visit.enter_start_otc(code)
        visit.scan(7)
        await card_says(dock, visit, "7 scanned")
        await thread_says(dock, card, "took the Start OTC")
    kept(dock, visit)
    assert dock.rows("select what from audit where what in ('asked', 'start_otc')") == [
        ("asked",),
        ("asked",),
        ("start_otc",),
    ]


@fault(
    "Flipkart",
    "429 although the bot has made few calls: other tools use them too",
    keeps=(1, 3),
    person="Our other tools use up the calls to Flipkart: new scans may show late for now",
    operator="polling rests; people are still served",
)
async def test_429_of_other_tools(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot():
        await card_says(dock, visit, "Scanning")
        dock.flipkart.fail("shipments", status=429, retry_after=1)
        card = await card_says(dock, visit, "Our other tools use up the calls to Flipkart")
        visit.scan(3)
        await card_says(dock, visit, "3 scanned")
        assert "Our other tools" in card.text_all()
    kept(dock, visit)


@pytest.mark.everyday(2)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@fault(
    "Flipkart",
    "every 5xx",
    keeps=(1, 2, 3, 4, 6),
    person=TROUBLE,
    operator="a look at flipkart failed; it goes on trying",
)
async def test_every_5xx(dock: World, logged: io.StringIO, status: int) -> None:
    await all_calls_fail(dock, logged, "Try again in a minute", status=status)
    assert f": HTTP {status}" in logged.getvalue(), "the log does not say which status"


@fault(
    "Flipkart",
    "every 5xx, in HTML from something in between",
    keeps=(1, 2, 3, 4, 6),
    person="Flipkart has a problem of its own right now (no reason, HTTP 502). Try again in a minute.",
    operator="a look at flipkart failed; it goes on trying",
)
async def test_5xx_in_html(dock: World, logged: io.StringIO) -> None:
    await all_calls_fail(dock, logged, TROUBLE, status=502, body="html")


@fault("Flipkart", "answers that leave out an FE who is there", keeps=(1, 2, 3), person="2 scanned")
async def test_answers_that_are_stale(dock: World) -> None:
    visit, moment = dock.flipkart.arrive("LOC1", "Ram"), now()
    visit.begin()
    visit.scan(1)
    async with dock.bot(clock=lambda: moment):
        card = await card_says(dock, visit, "1 scanned")
        visit.hide(FOREVER)
        await dock.until(lambda: dock.rows("select misses from handover")[0][0] > 5)
        visit.hidden_polls = 0
        await dock.until(lambda: dock.rows("select misses from handover") == [(0,)])
        visit.scan(1)
        # A card is drawn anew for its counts at its interval.
        moment += timedelta(seconds=30)
        await card_says(dock, visit, "2 scanned")
        assert [m for m in dock.thread(card) if "left without" in m.text_all() or m.files] == []
        visit.leave()
        await dock.until(lambda: dock.rows("select misses from handover")[0][0] > 5)
        moment += timedelta(seconds=1)
        await card_says(dock, visit, "LEFT")
        await thread_says(dock, card, "left without an End OTC")


@pytest.mark.everyday(1)
@fault(
    "Flipkart",
    "an errorCode that is a link, or mentions everybody",
    keeps=(4,),
    person="Flipkart refused (no reason, HTTP 400). Try again in a minute, or use Seller Hub.",
)
@pytest.mark.parametrize("code", ["<https://evil.example|Your code: press here>", "<!channel>", "evil.example"])
async def test_an_error_code_that_is_markup(dock: World, code: str) -> None:
    dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        dock.flipkart.fail("start_otc", status=400, code=code, message=code)
        delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc")
        assert delivery.acked
        refusal = await told(dock, dock.operator, "no reason, HTTP 400")
        assert code not in refusal.text_all()


@fault(
    "Flipkart",
    "HTML instead of JSON",
    keeps=(1, 2, 3, 4, 6),
    person=NO_SENSE,
    operator="not what is published (body: json_invalid; 99 bytes of text/html)",
)
async def test_html_instead_of_json(dock: World, logged: io.StringIO) -> None:
    await all_calls_fail(dock, logged, NO_SENSE, body="html")


@fault(
    "Flipkart",
    "truncated JSON",
    keeps=(1, 2, 3, 4, 6),
    person=NO_SENSE,
    operator="not what is published (body: json_invalid;",
)
async def test_truncated_json(dock: World, logged: io.StringIO) -> None:
    await all_calls_fail(dock, logged, NO_SENSE, body="truncated")


@fault(
    "Flipkart",
    "an empty body",
    keeps=(1, 2, 3, 4, 6),
    person=NO_SENSE,
    operator="not what is published (body: json_invalid; 0 bytes of application/json)",
)
async def test_an_empty_body(dock: World, logged: io.StringIO) -> None:
    await all_calls_fail(dock, logged, NO_SENSE, body="empty")


@fault(
    "Flipkart",
    "a field of the wrong type: the one that holds everything",
    keeps=(1, 2, 3, 4, 6),
    person=NO_SENSE,
    operator="not what is published (feDetails: dict_type;",
)
async def test_the_outline_is_of_the_wrong_type(dock: World, logged: io.StringIO) -> None:
    body = b'{"feDetails": [], "otcDetails": "none", "scannedShipments": 5}'
    await all_calls_fail(dock, logged, NO_SENSE, body=body)


@pytest.mark.parametrize("otc", ["null", "[]"])
@fault(
    "Flipkart",
    "a field of the wrong type: the code itself",
    keeps=(1, 2, 3, 4, 6),
    person=NO_SENSE,
    operator="Flipkart's Start OTC answer lists FEs, and a usable code for none of them",
)
async def test_a_code_of_the_wrong_type(dock: World, otc: str) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        body = f'{{"otcDetails": {{"{visit.fe_id}": {{"taskId": "{visit.task_id}", "otc": {otc}}}}}}}'
        dock.flipkart.fail("start_otc", body=body.encode())
        await ask(dock, NO_SENSE)
        await all_is_well_again(dock, visit, card, asked=2)


@fault(
    "Flipkart",
    "a hang of 90 s",
    keeps=(1, 2, 3, 4, 6),
    person="Flipkart can't be reached right now. Try again in a minute.",
    operator="/sellers/v3/returns/otc/start/details: timed out (ReadTimeout)",
)
async def test_a_hang(dock: World, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(dock)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        dock.flipkart.fail("start_otc", delay=90)
        await ask(dock, "Flipkart is slow, still trying. No need to press again.")
        await told(dock, dock.operator, "Flipkart can't be reached right now. Try again in a minute.")
        dock.flipkart.fail("initial_load", delay=90)
        await failing(dock, logged)
        await all_is_well_again(dock, visit, card, asked=2)
    assert len(dock.flipkart.codes) == 1, "a code was made twice"


@fault(
    "Flipkart",
    "a hang of 90 s before the End OTC",
    keeps=(1, 2, 3, 4, 6),
    person="Flipkart is slow, still trying. No need to press again.",
    operator="/sellers/v3/returns/otc/end/details: timed out (ReadTimeout)",
)
async def test_a_hang_at_the_end(dock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(dock)
    visit = at_the_end(dock)
    async with dock.bot():
        card = await card_says(dock, visit, "6 scanned")
        view = await count_form(dock, dock.operator, card)
        dock.flipkart.fail("end_otc", delay=90)
        delivery = await dock.slack.submit(dock.operator, view, {"counted": "6"})
        assert delivery.acked
        await modal(dock, dock.operator, "Flipkart is slow, still trying")
        await modal(dock, dock.operator, "Flipkart can't be reached right now. Try again in a minute.")
        record = "select json_extract(detail, '$.counted'), \"by\" from audit where what = 'asked'"
        assert dock.rows(record) == [(6, dock.operator)], (
            "who asked for the code that may have been made is not on record"
        )
        assert not any("took the End OTC" in one.text_all() for one in dock.thread(card))
        await end_code(dock, dock.operator, visit, counted=6)
        await thread_says(dock, card, "took the End OTC:")
        await thread_says(dock, card, "counted *6 parcels*")
        assert dock.rows(record) == [(6, dock.operator)] * 2
    kept(dock, visit)


def impatient(dock: World) -> None:
    """A minute becomes half a second, and the four seconds after which people are told a fifth of one."""
    usual = dock.timing
    dock.timing = replace(
        usual, flipkart=replace(usual.flipkart, silence=0.5, connect=0.5), press=replace(usual.press, slow=0.2)
    )
