"""Draws the line about an outage, in the language of the channel's first location."""

from zoneinfo import ZoneInfo

from bot.handover.location import Location, Locations
from bot.handover.outages import Outage
from bot.i18n import use
from bot.outbox.ports import Rendered
from bot.slack.blocks.outages import outage_blocks, outage_text
from bot.slack.blocks.text import as_dicts


class SlackOutagePainter:
    """Draws for `bot.outbox.lines.outage_line`."""

    def __init__(self, locations: Locations, zone: ZoneInfo) -> None:
        self._locations = locations
        self._zone = zone

    def message(self, outage: Outage, location: Location) -> Rendered:
        """The line in the channel."""
        found = [self._locations.get(one) for one in outage.named]
        named = [one for one in found if one is not None] or [location]
        alone = not self._locations.shares_channel(location)
        with use(location.language):
            blocks = outage_blocks(outage, named, self._zone, alone=alone)
            return Rendered(outage_text(outage, named), as_dicts(blocks))
