"""At the seller's counter: a scanner that types into the thread of an FE's card, and a camera that films for it."""

from collections import defaultdict

from bot.sandbox.demo.place import Place
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Message

VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(20_000)
"""Begins as an MP4 does, and shows nothing."""


class Scanner:
    """One scanner and one camera for all docks; they remember which parcels they have seen."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._filmed: set[str] = set()
        """Tracking ids."""
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

    async def film(self, user: str, visit: Visit) -> tuple[Message, str]:
        """Drops a video of the next parcel into the thread, with the parcel's id in the file's name.

        Args:
            user: who films.
            visit: whose parcels.

        Returns:
            The card in whose thread it stands, and the parcel's tracking id.

        Raises:
            LookupError: there is nothing to film, or no card yet; a sentence's second half.
        """
        left = [one.tracking_id for one in visit.shipments if one.tracking_id not in self._filmed]
        if not left:
            raise LookupError("the FE has scanned nothing that was not filmed")
        card = self._card(visit)
        self._filmed.add(left[0])
        video = (f"{left[0]}.mp4", VIDEO)
        await self._place.slack.say(user, card.channel, "unboxing", thread_ts=card.ts, files=[video])
        return card, left[0]

    def _card(self, visit: Visit) -> Message:
        dock = self._place.dock(visit.location_id)
        for message in self._place.slack.messages(dock.channel):
            if message.by_bot and f"`{visit.task_id}`" in message.text_all():
                return message
        raise LookupError("this FE has no card in Slack yet")
