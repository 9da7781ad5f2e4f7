"""Draws digests: joins blocks, chart, table, zone and the location's language."""

from zoneinfo import ZoneInfo

from bot.handover.digest import Digest
from bot.i18n import _, date, use
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.record.chart import day_chart
from bot.record.daytable import day_table
from bot.slack.blocks.digest import digest_blocks, digest_text
from bot.slack.blocks.text import as_dicts, cut


class SlackDigestPainter:
    """Implements `bot.outbox.digests.DigestPainter`."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def message(self, digest: Digest) -> Rendered:
        """The root message."""
        with use(digest.location.language):
            return Rendered(digest_text(digest), as_dicts(digest_blocks(digest)))

    def documents(self, digest: Digest) -> list[Document]:
        """The chart and the table."""
        day = digest.day.date.isoformat()
        with use(digest.location.language):
            values = {"location": cut(digest.location.name, 60), "date": date(digest.day.date)}
            chart = Document(
                f"day-{day}.png", _("{location}, {date}: the day as a chart").format(**values),
                day_chart(digest, self._zone),
            )  # fmt: skip
            table = Document(
                f"day-{day}.csv", _("{location}, {date}: every handover").format(**values),
                day_table(digest, self._zone),
            )  # fmt: skip
        return [chart, table]
