"""Draws digests: joins blocks, chart, table, zone and the location's language."""

from zoneinfo import ZoneInfo

from bot.handover.digest import Digest
from bot.i18n import _, date, use
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.record.day import drawn
from bot.slack.blocks.digest import digest_blocks, digest_text
from bot.slack.blocks.text import as_dicts, cut
from bot.worker import Apart


class SlackDigestPainter:
    """Implements `bot.outbox.contents.DigestPainter`."""

    def __init__(self, zone: ZoneInfo, apart: Apart) -> None:
        self._zone = zone
        self._apart = apart

    def message(self, digest: Digest) -> Rendered:
        """The root message."""
        with use(digest.location.language):
            return Rendered(digest_text(digest), as_dicts(digest_blocks(digest)))

    async def documents(self, digest: Digest) -> list[Document]:
        """The chart and the table. Raises TooMuchError."""
        chart, table = await self._apart(drawn, digest, self._zone)
        day = digest.day.date.isoformat()
        with use(digest.location.language):
            values = {"location": cut(digest.location.name, 60), "date": date(digest.day.date)}
            titles = (
                _("{location}, {date}: the day as a chart").format(**values),
                _("{location}, {date}: every handover").format(**values),
            )
        return [Document(f"day-{day}.png", titles[0], chart), Document(f"day-{day}.csv", titles[1], table)]
