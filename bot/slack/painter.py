"""Draws the outbox's messages: joins blocks, location, zone and clock."""

from collections.abc import Callable, Set
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.handover.beside import NOTHING, Beside
from bot.handover.location import Location, Locations
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.handover.ringing import Ringing
from bot.i18n import use
from bot.outbox.ports import Rendered
from bot.slack.blocks.card import card
from bot.slack.blocks.mentions import bell
from bot.slack.blocks.milestones import milestone
from bot.slack.blocks.notices import card_text, milestone_text
from bot.slack.blocks.text import as_dicts


class SlackPainter:
    """Implements `bot.outbox.ports.Painter`."""

    def __init__(
        self,
        locations: Locations,
        zone: ZoneInfo,
        clock: Clock,
        calls_shared: Callable[[], bool],
        ringing: Ringing,
        outage: Callable[[str], datetime | None] = lambda _: None,
    ) -> None:
        """`calls_shared` tells whether other tools use up Flipkart's calls, which cards of those who scan say.

        `outage` tells since when Flipkart has not answered for a location, which cards of all who are there say.
        """
        self._locations = locations
        self._ids = frozenset(location.id for location in locations)
        self._zone = zone
        self._clock = clock
        self._calls_shared = calls_shared
        self._ringing = ringing
        self._outage = outage

    def locations(self) -> Set[str]:
        """The ids of those in bot.toml."""
        return self._ids

    def channel(self, handover: Handover) -> str | None:
        """The channel of the handover's location; None when bot.toml no longer has the location."""
        location = self._locations.get(handover.location_id)
        return location.channel if location else None

    def card(
        self, handover: Handover, beside: Beside = NOTHING, *, first: bool = False, namesake: bool = False
    ) -> Rendered:
        """The root message; where it is the first of them, with whom it mentions."""
        location, now = self._location(handover), self._clock()
        with use(location.language):
            blocks = card(
                handover,
                location,
                self._zone,
                now,
                beside,
                calls_shared=self._calls_shared(),
                several_docks=self._locations.shares_channel(location),
                namesake=namesake,
                as_of=self._outage(location.id),
            )
            called = self._ringing.by_card(handover, location) if first else ()
            text = card_text(handover, location, now, namesake=namesake)
            return Rendered(text, as_dicts([*blocks, *bell(called)]))

    def reply(self, handover: Handover, entry: AuditEntry, parcels: list[Shipment]) -> Rendered:
        """The milestone's reply."""
        location = self._location(handover)
        shared = self._locations.shares_channel(location)
        with use(location.language):
            called = self._ringing.by_reply(entry, handover, location, parcels)
            blocks = [*bell(called), *milestone(handover, location, entry, parcels, self._zone, shared=shared)]
            return Rendered(milestone_text(entry, handover, location, parcels, self._zone), as_dicts(blocks))

    def _location(self, handover: Handover) -> Location:
        location = self._locations.get(handover.location_id)
        if location is None:
            raise LookupError(f"no location {handover.location_id!r} in bot.toml")
        return location
