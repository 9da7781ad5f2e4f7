"""An operator who plays along in the scripted day: one pair of hands in Slack, that waits as a person would."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.sandbox.demo.place import Dock, Place
from bot.sandbox.flipkart import Shipment, Visit
from bot.sandbox.slack import Message, View

Found = TypeVar("Found")

PATIENCE = 45.0
"""Real seconds that a scripted person waits for the bot before they give up on an FE."""
REFERENCE, RUPEES = "SPF-20418", "450"
"""Of the claim."""
OTHER = "other"


class Player:
    """One operator at one dock."""

    def __init__(self, place: Place, dock: Dock, user: str, pause: Callable[[float], Awaitable[None]]) -> None:
        """`pause` waits for seconds of the day."""
        self._place = place
        self._slack = place.slack
        self._dock = dock
        self._user = user
        self._pause = pause
        self._hands = asyncio.Lock()

    async def drop_list(self, parcels: int) -> None:
        """Puts the day's list, with so many parcels to come, into the channel and waits until the bot has kept it."""
        sheet = self._place.sheets.of(self._dock.location)
        sheet.lengthen(parcels)
        async with self._hands:
            # A day that was stopped may have left a window open.
            await self._close_all()
            text = f"<@{self._slack.bot_user_id}>"
            self._place.offer(sheet, self._user)
            await self._slack.say(self._user, self._dock.channel, text, files=[(sheet.name, sheet.csv())])
            await self.until(lambda: self._place.has_list(self._dock))

    async def give_start(self, visit: Visit, card: Message) -> str:
        """Takes the Start OTC and closes its window."""
        async with self._hands:
            await self._press(card, "start_otc")
            code = await self.until(lambda: visit.start_code)
            await self._pause(2)
            await self._slack.close(self._user, await self.until(self._with_a_code))
        return code

    async def count_along(self, card: Message, presses: int) -> None:
        """Presses +5 so often, and closes the window that tells the sum."""
        async with self._hands:
            for _press in range(presses):
                await self._pause(1)
                await self._press(card, "tally_5")
                await self._slack.close(self._user, await self.until(lambda: self._slack.view(self._user)))

    async def scan(self, visit: Visit) -> None:
        """Scans all that the FE has scanned, and waits for the bot's sign at it."""
        async with self._hands:
            await self._place.scanner.scan(self._user, visit, all_but_one=False)
            await self.until(lambda: not self._place.scanner.waits(visit))

    async def report(self, card: Message, parcel: Shipment) -> None:
        """Reports a parcel as damaged, and waits for the reply with the claim's button."""
        async with self._hands:
            await self._press(card, "report_problem")
            form = await self._view("report_form")
            await self._pause(2)
            await self._slack.suggest(self._user, form, "parcel", parcel.tracking_id[-4:])
            await self._slack.submit(self._user, form, {"parcel": parcel.tracking_id, "problem_kind": "damaged"})
            await self.until(lambda: self._claimable(card, parcel))
            await self._close_all()

    async def claim(self, card: Message, parcel: Shipment) -> None:
        """Notes in Slack that the claim is filed, with its number and the rupees."""
        async with self._hands:
            reply = await self.until(lambda: self._claimable(card, parcel))
            await self._slack.press(self._user, reply, "mark_claimed")
            form = await self._view("claim_form")
            await self._pause(2)
            await self._slack.submit(self._user, form, {"reference": REFERENCE, "claim_amount": RUPEES})
            await self.until(lambda: self._says(card, REFERENCE))
            await self._close_all()

    async def give_end(self, visit: Visit, counted: int, reason: str) -> str:
        """Counts by hand, goes through what the bot asks, and takes the End OTC."""
        async with self._hands:
            await self._slack.slash(self._user, self._dock.channel, "/end-otc", visit.fe_id)
            form = await self._view("end_count")
            await self._pause(2)
            await self._slack.submit(self._user, form, {"counted": str(counted)})
            while not (code := visit.end_code):
                asked = await self.until(lambda: self._asks() or bool(visit.end_code))
                if isinstance(asked, View):
                    await self._pause(1)
                    why = {"why": OTHER, "reason": reason} if asked.callback_id == "end_reason" else {}
                    await self._slack.submit(self._user, asked, why)
            await self._pause(2)
            await self._close_all()
        return code

    async def until(self, condition: Callable[[], Found | None]) -> Found:
        """Waits until there is something.

        Raises:
            TimeoutError: it did not come.
        """
        return await self._slack.wait_for(condition, timeout=PATIENCE)

    async def _press(self, card: Message, action_id: str) -> None:
        """Presses a button as soon as the card has it."""
        await self.until(lambda: any(one.get("action_id") == action_id for one in card.buttons()))
        await self._slack.press(self._user, card, action_id)

    async def _view(self, callback_id: str) -> View:
        def find() -> View | None:
            view = self._slack.view(self._user)
            return view if view is not None and view.callback_id == callback_id else None

        return await self.until(find)

    def _with_a_code(self) -> View | None:
        """The window, once a code stands in it."""
        view = self._slack.view(self._user)
        return view if view is not None and any(one["type"] == "header" for one in view.blocks) else None

    def _asks(self) -> View | None:
        """What the bot wants to know before the code."""
        view = self._slack.view(self._user)
        return view if view is not None and view.callback_id in ("end_reason", "end_confirm") else None

    async def _close_all(self) -> None:
        while (view := self._slack.view(self._user)) is not None:
            await self._slack.close(self._user, view)

    def _claimable(self, card: Message, parcel: Shipment) -> Message | None:
        for reply in self._slack.thread(card.channel, card.ts):
            has_button = any(button.get("action_id") == "mark_claimed" for button in reply.buttons())
            if has_button and parcel.tracking_id in reply.text_all():
                return reply
        return None

    def _says(self, card: Message, words: str) -> bool:
        return any(words in reply.text_all() for reply in self._slack.thread(card.channel, card.ts) if reply.by_bot)
