"""Whether Slack shows what is so: each FE's card, its stage by the sign in its header, and its number of scans."""

from typing import TYPE_CHECKING

from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Message

if TYPE_CHECKING:
    from bot.sandbox.demo.place import Place

SIGNS = {"start": "🟡", "scanning": "🔵", "end": "🟠"}
CLOSED, LEFT = "✅", "⚪"


class Cards:
    """The cards of all docks."""

    def __init__(self, place: "Place") -> None:
        self._place = place
        self._found: dict[str, Message] = {}
        """By task."""

    def of(self, visit: Visit) -> Message | None:
        """The card of an FE; None until the bot has posted it."""
        known = self._found.get(visit.task_id)
        if known is None:
            channel = self._place.dock(visit.location_id).channel
            for message in self._place.slack.messages(channel):
                if message.by_bot and f"`{visit.task_id}`" in message.text_all():
                    known = self._found[visit.task_id] = message
                    break
        return known

    def wrong(self) -> int:
        """How many FEs have no card, or one that shows another stage or another number than there is."""
        return sum(not self._is_right(visit) for visit in self._place.flipkart.visits)

    def _is_right(self, visit: Visit) -> bool:
        card = self.of(visit)
        if card is None:
            # Who came and went between two looks was never there for the bot.
            return visit.page == "gone" and not visit.shipments
        sign = SIGNS.get(visit.page) or (CLOSED if visit.task.closed else LEFT)
        head = next((block["text"]["text"] for block in card.blocks if block["type"] == "header"), "")
        scanned = len(visit.shipments)
        return head.startswith(sign) and (not scanned or str(scanned) in card.text_all())
