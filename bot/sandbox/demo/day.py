"""Plays the scripted day: FEs on their phones, two operators in Slack, at the chosen speed, with a pause button.

It begins with the lists of what should arrive and ends with the digest, and it is over when all cards are right.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.sandbox.demo.place import Dock, Place
from bot.sandbox.demo.player import Player
from bot.sandbox.demo.script import DAY, REASONS, Part, on_the_list, total_steps
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Message

log = logging.getLogger(__name__)

SLOWEST, FASTEST = 0.25, 50.0
SETTLES_SECONDS = 120.0
"""Real seconds for the last cards; then the day says that they are wrong."""
LOOK_SECONDS = 0.2


class Day:
    """The scripted day and its pause button."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._task: asyncio.Task[None] | None = None
        self._going = asyncio.Event()
        self._changed: Callable[[], None] = lambda: None
        self._players = [Player(place, place.docks[n], user, self._pause) for n, user in enumerate(place.players)]
        self.state = "idle"
        self.speed = 1.0
        self.step = 0
        self.steps = total_steps()
        self.saying = ""
        self.given_up = 0
        """FEs for whom the bot did not do what a person would wait for."""

    def on_change(self, callback: Callable[[], None]) -> None:
        """Calls back whenever the day goes on."""
        self._changed = callback

    def run_at(self, speed: float) -> None:
        """How fast the day is played; the bot looks and draws as much faster."""
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self._place.stopwatch.run_at(self.speed)

    def control(self, do: str, speed: float) -> None:
        """start, pause, resume, stop or only another speed; raises ValueError for anything else."""
        self.run_at(speed)
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
        await asyncio.gather(*(self._list(n) for n in range(len(self._players))), *(self._part(part) for part in DAY))
        await self._settle()
        await self._digest()
        cut = f" {self.given_up} of its parts were cut short." if self.given_up else ""
        wrong = self._place.cards.wrong()
        late = f" {_cards(wrong)} wrong all the same: look under the glass." if wrong else ""
        self.state, self.step = "done", self.steps
        self.saying = f"The day is over.{cut}{late} Look at the threads, or play it again."
        self._task = None
        self._changed()

    async def _list(self, n: int) -> None:
        """Before the first FE comes: what should arrive."""
        dock = self._place.docks[n]
        try:
            await self._players[n].drop_list(on_the_list(n))
        except (TimeoutError, LookupError, RuntimeError) as error:
            self._cut_short(f"The list of {dock.name}", error)
        else:
            self._say(f"The list of what should arrive at {dock.name} is in the channel.")

    async def _part(self, part: Part) -> None:
        await self._pause(part.after)
        try:
            await self._perform(part)
        except (TimeoutError, LookupError, RuntimeError) as error:
            # A person who plays along may have done it first, or Flipkart is in a bad mood: the day goes on.
            self._cut_short(f"{part.name}'s part", error)

    async def _perform(self, part: Part) -> None:
        dock, player = self._place.docks[part.dock], self._players[part.dock]
        visit = self._place.flipkart.arrive(dock.location, part.name, partner=part.partner)
        self._say(f"{part.name} of {part.partner} arrives at {dock.name}.")
        card = await player.until(lambda: self._place.cards.of(visit))
        await self._pause(3)
        await self._open(part, visit, card, player, dock)
        await self._scan(part, visit)
        await self._look_after(part, visit, card, player)
        if part.leaves:
            await self._pause(2)
            visit.leave()
            self._say(f"{part.name} leaves without an End OTC.", steps=2)
            return
        await self._pause(2)
        visit.finish_scanning()
        self._say(f"{part.name} is on the End OTC page.")
        counted = part.parcels - part.miscounted
        visit.enter_end_otc(await player.give_end(visit, counted, REASONS.get(part.miscounted, "")))
        self._say(f"{part.name} has the End OTC and leaves.")
        if part.damaged:
            await self._pause(2)
            await player.claim(card, visit.shipments[-1])
            self._say(f"The claim for {part.name}'s damaged parcel is filed.")

    async def _open(self, part: Part, visit: Visit, card: Message, player: Player, dock: Dock) -> None:
        code = await player.give_start(visit, card)
        if part.wrong_code:
            visit.enter_start_otc("000000")
            self._say(f"{part.name} typed a wrong code.", steps=0)
            await self._pause(2)
        if not visit.enter_start_otc(code) and visit.page == "start":
            raise RuntimeError(f"{visit.fe_id} typed the Start OTC, and it was not taken")
        self._say(f"{part.name} has the Start OTC at {dock.name} and scans.")

    async def _scan(self, part: Part, visit: Visit) -> None:
        plain = part.parcels - part.rejected - part.swapped
        while plain > 0:
            await self._pause(1.5)
            burst = min(plain, 4)
            listed = self._place.listed(visit.location_id, burst)
            for tracking in listed:
                visit.scan(1, tracking_id=tracking)
            if burst > len(listed):
                visit.scan(burst - len(listed))
            plain -= burst
        for _ in range(part.rejected):
            await self._pause(1.5)
            visit.scan(1, status="REJECTED", reason="Wrong product in the box")
        for number in range(part.swapped):
            await self._pause(1.5)
            visit.scan(1, flyer=(f"FLY1{number:03}", f"FLY8{number:03}", "FlyerMismatch"))
        self._say(f"{part.name} has scanned {part.parcels} parcels.")

    async def _look_after(self, part: Part, visit: Visit, card: Message, player: Player) -> None:
        """What the operator does while the FE is there."""
        if part.own_scan:
            await player.scan(visit)
            self._say(f"{part.name}'s parcels are scanned at the counter too.")
        if part.tally:
            await player.count_along(card, part.tally)
            self._say(f"{part.name}'s parcels are counted as they come.")
        if part.damaged:
            await player.report(card, visit.shipments[-1])
            self._say(f"One of {part.name}'s parcels is damaged, and reported.")

    async def _settle(self) -> None:
        """Waits for the cards that Slack has not shown yet."""
        until = time.monotonic() + SETTLES_SECONDS
        while (wrong := self._place.cards.wrong()) and time.monotonic() < until:
            self._say(f"Slack is catching up: {_cards(wrong)} not right yet.", steps=0)
            await asyncio.sleep(LOOK_SECONDS)
        self._say("Each card shows how it ended.")

    async def _digest(self) -> None:
        """The docks close: at their midnight each channel has the day in a message."""
        await self._pause(3)
        moment = self._place.clock.epoch()
        self._place.clock.to_next_day()
        try:
            for n, player in enumerate(self._players):
                await player.until(partial(self._has_digest, self._place.docks[n].channel, moment))
        except TimeoutError as error:
            self._cut_short("The digest", error)
        else:
            self._say("It is midnight at the docks: each channel has the digest of the day.")

    def _has_digest(self, channel: str, since: float) -> bool:
        posted = self._place.slack.messages(channel)
        return any(one.by_bot and float(one.ts) > since for one in posted)

    def _cut_short(self, what: str, error: Exception) -> None:
        self.given_up += 1
        log.info("the scripted day goes on without %s: %s", what, error)
        self._say(f"{what} was cut short.", steps=0)

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
        if self.saying != what or steps:
            self.saying = what
            self._changed()


def _cards(n: int) -> str:
    return "1 card is" if n == 1 else f"{n} cards are"
