"""Several copies of the bot over one database and one workspace: one speaks, and whoever takes over doubles nothing."""

import asyncio

from bot.handover.owning import HOUSE
from bot.store.tables import Sending
from bot.timing import OutboxTiming
from tests.outbox.conftest import Office
from tests.owning import Part
from tests.unsaid import unsaid

GRACE = OutboxTiming().grace.total_seconds()


async def test_the_copy_that_owns_the_house_speaks_and_the_others_do_not(office: Office) -> None:
    speaks, listens = Part(HOUSE), Part()
    one, other = office.copy(speaks), office.copy(listens)
    await office.arrive()
    for dispatcher in (other, one, other):
        await dispatcher.turn()
        await dispatcher.settle()
    assert len(office.cards) == 1
    assert not speaks.busy.total(), "the house could never be handed over"


async def test_what_a_copy_was_posting_when_it_lost_the_house_is_found_in_history_by_the_next(office: Office) -> None:
    first, second = Part(HOUSE), Part()
    stalled, heir = office.copy(first), office.copy(second)
    posted = asyncio.Event()
    office.slack.fail("chat.postMessage", until=posted, carried_out=True)
    await office.arrive()
    await stalled.turn()
    await office.slack.wait_for(lambda: office.calls("chat.postMessage"))
    first.own()
    second.own(HOUSE, fence=2)
    await heir.turn()
    await heir.settle()
    posted.set()
    await stalled.settle()
    [due] = await unsaid(office.deliveries)
    assert due.delivery.state in (Sending.UNKNOWN, Sending.SENT)
    for _ in range(10):
        office.time.move(GRACE / 5)
        await heir.turn()
        await heir.settle()
    assert len(office.cards) == 1, "the card stands twice"
    assert await unsaid(office.deliveries) == []


async def test_a_copy_that_was_stopped_just_before_a_post_leaves_it_to_the_next(office: Office) -> None:
    first, second = Part(HOUSE), Part()
    stopped, heir = office.copy(first), office.copy(second)
    await office.arrive("First")
    await stopped.turn()
    await stopped.settle()
    office.time.move(2)
    await office.arrive("Second")
    first.is_sure = False
    await stopped.turn()
    await stopped.settle()
    assert len(office.cards) == 1, "it posted although another copy may have posted it by then"
    second.own(HOUSE, fence=2)
    for _ in range(10):
        office.time.move(GRACE / 5)
        await heir.turn()
        await heir.settle()
    assert len(office.cards) == 2


async def test_of_two_copies_that_both_take_the_house_for_theirs_one_posts(office: Office) -> None:
    """Locks forbid it; were they wrong, the database would still say no."""
    one, other = office.copy(Part(HOUSE, fence=1)), office.copy(Part(HOUSE, fence=2))
    await office.arrive()
    await asyncio.gather(one.turn(), other.turn())
    await asyncio.gather(one.settle(), other.settle())
    for _ in range(10):
        office.time.move(GRACE / 5)
        await other.turn()
        await other.settle()
    assert len(office.cards) == 1
