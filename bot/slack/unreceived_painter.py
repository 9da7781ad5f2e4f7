"""Draws the alarm about returns that never came, in the language of its location."""

from zoneinfo import ZoneInfo

from bot.handover.location import Location
from bot.handover.model import AuditEntry
from bot.handover.ringing import Ringing
from bot.handover.unreceived import Alarm
from bot.i18n import use
from bot.outbox.ports import Rendered
from bot.slack.blocks.mentions import bell
from bot.slack.blocks.notices import news_text, unreceived_text
from bot.slack.blocks.text import as_dicts
from bot.slack.blocks.unreceived import news_blocks, unreceived_blocks


class SlackUnreceivedPainter:
    """Implements `bot.outbox.alarms.NewsPainter`, and draws for `bot.outbox.lines.alarm_line`."""

    def __init__(self, zone: ZoneInfo, claim_days: int, ringing: Ringing) -> None:
        """`claim_days` are those within which Flipkart takes a claim."""
        self._zone = zone
        self._claim_days = claim_days
        self._ringing = ringing

    def message(self, alarm: Alarm, location: Location) -> Rendered:
        """The message in the location's channel."""
        with use(location.language):
            blocks = unreceived_blocks(alarm, location, self._zone, self._claim_days)
            return Rendered(unreceived_text(alarm, location, self._zone, self._claim_days), as_dicts(blocks))

    def news(self, entry: AuditEntry, location: Location) -> Rendered:
        """A reply below it."""
        with use(location.language):
            blocks = [*bell(self._ringing.by_news(entry, location)), *news_blocks(entry, self._zone)]
            return Rendered(news_text(entry, location, self._zone), as_dicts(blocks))
