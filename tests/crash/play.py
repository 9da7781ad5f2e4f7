"""What goes on at the docks while the bot is killed again and again: FEs scan, people press."""

import asyncio
import contextlib
import random
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from bot.handover.tally import STEPS
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Delivery, SubmitRefused
from bot.slack import ids
from tests.bench.processes import environment
from tests.crash.edges import Edge
from tests.support import World

DOCKS = 4
"""Channels: Slack takes one post a second in each."""
AT_ONCE = 2
"""FEs at each dock."""
PRESSED = {
    "record": "start",
    "start codes": "start",
    "vault": "start",
    "step": "start",
    "answer": "start",
    "modal": "count",
    "end code": "end",
    "own scan": "scan",
    "reaction": "scan",
    "tally": "tally",
    "receipt": "leave",
    "upload": "leave",
    "share": "leave",
}
"""What somebody has to do so that the bot comes to an edge."""
ENOUGH = 2
"""Receipts that may be due before nobody leaves any more: a bot that comes back makes one after the other."""
ADD_ONE = f"{ids.TALLY}_{STEPS[0]}"
GIVES_UP = (TimeoutError, LookupError, SubmitRefused)
"""What it means to a person that the bot died in the middle."""


@dataclass
class Dock:
    """One location with its channel, and who came there."""

    location: str
    channel: str
    visits: list[Visit] = field(default_factory=list)

    @property
    def present(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.page != "gone"]


@dataclass
class Counted:
    """A count that the bot told somebody it has kept."""

    visit: Visit
    number: int


@dataclass
class OwnScan:
    """A parcel that the seller scanned, and that the bot marked with a reaction."""

    visit: Visit
    tracking_id: str


class Play:
    """The docks and the people."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.patience = 1.0
        """Seconds that a person waits for each thing."""
        self.docks: list[Dock] = []
        self.deliveries: list[Delivery] = []
        self.counted: list[Counted] = []
        self.own_scans: list[OwnScan] = []
        self.tallied = 0
        """Presses on the running count that the bot answered."""
        self.tally_presses = 0
        """Presses on it that the bot acknowledged."""
        for n in range(DOCKS):
            location, channel = f"LOC{n}", world.channel
            if n:
                channel = world.slack.add_channel(f"returns-{n}", members=[world.operator, world.second])
            if n != 1:  # the world has LOC1
                world.flipkart.add_location(location)
            self.docks.append(Dock(location, channel))

    @property
    def visits(self) -> list[Visit]:
        return [visit for dock in self.docks for visit in dock.visits]

    def environment(self, **more: str) -> dict[str, str]:
        """Of a bot that works here; writes its bot.toml too."""
        places = "".join(
            f'[[locations]]\nid = "{dock.location}"\nname = "Dock {dock.location}"\nchannel = "{dock.channel}"\n'
            f'operators = ["{self.world.operator}"]\n'
            for dock in self.docks
        )
        (self.world.folder / "bot.toml").write_text(
            'timezone = "Asia/Kolkata"\npolling = { arrivals_seconds = 0.15, scans_seconds = 0.15, page_size = 5 }\n'
            f"flipkart = {{ calls_per_hour = 1000000 }}\n{places}",
            encoding="utf-8",
        )
        database = f"sqlite:///{self.world.folder / 'bot.db'}"
        log = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
        return environment(self.world, DATABASE_URL=database, **log, **more)

    # ---- what FEs do ----

    def turn(self) -> None:
        """Some time goes by at every dock."""
        for dock in self.docks:
            if len(dock.present) < AT_ONCE and self.chance.random() < 0.35:
                self.arrive(dock)
            for visit in dock.present:
                self._move(visit)

    def arrive(self, dock: Dock) -> Visit:
        """An FE comes."""
        visit = self.world.flipkart.arrive(dock.location, f"FE {len(dock.visits)} of {dock.location}")
        dock.visits.append(visit)
        return visit

    def _move(self, visit: Visit) -> None:
        if visit.page == "start" and self.chance.random() < 0.2:
            visit.begin()
        elif visit.page == "scanning":
            visit.scan(self.chance.randint(0, 4))
            if self.chance.random() < 0.2:
                visit.scan(1, status="REJECTED", reason="damaged")
            if len(visit.shipments) > 8 and self.chance.random() < 0.5:
                visit.finish_scanning()
        elif visit.page == "end" and self.chance.random() < 0.08 and self._is_read(visit):
            # What a bot that was down never got to see, no bot could keep.
            visit.leave()

    def _is_read(self, visit: Visit) -> bool:
        query = f"select scanned from handover where task_id = '{visit.task_id}'"  # noqa: S608 - the simulator's id
        with contextlib.suppress(sqlite3.OperationalError):
            return self.world.rows(query) == [(len(visit.shipments),)]
        return False

    def provoke(self, edge: Edge) -> None:
        """Brings about what the edge needs."""
        slack, dock = self.world.slack, self.chance.choice(self.docks)
        if edge.name in ("post", "sending", "sent", "unknown", "find", "postpone"):
            self._make_news(dock)
        if edge.name in ("unknown", "find"):
            slack.fail("chat.postMessage", error="internal_error", carried_out=self.chance.random() < 0.5)
        if edge.name == "postpone":
            slack.fail("chat.postMessage", error="ratelimited", retry_after=1)
        if edge.name in ("edit", "shown", "shipments", "add page"):
            with contextlib.suppress(LookupError):
                self.reach("scanning").scan(2)

    def _make_news(self, dock: Dock) -> None:
        """Something that the bot has to say there: somebody comes, begins, or is done."""
        for visit in dock.present:
            if visit.page == "start":
                visit.begin()
                return
        if len(dock.present) < 2 * AT_ONCE:
            self.arrive(dock)
            return
        for visit in dock.present:
            if visit.page == "scanning":
                visit.finish_scanning()
                return

    def reach(self, page: str) -> Visit:
        """An FE who stands on that page; one is sent there when there is none."""
        found = [visit for visit in self.visits if visit.page == page]
        if found:
            return self.chance.choice(found)
        waiting = [visit for visit in self.visits if visit.page == "start"]
        room = [dock for dock in self.docks if len(dock.present) < 2 * AT_ONCE]
        if not waiting and not room:
            raise LookupError("every dock is full")
        visit = waiting[0] if waiting else self.arrive(self.chance.choice(room))
        if page != "start":
            visit.begin()
        if page == "end":
            visit.scan(3)
            visit.finish_scanning()
        return visit

    # ---- what people do ----

    async def people(self, edge: Edge | None) -> None:
        """What somebody does as soon as the bot hears: what the edge needs, or anything."""
        await self.world.slack.wait_connected(timeout=10)
        wish = PRESSED.get(edge.name) if edge else None
        while True:
            with contextlib.suppress(*GIVES_UP):
                await getattr(self, wish or self.chance.choice(["start", "count", "end", "scan", "tally"]))()
            await asyncio.sleep(0.05)

    async def start(self) -> None:
        """Asks for a Start OTC, and reads it out to the FE."""
        visit = self.reach("start")
        await self._slash(visit, "/start-otc")
        await self._until(lambda: visit.start_code and self._sees(visit.start_code))
        visit.enter_start_otc(visit.start_code or "")

    async def count(self) -> None:
        """Counts by the card's button."""
        await self._clear()
        visit = self.reach("scanning")
        card = await self._until(lambda: self._card_with(visit, ids.COUNT))
        self.deliveries.append(await self.world.slack.press(self.world.operator, card, ids.COUNT))
        view = await self._modal("Parcels counted")
        await self._enter(visit, view)

    async def end(self) -> None:
        """Counts, confirms, and reads out the End OTC."""
        await self._clear()
        visit = self.reach("end")
        await self._slash(visit, "/end-otc")
        view = await self._modal("Parcels counted")
        await self._enter(visit, view)
        slack, user = self.world.slack, self.world.operator
        view = self.world.slack.view(user)
        if view is None:
            raise TimeoutError
        reason = {ids.REASON: "recounted twice"} if view.callback_id == ids.END_REASON else None
        self.deliveries.append(await slack.submit(user, view, reason))
        await self._until(lambda: visit.end_code and self._sees(visit.end_code))
        visit.enter_end_otc(visit.end_code or "")

    async def scan(self) -> None:
        """Scans a parcel of the seller's own into the thread."""
        visit = self.reach("scanning")
        card = await self._until(lambda: self.card(visit))
        if not visit.shipments:
            visit.scan()
        parcel = self.chance.choice(visit.shipments).tracking_id
        slack, user = self.world.slack, self.world.operator
        delivery = await slack.say(user, card.channel, parcel, thread_ts=card.ts)
        message = next(one for one in reversed(slack.thread(card.channel, card.ts)) if one.user == user)
        if not delivery.acked:
            raise TimeoutError
        await self._until(lambda: message.reactions)
        self.own_scans.append(OwnScan(visit, parcel))

    async def tally(self) -> None:
        """Adds one to the running count."""
        visit = self.reach("scanning")
        card = await self._until(lambda: self._card_with(visit, ADD_ONE))
        before = self._pads()
        delivery = await self.world.slack.press(self.world.operator, card, ADD_ONE)
        self.deliveries.append(delivery)
        self.tally_presses += 1  # also when the acknowledgement was lost: it may have been counted before
        await self._until(lambda: self._pads() > before)
        self.tallied += 1

    def _pads(self) -> int:
        """How many answers to such presses this person has seen."""
        shown = self.world.slack.ephemerals(self.world.operator)
        return sum(any(button["action_id"] == ADD_ONE for button in one.buttons()) for one in shown)

    async def leave(self) -> None:
        """An FE of whom everything is read leaves, and the receipt is due; unless some are due already."""
        with contextlib.suppress(sqlite3.OperationalError):
            if self.world.rows("select count(*) from receipt where state not in ('sent', 'lost')") > [(ENOUGH,)]:
                await asyncio.sleep(self.patience)
                return
        visit = self.reach("end")
        await self._until(lambda: self._is_read(visit))
        visit.leave()

    async def _clear(self) -> None:
        """Closes what a bot of before has left on the screen, or it would be taken for the new one's answer."""
        for view in reversed(self.world.slack.open_views(self.world.operator)):
            await self.world.slack.close(self.world.operator, view)

    async def _enter(self, visit: Visit, view: Any) -> None:
        number = max(0, len(visit.shipments) + self.chance.choice([0, 0, 0, -1]))
        delivery = await self.world.slack.submit(self.world.operator, view, {ids.COUNTED: str(number)})
        self.deliveries.append(delivery)
        await self._modal("You counted")
        self.counted.append(Counted(visit, number))

    async def _slash(self, visit: Visit, command: str) -> None:
        dock = next(dock for dock in self.docks if visit in dock.visits)
        delivery = await self.world.slack.slash(self.world.operator, dock.channel, command, visit.fe_id)
        self.deliveries.append(delivery)
        if not delivery.acked:
            raise TimeoutError

    async def _modal(self, text: str) -> Any:
        return await self._until(lambda: self._modal_now(text))

    def _modal_now(self, text: str) -> Any:
        view = self.world.slack.view(self.world.operator)
        return view if view is not None and text in view.text_all() else None

    async def _until(self, condition: Any) -> Any:
        return await self.world.until(condition, self.patience)

    def _card_with(self, visit: Visit, action_id: str) -> Any:
        card = self.card(visit)
        return card if card is not None and action_id in [one["action_id"] for one in card.buttons()] else None

    def _sees(self, code: str) -> bool:
        slack, user = self.world.slack, self.world.operator
        return any(code in one.text_all() for one in (*slack.ephemerals(user), *slack.open_views(user)))

    def card(self, visit: Visit) -> Any:
        """The visit's newest card, or None."""
        channel = next(dock.channel for dock in self.docks if visit in dock.visits)
        cards = (c for c in self.world.slack.messages(channel) if f"`{visit.task_id}`" in c.text_all())
        return next(cards, None)
