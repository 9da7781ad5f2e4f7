"""At the seller's counter: a scanner that types into the thread of an FE's card, and a camera that films for it."""

from typing import TYPE_CHECKING

from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Message

if TYPE_CHECKING:
    from bot.sandbox.demo.place import Place

SIGN_SECONDS = 5.0
"""Within which the bot sets its sign at a scan that it takes."""
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(20_000)
"""Begins as an MP4 does, and shows nothing."""


class Scanner:
    """One scanner and one camera for all docks; they remember which parcels they have seen."""

    def __init__(self, place: "Place") -> None:
        self._place = place
        self._filmed: set[str] = set()
        """Tracking ids."""
        self._typed: dict[str, list[tuple[Message, list[str]]]] = {}
        """By task: each message of the scanner with the tracking ids in it."""

    def left(self, visit: Visit) -> list[str]:
        """What the FE has scanned and this scanner has not, in the FE's order."""
        seen = {
            one for message, ids in self._typed.get(visit.task_id, []) if not self._is_refused(message) for one in ids
        }
        return list(dict.fromkeys(one.tracking_id for one in visit.shipments if one.tracking_id not in seen))

    def waits(self, visit: Visit) -> bool:
        """Whether the bot has not set its sign yet at something that was scanned for this FE."""
        return any(not message.reactions for message, _ in self._typed.get(visit.task_id, []))

    def _is_refused(self, message: Message) -> bool:
        """What the bot takes for scans gets a sign from it; who may not scan gets none."""
        return not message.reactions and self._place.clock.epoch() - float(message.ts) > SIGN_SECONDS

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
        text = "\n".join(wanted)
        await self._place.slack.say(user, card.channel, text, thread_ts=card.ts)
        said = [one for one in self._place.slack.thread(card.channel, card.ts) if one.user == user and one.text == text]
        self._typed.setdefault(visit.task_id, []).append((said[-1], wanted))
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
        card = self._place.cards.of(visit)
        if card is not None:
            return card
        raise LookupError("this FE has no card in Slack yet")
