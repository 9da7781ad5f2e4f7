"""A message to one person alone gets into Slack once, or not at all where it would be of no use any more."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.handover.location import Locations
from bot.handover.model import Actor, Handover
from bot.handover.ports import Step
from bot.handover.reminders import Reminding, take
from bot.handover.shifts import Escalation
from bot.jobs.escalate import EscalationJob
from bot.outbox.direct import DirectContent
from bot.slack.direct_painter import SlackDirectPainter
from bot.slack.links import SlackLinks
from bot.store.reminders import ReminderStore
from bot.store.tables import DELIVERY, DeliveryRow, Kind, Sending
from tests.outbox.conftest import ZONE, Office
from tests.outboxes import Later
from tests.tables import Tables


@dataclass
class Dock:
    """An office at which an FE has waited for a quarter of an hour, and whom that is told."""

    office: Office
    handover: Handover
    leads: list[str]

    def start(self) -> None:
        """As after a start of the bot: only the database remembers."""
        office = self.office
        store, links = ReminderStore(office.database), SlackLinks(office.client())
        office.contents[Kind.DIRECT] = DirectContent(
            store, SlackDirectPainter(ZONE, lambda _person: None), links, office.locations, office.time.now
        )
        office.new_dispatcher()

    async def tell(self) -> None:
        """The step is due: it stands in the thread, and nobody has a message yet."""
        office = self.office
        steps = (Escalation(after_minutes=15, to=tuple(self.leads)),)
        locations = Locations(tuple(one.model_copy(update={"escalate": steps}) for one in office.locations))
        store = ReminderStore(office.database)
        await EscalationJob(store, locations, Reminding(), ZONE, office.time.now, lambda _: True).tick()
        office.contents[Kind.DIRECT] = Later(office.time.now)
        office.new_dispatcher()
        await office.busy()
        office.time.move(1)
        self.start()

    async def work(self, looks: int = 20) -> None:
        """Looks every 20 seconds until no message to one person is left."""
        for _ in range(looks):
            await self.office.busy()
            self.office.time.move(20)
            if all(row.state in (Sending.SENT, Sending.LOST) for row in await self.rows()):
                break

    async def rows(self) -> list[DeliveryRow]:
        query = select(DeliveryRow).where(DELIVERY.c.kind == Kind.DIRECT).order_by(DELIVERY.c.id)
        return list(await Tables(self.office.database).exec(query))

    async def states(self) -> list[Sending]:
        return [row.state for row in await self.rows()]

    def read(self, user_id: str) -> list[str]:
        """What the person has in the conversation with the bot."""
        slack = self.office.slack
        return [one.text_all() for one in slack.messages(slack.direct(user_id).id)]


@pytest.fixture
async def dock(office: Office) -> Dock:
    handover = await office.arrive()
    await office.work()
    office.time.move(16 * 60)
    lead = office.slack.add_user("lead")
    one = Dock(office, handover, [lead])
    one.start()
    return one


async def test_each_user_is_told_once_what_waits_where_and_since_when(dock: Dock) -> None:
    dock.leads += ["S0OPS", dock.office.slack.add_user("boss")]
    await dock.tell()
    await dock.work()
    dock.start()
    await dock.work()
    assert [len(dock.read(one)) for one in (dock.leads[0], dock.leads[2])] == [1, 1]
    [said] = dock.read(dock.leads[0])
    assert "Ram Kumar" in said
    assert "has waited since <!date^1800000000^" in said
    [card] = dock.office.cards
    assert f"/archives/{dock.office.channel}/p{card.ts.replace('.', '')}|Open the thread>" in said
    assert await dock.states() == [Sending.SENT, Sending.SENT]
    assert len({row.key for row in await dock.rows()}) == 2
    [reply] = dock.office.thread(card)
    assert f"<@{dock.leads[0]}> <!subteam^S0OPS> <@{dock.leads[2]}>" in reply.text_all()


async def test_of_two_who_wait_the_same_person_is_told_of_each(dock: Dock) -> None:
    await dock.office.arrive("Mohan Das")
    dock.office.time.move(16 * 60)
    await dock.tell()
    await dock.work()
    assert sorted("Mohan Das" in said for said in dock.read(dock.leads[0])) == [False, True]
    assert await dock.states() == [Sending.SENT, Sending.SENT]


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("conversations.open", {"drop": "after"}),
    ("conversations.open", {"error": "ratelimited", "retry_after": 30}),
    ("conversations.open", {"error": "internal_error"}),
    ("chat.postMessage", {"drop": "before"}),
    ("chat.postMessage", {"drop": "after"}),
    ("chat.postMessage", {"error": "internal_error", "carried_out": True}),
    ("chat.postMessage", {"error": "ratelimited", "retry_after": 30}),
    ("chat.getPermalink", {"drop": "before"}),
]


@pytest.mark.parametrize(("method", "fault"), WAYS, ids=[f"{m}-{'-'.join(map(str, f.values()))}" for m, f in WAYS])
async def test_exactly_once_whatever_slack_answers(dock: Dock, method: str, fault: dict[str, Any]) -> None:
    await dock.tell()
    calls = len(dock.office.calls(method))
    dock.office.slack.fail(method, **fault)
    await dock.work()
    assert len(dock.office.calls(method)) > calls, "nothing met the fault"
    assert len(dock.read(dock.leads[0])) == 1
    assert await dock.states() == [Sending.SENT]


@pytest.mark.parametrize(("when", "away"), [("before", 0), ("after", 0), ("after", 40)])
async def test_exactly_once_over_a_crash(dock: Dock, when: str, away: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`away` is how many seconds the bot is gone: before the grace is over, and after."""
    await dock.tell()
    room = type(dock.office.sender())
    whole, reached = room.post, list[str]()

    async def cut(*args: Any) -> str:
        if when == "after":
            await whole(*args)
        reached.append(when)
        # The process ends here: nothing more is written down.
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(room, "post", cut)
        await dock.office.busy()
    assert reached, "the edge was not reached"
    dock.office.time.move(away)
    dock.start()
    await dock.office.deliveries.recover()
    await dock.work()
    assert len(dock.read(dock.leads[0])) == 1
    assert await dock.states() == [Sending.SENT]


async def taken(dock: Dock) -> None:
    await dock.office.handovers.step(dock.handover.id, lambda h: take(h, Actor("U0ASHA"), dock.office.time.now()))


async def gone(dock: Dock) -> None:
    now = dock.office.time.now()
    left = {"stage": "left", "ended_at": now}
    await dock.office.handovers.step(dock.handover.id, lambda h: Step(h.model_copy(update=left)))


async def scanning(dock: Dock) -> None:
    await dock.office.turn(dock.handover, "Scanning")


@pytest.mark.parametrize("happens", [taken, gone, scanning])
async def test_what_is_no_longer_so_before_it_is_sent_is_not_sent(dock: Dock, happens: Any) -> None:
    await dock.tell()
    dock.office.time.move(5)
    await happens(dock)
    await dock.work()
    assert dock.read(dock.leads[0]) == []
    assert await dock.states() == [Sending.LOST]


async def test_who_takes_it_after_it_was_sent_leaves_it_sent(dock: Dock) -> None:
    await dock.tell()
    dock.office.slack.fail("chat.postMessage", drop="after")
    await dock.office.look(1)
    assert await dock.states() == [Sending.UNKNOWN]
    await taken(dock)
    await dock.work()
    assert len(dock.read(dock.leads[0])) == 1
    assert await dock.states() == [Sending.SENT]


async def test_a_message_of_long_ago_is_not_sent(dock: Dock) -> None:
    await dock.tell()
    dock.office.time.move(15 * 60 + 1)
    await dock.work()
    assert (dock.read(dock.leads[0]), await dock.states()) == ([], [Sending.LOST])


@pytest.mark.parametrize("scope", ["im:write", "im:history"])
async def test_an_app_without_the_scope_gives_it_up_at_once_and_says_so_once(dock: Dock, scope: str) -> None:
    dock.leads += [dock.office.slack.add_user("boss")]
    dock.office.slack.scopes.discard(scope)
    await dock.tell()
    with capture_logs() as logged:
        await dock.office.busy()
    assert await dock.states() == [Sending.LOST, Sending.LOST]
    [line] = [line for line in logged if line["log_level"] in ("warning", "error")]
    assert "missing_scope" in line["reason"]
    assert "otc-bot manifest" in line["reason"]
    assert line["what"] == "a direct message"
    [card] = dock.office.cards
    assert f"<@{dock.leads[0]}>" in dock.office.thread(card)[0].text_all(), "the thread mentions them all the same"
    assert dock.office.dispatcher.problems() == []


async def test_a_person_who_does_not_exist_is_given_up_and_the_others_are_told(dock: Dock) -> None:
    dock.leads[:0] = ["U0NOBODY"]
    await dock.tell()
    with capture_logs() as logged:
        await dock.work(3)
    assert await dock.states() == [Sending.LOST, Sending.SENT]
    [line] = [line for line in logged if line["log_level"] == "error"]
    assert line["channel"] == "U0NOBODY"
    assert "if bot.toml names them, change it" in line["reason"]


async def test_it_goes_before_papers_that_wait(dock: Dock) -> None:
    row = {"about": "LOC1", "location_id": "LOC1", "kind": Kind.DIGEST, "n": 1, "state": Sending.PENDING}
    await Tables(dock.office.database).exec(DELIVERY.insert(), [row | {"file_ids": []}])
    await dock.tell()
    await dock.office.look(1)
    assert len(dock.read(dock.leads[0])) == 1
