"""Whom a message mentions that is sent once, so that a phone rings: decided when it is drawn.

Nobody while the location is closed, and nobody for what is over by then: a message may be late.
"""

from collections.abc import Sequence
from datetime import tzinfo

from bot.clock import Clock
from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment, Stage
from bot.handover.notify import Notify, Point
from bot.handover.reminders import is_taken


class Ringing:
    """Knows what bot.toml says of it."""

    def __init__(self, notify: Notify, zone: tzinfo, clock: Clock) -> None:
        """`zone` is that in which the hours of locations and shifts are meant."""
        self._notify = notify
        self._zone = zone
        self._clock = clock

    def by_card(self, h: Handover, location: Location) -> tuple[str, ...]:
        """Whom a card mentions when it is first posted; its edits mention nobody."""
        waits = h.stage is Stage.WAITING and h.start_otc_at is None
        return self._called(Point.ARRIVAL, location, h) if waits else ()

    def by_reply(
        self, entry: AuditEntry, h: Handover, location: Location, parcels: Sequence[Shipment]
    ) -> tuple[str, ...]:
        """Whom a reply in a handover's thread mentions; `parcels` are those that it names."""
        if entry.what is Happening.LEFT and h.stage is Stage.LEFT:
            return self._called(Point.LEFT, location, h)
        if entry.what is Happening.CLAIM_DUE:
            return self._called(Point.CLAIM, location, h)
        if entry.what is Happening.PROBLEMS and parcels and not h.over:
            return self._called(Point.SET_ASIDE, location, h)
        if entry.what is Happening.APPROVAL_ASKED and h.stage is Stage.CLOSING:
            # The word of a lead is as good, and who asked can't give it.
            return self._called(Point.DIFFERENCE, location, None, entry.by, location.leads)
        if _differs(entry, h):
            return self._called(Point.DIFFERENCE, location, h, entry.by)
        return ()

    def by_news(self, entry: AuditEntry, location: Location) -> tuple[str, ...]:
        """Whom a reply below an alarm about returns that never came mentions."""
        return self._called(Point.CLAIM, location) if entry.what is Happening.CLAIM_DUE else ()

    def _called(
        self,
        point: Point,
        location: Location,
        h: Handover | None = None,
        but: str | None = None,
        beside: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        now = self._clock()
        if point not in self._notify.points(location.mention) or not location.open_at(now, self._zone):
            return ()
        people = location.on_duty(now, self._zone)
        if h is not None and h.taken_by is not None and is_taken(h, now):
            people = (h.taken_by,)
        return tuple(dict.fromkeys(one for one in (*people, *beside) if one != but))


def _differs(entry: AuditEntry, h: Handover) -> bool:
    """Whether it says that counts differ, the FE can scan no more, and nobody has counted otherwise since."""
    if h.stage is not Stage.CLOSING:
        # While the FE scans, whoever counts is behind or ahead all the time.
        return False
    is_count = entry.what is Happening.COUNTED and entry.detail["counted"] == h.counted
    return entry.what is Happening.OWN_DIFFERS or (is_count and h.missing_by_count != 0)
