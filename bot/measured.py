"""What a monitor reads of a running bot: each part is asked for what it counts and knows when somebody reads."""

import asyncio
import platform
import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass

from bot import __version__
from bot.clock import Clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.quota import Quota
from bot.handover.model import Stage
from bot.handover.ports import NotKept
from bot.health import Health
from bot.jobs.poll import Poller
from bot.monitoring.catalogue import Sample
from bot.monitoring.counted import OTHER, Calls
from bot.monitoring.house import HouseCounts
from bot.monitoring.lag import LoopLag
from bot.store.figures import KINDS, Figures, FigureStore
from bot.timing import MetricsTiming

HERE = tuple(stage for stage in Stage if not stage.over)


def of_process(lag: LoopLag, shared: Mapping[str, object]) -> Iterator[Sample]:
    """What is the process's; `shared` are the figures of copies that share the work."""
    yield Sample("otc_build_info", (__version__, platform.python_version()), 1)
    yield Sample("otc_loop_lag_seconds", (), lag.seconds)
    copies, shards = shared.get("copies"), shared.get("shards")
    if isinstance(copies, int) and isinstance(shards, Collection):
        yield Sample("otc_copies", (), copies)
        yield Sample("otc_shards", (), len(shards))


def of_faults(houses: Mapping[str, int], process: int) -> Iterator[Sample]:
    """Faults of the bot itself, by workspace; those of none, as of sharing the work with copies, are of ""."""
    counts = Counter(houses)
    counts[""] += process
    for workspace, count in counts.items():
        yield Sample("otc_faults_total", (workspace,), count)


def of_seller(seller: str, flipkart: FlipkartClient, quota: Quota) -> Iterator[Sample]:
    """What is one seller's; "" is the one there is."""
    yield from _of_calls("otc_flipkart_calls_total", "otc_flipkart_call_seconds", seller, flipkart.calls, coded=True)
    yield Sample("otc_flipkart_quota_limit", (seller,), quota.limit)
    if (used := quota.counted) is not None:
        yield Sample("otc_flipkart_quota_used", (seller,), used)
        yield Sample("otc_flipkart_quota_left", (seller,), max(0, quota.limit - used))
    yield Sample("otc_flipkart_quota_planned", (seller,), quota.for_polling)
    yield Sample("otc_flipkart_rest_seconds", (seller,), quota.rests)


def _of_calls(ended: str, seconds: str, whose: str, calls: Calls, *, coded: bool) -> Iterator[Sample]:
    for (name, outcome, code), count in calls.ended:
        yield Sample(ended, (whose, name, outcome, code) if coded else (whose, name, outcome), count)
    for name, measured in calls.seconds.items():
        yield Sample(seconds, (whose, name), measured)


class _Since:
    """How long something has been so, as far as it was looked at."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._first: dict[Hashable, float] = {}

    def longest(self, now_so: Collection[Hashable]) -> float:
        """Seconds since the first look at which one of these was so already; what is not among them is forgotten."""
        now = self._monotonic()
        self._first = {one: self._first.get(one, now) for one in now_so}
        return now - min(self._first.values(), default=now)


@dataclass(frozen=True, slots=True)
class Living:
    """The parts of a house's life that a monitor asks."""

    health: Health
    poller: Poller
    silence: Callable[[], int | None]
    """Seconds since Slack spoke."""


class HouseFigures:
    """One house's figures, over all its lives."""

    def __init__(
        self,
        workspace: str,
        counted: HouseCounts,
        clock: Clock,
        timing: MetricsTiming,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`workspace` is its id, "" for the one there is."""
        self._workspace = workspace
        self._counted = counted
        self._clock = clock
        self._timing = timing
        self._monotonic = monotonic
        self._stale = _Since(monotonic)
        self._unsent: dict[str, _Since] = {}
        self._asked: asyncio.Task[Figures | None] | None = None
        self._asked_at = 0.0

    async def samples(
        self,
        locations: Collection[str],
        living: Living | None,
        kept: FigureStore | None,
        webhooks: Collection[str] = (),
    ) -> list[Sample]:
        """All of them now.

        Args:
            locations: the ids in bot.toml; what is of another one is of "other".
            living: None while it starts or can't.
            kept: None while its database is not open.
            webhooks: the ids in bot.toml, as with the locations.
        """
        found = [Sample("otc_workspace_running", (self._workspace,), living is not None)]
        found += self._of_slack(self._counted)
        found += self._of_docks(self._counted, locations)
        found += self._of_webhooks(self._counted, webhooks)
        if living is not None:
            found += await self._of_life(living, locations)
        figures = await self._ask(locations, kept) if kept is not None else None
        return [*found, *self._of_database(figures, locations)] if figures is not None else found

    async def close(self) -> None:
        """Waits for what the database is being asked."""
        if self._asked is not None:
            await asyncio.wait({self._asked})

    def _of_slack(self, counted: HouseCounts) -> Iterator[Sample]:
        mine = self._workspace
        yield from _of_calls("otc_slack_calls_total", "otc_slack_call_seconds", mine, counted.slack, coded=False)
        yield Sample("otc_slack_ack_seconds", (mine,), counted.acks)
        for name, counts in (
            ("otc_slack_connections_total", counted.sockets),
            ("otc_reminders_total", counted.reminders),
        ):
            for (word,), count in counts:
                yield Sample(name, (mine, word), count)

    def _of_docks(self, counted: HouseCounts, locations: Collection[str]) -> Iterator[Sample]:
        # At 0 from the start: Prometheus sees no growth from nothing to 1.
        nothing = {(at,): 0 for at in locations}
        no_end = {(at, stage.value): 0 for at in locations for stage in Stage if stage.over}
        named = (
            ("otc_handovers_begun_total", counted.begun, nothing),
            ("otc_handovers_ended_total", counted.ended, no_end),
            ("otc_parcels_scanned_total", counted.parcels, nothing),
        )
        for name, counts, empty in named:
            added = Counter[tuple[str, ...]](empty)
            for (at, *more), count in counts:
                added[(at if at in locations else OTHER, *more)] += count
            for words, count in added.items():
                yield Sample(name, (self._workspace, *words), count)

    def _of_webhooks(self, counted: HouseCounts, known: Collection[str]) -> Iterator[Sample]:
        # What an address took that is in bot.toml no more is not added to OTHER: that would ring for what is long over.
        found = dict(counted.webhooks)
        words = [(one, outcome) for one in known for outcome in ("taken", "given_up")]
        for one in dict.fromkeys((*words, (OTHER, "given_up"))):  # an address may have that name
            yield Sample("otc_webhook_messages_total", (self._workspace, *one), found.get(one, 0))

    async def _of_life(self, living: Living, locations: Collection[str]) -> list[Sample]:
        mine, poller = self._workspace, living.poller
        found = [Sample("otc_check_ok", (mine, name), well) for name, well in (await living.health.states()).items()]
        stages = Counter({(at, stage): 0 for at in locations for stage in HERE})
        parcels = Counter(dict.fromkeys(locations, 0))
        for location_id, stage, scanned in poller.present():
            at = location_id if location_id in locations else OTHER
            stages[at, stage] += 1
            parcels[at] += scanned
        found += [Sample("otc_handovers", (mine, at, stage.value), count) for (at, stage), count in stages.items()]
        found += [Sample("otc_parcels", (mine, at), count) for at, count in parcels.items()]
        found += [
            Sample("otc_scans_unread_seconds", (mine,), poller.unread()),
            Sample("otc_flipkart_silence_seconds", (mine,), poller.silence()),
            Sample("otc_looks_failing", (mine,), len(poller.failing)),
            Sample("otc_polling_stretch_ratio", (mine,), poller.pace.stretch),
        ]
        silence = living.silence()
        return found if silence is None else [*found, Sample("otc_slack_silence_seconds", (mine,), silence)]

    def _of_database(self, figures: Figures, locations: Collection[str]) -> Iterator[Sample]:
        mine, now = self._workspace, self._clock()
        yield Sample("otc_cards_stale", (mine,), figures.stale)
        # A process that begins has seen nothing yet, and scans leave no time that would be theirs alone.
        known = 0.0 if figures.stale_since is None else (now - figures.stale_since).total_seconds()
        yield Sample("otc_card_stale_seconds", (mine,), max(known, self._stale.longest(figures.shown.items())))
        for kind in KINDS:
            waiting = figures.waiting.get(kind)
            unsent = self._unsent.setdefault(kind, _Since(self._monotonic))
            looked = unsent.longest(() if waiting is None else (waiting.oldest,))
            told = 0.0 if waiting is None or waiting.since is None else (now - waiting.since).total_seconds()
            yield Sample("otc_outbox_messages", (mine, kind), 0 if waiting is None else waiting.count)
            yield Sample("otc_outbox_oldest_seconds", (mine, kind), max(0.0, told, looked))
        for at in locations:
            yield Sample("otc_claims_due", (mine, at), figures.claims_due.get(at, 0))

    async def _ask(self, locations: Collection[str], kept: FigureStore) -> Figures | None:
        """What the database was asked lately, or is asked now; None where it can't be read, or takes too long.

        A question that takes too long goes on beside, and whoever reads next waits for its answer.
        """
        now = self._monotonic()
        if self._asked is None or (self._asked.done() and now - self._asked_at >= self._timing.fresh):
            self._asked_at = now
            self._asked = asyncio.create_task(self._look(tuple(locations), kept))
        await asyncio.wait({self._asked}, timeout=self._timing.database)
        return self._asked.result() if self._asked.done() and not self._asked.cancelled() else None

    async def _look(self, locations: tuple[str, ...], kept: FigureStore) -> Figures | None:
        try:
            return await kept.look(locations, self._clock())
        except NotKept:
            return None  # the store has said it in the log, and the health page says it
