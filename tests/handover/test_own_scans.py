"""The seller's own scans beside the FE's, over a real store: two lists, each id once, and the counts that follow."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlmodel import select

from bot.handover.events import Happening
from bot.handover.model import Actor, Handover, Stage
from bot.handover.own_messages import Failure, Message, Seen, Verdict
from bot.handover.own_scans import QUIET, Answer, OwnLists, OwnScans
from bot.handover.own_words import read
from bot.handover.refusals import NotAllowed, RightsUnknown
from bot.outbox.delivery import begun, sent
from bot.store.deliveries import DeliveryStore
from bot.store.find import TraceStore
from bot.store.own_scans import OwnScanStore
from bot.store.tables import OwnScanRow
from tests.handover.stand import ASHA, LOCATION, STRANGER, VIKRAM, Stand
from tests.tables import Tables
from tests.unsaid import unsaid

TS = "1700000000.000100"


class Pile:
    """One FE who scans, and the thread below their card."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.visit = stand.sim.arrive(LOCATION.id, "Ram")
        self.store = OwnScanStore(stand.database)
        self.own = OwnScans(stand.dock, self.store, TraceStore(stand.database))
        self.id = ""
        self.messages = 0

    async def open(self) -> None:
        self.visit.enter_start_otc(await self.code())
        self.id = (await self.stand.only()).id
        deliveries = DeliveryStore(self.stand.database)
        [card] = [due.delivery for due in await unsaid(deliveries)]
        await deliveries.keep(card, begun(card, None, LOCATION.channel, self.stand.clock()))
        await deliveries.keep(card, sent(TS, revision=1, drawn=self.stand.clock()))

    async def code(self) -> str:
        await self.stand.only()
        [answer] = await self.stand.api.start_codes(LOCATION.id)
        return answer.otc.get_secret_value()

    async def read(self) -> Handover:
        return await self.stand.reader.catch_up(self.id)

    async def scan(self, *ids: str, by: Actor = ASHA, ts: str | None = None, thread: str = TS) -> Sequence[Seen]:
        return (await self.says("\n".join(ids), by=by, ts=ts, thread=thread)).seen

    async def says(
        self, text: str, *, by: Actor = ASHA, ts: str | None = None, version: str = "", thread: str = TS
    ) -> Answer:
        """A message in the thread, or, with a version, what becomes of one."""
        self.messages += 1
        message = Message(by.user_id, ts or f"1700000100.{self.messages:06d}", read(text), version)
        handover_id = await self.own.thread(LOCATION.channel, thread)
        return Answer() if handover_id is None else await self.own.take(by, handover_id, message)

    async def rows(self) -> list[tuple[str, int, str]]:
        tables = Tables(self.stand.database)
        return [(row.by, row.times, row.message_ts) for row in await tables.exec(select(OwnScanRow))]

    async def now(self) -> Handover:
        return await self.stand.now(self.id)

    async def counts(self) -> tuple[int, int, int | None]:
        h = await self.now()
        lists = await self.own.lists(h)
        assert (lists.missing_total, lists.only_total) == (h.own_missing or 0, h.own_only)
        return h.own_scanned, h.own_only, h.own_missing


@pytest.fixture
async def pile(stand: Stand) -> Pile:
    made = Pile(stand)
    await made.open()
    return made


async def test_four_verdicts_and_two_lists(pile: Pile) -> None:
    for tracking, status in (("FMP001", "ACCEPTED"), ("FMP002", "REJECTED"), ("FMP003", "ACCEPTED")):
        pile.visit.scan(1, tracking_id=tracking, status=status)
    await pile.read()
    assert (await pile.now()).own_missing is None, "a seller who scans nothing misses nothing"
    before = (await pile.now()).revision
    seen = await pile.scan("fmp001", "FMP002", "FMP999")
    assert [one.verdict for one in seen] == [Verdict.FINE, Verdict.SET_ASIDE, Verdict.UNSCANNED]
    assert (await pile.now()).revision > before, "the card must be drawn anew"
    [again] = await pile.scan("FMP001", by=VIKRAM)
    assert (again.times, again.twice) == (2, True)
    assert await pile.counts() == (3, 1, 1)
    lists = await pile.own.lists(await pile.now())
    assert [s.tracking_id for s in lists.missing] == ["FMP003"]
    assert lists.only == ("FMP999",)
    assert [e.by for e in await pile.stand.record(pile.id, Happening.OWN_SCAN)] == [ASHA.user_id, VIKRAM.user_id]


async def test_the_fe_scans_what_the_seller_had_before(pile: Pile) -> None:
    await pile.scan("FMP001", "FMP002", "FMP003")
    assert await pile.counts() == (3, 3, 0)
    pile.visit.scan(1, tracking_id="fmp002")
    pile.visit.scan(1, tracking_id="FMP777")
    await pile.read()
    assert await pile.counts() == (3, 2, 1)
    [again] = await pile.scan("FMP002")
    assert (again.verdict, again.twice) == (Verdict.FINE, True)


async def test_a_look_that_brings_nothing_writes_nothing(pile: Pile) -> None:
    pile.visit.scan(2)
    await pile.scan("FMP001")
    await pile.read()
    settled = await pile.read()
    pile.stand.restart()
    assert await pile.read() == settled


async def test_a_message_delivered_twice_counts_once(pile: Pile) -> None:
    first = await pile.scan("FMP001", ts="1700000001.000100")
    assert await pile.scan("FMP001", ts="1700000001.000100") == first
    assert (await pile.scan("FMP001", ts="1700000002.000100"))[0].times == 2
    late = await pile.scan("FMP001", ts="1700000001.000100")
    assert not late[0].twice, "the first message, delivered late, is still the first"
    assert (await pile.scan("FMP001", ts="1700000002.000100"))[0].twice
    assert len(await pile.stand.record(pile.id, Happening.OWN_SCAN)) == 2
    assert await pile.counts() == (1, 1, None)


async def test_many_at_once(pile: Pile) -> None:
    pile.visit.scan(8)
    await pile.read()
    ids = [s.tracking_id for s in await pile.stand.rows(pile.id)]
    await asyncio.gather(*(pile.scan(one, by=by) for one in ids for by in (ASHA, VIKRAM)))
    assert await pile.counts() == (8, 0, 0)
    assert len(await pile.scan(*(f"OTHER{n:05d}" for n in range(600)))) == 600
    assert await pile.counts() == (608, 600, 0)


async def test_a_doubtful_number_must_be_known(pile: Pile) -> None:
    assert not await pile.scan("123456")
    assert not await pile.scan("FMP00001", "9876543210"), "a phone number among ids: nothing is sure"
    assert await pile.counts() == (0, 0, None)
    pile.visit.scan(1, tracking_id="123456")
    await pile.read()
    [seen] = await pile.scan("123456")
    assert seen.verdict is Verdict.FINE


async def test_another_thread_and_another_channel_are_left_alone(pile: Pile) -> None:
    assert not await pile.scan("FMP001", thread="1600000000.000100")
    assert await pile.own.thread("C0OTHER", TS) is None
    assert await pile.stand.record(what=Happening.REFUSED) == []


async def test_strangers_are_told_once_an_hour(pile: Pile) -> None:
    with pytest.raises(NotAllowed):
        await pile.scan("FMP001", by=STRANGER)
    assert not await pile.scan("FMP001", by=STRANGER)
    pile.stand.clock.advance(3601)
    with pytest.raises(NotAllowed):
        await pile.scan("FMP001", by=STRANGER)
    assert len(await pile.stand.record(pile.id, Happening.REFUSED)) == 2
    assert await pile.counts() == (0, 0, None)


async def test_rights_that_nobody_can_tell_are_none(pile: Pile, monkeypatch: pytest.MonkeyPatch) -> None:
    group = LOCATION.model_copy(update={"operators": ("S0DOCK",)})
    monkeypatch.setattr(pile.stand.dock.locations, "get", lambda _: group)
    pile.stand.directory.down = True
    for _ in range(2):
        with pytest.raises(RightsUnknown):
            await pile.scan("FMP001")
    assert await pile.counts() == (0, 0, None)


async def test_what_differs_is_called_out_when_the_seller_has_come_to_an_end(pile: Pile) -> None:
    pile.visit.scan(1, tracking_id="FMP001")
    pile.visit.scan(1, tracking_id="FMP002")
    await pile.scan("FMP001", "FMP999")
    await pile.own.mean_all(ASHA, pile.id)
    await pile.own.look(await pile.read())
    pile.visit.finish_scanning()
    assert (await pile.stand.only()).stage is Stage.CLOSING

    async def said() -> list[dict[str, object]]:
        await pile.own.look(await pile.read())
        return [e.detail for e in await pile.stand.record(pile.id, Happening.OWN_DIFFERS)]

    assert await said() == [], "the seller still scans"
    pile.stand.clock.advance(QUIET.total_seconds())
    first = {"missing": ["FMP002"], "only": ["FMP999"], "missing_total": 1, "only_total": 1}
    assert await said() == [first]
    assert await said() == [first], "once"
    pile.own = OwnScans(pile.stand.dock, pile.store, TraceStore(pile.stand.database))
    assert await said() == [first], "once, also after a restart"
    await pile.scan("FMP002")
    assert await said() == [first]
    pile.stand.clock.advance(QUIET.total_seconds())
    second = {"missing": [], "only": ["FMP999"], "missing_total": 0, "only_total": 1}
    assert await said() == [first, second], "the lists changed"


async def test_nothing_is_called_out_where_nothing_differs(pile: Pile) -> None:
    pile.visit.scan(1, tracking_id="FMP001")
    await pile.read()
    await pile.scan("FMP001")
    pile.visit.finish_scanning()
    await pile.stand.only()
    pile.stand.clock.advance(60)
    await pile.own.look(await pile.read())
    assert await pile.stand.record(pile.id, Happening.OWN_DIFFERS) == []
    assert await pile.own.lists(await pile.now()) == OwnLists()


async def test_fewer_than_three_are_a_list_only_once_somebody_says_so(pile: Pile) -> None:
    pile.visit.scan(4)
    await pile.read()
    rows = [one.tracking_id for one in await pile.stand.rows(pile.id)]
    await pile.scan(*rows[:2])
    assert await pile.counts() == (2, 0, None)
    with pytest.raises(NotAllowed):
        await pile.own.mean_all(STRANGER, pile.id)
    for _ in range(2):
        await pile.own.mean_all(VIKRAM, pile.id)
    assert await pile.counts() == (2, 0, 2)
    assert [e.by for e in await pile.stand.record(pile.id, Happening.OWN_MEANT)] == [VIKRAM.user_id]


async def test_the_third_makes_a_list_and_taking_it_back_ends_it(pile: Pile) -> None:
    pile.visit.scan(1, tracking_id="FMP001")
    await pile.read()
    await pile.scan("FMP001", "FMP002")
    assert await pile.counts() == (2, 1, None)
    await pile.scan("FMP003", ts="1700000009.000100")
    assert await pile.counts() == (3, 2, 0)
    await pile.says("", ts="1700000009.000100", version="1700000010.000100")
    assert await pile.counts() == (2, 1, None)


async def test_a_message_that_is_deleted_takes_its_scans_along(pile: Pile) -> None:
    pile.visit.scan(1, tracking_id="FMP001")
    await pile.read()
    first, second = "1700000001.000100", "1700000002.000100"
    await pile.scan("FMP001", "FMP999", ts=first)
    await pile.scan("FMP001", by=VIKRAM, ts=second)
    answer = await pile.says("", ts=first, version="1700000003.000100")
    assert (answer.taken_back, answer.seen) == (2, ())
    assert await pile.counts() == (1, 0, None)
    for ts, version in ((first, ""), (first, "1700000003.000100")):
        assert await pile.says("FMP001 FMP999", ts=ts, version=version) == Answer(), "what is deleted stays deleted"
    [entry] = await pile.stand.record(pile.id, Happening.OWN_TAKEN_BACK)
    assert (entry.by, entry.detail["unsaid"], entry.detail["gone"]) == (ASHA.user_id, 2, 1)
    [(by, times, message_ts)] = await pile.rows()
    assert (by, times, message_ts) == (VIKRAM.user_id, 1, second), "what is left is the other's scan"
    await pile.says("", by=VIKRAM, ts=second, version="1700000004.000100")
    assert await pile.counts() == (0, 0, None)


async def test_changes_are_told_in_any_order_and_the_last_one_counts(pile: Pile) -> None:
    ts = "1700000001.000100"
    await pile.says("FMP002", ts=ts, version="1700000009.000100")
    assert await pile.says("FMP003", ts=ts, version="1700000008.000100") == Answer()
    assert await pile.scan("FMP001", ts=ts) == (), "the message itself comes last"
    lists = await pile.own.lists(await pile.now())
    assert lists.only == ("FMP002",)
    await pile.says("is it there?", by=STRANGER, ts=ts, version="1700000010.000100")
    assert await pile.counts() == (0, 0, None)


async def test_what_was_scanned_before_the_fe_left_stays_on_the_receipt(pile: Pile) -> None:
    await pile.scan("FMP001", ts="1700000001.000100")
    pile.visit.leave()
    for _ in range(2):
        await pile.stand.look()
    assert (await pile.now()).over
    pile.stand.clock.advance(60)
    await pile.scan("FMP002", ts="1700000002.000100")
    before = await pile.says("", ts="1700000001.000100", version="1700000003.000100")
    after = await pile.says("", ts="1700000002.000100", version="1700000003.000100")
    assert (before.stays, before.taken_back, after.stays, after.taken_back) == (1, 0, 0, 1)
    assert await pile.counts() == (1, 1, None)


async def test_an_id_is_the_same_with_another_keyboard(pile: Pile) -> None:
    await pile.scan("FM-P_00001", "FMP_00002")
    pile.visit.scan(1, tracking_id="FM_P-00001")
    pile.visit.scan(1, tracking_id="FMP-00002")
    pile.visit.scan(1, tracking_id="FMP-00003")
    pile.visit.scan(1, tracking_id="FMP_00003")
    await pile.read()
    assert await pile.counts() == (2, 0, None)
    [seen] = await pile.scan("FMP_00003")
    assert (seen.tracking_id, seen.verdict) == ("FMP_00003", Verdict.FINE), "both are parcels by themselves"
    assert await pile.counts() == (3, 0, 1)
    assert [one.tracking_id for one in (await pile.own.lists(await pile.now())).missing] == ["FMP-00003"]


async def test_what_is_no_parcel_of_its_own(pile: Pile) -> None:
    for one in ("FMPP00000001", "14331234567890", "FMPC00000002"):
        pile.visit.scan(1, tracking_id=one)
    await pile.read()
    run = await pile.scan("FMPP0000000114331234567890FMPC00000002FMPP00000001")
    assert [(one.tracking_id, one.times) for one in run] == [
        ("FMPP00000001", 1),
        ("14331234567890", 1),
        ("FMPC00000002", 1),
    ]
    order = await pile.says("OD407123456789012345")
    assert (order.seen, order.failed) == ((), Failure.ORDER)
    pile.visit.scan(1, tracking_id="OD407123456789012345")
    await pile.read()
    assert [one.verdict for one in await pile.scan("OD407123456789012345")] == [Verdict.FINE]
    assert await pile.counts() == (4, 0, 0)
