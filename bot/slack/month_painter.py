"""Draws the summary of a month's claims, in the language of its location."""

from zoneinfo import ZoneInfo

from bot.i18n import _, month, use
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.record.claims import ClaimMonth, month_table
from bot.slack.blocks.month import month_blocks, month_text
from bot.slack.blocks.text import as_dicts, cut
from bot.worker import Apart


class SlackMonthPainter:
    """Implements `bot.outbox.monthly.MonthPainter`."""

    def __init__(self, zone: ZoneInfo, apart: Apart) -> None:
        self._zone = zone
        self._apart = apart

    def message(self, found: ClaimMonth) -> Rendered:
        """The root message."""
        place, first, sums = found.location, found.month.first, found.sums
        with use(place.language):
            return Rendered(month_text(place, first, sums), as_dicts(month_blocks(place, first, sums)))

    async def documents(self, found: ClaimMonth) -> list[Document]:
        """The table. Raises TooMuchError."""
        content = await self._apart(month_table, found, self._zone)
        with use(found.location.language):
            title = _("{location}, {month}: every claim").format(
                location=cut(found.location.name, 60), month=month(found.month.first)
            )
        return [Document(f"claims-{found.month.first:%Y-%m}.xlsx", title, content)]
