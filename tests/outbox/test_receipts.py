"""A receipt gets into its thread once, whatever fails on its way."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.handover import machine
from bot.handover.location import Location, Locations
from bot.handover.model import Handover
from bot.outbox.contents import SOONEST, ReceiptContent
from bot.outbox.contents import Papers as MakesPapers
from bot.outbox.files import Document
from bot.outbox.papers import Papers
from bot.record.receipt import Receipt
from bot.slack.files import SlackFiles
from bot.slack.names import SlackNames
from bot.store.photos import PhotoStore
from bot.store.records import RecordStore
from bot.store.tables import DELIVERY, DeliveryRow, Kind, Sending
from bot.timing import OutboxTiming
from bot.worker import TooMuchError
from tests.outbox.conftest import ZONE, Office
from tests.support import P, T, here
from tests.tables import Tables


async def plain(receipt: Receipt, language: str) -> list[Document]:
    """Drawn in no time."""
    return [Document("r.pdf", "receipt", receipt.sha256.encode()), Document("r.csv", "table", language.encode())]


class Job:
    """As after a start of the bot: only the database remembers."""

    def __init__(self, office: Office, papers: MakesPapers = plain, calm: timedelta = timedelta()) -> None:
        self._office = office
        office.contents[Kind.RECEIPT] = ReceiptContent(
            deliveries=office.deliveries,
            handovers=office.handovers,
            records=RecordStore(office.database),
            names=SlackNames(office.client()),
            locations=office.locations,
            zone=ZONE,
            clock=office.time.now,
            papers=papers,
            calm=calm,
            soonest=SOONEST,
            hears=False,
        )
        office.new_dispatcher()

    async def tick(self) -> None:
        """All that can be done at this moment."""
        await self._office.busy()


async def rows(office: Office) -> list[DeliveryRow]:
    tables = Tables(office.database)
    return list(await tables.exec(select(DeliveryRow).where(DELIVERY.c.kind == Kind.RECEIPT).order_by(DELIVERY.c.n)))


async def leave(office: Office, handover: Handover) -> Handover:
    for _ in range(machine.MISSES):
        handover = await office.handovers.step(handover.id, lambda h: machine.miss(h, office.time.now()))
    return handover


async def ended(office: Office, *, said: bool = True, name: str = "Ram Kumar") -> Handover:
    handover = await office.arrive(name)
    await office.scan(handover, 5)
    await office.scan(handover, 1, "REJECTED")
    await office.count(handover, 6)
    handover = await leave(office, handover)
    if said:
        await office.work()
        # Until then no receipt was asked for: see `tests.outboxes.Later`.
        office.time.move(1)
    return handover


async def work(
    office: Office, looks: int = 40, papers: MakesPapers = plain, calm: timedelta = timedelta(), every: float = 5
) -> None:
    """Looks `every` so many seconds, until all is said, and then once more."""
    one = Job(office, papers, calm)
    for _ in range(looks):
        await one.tick()
        office.time.move(every)
        if {row.state for row in await rows(office)} <= {Sending.SENT, Sending.LOST}:
            break
    await one.tick()


def in_thread(office: Office) -> list[list[str]]:
    """For each message with files in the thread their names."""
    return [[file["name"] for file in message.files] for message in office.thread(office.cards[0]) if message.files]


ONCE = [["r.pdf", "r.csv"]]


async def test_one_line_with_two_files_at_the_end(office: Office) -> None:
    await ended(office)
    await work(office)
    await work(office)
    assert in_thread(office) == ONCE
    [row] = await rows(office)
    assert (row.state, len(row.file_ids), len(row.sent_hash)) == (Sending.SENT, 2, 64)
    last = office.thread(office.cards[0])[-1]
    assert last.text == f"Receipt: 6 counted, 6 scanned, 1 problem parcel. SHA-256 `{row.sent_hash[:12]}…`"
    assert office.slack.files[row.file_ids[0]].content == row.sent_hash.encode()


async def test_an_fe_who_comes_back_within_a_calm_minute_has_one_receipt(office: Office) -> None:
    handover = await ended(office)
    await work(office, 11, calm=OutboxTiming().calm)
    assert in_thread(office) == [], "a receipt of an end that may not last"
    await office.turn(handover, "Scanning")
    await work(office, 3, calm=OutboxTiming().calm)
    handover = await leave(office, handover)
    await office.work()
    await work(office, calm=OutboxTiming().calm)
    assert in_thread(office) == ONCE
    assert handover.ended_at is not None
    assert (await rows(office))[-1].state == Sending.SENT


async def test_not_before_the_card_and_the_earlier_replies(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="ratelimited", retry_after=30, times=3)
    await ended(office, said=False)
    await work(office, 3)
    assert office.cards == []
    await work(office, 100)
    thread = office.thread(office.cards[0])
    assert in_thread(office) == ONCE
    assert thread[-1].files, "something that happened before stands below the receipt"
    assert len(thread) > 2


async def test_pictures_on_their_way_are_waited_for_but_not_for_long(office: Office) -> None:
    handover = await ended(office)
    await PhotoStore(office.database, office.time.now).add(handover.id, "", "F0SLOW", "slow.jpg", office.time.now())
    await work(office, 2)
    assert in_thread(office) == []
    await work(office)
    assert in_thread(office) == ONCE


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("files.getUploadURLExternal", {"error": "internal_error", "times": 2}),
    ("files.getUploadURLExternal", {"lacks": "upload_url"}),
    ("files.getUploadURLExternal", {"lacks": "file_id"}),
    ("files.completeUploadExternal", {"drop": "before"}),
    ("files.completeUploadExternal", {"drop": "after"}),
    ("files.completeUploadExternal", {"error": "file_not_found"}),
    ("users.info", {"error": "internal_error", "times": 9}),
]


@pytest.mark.everyday(4)
@pytest.mark.parametrize(("method", "fault"), WAYS, ids=[f"{m}-{'-'.join(map(str, f.values()))}" for m, f in WAYS])
async def test_exactly_once_whatever_slack_answers(office: Office, method: str, fault: dict[str, Any]) -> None:
    await ended(office)
    office.slack.fail(method, **fault)
    await work(office)
    assert in_thread(office) == ONCE
    assert [row.state for row in await rows(office)] == [Sending.SENT]


async def test_files_that_can_not_be_looked_up_are_not_shared_twice(office: Office) -> None:
    await ended(office)
    office.slack.fail("files.completeUploadExternal", drop="after")
    office.slack.fail("files.info", error="ratelimited", retry_after=30, times=3)
    await work(office, 80)
    assert in_thread(office) == ONCE


async def test_an_answer_that_says_nothing_of_a_file_is_no_no(office: Office) -> None:
    await ended(office)
    office.slack.fail("files.completeUploadExternal", drop="after")
    office.slack.fail("files.info", lacks="file", times=3)
    await work(office, 80)
    assert in_thread(office) == ONCE


EDGES = [("send", 0), ("share before", 0), ("share after", 0), ("share after", 40)]


@pytest.mark.parametrize(("edge", "rest"), EDGES)
async def test_exactly_once_over_a_crash(office: Office, edge: str, rest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rest` is how many seconds the bot is away: before the grace is over, and after."""
    await ended(office)
    name, _, when = edge.partition(" ")
    whole, reached = getattr(SlackFiles, name), list[str]()

    async def cut(*args: Any) -> None:
        if when != "before":
            await whole(*args)
        reached.append(edge)
        # The process ends here: nothing more is written down.
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(SlackFiles, name, cut)
        await Job(office).tick()
    assert reached, "the edge was not reached"
    office.time.move(rest)
    await work(office)
    assert in_thread(office) == ONCE


async def test_who_comes_back_gets_the_receipt_of_the_last_end_only(office: Office) -> None:
    handover = await ended(office)
    await office.turn(handover, "Scanning")
    await work(office, 2)
    assert [row.state for row in await rows(office)] == [Sending.LOST]
    await leave(office, handover)
    await office.work()
    await work(office)
    assert [row.state for row in await rows(office)] == [Sending.LOST, Sending.SENT]
    assert in_thread(office) == ONCE


async def test_a_fault_in_the_drawing_lets_it_wait(office: Office) -> None:
    await ended(office)

    async def broken(_: Receipt, __: str) -> list[Document]:
        raise RuntimeError("no ink")

    await work(office, 2, broken)
    assert in_thread(office) == []
    office.time.move(900)
    await work(office)
    assert in_thread(office) == ONCE


async def test_what_slack_never_takes_is_given_up(office: Office) -> None:
    await ended(office)
    office.slack.scopes.discard("files:write")
    await work(office, 2)
    [row] = await rows(office)
    assert "otc-bot manifest" in row.error
    office.time.move(8 * 24 * 3600)
    await work(office, 1)
    assert [row.state for row in await rows(office)] == [Sending.LOST]


async def test_the_real_papers_in_hindi_with_names(office: Office) -> None:
    office.slack.add_user("asha", real_name="Asha Rao", user_id="U0ASHA")
    office.locations = Locations((Location(id="LOC1", name="Dock", channel=office.channel, language="hi"),))
    await ended(office, name="राम कुमार")
    await work(office, 3, Papers(here))
    [row] = await rows(office)
    pdf, table = (office.slack.files[one] for one in row.file_ids)
    assert pdf.content.startswith(b"%PDF")
    assert "Asha Rao" in table.content.decode()
    assert pdf.name.startswith("receipt-2027-01-15-Dock-राम-कुमार-6-of-6-")
    assert office.thread(office.cards[0])[-1].text.startswith("रसीद")


async def test_a_receipt_that_slack_refuses_is_on_the_health_page_until_it_is_taken(office: Office) -> None:
    await ended(office)
    office.slack.fail("files.getUploadURLExternal", error="missing_scope", times=100)
    job = Job(office)
    await job.tick()
    [sentence] = office.dispatcher.problems()
    assert sentence.startswith(f"Slack has not taken 1 receipt for {office.channel}"), sentence
    assert "missing_scope" in sentence
    assert "install it again" in sentence, "what to do about it"
    office.slack.clear_faults()
    office.time.move(20)
    await job.tick()
    assert in_thread(office) == ONCE
    assert office.dispatcher.problems() == []


async def test_a_receipt_that_waited_and_is_of_no_use_any_more_is_on_no_health_page(office: Office) -> None:
    handover = await ended(office)
    office.slack.fail("files.getUploadURLExternal", error="missing_scope", times=100)
    job = Job(office)
    await job.tick()
    assert office.dispatcher.problems()
    await office.turn(handover, "Scanning")
    office.time.move(20)
    await job.tick()
    assert [row.state for row in await rows(office)] == [Sending.LOST], "the FE came back"
    assert office.dispatcher.problems() == []


class Stingy:
    """A process that refuses pictures, or everything."""

    def __init__(self, *, everything: bool) -> None:
        self.everything = everything
        self.asked: list[bool] = []

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        pictures = bool(args[-1])
        self.asked.append(pictures)
        if pictures or self.everything:
            raise TooMuchError("it took too much memory")
        return await here(work, *args, **kwargs)


async def test_a_receipt_whose_pictures_are_too_much_comes_without_them(office: Office) -> None:
    await ended(office)
    stingy = Stingy(everything=False)
    await work(office, 3, Papers(stingy))
    [row] = await rows(office)
    assert (row.state, stingy.asked) == (Sending.SENT, [True, False])
    assert office.slack.files[row.file_ids[0]].content.startswith(b"%PDF")


async def test_a_receipt_that_is_too_much_waits_is_said_once_and_given_up(office: Office) -> None:
    await ended(office)
    stingy = Stingy(everything=True)
    with capture_logs() as logged:
        await work(office, 20, Papers(stingy))
        assert len(stingy.asked) == 2, "tried again and again"
        office.time.move(900)
        await work(office, 2, Papers(stingy))
        assert len(stingy.asked) == 4
        [row] = await rows(office)
        assert "takes more than the bot gives" in row.error
    said = [line for line in logged if line["event"].startswith("a paper can't be drawn")]
    assert [line["log_level"] for line in said] == ["error"]
    office.time.move(8 * 24 * 3600)
    await work(office, 1, Papers(stingy))
    assert [row.state for row in await rows(office)] == [Sending.LOST]


async def test_a_receipt_whose_thread_was_never_whole_is_given_up_and_said_once(office: Office) -> None:
    await ended(office, said=False)
    # One reply is left for sure: with a third look the receipt may just see the last one sent.
    await work(office, 2)
    office.time.move(8 * 24 * 3600)
    with capture_logs() as entries:
        await work(office, 3)
    assert [row.state for row in await rows(office)] == [Sending.LOST]
    assert len([one for one in entries if one["event"].startswith("given up")]) == 1


async def test_an_upload_that_slack_fails_for_good_becomes_rarer_and_is_said_once(office: Office) -> None:
    await ended(office)
    office.slack.fail("files.completeUploadExternal", error="internal_error", times=1_000_000)
    with capture_logs() as entries:
        await work(office, 180, every=20)
    shares = office.calls("files.completeUploadExternal")
    assert len(shares) <= 16, f"{len(shares)} attempts in an hour"
    warned = [one for one in entries if one["log_level"] == "warning" and one.get("what") == "receipt"]
    assert len(warned) == 1, f"{len(warned)} warnings for one reason"


@pytest.mark.everyday(1)
@pytest.mark.parametrize("refused", ["r.pdf", "r.csv"])
async def test_a_file_that_slack_never_takes_holds_back_no_other(office: Office, refused: str) -> None:
    await ended(office)
    office.slack.refused_files[refused] = "internal_error"
    await work(office, 100, every=20)
    others = [name for name in ("r.pdf", "r.csv") if name != refused]
    assert in_thread(office) == [others], "the other file is not in the thread once"
    lines = [message.text for message in office.thread(office.cards[0]) if message.text.startswith("Receipt:")]
    assert len(lines) == 1
    office.slack.refused_files.clear()
    await work(office, 100, every=20)
    assert in_thread(office) == [others, [refused]]
    assert [row.state for row in await rows(office)] == [Sending.SENT]
