"""What a message to one person alone is made of: that something waits, and that nobody takes it."""

from typing import Protocol

from bot.clock import Clock
from bot.handover.escalation import still_waits
from bot.handover.location import Location, Locations
from bot.handover.model import AuditEntry, Handover
from bot.outbox.contents import Made, Place, UselessError, location_of
from bot.outbox.delivery import MAYBE_SENT
from bot.outbox.ports import Rendered
from bot.store.reminders import Call, ReminderStore
from bot.store.tables import DeliveryRow


class DirectPainter(Protocol):
    """Draws what a message to one person says."""

    def message(
        self, person: str, handover: Handover, entry: AuditEntry, location: Location, link: str | None
    ) -> Rendered:
        """The message to a person; `link` leads to the thread, None where there is none."""


class Links(Protocol):
    """Links to messages."""

    async def permalink(self, channel: str, ts: str) -> str | None:
        """The link to a message; None where Slack can't give one."""


class DirectContent:
    """Implements `bot.outbox.contents.Content`. It has no files."""

    def __init__(
        self, reminders: ReminderStore, painter: DirectPainter, links: Links, locations: Locations, clock: Clock
    ) -> None:
        self._reminders = reminders
        self._painter = painter
        self._links = links
        self._locations = locations
        self._clock = clock

    async def place(self, one: DeliveryRow) -> Place:
        """In the conversation with the person, if what it tells is still so; what may be there is looked for."""
        call = await self._call(one)
        location_of(self._locations, one)
        is_unsent = not one.ts and one.state not in MAYBE_SENT
        if is_unsent and not still_waits(call.entry, call.handover, self._clock()):
            raise UselessError("somebody took it, or it waits no more")
        h = call.handover
        subject = (h.fe_id, h.task_id, call.person)
        return Place(one.channel, one.ts or None, call.entry.at, person=call.person, subject=subject)

    async def message(self, one: DeliveryRow) -> Rendered:
        """What waits, since when, and where."""
        call, location = await self._call(one), location_of(self._locations, one)
        link = await self._links.permalink(call.channel, call.ts) if call.ts else None
        return self._painter.message(call.person, call.handover, call.entry, location, link)

    async def files(self, one: DeliveryRow) -> Made:  # noqa: ARG002 -- others have some
        """None: the message says all of it."""
        return Made([])

    async def _call(self, one: DeliveryRow) -> Call:
        found = await self._reminders.call(one.about, one.n)
        if found is None:
            raise UselessError("what it was about is no longer kept")
        return found
