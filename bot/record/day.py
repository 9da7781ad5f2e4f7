"""The files of a location's day, made in one go."""

from zoneinfo import ZoneInfo

from bot.handover.digest import Digest
from bot.i18n import use
from bot.record.chart import day_chart
from bot.record.daytable import day_table


def drawn(digest: Digest, zone: ZoneInfo) -> tuple[bytes, bytes]:
    """The chart as a PNG and the table as a CSV, in the location's language. Takes a second or two."""
    with use(digest.location.language):
        return day_chart(digest, zone), day_table(digest, zone)
