"""Refused presses on record: the first of a minute at once, what follows it as one line with a count."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.handover.events import Detail, Event, Happening
from bot.handover.model import Actor
from bot.handover.ports import Handovers, Standing
from bot.handover.refusals import NotAllowed, RightsUnknown

MOST_NAMED = 20
"""Handovers that a line with a count names."""

_Key = tuple[str, str, str]
"""A location, a person, and why."""


@dataclass(slots=True)
class _Minute:
    begun: datetime
    standing: Standing
    last: datetime | None = None
    times: int = 0
    """Refusals after the first."""
    wishes: dict[str, None] = field(default_factory=dict)
    handovers: dict[str, None] = field(default_factory=dict)


class RefusedRecord:
    """Holds what was refused in the minute that runs, for each person and location."""

    def __init__(self, minute: timedelta) -> None:
        """`minute` is how long one runs."""
        self._minute = minute
        self._minutes: dict[_Key, _Minute] = {}

    async def note(
        self,
        kept: Handovers,
        actor: Actor,
        refusal: NotAllowed | RightsUnknown,
        wish: str,
        handover_id: str | None,
        now: datetime,
    ) -> None:
        """Puts a refusal on record: a line of its own, or one more in the count of the minute. Raises NotKept."""
        standing = refusal.standing if isinstance(refusal, NotAllowed) else Standing.MEMBER
        key = refusal.location.id, actor.user_id, type(refusal).__name__
        running = self._minutes.get(key)
        if running is not None and timedelta(0) <= now - running.begun < self._minute:
            running.times += 1
            running.last = now
            running.wishes[wish] = None
            if handover_id is not None and len(running.handovers) < MOST_NAMED:
                running.handovers[handover_id] = None
            return
        # In its place before the first await: of presses at once only one is the first.
        self._minutes[key] = first = _Minute(now, standing)
        try:
            if running is not None:
                await _tell(kept, key, running)
            event = Event(Happening.REFUSED, now, actor.user_id, _detail(wish, key, standing))
            await kept.record(refusal.location.id, event, handover_id)
        except BaseException:
            if self._minutes.get(key) is first:
                del self._minutes[key]
            raise

    async def write(self, kept: Handovers, now: datetime, *, all_of_it: bool = False) -> None:
        """Puts the counts of the minutes that are over on record, or of all. Raises NotKept; nothing is lost by it."""
        for key, minute in list(self._minutes.items()):
            if not all_of_it and timedelta(0) <= now - minute.begun < self._minute:
                continue
            del self._minutes[key]
            try:
                await _tell(kept, key, minute)
            except BaseException:
                self._minutes.setdefault(key, minute)
                raise


async def _tell(kept: Handovers, key: _Key, minute: _Minute) -> None:
    if not minute.times or minute.last is None:
        return
    detail = _detail(", ".join(minute.wishes), key, minute.standing) | {"times": minute.times}
    if minute.handovers:
        detail["handovers"] = list(minute.handovers)
    await kept.record(key[0], Event(Happening.REFUSED, minute.last, key[1], detail))


def _detail(wish: str, key: _Key, standing: Standing) -> Detail:
    detail: Detail = {"wish": wish, "why": key[2]}
    return detail if standing is Standing.MEMBER else detail | {"standing": standing.value}
