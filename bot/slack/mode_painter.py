"""Draws the message about other codes, in the language of its location."""

from bot.handover.location import Location
from bot.handover.mode import Known
from bot.i18n import use
from bot.outbox.ports import Rendered
from bot.slack.blocks.modes import changed_blocks, changed_text
from bot.slack.blocks.text import as_dicts


class SlackModePainter:
    """Draws for `bot.outbox.lines.mode_line`."""

    def message(self, known: Known, location: Location) -> Rendered:
        """The message in the location's channel."""
        with use(location.language):
            return Rendered(changed_text(known, location), as_dicts(changed_blocks(known, location)))
