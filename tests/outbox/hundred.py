"""A hundred live threads on a virtual clock, against Slack's own limits: how old the cards get, and what is left over.

The dispatcher, the pacer and the database are the bot's. Slack is its rate limits, and answers at once.
"""

import random
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import update

from bot.handover import machine
from bot.handover.beside import NOTHING, Beside
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment
from bot.handover.ports import Sighting, Step
from bot.outbox.pacer import Pacer
from bot.outbox.ports import NotSentError, Posted, Rendered
from bot.sandbox.slack.faults import RateLimits
from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.tables import HANDOVER
from bot.timing import OutboxTiming
from tests.outbox.conftest import Time
from tests.outboxes import outbox
from tests.template import migrated

A_MINUTE = 50
"""Edits that Slack takes."""
CARD_SECONDS = 30.0
"""Between two edits of a card for new counts."""
TICK = 10.0
"""Seconds; so often something is scanned by everybody."""


@dataclass
class Slack:
    """Implements Messenger: the limits of the simulated Slack, without its wire."""

    time: Time
    limits: RateLimits = field(default_factory=RateLimits)
    shown: dict[str, str] = field(default_factory=dict)
    """The text of each card by ts."""
    edits: list[float] = field(default_factory=list)
    refused: int = 0
    same: int = 0
    """Edits after which the card looked as before."""
    _posts: int = 0

    def _let_in(self, method: str, channel: str) -> None:
        seconds = self.limits.wait_seconds(method, channel, self.time.seconds)
        if seconds:
            self.refused += 1
            raise NotSentError("ratelimited", retry_after=seconds)

    async def post(self, channel: str, thread_ts: str | None, message: Rendered, key: str) -> str:  # noqa: ARG002
        self._let_in("chat.postMessage", channel)
        self._posts += 1
        ts = f"{self._posts}.0"
        if thread_ts is None:
            self.shown[ts] = message.text
        return ts

    async def open(self, user_id: str) -> str:
        raise AssertionError(f"{user_id} was written to")

    async def edit(self, channel: str, ts: str, message: Rendered, key: str) -> None:  # noqa: ARG002
        self._let_in("chat.update", channel)
        self.edits.append(self.time.seconds)
        self.same += self.shown[ts] == message.text
        self.shown[ts] = message.text

    async def own(
        self,
        channel: str,  # noqa: ARG002
        thread_ts: str | None,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        until: datetime,  # noqa: ARG002
    ) -> tuple[list[Posted], bool]:
        return [], True

    async def find(self, channel: str, thread_ts: str | None, key: str, since: datetime, until: datetime) -> list[str]:  # noqa: ARG002
        raise AssertionError("no call is left without an answer here")


class Painter:
    """Implements Painter: the moment, the stage and the counts."""

    def __init__(self, channels: list[str]) -> None:
        self._channels = channels

    def locations(self) -> Set[str]:
        return set(self._channels)

    def channel(self, handover: Handover) -> str | None:
        return handover.location_id

    def card(
        self,
        handover: Handover,
        beside: Beside = NOTHING,  # noqa: ARG002
        *,
        first: bool = False,  # noqa: ARG002
        namesake: bool = False,  # noqa: ARG002
    ) -> Rendered:
        return Rendered(f"{handover.id} {handover.stage} {handover.scanned}", [])

    def reply(self, handover: Handover, entry: AuditEntry, parcels: list[Shipment]) -> Rendered:  # noqa: ARG002
        return Rendered(f"{handover.id} {entry.what}", [])


@dataclass(frozen=True, slots=True)
class Hour:
    """What came of it. Seconds since the start throughout."""

    threads: int
    edits: list[float]
    """When each was made."""
    sendable: int
    """How many Slack would have taken, at most, of all that changed, from when the first card may be drawn again."""
    refused: int
    same: int
    ages: list[tuple[float, float]]
    """Over time, the seconds since the stalest card was drawn."""
    stages: list[float]
    """How long each change of a stage waited for its card."""

    def oldest(self, since: float = 0.0) -> float:
        """The age of the stalest card from a moment on, in seconds."""
        return max(age for at, age in self.ages if at >= since)

    @property
    def floor(self) -> float:
        """Seconds that drawing all of them once takes at least."""
        return self.threads / A_MINUTE * 60


async def hour(folder: Path, *, threads: int = 100, channels: int = 4, minutes: float = 60, stages: int = 60) -> Hour:
    """Lets everybody scan all the time, and so many, at random moments, go to the End OTC page."""
    time, chance = Time(), random.Random(7)  # noqa: S311 - the same hour each time
    slack = Slack(time)
    begin, end = time.seconds, time.seconds + minutes * 60
    database = Database(f"sqlite:///{migrated(folder / 'hundred.db')}")
    try:
        handovers, deliveries = HandoverStore(database, time.now), DeliveryStore(database)
        places = [f"LOC{n}" for n in range(channels)]
        ids = [await _arrive(handovers, time, places[n % channels], n) for n in range(threads)]
        pacer = Pacer(OutboxTiming().post, time.epoch)
        dispatcher = outbox(deliveries, handovers, slack, Painter(places), pacer, time.now, card_seconds=CARD_SECONDS)
        turning = chance.sample(ids, stages)
        turns = sorted(begin + 120 + chance.random() * (end - begin - 240) for _ in range(stages))
        changed: dict[str, float] = {}
        waits: list[float] = []
        ages: list[tuple[float, float]] = []
        drawn = dict.fromkeys(ids, begin)
        seen: dict[str, str] = {}
        tick = begin
        while time.seconds < end:
            if time.seconds >= tick:
                tick += TICK
                await _scan(database)
            while turns and turns[0] <= time.seconds:
                turns.pop(0)
                one = turning.pop()
                await _turn(handovers, one, time)
                changed[one] = time.seconds
            wait, begun = 0.0, 1
            while begun:
                wait = await dispatcher.step()
                begun = dispatcher.in_flight
                await dispatcher.settle()
            for text in slack.shown.values():
                one = text.split()[0]
                if seen.get(one) != text:
                    seen[one], drawn[one] = text, time.seconds
                    if one in changed:
                        waits.append(time.seconds - changed.pop(one))
            if len(slack.shown) == threads:
                ages.append((time.seconds - begin, time.seconds - min(drawn.values())))
            until = min([tick, end, *turns[:1]])
            time.move(max(min(wait, until - time.seconds), 0.001))
    finally:
        await database.close()
    made = [at - begin for at in slack.edits]
    sendable = int(A_MINUTE * (minutes - CARD_SECONDS / 60))
    return Hour(threads, made, sendable, slack.refused, slack.same, ages, waits)


async def _arrive(handovers: HandoverStore, time: Time, place: str, n: int) -> str:
    one = f"{n:032x}"
    seen = Sighting(f"fe{n}", f"task{n}", f"FE {n}", "eKart", "NONLARGE", "Scanning", time.now())
    key = [(seen.fe_id, seen.task_id)]
    await handovers.reconcile(
        place, key, lambda _: [machine.arrive(one, place, OtcMode.START_AND_END, seen, time.now())]
    )
    return one


async def _scan(database: Database) -> None:
    more = {"scanned": HANDOVER.c.scanned + 1, "revision": HANDOVER.c.revision + 1}
    await database.run(lambda connection: connection.execute(update(HANDOVER).values(**more)))


async def _turn(handovers: HandoverStore, handover_id: str, time: Time) -> None:
    def decide(h: Handover) -> Step:
        seen = Sighting(h.fe_id, h.task_id, h.fe_name, h.partner, h.lob, "EndOTC", h.arrived_at)
        return machine.see(h, h.otc_mode, seen, time.now())

    await handovers.step(handover_id, decide)
