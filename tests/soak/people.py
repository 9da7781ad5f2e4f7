"""The FEs with their parcels, and the people at the docks, who press again when they are told to or not answered."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Delivery, Ephemeral, Message, View
from bot.slack import ids
from bot.slack.blocks.sentences import GONE_MODAL, SLOW
from tests.scenarios.leaks import shows
from tests.soak.docks import Docks, Site
from tests.soak.plan import MINUTE, Coming
from tests.soak.weather import Weather

PATIENCE = 150.0
"""Seconds within which a press must have led to something: a hang of Flipkart may take 75, and then Slack may fail."""
VERDICTS = ("The same*:", " missing: ", " extra: ")
"""What a count is answered with."""
TRIES = 15


class GivenUpError(Exception):
    """Somebody pressed again and again and never got what they came for."""


@dataclass
class Tally:
    """What the people have seen."""

    unanswered: list[str] = field(default_factory=list)
    """Presses that the bot acknowledged and then said nothing about."""
    again: int = 0
    """Presses after which the person had to press again: told why not, or told by Slack that the bot did not hear."""


@dataclass
class Operator:
    """One person with one screen. Holds `hands` while busy with an FE."""

    world: Docks
    site: Site
    user: str
    weather: Weather
    tally: Tally
    chance: random.Random
    haste: float
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start_code(self, visit: Visit, card: Message) -> str:
        """Asks until there is a code on the screen."""
        for _ in range(TRIES):
            seen = {id(one) for one in self.world.slack.ephemerals(self.user)}

            def shown() -> View | Ephemeral | None:
                code, slack = visit.start_code, self.world.slack
                screens: list[View | Ephemeral] = [*slack.ephemerals(self.user), *slack.open_views(self.user)]
                return next((one for one in screens if code and shows(one.text_all(), code)), None)

            def said(seen: set[int] = seen) -> View | Ephemeral | None:
                why_not = [view for view in self.world.slack.open_views(self.user) if "⏳" not in view.text_all()]
                told: list[View | Ephemeral] = [*self._whispers(seen), *why_not, *self._lost_windows(seen)]
                return shown() or next(iter(told), None)

            if await self._ask_start(visit, card):
                if await self._until(said) is None:
                    self.tally.unanswered.append(f"Start OTC for {visit.fe_id} by {self.user}")
                elif shown() is not None and visit.start_code:
                    code = visit.start_code
                    await self._pause(5, 30)
                    await self._clear()
                    return code
            await self._clear()
            self.tally.again += 1
            await self._pause(10, 30)
        raise GivenUpError(f"no Start OTC for {visit.fe_id}")

    async def _ask_start(self, visit: Visit, card: Message) -> bool:
        self.weather.before_a_press("response_url", "chat.postEphemeral", "views.open", "views.update")
        if self.chance.random() < 0.5:
            await self._until(lambda: self._has(card, ids.START))
            if self._has(card, ids.START):
                return (await self.world.slack.press(self.user, card, ids.START)).acked
        return (await self.world.slack.slash(self.user, self.site.channel, "/start-otc", visit.fe_id)).acked

    async def count(self, visit: Visit, card: Message) -> None:
        """Counts while the FE still scans; does not insist."""
        values = {ids.COUNT_FORM: {ids.COUNTED: str(len(visit.shipments))}}
        if not self._has(card, ids.COUNT):
            return

        async def press() -> Delivery:
            return await self.world.slack.press(self.user, card, ids.COUNT)

        await self._walk(
            f"Count for {visit.fe_id}", press, values, lambda view: any(said in view.text_all() for said in VERDICTS)
        )
        await self._clear()

    async def end_code(self, visit: Visit, card: Message, miscounted: int) -> str:
        """Walks from the button or the command through the count to the code, as often as it takes."""

        async def press() -> Delivery:
            if self._has(card, ids.END) and self.chance.random() < 0.7:
                return await self.world.slack.press(self.user, card, ids.END)
            return await self.world.slack.slash(self.user, self.site.channel, "/end-otc", visit.fe_id)

        for _ in range(TRIES):
            counted = max(0, len(visit.shipments) + miscounted)
            values = {
                ids.END_COUNT: {ids.COUNTED: str(counted)},
                ids.END_CONFIRM: {},
                ids.END_REASON: {ids.WHY: "other", ids.REASON: "Two parcels are in the other cage"},
            }
            what = f"End OTC for {visit.fe_id} by {self.user}"
            found = await self._walk(
                what, press, values, lambda view: bool(visit.end_code and shows(view.text_all(), visit.end_code))
            )
            code = visit.end_code if found else None
            if code:
                await self._pause(5, 20)
            await self._clear()
            if code:
                return code
            self.tally.again += 1
            await self._pause(10, 30)
        raise GivenUpError(f"no End OTC for {visit.fe_id}")

    async def _walk(
        self,
        what: str,
        press: Callable[[], Awaitable[Delivery]],
        values: Mapping[str, Mapping[str, Any]],
        arrived: Callable[[View], bool],
    ) -> bool:
        """Presses, then fills in each form that comes, until the goal is shown or somebody says why it is not."""
        seen = {id(one) for one in self.world.slack.ephemerals(self.user)}
        self.weather.before_a_press("views.open", "views.update")
        if not (await press()).acked:
            return False
        answered: set[str] = set()

        def next_thing() -> View | Ephemeral | None:
            view = self.world.slack.view(self.user)
            if view is not None and view.hash not in answered and "⏳" not in view.text_all():
                return view
            if view is not None:
                return next(iter(self._lost_windows(seen)), None) if "⏳" in view.text_all() else None
            return next(iter(self._whispers(seen)), None)

        while True:
            thing = await self._until(next_thing)
            if thing is None:
                self.tally.unanswered.append(what)
                return False
            if isinstance(thing, Ephemeral):
                return False
            if arrived(thing):
                return True
            if thing.callback_id not in values:
                return False  # a modal that says why not
            await self._pause(2, 15)
            if thing.closed or "⏳" in thing.text_all() or thing.callback_id not in values:
                continue  # it is another one by now
            self.weather.before_a_press("views.update")
            before = thing.hash
            if (await self.world.slack.submit(self.user, thing, values[thing.callback_id])).acked:
                answered.add(before)

    def _whispers(self, seen: set[int]) -> list[Ephemeral]:
        """What was told since, without what is said on the way or about a modal of before."""
        told = [one for one in self.world.slack.ephemerals(self.user) if id(one) not in seen]
        return [one for one in told if SLOW not in one.text_all() and GONE_MODAL not in one.text_all()]

    def _lost_windows(self, seen: set[int]) -> list[Ephemeral]:
        """What was told since of a window that Slack did not fill: to press the same button again."""
        told = [one for one in self.world.slack.ephemerals(self.user) if id(one) not in seen]
        return [one for one in told if GONE_MODAL in one.text_all()]

    async def _clear(self) -> None:
        for view in reversed(self.world.slack.open_views(self.user)):
            await self.world.slack.close(self.user, view)

    async def _until(self, condition: Callable[[], Any]) -> Any:
        """Looks once a second; None when patience is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while loop.time() < end:
            if found := condition():
                return found
            await asyncio.sleep(1)
        return None

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most) * self.haste)

    @staticmethod
    def _has(card: Message, action: str) -> bool:
        return any(button.get("action_id") == action for button in card.buttons())


@dataclass
class Fe:
    """One FE, from arrival to the end."""

    world: Docks
    site: Site
    coming: Coming
    operators: list[Operator]
    chance: random.Random
    haste: float
    visit: Visit | None = None

    async def play(self) -> None:
        """The whole handover. Ends when the FE is gone."""
        coming = self.coming
        visit = self.visit = self.world.flipkart.arrive(self.site.location, f"FE {coming.number}")
        operator = self.chance.choice(self.operators)
        card = await self._card(visit)
        await self._pause(10, 120)
        while visit.page == "start":
            async with operator.hands:
                code = await operator.start_code(visit, card)
            await self._pause(5, 20)
            visit.enter_start_otc(code)
        counting = asyncio.create_task(self._count_on_the_way(visit, card))
        await self._scan(visit)
        await counting
        if coming.leaves:
            await asyncio.sleep(5 * MINUTE)
            visit.leave()
            return
        visit.finish_scanning()
        if coming.late_sync:
            await self._pause(5, 40)
            visit.sync()
        while visit.page == "end":
            async with operator.hands:
                code = await operator.end_code(visit, card, coming.miscounted)
            await self._pause(5, 30)
            visit.enter_end_otc(code)

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most) * self.haste)

    async def _scan(self, visit: Visit) -> None:
        left = self.coming.parcels
        pause = self.coming.scanning / max(1, left / 3)
        forgotten = self.chance.randint(1, left) if self.coming.gap else 0
        while left:
            await asyncio.sleep(self.chance.uniform(0.3, 1.7) * pause)
            burst = min(left, self.chance.randint(1, 5))
            last = left - burst == 0
            if left >= forgotten > left - burst:
                visit.hide(self.coming.gap)
            left -= burst
            for _ in range(burst):
                self._scan_one(visit, synced=not (last and self.coming.late_sync))
        # An FE whom Flipkart does not list can't be closed by anybody; they wait until they are back on the list.
        while visit.hidden_polls:  # noqa: ASYNC110 - the simulator has no event for this
            await asyncio.sleep(10)

    def _scan_one(self, visit: Visit, *, synced: bool) -> None:
        lot = self.chance.random()
        if lot < 0.04:
            visit.scan(status="REJECTED", reason="Wrong product in the box", synced=synced)
        elif lot < 0.07:
            visit.scan(flyer=("FLY1001", "FLY8001", "FlyerMismatch"), synced=synced)
        elif lot < 0.15:
            visit.scan(obd={"eligible": True, "remark": "NoIssues"}, synced=synced)
        else:
            visit.scan(synced=synced)

    async def _count_on_the_way(self, visit: Visit, card: Message) -> None:
        if self.chance.random() < 0.4:
            await asyncio.sleep(self.coming.scanning * self.chance.uniform(0.3, 0.8))
            operator = self.chance.choice(self.operators)
            async with operator.hands:
                await operator.count(visit, card)

    async def _card(self, visit: Visit) -> Message:
        while True:
            for message in reversed(self.world.slack.messages(self.site.channel)):
                if f"`{visit.task_id}`" in message.text_all():
                    return message
            await asyncio.sleep(2)
