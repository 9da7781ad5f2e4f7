"""A digest gets into Slack once, whatever fails on its way, and its files with it."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.handover import machine
from bot.handover.digest import Digest
from bot.handover.ports import EndTotals
from bot.jobs.digest import DigestJob
from bot.outbox.contents import DigestContent
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.slack.digest_painter import SlackDigestPainter
from bot.slack.files import SlackFiles
from bot.store.claim_lines import ClaimLineStore
from bot.store.digests import DigestStore
from bot.store.tables import DELIVERY, DeliveryRow, Kind, Sending
from bot.worker import TooMuchError
from tests.outbox.conftest import ZONE, Office
from tests.support import here
from tests.tables import Tables

HOUR = 3600.0
UNTIL_MIDNIGHT = 10.5 * HOUR


class PlainPainter:
    """Draws in no time; fails when it is told to."""

    broken = False

    def message(self, digest: Digest) -> Rendered:
        return Rendered(f"{digest.day.date}: {digest.figures.handovers}", [])

    async def documents(self, _: Digest) -> list[Document]:
        if self.broken:
            raise RuntimeError("no ink")
        return [Document("day.png", "chart", b"png"), Document("day.csv", "table", b"csv")]


class Job:
    """As after a start of the bot: only the database remembers."""

    def __init__(self, office: Office, painter: Any = None) -> None:
        self._office = office
        digests = DigestStore(office.database)
        office.contents[Kind.DIGEST] = DigestContent(
            digests, ClaimLineStore(office.database), painter or PlainPainter(), office.locations, ZONE
        )
        office.new_dispatcher()
        self._job = DigestJob(digests, office.locations, ZONE, office.time.now)

    async def tick(self) -> None:
        """All that can be done at this moment."""
        await self._job.tick()
        await self._office.busy()


async def rows(office: Office) -> list[DeliveryRow]:
    tables = Tables(office.database)
    return list(await tables.exec(select(DeliveryRow).where(DELIVERY.c.kind == Kind.DIGEST).order_by(DELIVERY.c.id)))


def in_slack(office: Office) -> tuple[list[str], list[list[str]]]:
    """The digests, and for each message under the first one the names of its files."""
    found = digests(office)
    if not found:
        return [], []
    return [one.text for one in found], [[file["name"] for file in reply.files] for reply in office.thread(found[0])]


def digests(office: Office) -> list[Any]:
    """The messages that open a thread and are no card of an FE."""
    return [one for one in office.cards if "Ram Kumar" not in one.text]


ONCE = (["2027-01-15: 1"], [["day.png", "day.csv"]])


async def a_day_is_over(office: Office) -> None:
    await office.arrive()
    await office.work()
    office.time.move(UNTIL_MIDNIGHT)


async def work(office: Office, looks: int = 20, painter: Any = None) -> None:
    """Looks every 20 seconds, `looks` times or until all is said, and then once more."""
    one = Job(office, painter)
    for _ in range(looks):
        await one.tick()
        office.time.move(20)
        states = {row.state for row in await rows(office)}
        if states and states <= {Sending.SENT, Sending.LOST}:
            break
    await one.tick()


async def test_one_digest_at_the_end_of_the_day(office: Office) -> None:
    await office.arrive()
    await office.work()
    office.time.move(UNTIL_MIDNIGHT - 1)
    await Job(office).tick()
    assert await rows(office) == []
    office.time.move(1)
    await work(office)
    await work(office)
    assert in_slack(office) == ONCE
    [row] = await rows(office)
    assert (row.state, len(row.file_ids)) == (Sending.SENT, 2)
    key = digests(office)[0].metadata["event_payload"]["key"]
    assert key == row.key


async def test_a_quiet_day_has_none_and_of_missed_days_only_the_last_is_told(office: Office) -> None:
    office.time.move(UNTIL_MIDNIGHT)
    await work(office, 2)
    assert await rows(office) == []
    for _ in range(3):
        await office.arrive()
        office.time.move(24 * HOUR)
    await work(office)
    assert [date.fromordinal(row.n).isoformat() for row in await rows(office)] == ["2027-01-18"]


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("chat.postMessage", {"drop": "before"}),
    ("chat.postMessage", {"drop": "after"}),
    ("chat.postMessage", {"status": 500, "carried_out": True}),
    ("chat.postMessage", {"error": "ratelimited", "retry_after": 30}),
    ("files.getUploadURLExternal", {"error": "internal_error", "times": 2}),
    ("files.completeUploadExternal", {"drop": "before"}),
    ("files.completeUploadExternal", {"drop": "after"}),
    ("files.completeUploadExternal", {"error": "internal_error", "carried_out": True}),
    ("files.completeUploadExternal", {"error": "file_not_found"}),
]


@pytest.mark.parametrize(("method", "fault"), WAYS, ids=[f"{m}-{'-'.join(map(str, f.values()))}" for m, f in WAYS])
async def test_exactly_once_whatever_slack_answers(office: Office, method: str, fault: dict[str, Any]) -> None:
    await a_day_is_over(office)
    office.slack.fail(method, **fault)
    await work(office)
    assert in_slack(office) == ONCE
    assert [row.state for row in await rows(office)] == [Sending.SENT]


EDGES = [("post before", 0), ("post after", 0), ("post after", 40), ("reserve", 0), ("send", 40)]
EDGES += [("share before", 0), ("share after", 0), ("share after", 40)]


@pytest.mark.parametrize(("edge", "rest"), EDGES)
async def test_exactly_once_over_a_crash(office: Office, edge: str, rest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rest` is how many seconds the bot is away: before the grace is over, and after."""
    await a_day_is_over(office)
    name, _, when = edge.partition(" ")
    room = SlackFiles if name != "post" else type(office.sender())
    whole, reached = getattr(room, name), list[str]()

    async def cut(*args: Any) -> None:
        if when != "before":
            await whole(*args)
        reached.append(edge)
        # The process ends here: nothing more is written down.
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(room, name, cut)
        await Job(office).tick()
    assert reached, "the edge was not reached"
    office.time.move(rest)
    await work(office)
    assert in_slack(office) == ONCE


async def test_history_that_can_not_be_read_after_a_crash_lets_it_wait_and_not_be_doubled(office: Office) -> None:
    await a_day_is_over(office)
    office.slack.fail("chat.postMessage", drop="after")
    await Job(office).tick()
    office.slack.fail("conversations.history", error="ratelimited", retry_after=40, times=3)
    office.time.move(60)
    await work(office)
    assert in_slack(office) == ONCE


async def test_without_the_right_to_upload_the_message_is_there_and_the_files_come_later(office: Office) -> None:
    await a_day_is_over(office)
    office.slack.scopes.discard("files:write")
    await work(office)
    assert in_slack(office) == (ONCE[0], [])
    [row] = await rows(office)
    assert "otc-bot manifest" in row.error
    office.slack.scopes.add("files:write")
    await work(office, 80)
    assert in_slack(office) == ONCE


async def test_a_digest_that_slack_does_not_take_for_a_day_is_given_up(office: Office) -> None:
    await a_day_is_over(office)
    office.slack.fail("chat.postMessage", error="is_archived", times=1000)
    await work(office, 3)
    office.time.move(24 * HOUR)
    await work(office, 1)
    assert [row.state for row in await rows(office)] == [Sending.LOST]


async def test_a_fault_in_the_drawing_lets_only_that_digest_wait(office: Office) -> None:
    await a_day_is_over(office)
    painter = PlainPainter()
    painter.broken = True
    await work(office, 2, painter)
    assert in_slack(office) == (ONCE[0], [])
    painter.broken = False
    await work(office, 60, painter)
    assert in_slack(office) == ONCE


async def test_the_real_thing_reads_the_store(office: Office) -> None:
    handover = await office.arrive("Ram Kumar")
    await office.handovers.step(
        handover.id, lambda h: machine.start_otc_given(h, "U0ASHA", None, office.time.now(), again=False)
    )
    office.time.move(600)
    await office.handovers.step(
        handover.id, lambda h: machine.start_otc_given(h, "U0ASHA", None, office.time.now(), again=True)
    )
    await office.scan(handover, 5)
    await office.scan(handover, 2, "REJECTED")
    await office.count(handover, 6)
    for _ in range(2):
        await office.handovers.step(
            handover.id, lambda h: machine.end_otc_given(h, "U0VIKRAM", "one is torn", EndTotals(7), office.time.now())
        )
    office.time.move(UNTIL_MIDNIGHT)
    await work(office, 3, SlackDigestPainter(ZONE, here))
    [card] = digests(office)
    said = str(card.blocks)
    assert "*Parcels scanned*\\n7" in said
    assert "*Wait for the code (usual)*\\nunder a minute" in said
    assert said.count("6 counted, 7 scanned; <@U0VIKRAM>: “one is torn”") == 1
    [reply] = office.thread(card)
    picture, table = (office.slack.files[file["id"]] for file in reply.files)
    assert picture.content.startswith(b"\x89PNG")
    assert b"Ram Kumar" in table.content
    assert (picture.name, table.name) == ("day-2027-01-15.png", "day-2027-01-15.csv")


async def test_files_that_are_too_much_wait_and_are_said_once(office: Office) -> None:
    class TooMuch(PlainPainter):
        async def documents(self, _: Digest) -> list[Document]:
            raise TooMuchError("it took too much time")

    await a_day_is_over(office)
    with capture_logs() as logged:
        for _ in range(3):
            await work(office, 3, TooMuch())
            office.time.move(900)
    assert [line["log_level"] for line in logged if "can't be drawn" in line["event"]] == ["error"]
    [row] = await rows(office)
    assert (row.ts != "", row.state, "takes more" in row.error) == (True, Sending.PENDING, True)
    await work(office)
    assert [row.state for row in await rows(office)] == [Sending.SENT]
