"""A dock without a network: Flipkart and Slack in this process, a database file that fails, and one life of a bot.

Nothing moves by itself. Time stands still until the test moves it, a fault waits for its moment, a held call waits to
be let go, and the bot can be killed or stopped at any call and at any transaction.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.flipkart.errors import RefusedError, ThrottledError, TransportError
from bot.flipkart.wire import EndOtcAnswer, FixedOtcs, InitialLoad, ScanPage, StartOtcs
from bot.handover import machine
from bot.handover.actions import Counting, Dock
from bot.handover.around import Around
from bot.handover.beside import NOTHING, Beside
from bot.handover.end import EndOtc
from bot.handover.location import Locations
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.handover.policy import Policy
from bot.handover.ports import Arrivals, EndCode, FixedCode, Page, ReturnsApiError, StartCode
from bot.handover.reader import ScanReader
from bot.handover.refusals import Refusal as Refused
from bot.handover.refused import RefusedRecord
from bot.handover.sight import Sight
from bot.handover.start import StartOtc
from bot.handover.vault import CodeVault, HeldEnd
from bot.outbox.pacer import Pacer
from bot.outbox.ports import MaybeSentError, MessageGoneError, NotSentError, Posted, Rendered
from bot.sandbox.flipkart.desk import Desk, Json
from bot.sandbox.flipkart.dock import Dock as Floor
from bot.sandbox.flipkart.ledger import Ledger
from bot.sandbox.flipkart.paging import SHIPMENTS, Pager, PageToken
from bot.sandbox.flipkart.refusals import STATUS_OF, Refusal
from bot.sandbox.flipkart.switches import Switches
from bot.sandbox.flipkart.world import World
from bot.store.approvals import ApprovalStore
from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database, DatabaseUnusableError
from bot.timing import DockTiming
from tests.handover.stand import FIXED, LOCATION, PlainDirectory
from tests.outboxes import outbox

PAGES_A_TICK = 3
PAGE_SIZE = 2
CALM = 25
"""Rounds of the loop without a sign of life, after which everything is waiting for something."""
LATE_SECONDS = 5.0
"""A message whose post was not answered turns up in the history within this time."""

ASKER: ContextVar[str] = ContextVar("asker", default="")
"""Who pressed what runs now; a task has it from the press that began it."""


class Time:
    """The true time, and the bot's clock beside it, which somebody may set wrong."""

    def __init__(self) -> None:
        self.true = 1_772_442_000.0
        self.skew = 0.0

    def bot(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.skew, UTC)

    def seconds(self) -> float:
        return self.true


class StillLoop(asyncio.SelectorEventLoop):
    """A loop whose timers go by the dock's time: nothing waits for real, and no run differs from another."""

    def __init__(self, time: Time) -> None:
        self._dock_time = time
        super().__init__()

    def time(self) -> float:
        return self._dock_time.true


# ---- what goes wrong -------------------------------------------------------------------------------------------------


class Moment(Enum):
    """Where the outside is touched: each is one edge at which something can go wrong."""

    ASK = auto()
    """A call to Flipkart goes out."""
    ANSWER = auto()
    """Flipkart has carried it out, and the answer comes in."""
    POST = auto()
    POSTED = auto()
    EDIT = auto()
    EDITED = auto()
    FIND = auto()
    BEGIN = auto()
    """A transaction begins."""
    COMMIT = auto()
    """It is about to be committed."""
    COMMITTED = auto()


class LateError(Exception):
    """The post was carried out, but history shows it only after a while."""


def _disk_error() -> Exception:
    return OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))


Ways = dict[Moment, tuple[Callable[[], Exception], ...]]
FLIPKART: Ways = {
    Moment.ASK: (
        lambda: TransportError("no answer"),
        lambda: ThrottledError("later", retry_after=20.0),
        lambda: RefusedError("broken", code="INTERNAL_SERVER_ERROR", status=500),
    ),
    Moment.ANSWER: (lambda: TransportError("no answer"),),
}
_NOT_DONE = (
    lambda: MaybeSentError("TimeoutError"),
    lambda: NotSentError("ratelimited", 20.0),
    lambda: NotSentError("not_in_channel"),
)
SLACK: Ways = {
    Moment.POST: _NOT_DONE,
    Moment.POSTED: (lambda: MaybeSentError("TimeoutError"), LateError),
    Moment.EDIT: _NOT_DONE,
    Moment.EDITED: (lambda: MaybeSentError("TimeoutError"),),
    Moment.FIND: _NOT_DONE,
}
DISK: Ways = {Moment.COMMIT: (_disk_error,)}


class What(Enum):
    """What goes wrong, and at which moments it can."""

    FLIPKART_FAILS = FLIPKART
    SLACK_FAILS = SLACK
    DISK_FAILS = DISK
    HELD = dict.fromkeys(set(FLIPKART) | set(SLACK) - {Moment.FIND})
    STOPPED = dict.fromkeys(Moment, "stopped")
    KILLED = dict.fromkeys(Moment, "killed")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong at the nth moment at which it can, counted from when it is set."""

    what: What
    nth: int
    way: int = 0


class Trouble:
    """Stands at every edge: lets the fault happen there, holds calls, and lets nothing through after a kill."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._left = 0
        self.met = False
        self.moments = 0
        self.dead = False
        self.stop: Callable[[], None] = lambda: None
        self.held: list[asyncio.Future[None]] = []
        self.carried_out = False
        """What a post that is held before it goes out comes to when its caller dies: done after all, or not."""

    @contextmanager
    def during(self, fault: Fault | None) -> Iterator[None]:
        """The fault may happen while this runs; afterwards it is off."""
        self._fault, self._left = fault, fault.nth if fault else 0
        self.met = False
        yield
        self._fault = None

    async def at(self, moment: Moment) -> None:
        self.moments += 1
        self._alive()
        fault = self._due(moment)
        if fault is None:
            return
        match fault.what:
            case What.KILLED:
                self.dead = True
            case What.STOPPED:
                self.stop()
                await asyncio.sleep(0)
            case What.HELD:
                gate = asyncio.get_running_loop().create_future()
                self.held.append(gate)
                await gate
            case _:
                ways = fault.what.value[moment]
                raise ways[fault.way % len(ways)]()
        self._alive()

    def _alive(self) -> None:
        if self.dead:
            raise asyncio.CancelledError

    def _due(self, moment: Moment) -> Fault | None:
        fault = self._fault
        if fault is None or moment not in fault.what.value:
            return None
        if self._left > 0:
            self._left -= 1
            return None
        self._fault = None
        self.met = True
        return fault


# ---- Flipkart --------------------------------------------------------------------------------------------------------

Task = tuple[str, str]
"""FE and task."""
Look = tuple[object, ...]


def look_of(one: Shipment) -> Look:
    """What the counts and the callings-out are made of."""
    return one.status, one.actual_flyer_id, one.captured_flyer_id, one.obd_eligible, one.obd_remark, one.scanned_at


@dataclass
class Listed:
    """What the bot was told of one task: the ids that it must have, and how each row may look in the store."""

    sure: set[str] = field(default_factory=set)
    looks: dict[str, list[Look]] = field(default_factory=dict)

    def told(self, rows: tuple[Shipment, ...], *, sure: bool) -> None:
        for row in rows:
            before = self.looks.get(row.tracking_id, [])
            # An earlier scan of the same parcel, met again on an earlier page, does not undo the later one.
            after = [old if _is_older(look_of(row), old) else look_of(row) for old in before or [look_of(row)]]
            self.looks[row.tracking_id] = after if sure else [*before, *after]
            if sure:
                self.sure.add(row.tracking_id)


def _is_older(one: Look, other: Look) -> bool:
    before, after = one[-1], other[-1]
    return isinstance(before, datetime) and isinstance(after, datetime) and before < after


class Flipkart:
    """The simulated Flipkart without HTTP: implements `bot.handover.ports.ReturnsApi`."""

    def __init__(self, time: Time, switches: Switches, enabled_for: str, trouble: Trouble) -> None:
        self.switches = switches
        self.world = World(time.seconds, switches, "model")
        self.floor = Floor(self.world)
        self.floor.add_location(LOCATION.id, enabled_for, FIXED)
        self._desk = Desk(
            self.world, self.floor, Pager(self.world, lambda: "https://flipkart.example"), Ledger(self.world)
        )
        self._trouble = trouble
        self._unsure: dict[asyncio.Task[Any] | None, tuple[Task, tuple[Shipment, ...]]] = {}
        self.listed: dict[Task, Listed] = {}
        self.generating: Callable[[str], None] = lambda _: None
        """Told of each call that generates a code, at the moment at which Flipkart carries it out."""

    async def initial_load(self, location_id: str, *, for_person: bool = False) -> Arrivals:  # noqa: ARG002
        body: Json = {"sellerLocationId": location_id, "taskType": "RETURN"}
        answer = await self._call(lambda: self._desk.initial_load(body))
        return InitialLoad.model_validate(answer).arrivals()

    async def start_codes(self, location_id: str) -> list[StartCode]:
        body: Json = {"sellerLocationId": location_id, "taskType": "RETURN"}

        def generate() -> Json:
            self.generating("start")
            return self._desk.start_otc(body)

        return StartOtcs.model_validate(await self._call(generate)).codes()

    async def shipments(
        self,
        task_id: str,
        fe_id: str,
        url: str | None,
        page_size: int,
        *,
        for_person: bool = False,  # noqa: ARG002
        known: bytes = b"",  # noqa: ARG002
    ) -> Page:
        # Whoever asks for the next page has kept the one before.
        self.kept(sure=True)
        first: Json = {"taskId": task_id, "feId": fe_id, "pageSize": page_size}
        token = url.removeprefix(f"{SHIPMENTS}/") if url else ""
        if url:
            place = PageToken.decode(token)
            assert (place.task_id, place.fe_id) == (task_id, fe_id), "a page of another task was asked for"
        answer = ScanPage.model_validate(
            await self._call(lambda: self._desk.shipments_next(token) if url else self._desk.shipments_first(first))
        )
        page = Page(answer.shipments(), answer.has_more, answer.next_url, rows=len(answer.rows))
        self._unsure[asyncio.current_task()] = (fe_id, task_id), page.shipments
        return page

    def kept(self, *, sure: bool) -> None:
        """What came of the newest page that this task was given: it was kept, or nobody knows."""
        newest = self._unsure.pop(asyncio.current_task(), None)
        if newest:
            self.listed.setdefault(newest[0], Listed()).told(newest[1], sure=sure)

    async def end_code(self, fe_id: str, task_id: str) -> EndCode:
        body: Json = {"feId": fe_id, "taskId": task_id, "taskType": "RETURN"}

        def generate() -> Json:
            answer = self._desk.end_otc(body)
            self.generating("end")
            return answer

        return EndOtcAnswer.model_validate(await self._call(generate)).code()

    async def fixed_codes(self, location_id: str) -> list[FixedCode]:
        def show() -> Json:
            self.generating("fixed")
            return self._desk.legacy_otc(location_id, {"requestType": "RETURN"})

        return FixedOtcs.model_validate(await self._call(show)).codes()

    async def _call(self, carry_out: Callable[[], Json]) -> Json:
        await self._trouble.at(Moment.ASK)
        try:
            answer = carry_out()
        except Refusal as refusal:
            status = refusal.status or STATUS_OF.get(refusal.code, 400)
            raise RefusedError(refusal.message, code=refusal.code, status=status) from refusal
        await self._trouble.at(Moment.ANSWER)
        return answer


# ---- Slack -----------------------------------------------------------------------------------------------------------


@dataclass
class Message:
    """One message of the channel or of a thread, as it stands now."""

    ts: str
    thread_ts: str | None
    key: str
    shown: Rendered
    seen_from: float
    before: list[Rendered] = field(default_factory=list)
    deleted: bool = False


class Slack:
    """A channel that keeps what was posted: implements `bot.outbox.ports.Messenger`."""

    def __init__(self, time: Time, trouble: Trouble) -> None:
        self._time = time
        self._trouble = trouble
        self.messages: list[Message] = []

    async def post(self, channel: str, thread_ts: str | None, message: Rendered, key: str) -> str:
        assert channel == LOCATION.channel
        try:
            await self._trouble.at(Moment.POST)
        except asyncio.CancelledError:
            if self._trouble.carried_out:
                self._keep(thread_ts, message, key)
            raise
        posted = self._keep(thread_ts, message, key)
        try:
            await self._trouble.at(Moment.POSTED)
        except LateError:
            posted.seen_from += LATE_SECONDS
            raise MaybeSentError("TimeoutError") from None
        return posted.ts

    def _keep(self, thread_ts: str | None, message: Rendered, key: str) -> Message:
        ts = f"{self._time.true + len(self.messages) / 1_000_000:.6f}"
        self.messages.append(Message(ts, thread_ts, key, message, self._time.true))
        return self.messages[-1]

    async def open(self, user_id: str) -> str:
        raise AssertionError(f"{user_id} was written to")

    async def edit(self, channel: str, ts: str, message: Rendered, key: str) -> None:  # noqa: ARG002
        await self._trouble.at(Moment.EDIT)
        [found] = [m for m in self.messages if m.ts == ts]
        assert found.key == key, "a message was edited in the name of another"
        if found.deleted:
            raise MessageGoneError("message_not_found")
        found.before.append(found.shown)
        found.shown = message
        await self._trouble.at(Moment.EDITED)

    async def own(
        self,
        channel: str,  # noqa: ARG002
        thread_ts: str | None,
        since: datetime,
        until: datetime,  # noqa: ARG002
    ) -> tuple[list[Posted], bool]:
        await self._trouble.at(Moment.FIND)
        found = [
            Posted(m.ts, m.key, max((one.ts for one in self.messages if one.thread_ts == m.ts), default=""))
            for m in self.messages
            if m.thread_ts == thread_ts
            and m.seen_from <= self._time.true
            and float(m.ts) >= since.timestamp()
            and not m.deleted
        ]
        return found, True

    async def find(self, channel: str, thread_ts: str | None, key: str, since: datetime, until: datetime) -> list[str]:  # noqa: ARG002
        await self._trouble.at(Moment.FIND)
        return [
            m.ts
            for m in self.messages
            if (m.key, m.thread_ts) == (key, thread_ts)
            and m.seen_from <= self._time.true
            and float(m.ts) >= since.timestamp()
            and not m.deleted
        ]


class PlainPainter:
    """Draws everything that a person could see, word for word, so that a stale card is found whatever is stale."""

    def locations(self) -> Set[str]:
        return {LOCATION.id}

    def channel(self, handover: Handover) -> str | None:  # noqa: ARG002
        return LOCATION.channel

    def card(
        self,
        handover: Handover,
        beside: Beside = NOTHING,  # noqa: ARG002
        *,
        first: bool = False,  # noqa: ARG002
        namesake: bool = False,  # noqa: ARG002
    ) -> Rendered:
        return Rendered(handover.fe_name, [handover.model_dump(mode="json", exclude=set(machine.INVISIBLE))])

    def reply(self, handover: Handover, entry: AuditEntry, parcels: list[Shipment]) -> Rendered:
        named = [one.tracking_id for one in parcels]
        return Rendered(handover.fe_name, [{"n": entry.n, "by": entry.by, "detail": entry.detail, "parcels": named}])


# ---- the bot ---------------------------------------------------------------------------------------------------------


P = ParamSpec("P")
Result = TypeVar("Result")


class ShakyDatabase(Database):
    """The real one, on a real file. Tells when nothing is going on, and can fail before each commit."""

    def __init__(self, path: Path, trouble: Trouble) -> None:
        super().__init__(f"sqlite:///{path}")
        self._trouble = trouble
        self.running = 0
        self.done = asyncio.Event()

    async def run(
        self, work: Callable[Concatenate[Connection, P], Result], *args: P.args, **kwargs: P.kwargs
    ) -> Result:
        self.running += 1
        self.done.clear()
        loop = asyncio.get_running_loop()

        def kept(connection: Connection) -> Result:
            result = work(connection, *args, **kwargs)
            asyncio.run_coroutine_threadsafe(self._trouble.at(Moment.COMMIT), loop).result()
            return result

        try:
            await self._trouble.at(Moment.BEGIN)
            result = await super().run(kept)
            await self._trouble.at(Moment.COMMITTED)
            return result
        finally:
            self.running -= 1
            self.done.set()


class Life:
    """One process: everything that a start builds anew, on the file that the one before left."""

    def __init__(self, path: Path, time: Time, flipkart: Flipkart, slack: Slack, trouble: Trouble) -> None:
        self._trouble = trouble
        trouble.dead = False
        trouble.stop = self._cancel
        trouble.held.clear()
        self._flipkart = flipkart
        self.database = ShakyDatabase(path, trouble)
        self.handovers = HandoverStore(self.database, time.bot)
        self.deliveries = DeliveryStore(self.database)
        self.dock = Dock(
            locations=Locations((LOCATION,)),
            handovers=self.handovers,
            api=flipkart,
            policy=Policy(PlainDirectory()),
            reader=ScanReader(flipkart, self.handovers, time.bot, PAGE_SIZE, PAGES_A_TICK),
            start_codes=CodeVault[StartCode](time.bot),
            end_codes=CodeVault[HeldEnd](time.bot),
            clock=time.bot,
            around=Around(DockTiming().look_serves),
            sight=Sight(DockTiming().unseen, DockTiming().outage),
            refused=RefusedRecord(DockTiming().refusals),
            gone_after=timedelta(),
        )
        self.start = StartOtc(self.dock)
        self.end = EndOtc(self.dock, ApprovalStore(self.database), DockTiming().sync_pauses)
        self.counting = Counting(self.dock)
        pacer = Pacer(0.0, time.seconds)
        self.dispatcher = outbox(self.deliveries, self.handovers, slack, PlainPainter(), pacer, time.bot)
        self.stopped = False
        self._doings: set[asyncio.Task[None]] = set()
        self._outbox = asyncio.create_task(self.dispatcher.run())
        self._bugs: list[BaseException] = []

    @property
    def over(self) -> bool:
        """Whether this process was killed or stopped, or ended because its outbox could not begin."""
        return self._trouble.dead or self.stopped or self._outbox.done()

    @property
    def busy(self) -> bool:
        """Whether something that was begun is not done yet."""
        return any(not task.done() for task in self._doings)

    def do(self, doing: Coroutine[Any, Any, None]) -> None:
        """Begins something; `quiet` lets it go on."""
        self._doings.add(asyncio.create_task(self._guarded(doing)))

    async def _guarded(self, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await doing
            self._flipkart.kept(sure=True)
        except (Refused, ReturnsApiError, DatabaseUnusableError):
            pass  # the person is told why; what that does to the store is what is looked at
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug, and is raised where the test sees it
            self._bugs.append(error)
        finally:
            self._flipkart.kept(sure=False)

    async def quiet(self) -> None:
        """Waits until whatever has begun is done, or waits for time, for a held call or for its turn behind one."""
        calm, seen = 0, -1
        while calm < CALM:
            if self.database.running:
                await self.database.done.wait()
            await asyncio.sleep(0)
            calm = calm + 1 if (self.database.running, self._trouble.moments) == (0, seen) else 0
            seen = self._trouble.moments
        self._doings = {task for task in self._doings if not task.done()}
        for bug in self._bugs:
            raise bug

    def _cancel(self) -> None:
        self.stopped = True
        for task in (*self._doings, self._outbox):
            task.cancel()

    async def close(self) -> None:
        """The end of the process; nothing of it is left but the file."""
        self._cancel()
        await asyncio.gather(*self._doings, return_exceptions=True)
        [end] = await asyncio.gather(self._outbox, return_exceptions=True)
        await self.database.close()
        for bug in self._bugs:
            raise bug
        if isinstance(end, Exception) and "disk I/O error" not in str(end):
            raise end
