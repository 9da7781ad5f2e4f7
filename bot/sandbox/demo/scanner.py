"""The seller's own scanner: it types into the thread of an FE's card what has not gone past it yet."""

from collections import defaultdict

from bot.sandbox.demo.place import Place
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Message


class Scanner:
    """One scanner for all docks; it remembers which parcels it has seen."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._seen: dict[str, set[str]] = defaultdict(set)
        """Tracking ids by task."""

    def left(self, visit: Visit) -> list[str]:
        """What the FE has scanned and this scanner has not, in the FE's order."""
        seen = self._seen[visit.task_id]
        return list(dict.fromkeys(one.tracking_id for one in visit.shipments if one.tracking_id not in seen))

    async def scan(self, user: str, visit: Visit, *, all_but_one: bool) -> tuple[Message, int]:
        """Scans the next parcel, or all but the first one that is left, in one message.

        Args:
            user: who holds the scanner.
            visit: whose parcels.
            all_but_one: leave one parcel out, as if it were not there.

        Returns:
            The card in whose thread it stands, and how many parcels were scanned.

        Raises:
            LookupError: there is nothing to scan, or no card yet; a sentence's second half.
        """
        left = self.left(visit)
        wanted = left[1:] if all_but_one else left[:1]
        if not wanted:
            raise LookupError("the FE has scanned nothing that is left for your scanner")
        card = self._card(visit)
        self._seen[visit.task_id].update(wanted)
        await self._place.slack.say(user, card.channel, "\n".join(wanted), thread_ts=card.ts)
        return card, len(wanted)

    def _card(self, visit: Visit) -> Message:
        dock = self._place.dock(visit.location_id)
        for message in self._place.slack.messages(dock.channel):
            if message.by_bot and f"`{visit.task_id}`" in message.text_all():
                return message
        raise LookupError("this FE has no card in Slack yet")
