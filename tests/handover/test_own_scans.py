"""The seller's own scans beside the FE's, over a real store: two lists, each id once, and the counts that follow."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.handover.model import Actor, Handover, Happening, Stage
from bot.handover.own_scans import QUIET, OwnLists, OwnScans, Seen, Verdict, ids_in
from bot.handover.refusals import NotAllowed, RightsUnknown
from bot.store.intents import IntentStore
from bot.store.own_scans import OwnScanStore
from tests.handover.stand import ASHA, LOCATION, STRANGER, VIKRAM, Stand

TS = "1700000000.000100"


class Pile:
    """One FE who scans, and the thread below their card."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.visit = stand.sim.arrive(LOCATION.id, "Ram")
        self.store = OwnScanStore(stand.database)
        self.own = OwnScans(stand.dock, self.store)
        self.id = ""
        self.messages = 0

    async def open(self) -> None:
        self.visit.enter_start_otc(await self.code())
        self.id = (await self.stand.only()).id
        intents = IntentStore(self.stand.database)
        [card] = [due.intent for due in await intents.due()]
        await intents.sending(card, LOCATION.channel, self.stand.clock())
        await intents.sent(card, TS, 1, "", self.stand.clock())

    async def code(self) -> str:
        await self.stand.only()
        [answer] = await self.stand.api.start_codes(LOCATION.id)
        return answer.otc.get_secret_value()

    async def read(self) -> Handover:
        return await self.stand.reader.catch_up(self.id)

    async def scan(self, *ids: str, by: Actor = ASHA, ts: str | None = None, thread: str = TS) -> Sequence[Seen]:
        self.messages += 1
        found = ids_in("\n".join(ids))
        return await self.own.take(by, LOCATION.channel, thread, found, ts or f"1700000100.{self.messages:06d}")

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
    assert await pile.counts() == (1, 1, 0)


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
    assert not await pile.own.take(ASHA, "C0OTHER", TS, ["FMP001"], "1700000001.000100")
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
    pile.own = OwnScans(pile.stand.dock, pile.store)
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
