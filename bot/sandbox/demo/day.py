"""Plays the scripted day: FEs on their phones, two operators in Slack, at the chosen speed, with a pause button."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from bot.sandbox.demo.place import Dock, Place
from bot.sandbox.demo.script import BEATS, DAY, REASONS, Part
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Message, View

Found = TypeVar("Found")
log = logging.getLogger(__name__)

SLOWEST, FASTEST = 0.25, 50.0
PATIENCE = 45.0
"""Real seconds that a scripted person waits for the bot before they give up on an FE."""


class Day:
    """The scripted day and its pause button."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._task: asyncio.Task[None] | None = None
        self._going = asyncio.Event()
        self._changed: Callable[[], None] = lambda: None
        self._hands = (asyncio.Lock(), asyncio.Lock())
        self.state = "idle"
        self.speed = 1.0
        self.step = 0
        self.steps = len(DAY) * len(BEATS)
        self.saying = ""
        self.given_up = 0
        """FEs for whom the bot did not do what a person would wait for."""

    def on_change(self, callback: Callable[[], None]) -> None:
        """Calls back whenever the day goes on."""
        self._changed = callback

    def control(self, do: str, speed: float) -> None:
        """start, pause, resume or stop; raises ValueError for anything else."""
        self.speed = min(max(speed, SLOWEST), FASTEST)
        if do == "start":
            self._start()
        elif do == "pause" and self.state == "running":
            self.state = "paused"
            self._going.clear()
        elif do == "resume" and self.state == "paused":
            self.state = "running"
            self._going.set()
        elif do == "stop":
            self._end("idle")
        elif do not in ("pause", "resume", "speed"):
            raise ValueError(f"the day can start, pause, resume and stop, not {do[:20]}")
        self._changed()

    async def stop(self) -> None:
        """Ends the day with the demo."""
        task = self._task
        self._end("idle")
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)

    def to_dict(self) -> dict[str, Any]:
        """As the page shows it."""
        return {
            "state": self.state,
            "step": self.step,
            "steps": self.steps,
            "saying": self.saying,
            "speed": self.speed,
        }

    def _start(self) -> None:
        if self.state in ("running", "paused"):
            return
        self.state, self.step, self.saying, self.given_up = "running", 0, "The docks open.", 0
        self._going.set()
        self._task = asyncio.create_task(self._play())

    def _end(self, state: str) -> None:
        self.state = state
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _play(self) -> None:
        await asyncio.gather(*(self._part(part) for part in DAY))
        self.state, self.saying = "done", "The day is over. Look at the threads, or play it again."
        self._task = None
        self._changed()

    async def _part(self, part: Part) -> None:
        await self._pause(part.after)
        try:
            await self._perform(part)
        except (TimeoutError, LookupError, RuntimeError) as error:
            # A person who plays along may have done it first, or Flipkart is in a bad mood: the day goes on.
            self.given_up += 1
            log.info("the scripted day goes on without %s: %s", part.name, error)
            self._say(f"{part.name}'s part was cut short.", steps=0)

    async def _perform(self, part: Part) -> None:
        dock, player = self._place.docks[part.dock], self._place.players[part.dock]
        visit = self._place.flipkart.arrive(dock.location, part.name, partner=part.partner)
        self._say(f"{part.name} of {part.partner} arrives at {dock.name}.")
        card = await self._card(dock, visit)
        await self._pause(3)
        await self._open(part, visit, card, player, dock)
        await self._scan(part, visit)
        if part.leaves:
            await self._pause(2)
            visit.leave()
            self._say(f"{part.name} leaves without an End OTC.", steps=2)
            return
        await self._pause(2)
        visit.finish_scanning()
        self._say(f"{part.name} is on the End OTC page.")
        await self._close(part, visit, player, dock)
        self._say(f"{part.name} has the End OTC and leaves.")

    async def _open(self, part: Part, visit: Visit, card: Message, player: str, dock: Dock) -> None:
        async with self._hands[part.dock]:
            await self._place.slack.press(player, card, "start_otc")
            code = await self._until(lambda: visit.start_code)
            await self._pause(2)
            await self._place.slack.close(player, await self._window(player))
        if part.wrong_code:
            visit.enter_start_otc("000000")
            self._say(f"{part.name} typed a wrong code.", steps=0)
            await self._pause(2)
        visit.enter_start_otc(code)
        self._say(f"{part.name} has the Start OTC at {dock.name} and scans.")

    async def _scan(self, part: Part, visit: Visit) -> None:
        plain = part.parcels - part.rejected - part.swapped
        while plain > 0:
            await self._pause(1.5)
            burst = min(plain, 4)
            visit.scan(burst)
            plain -= burst
        for _ in range(part.rejected):
            await self._pause(1.5)
            visit.scan(1, status="REJECTED", reason="Wrong product in the box")
        for number in range(part.swapped):
            await self._pause(1.5)
            visit.scan(1, flyer=(f"FLY1{number:03}", f"FLY8{number:03}", "FlyerMismatch"))
        self._say(f"{part.name} has scanned {part.parcels} parcels.")

    async def _close(self, part: Part, visit: Visit, player: str, dock: Dock) -> None:
        slack = self._place.slack
        async with self._hands[part.dock]:
            await slack.slash(player, dock.channel, "/end-otc", visit.fe_id)
            view = await self._view(player, "end_count")
            await self._pause(2)
            await slack.submit(player, view, {"counted": str(part.parcels - part.miscounted)})
            if part.miscounted:
                view = await self._view(player, "end_reason")
                await self._pause(2)
                await slack.submit(player, view, {"why": "other", "reason": REASONS[part.miscounted]})
            elif part.rejected or part.swapped:
                # Without a parcel to look at, the code follows the count at once.
                view = await self._view(player, "end_confirm")
                await self._pause(1)
                await slack.submit(player, view)
            code = await self._until(lambda: visit.end_code)
            await self._pause(2)
            last = await self._until(lambda: slack.view(player))
            await slack.close(player, last)
        visit.enter_end_otc(code)

    async def _card(self, dock: Dock, visit: Visit) -> Message:
        def find() -> Message | None:
            messages = self._place.slack.messages(dock.channel)
            return next((m for m in messages if f"`{visit.task_id}`" in m.text_all()), None)

        return await self._until(find)

    async def _window(self, player: str) -> View:
        """The player's window, once a code stands in it."""

        def find() -> View | None:
            view = self._place.slack.view(player)
            return view if view is not None and any(one["type"] == "header" for one in view.blocks) else None

        return await self._until(find)

    async def _view(self, player: str, callback_id: str) -> View:
        def find() -> View | None:
            view = self._place.slack.view(player)
            return view if view is not None and view.callback_id == callback_id else None

        return await self._until(find)

    async def _until(self, condition: Callable[[], Found | None]) -> Found:
        found = await self._place.slack.wait_for(condition, timeout=PATIENCE)
        if found is None:
            raise LookupError("nothing was found")
        return found

    async def _pause(self, seconds: float) -> None:
        """Waits so long at speed 1, in small steps so that a change of speed or a pause counts at once."""
        left = seconds
        while left > 0:
            await self._going.wait()
            await asyncio.sleep(0.05)
            left -= 0.05 * self.speed
        await self._going.wait()

    def _say(self, what: str, steps: int = 1) -> None:
        self.step += steps
        self.saying = what
        self._changed()
