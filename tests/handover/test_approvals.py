"""A second person's word before the End OTC: who may give it, for what it holds, and who has the code then."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.handover.answers import CountForm, EndShown, EndWaits
from bot.handover.approvals import HOLDS, Approval, ApprovalVoid, OwnApproval, UnknownApproval, Word, needs_another
from bot.handover.approving import Approving
from bot.handover.events import Happening
from bot.handover.location import Locations
from bot.handover.model import Actor
from bot.handover.refusals import NotAllowed
from bot.sandbox.flipkart import Visit
from tests.handover.stand import ASHA, LOCATION, STRANGER, VIKRAM, Stand

LEAD = Actor("U0LEAD")
STRICT = LOCATION.model_copy(update={"approve_over": 1, "leads": ("U0LEAD",)})


@pytest_asyncio.fixture
async def strict(stand: Stand) -> AsyncIterator[Stand]:
    stand.locations = Locations((STRICT,))
    stand.restart()
    yield stand


async def closing(stand: Stand, scanned: int = 5) -> tuple[Visit, str]:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(scanned)
    visit.finish_scanning()
    [handover] = await stand.look()
    await stand.end.open(ASHA, handover.id)
    return visit, handover.id


async def wished(stand: Stand, handover_id: str, actor: Actor = ASHA, counted: int = 3) -> Approval:
    await stand.end.compare(actor, handover_id, counted)
    answer = await stand.end.give(actor, handover_id, 5, "two are in the van", counted=counted)
    assert isinstance(answer, EndWaits)
    return answer.approval


async def test_a_large_difference_waits_and_calls_nobody(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    assert (wish.asked_by, wish.counted, wish.scanned, wish.reason) == (ASHA.user_id, 3, 5, "two are in the van")
    assert [call.name for call in strict.sim.calls].count("end_otc") == 0
    assert await wished(strict, handover_id) == wish, "the same wish again is not said again"
    assert len(await strict.record(what=Happening.APPROVAL_ASKED)) == 1
    assert isinstance(await strict.end.open(ASHA, handover_id), CountForm), "nobody has agreed"


async def test_a_small_difference_needs_nobody_else(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    await strict.end.compare(ASHA, handover_id, 4)
    assert isinstance(await strict.end.give(ASHA, handover_id, 5, "one label twice", counted=4), EndShown)


async def test_a_location_that_asks_for_nobody_goes_on_as_before(stand: Stand) -> None:
    _, handover_id = await closing(stand)
    await stand.end.compare(ASHA, handover_id, 0)
    answer = await stand.end.give(ASHA, handover_id, 5, "all in the van", counted=0)
    assert isinstance(answer, EndShown)
    assert not needs_another(answer.handover, LOCATION)


async def test_who_agreed_and_only_the_wisher_has_the_code(strict: Stand) -> None:
    visit, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    desk = Approving(strict.dock, strict.approvals)
    for actor, error in ((ASHA, OwnApproval), (STRANGER, NotAllowed)):
        with pytest.raises(error):
            await desk.decide(actor, wish.id, Word.GRANTED)
    with pytest.raises(UnknownApproval):
        await desk.decide(VIKRAM, "f" * 32, Word.GRANTED)
    granted, new = await desk.decide(VIKRAM, wish.id, Word.GRANTED)
    late, again = await desk.decide(LEAD, wish.id, Word.REFUSED)
    assert (new, again, late) == (True, False, granted)
    shown = await strict.end.open(ASHA, handover_id)
    assert isinstance(shown, EndShown)
    assert shown.code is not None
    assert shown.code.otc.get_secret_value() == visit.end_code
    assert isinstance(await strict.end.open(VIKRAM, handover_id), CountForm), "the code is the wisher's alone"
    assert isinstance(await strict.end.open(ASHA, handover_id), EndShown)
    [given] = await strict.record(what=Happening.APPROVAL_GIVEN)
    assert (given.by, given.detail["word"], given.detail["asked_by"]) == (VIKRAM.user_id, "granted", ASHA.user_id)
    [ended] = [one for one in await strict.record(what=Happening.END_OTC) if not one.detail.get("again")]
    assert (ended.by, ended.detail["reason"]) == (ASHA.user_id, "two are in the van")


async def test_a_lead_may_agree_who_is_no_operator(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    _, new = await Approving(strict.dock, strict.approvals).decide(LEAD, wish.id, Word.GRANTED)
    assert new
    with pytest.raises(NotAllowed):
        await strict.end.open(LEAD, handover_id)


async def test_a_refusal_gives_no_code_and_a_new_wish_can_be_made(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    await Approving(strict.dock, strict.approvals).decide(VIKRAM, wish.id, Word.REFUSED)
    assert isinstance(await strict.end.open(ASHA, handover_id), CountForm)
    assert (await wished(strict, handover_id)).id != wish.id


async def test_another_count_voids_it_before_and_after_the_word(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    desk = Approving(strict.dock, strict.approvals)
    await strict.end.compare(VIKRAM, handover_id, 2)
    with pytest.raises(ApprovalVoid):
        await desk.decide(VIKRAM, wish.id, Word.GRANTED)
    wish = await wished(strict, handover_id, counted=2)
    await desk.decide(VIKRAM, wish.id, Word.GRANTED)
    await strict.end.compare(ASHA, handover_id, 1)
    assert isinstance(await strict.end.open(ASHA, handover_id), CountForm)
    assert isinstance(await strict.end.give(ASHA, handover_id, 5, "four in the van", counted=1), EndWaits)


async def test_it_holds_for_half_an_hour(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    desk = Approving(strict.dock, strict.approvals)
    strict.clock.advance(HOLDS.total_seconds())
    with pytest.raises(ApprovalVoid):
        await desk.decide(VIKRAM, wish.id, Word.GRANTED)
    wish = await wished(strict, handover_id)
    await desk.decide(VIKRAM, wish.id, Word.GRANTED)
    strict.clock.advance(HOLDS.total_seconds() - 1)
    assert await strict.approvals.granted(handover_id, ASHA.user_id, strict.clock()) is not None
    strict.clock.advance(1)
    assert await strict.approvals.granted(handover_id, ASHA.user_id, strict.clock()) is None


async def test_a_restart_forgets_no_word(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    strict.restart()
    await Approving(strict.dock, strict.approvals).decide(VIKRAM, wish.id, Word.GRANTED)
    strict.restart()
    assert isinstance(await strict.end.open(ASHA, handover_id), EndShown)


async def test_what_one_was_granted_is_no_word_for_another(strict: Stand) -> None:
    _, handover_id = await closing(strict)
    wish = await wished(strict, handover_id)
    await Approving(strict.dock, strict.approvals).decide(LEAD, wish.id, Word.GRANTED)
    answer = await strict.end.give(VIKRAM, handover_id, 5, "I want it too", counted=3)
    assert isinstance(answer, EndWaits)
    assert answer.approval.asked_by == VIKRAM.user_id
