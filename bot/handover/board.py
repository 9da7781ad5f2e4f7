"""What stands on a person's board: who is at the docks that they may serve, which claims wait, and how the day goes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from bot.handover.actions import Dock
from bot.handover.claim_ports import Claims
from bot.handover.claims import Claim
from bot.handover.digest import DAYS_BEFORE, ONE, Day, Seen, day_of, figures, last_day
from bot.handover.due_today import DueToday, Forecast
from bot.handover.location import Location
from bot.handover.mode import Known, Modes
from bot.handover.model import Actor, Handover
from bot.handover.problems import locations_of

REMEMBERED = 500
"""People whose locations are remembered."""
TODAY_HOLDS = timedelta(seconds=30)
"""How old today's totals may be: they are read once for everybody who looks."""


@dataclass(frozen=True, slots=True)
class Week:
    """A location's totals of today, beside those of the days before."""

    handovers: int
    parcels: int
    rejected: int
    before: tuple[int, ...]
    """Parcels of each of the days before, the oldest first."""

    @property
    def usual(self) -> int | None:
        """Parcels of a day before on which somebody came, as the mean; None when nobody did."""
        busy = [n for n in self.before if n]
        return round(sum(busy) / len(busy)) if busy else None


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board of one person."""

    docks: tuple[tuple[Location, tuple[Handover, ...]], ...]
    """The locations that the person serves, each with the FEs who are there, the longest first."""
    unchecked: bool
    """Whether Slack could not say for some location; that one is left out."""
    claims: tuple[Claim, ...] = ()
    """The claims of these locations that nobody has made, the one that ends first before the others."""
    weeks: tuple[tuple[str, Week], ...] = ()
    """The totals of these locations, by id."""
    blind: tuple[tuple[str, datetime], ...] = ()
    """Those of them that Flipkart does not show, by id, and from when on."""
    due: tuple[tuple[str, Forecast], ...] = ()
    """What is due at those of which a source says it, by id."""
    heartbeat: timedelta = timedelta(minutes=5)
    """How often those of `arrivals = "due"` are looked at where nothing is due and nobody asks."""
    codes: tuple[tuple[str, Known], ...] = ()
    """Which codes those of them have of which it is known, by id."""


class Days(Protocol):
    """Where the handovers of whole days are read. One transaction."""

    async def seen(self, location_id: str, begin: datetime, end: datetime) -> list[Seen]:
        """The handovers of a location that the bot first saw from `begin`, before `end`."""


@dataclass(frozen=True, slots=True)
class _Kept:
    day: date
    read_at: datetime
    week: Week


class Board:
    """Gathers what App Home shows. Looking is no press, so nothing goes on record."""

    def __init__(self, dock: Dock, claims: Claims, days: Days, due: DueToday, modes: Modes, zone: ZoneInfo) -> None:
        self._dock = dock
        self._claims = claims
        self._days = days
        self._due = due
        self._modes = modes
        self._zone = zone
        self._weeks: dict[str, _Kept] = {}
        self._served: LRUCache[str, tuple[list[Location], list[Location]]] = LRUCache(REMEMBERED)

    async def of(self, actor: Actor, *, recheck: bool = True) -> BoardView:
        """The board of the person.

        Args:
            actor: who looks.
            recheck: whether rights are checked now; else those of the last time serve, to see whether anything changed.
        """
        kept = None if recheck else self._served.get(actor.user_id)
        served, unchecked = kept or await locations_of(self._dock, actor)
        if recheck:
            for at in served:
                self._due.asked(at.id)
        self._served[actor.user_id] = served, unchecked
        docks = [(at, tuple(await self._dock.handovers.present(at.id))) for at in served]
        now = self._dock.clock()
        claims = await self._claims.open_at([at.id for at in served], now) if served else []
        weeks = [(at.id, await self._week(at, now)) for at in served]
        blind = [(at.id, since) for at in served if (since := self._dock.sight.since(at.id, now)) is not None]
        due = [(at.id, found) for at in served if (found := self._due.of(at.id)) is not None]
        codes = await self._modes.of([at.id for at in served])
        return BoardView(
            tuple(docks),
            bool(unchecked),
            tuple(claims),
            tuple(weeks),
            tuple(blind),
            tuple(due),
            self._due.heartbeat,
            tuple(codes.items()),
        )

    async def _week(self, location: Location, now: datetime) -> Week:
        today = day_of(location, self._zone, last_day(location, self._zone, now).date + ONE)
        kept = self._weeks.get(location.id)
        if kept is not None and kept.day == today.date and abs(now - kept.read_at) < TODAY_HOLDS:
            return kept.week
        # The days before do not change while it is today: only a new day reads them again.
        if kept is not None and kept.day == today.date:
            before = kept.week.before
        else:
            before = await self._before(location, today)
        total = figures(await self._days.seen(location.id, today.begin, today.end), now)
        week = Week(total.handovers, total.parcels, total.rejected, before)
        self._weeks[location.id] = _Kept(today.date, now, week)
        return week

    async def _before(self, location: Location, today: Day) -> tuple[int, ...]:
        days = [day_of(location, self._zone, today.date - n * ONE) for n in range(DAYS_BEFORE, 0, -1)]
        seen = await self._days.seen(location.id, days[0].begin, today.begin)
        return tuple(sum(one.handover.scanned for one in seen if day.begin <= one.seen_at < day.end) for day in days)
