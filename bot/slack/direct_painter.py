"""Draws a message to one person alone, in the language that they chose, else that of its location."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover
from bot.i18n import use
from bot.outbox.ports import Rendered
from bot.slack.blocks.notices import reminder_text
from bot.slack.blocks.reminders import direct_blocks
from bot.slack.blocks.text import as_dicts


class SlackDirectPainter:
    """Implements `bot.outbox.direct.DirectPainter`."""

    def __init__(self, zone: ZoneInfo, chosen: Callable[[str], str | None]) -> None:
        """Takes what it draws with.

        Args:
            zone: that of the times for whoever Slack can't show their own.
            chosen: the language that a person chose; None for nothing.
        """
        self._zone = zone
        self._chosen = chosen

    def message(
        self, person: str, handover: Handover, entry: AuditEntry, location: Location, link: str | None
    ) -> Rendered:
        """The message in the conversation with that person."""
        with use(self._chosen(person) or location.language):
            blocks = direct_blocks(handover, location, entry, self._zone, link)
            return Rendered(reminder_text(handover, location, entry), as_dicts(blocks))
