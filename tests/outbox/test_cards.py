"""Cards: as few edits as possible, none lost, the stalest first."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from bot.handover import machine
from bot.outbox.pacer import A_MINUTE, BURST, WINDOW_SECONDS
from bot.store.deliveries import DeliveryStore
from bot.store.due import Look, Next
from bot.store.tables import Sending
from tests.both import ONLY_SQLITE
from tests.outbox.conftest import CARD_SECONDS, Office, running
from tests.unsaid import unsaid


async def test_ten_changes_in_a_tick_cost_one_edit(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    for _ in range(10):
        await office.scan(handover)
    await office.work()
    assert len(office.calls("chat.update")) == 1, f"{len(office.calls('chat.update'))} edits for ten changes"
    assert "10 scanned" in office.cards[0].text_all()


async def test_no_change_costs_no_edit(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    await office.turn(handover, "Scanning")
    office.time.move(300)
    await office.look()
    assert not office.calls("chat.update"), "an edit although nothing changed"


async def test_a_change_that_looks_the_same_costs_no_edit(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    changed = await office.handovers.step(
        handover.id,
        lambda h: type("S", (), {"handover": h.model_copy(update={"revision": h.revision + 1}), "events": ()})(),
    )
    assert changed.revision == handover.revision + 1
    await office.work()
    assert not office.calls("chat.update"), "an edit although the card looks the same"
    assert not await unsaid(office.deliveries)


async def test_the_card_says_that_others_use_the_calls_as_long_as_it_holds(office: Office) -> None:
    scanning, waiting = await office.arrive(status="Scanning"), await office.arrive()
    await office.work()
    line = "Our other tools use up"
    for office.calls_shared in (True, False):
        office.time.move(CARD_SECONDS)
        assert await office.handovers.redraw_scanning() == 1
        await office.work()
        said = {card.text_all() for card in office.cards if line in card.text_all()}
        assert len(said) == office.calls_shared
        assert all(f"`{scanning.task_id}`" in text and f"`{waiting.task_id}`" not in text for text in said)
    assert len(office.calls("chat.update")) == 2


async def test_the_card_offers_a_new_code_once_the_one_that_is_out_has_expired(office: Office) -> None:
    taken, other = await office.arrive(), await office.arrive()
    now = office.time.now()
    await office.handovers.step(
        taken.id, lambda h: machine.start_otc_given(h, "U0ASHA", now + timedelta(minutes=15), now, again=False)
    )
    await office.work()
    [card] = [one for one in office.cards if f"`{taken.task_id}`" in one.text_all()]
    assert "<@U0ASHA> has it until" in card.text_all()
    assert [one["text"]["text"] for one in card.buttons()] == ["Show it again"]
    edits = len(office.calls("chat.update"))
    office.time.move(14 * 60)
    assert await office.handovers.redraw_expired(office.time.now()) == 0, "a card is drawn anew before its code expired"
    office.time.move(2 * 60)
    assert await office.handovers.redraw_expired(office.time.now()) == 1
    assert await office.handovers.redraw_expired(office.time.now()) == 0, "asked for twice before it is drawn"
    await office.work()
    assert "The code stopped working at" in card.text_all()
    assert [(one["text"]["text"], one.get("style")) for one in card.buttons()] == [("New code", "primary")]
    assert await office.handovers.redraw_expired(office.time.now()) == 0, "drawn anew for ever"
    assert len(office.calls("chat.update")) == edits + 1
    assert other.revision == (await office.handovers.get(other.id)).revision  # type: ignore[union-attr]


async def test_two_fes_of_one_name_are_told_apart(office: Office) -> None:
    first, _ = await office.arrive(name="Ram Kumar"), await office.arrive(name="Sita")
    await office.work()
    second = await office.arrive(name="Ram Kumar")
    office.time.move(CARD_SECONDS)
    await office.turn(first, "Scanning")
    await office.work()
    heads = {card.blocks[0]["text"]["text"].split(" · ")[0][2:] for card in office.cards}
    assert heads == {f"Ram Kumar ({first.fe_id})", f"Ram Kumar ({second.fe_id})", "Sita"}


async def test_a_stage_is_shown_at_once_and_counts_at_their_interval(office: Office) -> None:
    handover = await office.arrive()
    await office.work()
    office.time.move(1)
    handover = await office.turn(handover, "Scanning")
    office.time.move(0.1)
    await office.look()
    assert "Scanning" in office.cards[0].text, "a new stage waits"
    edits = len(office.calls("chat.update"))
    office.time.move(1)
    await office.scan(handover, 3)
    wait = await office.look()
    assert len(office.calls("chat.update")) == edits, "new counts do not wait for the card's interval"
    assert wait == pytest.approx(CARD_SECONDS - 1, abs=1.01), f"the next look is planned in {wait} s"
    office.time.move(CARD_SECONDS)
    await office.look()
    assert "3 scanned" in office.cards[0].text_all()


async def test_a_stage_that_comes_while_the_card_is_being_edited_is_shown_at_once(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    office.time.move(CARD_SECONDS)
    await office.scan(handover)
    edited = asyncio.Event()
    office.slack.fail("chat.update", until=edited)
    await office.dispatcher.step()
    await office.slack.wait_for(lambda: office.calls("chat.update"))
    office.time.move(2)
    await office.turn(handover, "EndOTC")
    office.time.move(2)
    edited.set()
    await office.dispatcher.settle()
    await office.look()
    assert "Count, then End OTC" in office.cards[0].text, "a stage that came during an edit waits for its turn"


async def test_a_stage_that_goes_back_is_shown_at_once(office: Office) -> None:
    handover = await office.turn(await office.arrive(status="Scanning"), "EndOTC")
    office.time.move(1)
    await office.work()
    office.time.move(1)
    await office.turn(handover, "Scanning")
    office.time.move(0.1)
    await office.look()
    assert "Scanning" in office.cards[0].text, "an FE who goes back to scanning stays at the End OTC page on the card"


async def test_what_a_person_does_is_shown_at_once(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    office.time.move(1)
    await office.scan(handover, 2)
    await office.look()
    office.time.move(1)
    await office.count(handover, 2)
    await office.look()
    assert "*2 counted*" in office.cards[0].text_all(), "a hand count waits for the card's interval"


async def test_counts_cost_at_most_one_edit_per_interval(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    start = office.time.seconds
    while office.time.seconds < start + 10 * CARD_SECONDS:
        office.time.move(3)
        await office.scan(handover)
        await office.look(1)
    await office.look()
    at = [call.at for call in office.calls("chat.update")]
    assert 8 <= len(at) <= 10, f"{len(at)} edits in ten intervals"
    pauses = [after - before for before, after in itertools.pairwise(at)]
    assert min(pauses) >= CARD_SECONDS, f"two edits within {min(pauses)} s"


async def test_the_stalest_card_is_edited_first(office: Office) -> None:
    names = ["Asha", "Bala", "Chitra", "Deepa"]
    handovers = {name: await office.arrive(name, status="Scanning") for name in names}
    await office.work()
    for name in reversed(names):  # Deepa's card becomes the stalest, Asha's the freshest.
        office.time.move(CARD_SECONDS + 5)
        await office.scan(handovers[name])
        await office.work()
    office.time.move(CARD_SECONDS * 5)
    before = len(office.calls("chat.update"))
    for name in names:
        await office.scan(handovers[name])
    due = sorted(await unsaid(office.deliveries), key=lambda d: d.handover.fe_name)
    assert [d.delivery.edited_at for d in due] == sorted((d.delivery.edited_at for d in due), reverse=True)  # type: ignore[type-var]
    # Only one edit is left in this minute.
    office.slack.fail("chat.update", error="ratelimited", retry_after=10, times=1)
    await office.work()
    calls = office.calls("chat.update")[before:]
    order = [next(name for name in names if name in call.args["text"]) for call in calls]
    assert order[0] == "Deepa", f"the first edit was not of the stalest card: {order}"
    assert sorted(set(order)) == names, "a card was not edited"


@pytest.mark.slow("some hundred edits, each with its transactions")
async def test_the_stalest_go_first_while_more_are_stale_than_can_be_drawn(office: Office) -> None:
    many = [await office.arrive(f"FE {n:02d}", status="Scanning") for n in range(A_MINUTE + 10)]
    await office.work()
    office.time.move(600)
    for handover in many:
        await office.scan(handover)
    took = await office.work()
    order = [call.args["ts"] for call in office.calls("chat.update")]
    assert order == [card.ts for card in office.cards], "fresher cards were edited while staler ones wait"
    even = WINDOW_SECONDS / A_MINUTE
    assert took == pytest.approx((len(many) - 1) * even, abs=2), f"all took {took} s"
    assert all("1 scanned" in card.text_all() for card in office.cards), "an edit was lost"


@ONLY_SQLITE
async def test_a_stage_is_shown_at_once_while_counters_wait(office: Office) -> None:
    many = [await office.arrive(f"FE {n:02d}", status="Scanning") for n in range(A_MINUTE + 10)]
    await office.work()
    office.time.move(CARD_SECONDS)
    for handover in many:
        await office.scan(handover)
    await office.look()
    assert 0 < len(office.calls("chat.update")) <= BURST + 1, "the others do not wait"
    for handover in many[-5:]:
        await office.turn(handover, "EndOTC")
    await office.look()
    shown = [card for card in office.cards if card.text.startswith("Count, then End OTC")]
    assert len(shown) == 5, "a stage waits for other FEs' counters"


@ONLY_SQLITE
async def test_more_counts_cost_no_look_while_counters_wait_for_their_turn(office: Office) -> None:
    looks = 0

    class Watched(DeliveryStore):
        async def next(self, look: Look) -> Next:
            nonlocal looks
            looks += 1
            return await super().next(look)

    many = [await office.arrive(f"FE {n:02d}", status="Scanning") for n in range(BURST + 3)]
    await office.work()
    office.time.move(CARD_SECONDS)
    for handover in many:
        await office.scan(handover)
    office.deliveries = Watched(office.database)
    office.new_dispatcher()
    await office.look()
    office.database.bell = office.dispatcher.ring
    loop = asyncio.get_running_loop()
    async with running(office):
        looks, began = 0, loop.time()
        while loop.time() < began + 3:
            await office.scan(many[-1])
            await asyncio.sleep(0.05)
        took = loop.time() - began
        assert looks <= took / 1.2 + 2, "what is too early to be drawn is looked for at every page"
        await office.turn(many[-1], "EndOTC")
        await office.slack.wait_for(lambda: any("Count, then End OTC" in card.text for card in office.cards))


@pytest.mark.slow("some hundred edits, each with its transactions")
async def test_edits_keep_slacks_own_limits(office: Office) -> None:
    office.slack.limits = True
    many = [await office.arrive(f"FE {n:02d}", status="Scanning") for n in range(25)]
    await office.work()
    for _ in range(6):
        office.time.move(CARD_SECONDS)
        for handover in many:
            await office.scan(handover)
        await office.work()
    refused = [call for call in office.slack.calls if call.status == 429]
    assert not refused, f"{len(refused)} calls were over Slack's limits"
    assert all("6 scanned" in card.text_all() for card in office.cards), "a card is behind"


async def test_a_rate_limited_edit_waits_and_is_not_lost(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    office.time.move(CARD_SECONDS)
    await office.scan(handover, 4)
    office.slack.fail("chat.update", error="ratelimited", retry_after=23)
    await office.work()
    at = [call.at for call in office.calls("chat.update")]
    assert len(at) == 2, f"{len(at)} attempts"
    assert at[1] - at[0] == pytest.approx(23, abs=0.01), "not the time that Slack named"
    assert "4 scanned" in office.cards[0].text_all()


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"error": "internal_error"}, {"status": 503}, {"drop": "before"}])
async def test_an_edit_of_which_nobody_knows_is_made_again(office: Office, fault: dict[str, object]) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    office.time.move(CARD_SECONDS)
    await office.scan(handover, 4)
    office.slack.fail("chat.update", times=2, **fault)  # type: ignore[arg-type]
    await office.work()
    assert "4 scanned" in office.cards[0].text_all(), f"the edit is lost after {fault}"
    assert len(office.cards) == 1


async def test_a_card_that_somebody_deleted_does_not_end_its_thread(office: Office) -> None:
    handover = await office.arrive()
    other = await office.arrive("Sita Devi")
    await office.work()
    await office.turn(handover, "Scanning")
    await office.work()
    root = office.cards[0]
    root.deleted = True
    office.time.move(CARD_SECONDS)
    await office.scan(handover, 2)
    await office.work()
    gone = len(office.calls("chat.update"))
    office.time.move(CARD_SECONDS)
    await office.count(handover, 2)
    await office.turn(other, "Scanning")
    await office.work()
    assert len(office.cards) == 1, "the deleted card was posted again"
    assert len(office.thread(root)) == 2, "the thread does not go on below the deleted card"
    edits = [call.args["ts"] for call in office.calls("chat.update")[gone:]]
    assert root.ts not in edits, "the deleted card is still edited"
    assert not await unsaid(office.deliveries)


async def test_an_adopted_card_is_drawn_anew(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    office.slack.fail("chat.postMessage", drop="after")
    await office.look(1)
    await office.scan(handover, 7)
    await office.work()
    assert "7 scanned" in office.cards[0].text_all(), "the card still shows what it showed when the line dropped"


async def test_the_metadata_stays_on_an_edited_card(office: Office) -> None:
    handover = await office.arrive()
    await office.work()
    before = office.cards[0].metadata
    await office.turn(handover, "Scanning")
    await office.work()
    assert office.cards[0].metadata == before
    assert set(before["event_payload"]) == {"key"}, "more than an opaque key can be read by the workspace"


async def test_a_card_that_was_shown_is_due_no_more(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.work()
    await office.scan(handover)
    due = (await unsaid(office.deliveries))[0]
    assert due.delivery.state == Sending.SENT
    assert due.is_edit
    assert due.delivery.edited_at is not None
    assert due.delivery.edited_at <= office.time.now() + timedelta(seconds=0)
    await office.work()
    assert not await unsaid(office.deliveries)
