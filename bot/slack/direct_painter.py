"""Draws a message to one person alone, in the language of the location that it is about."""

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

    def __init__(self, zone: ZoneInfo) -> None:
        """`zone` is that of the times for whoever Slack can't show their own."""
        self._zone = zone

    def message(self, handover: Handover, entry: AuditEntry, location: Location, link: str | None) -> Rendered:
        """The message in the conversation with that person."""
        with use(location.language):
            blocks = direct_blocks(handover, location, entry, self._zone, link)
            return Rendered(reminder_text(handover, location, entry), as_dicts(blocks))
