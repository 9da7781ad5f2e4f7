"""What goes on at the docks while the bot is killed again and again: FEs scan, people press."""

import asyncio
import contextlib
import json
import random
import re
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from bot.handover.tally import STEPS
from bot.outbox.papers import OF_ID
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Delivery, Message, SubmitRefused
from bot.sandbox.slack.posting import delete
from bot.slack import ids
from tests.bench.processes import environment
from tests.crash import claiming, returning, told
from tests.crash.edges import Edge, commit_of
from tests.crash.facts import Counted, OwnScan
from tests.crash.nursery import MONTHS
from tests.crash.said import is_card
from tests.databases import UNREADABLE
from tests.scenarios.leaks import shows
from tests.support import World

DOCKS = 4
"""Channels: Slack takes one post a second in each."""
AT_ONCE = 2
"""FEs at each dock."""
BEHIND = 30
"""Messages and receipts that wait at a dock; with more, nobody comes."""
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
    "reserve a receipt": "leave",
    "fill a receipt": "leave",
    "share a receipt": "leave",
    "report": "claim",
    "claim": "claim",
    **dict.fromkeys(("prove", "reserve a proof", "fill a proof", "share a proof"), "prove"),
}
"""What somebody has to do so that the bot comes to an edge."""
ZONE = ZoneInfo("Asia/Kolkata")
EVENINGS = 8
"""Locations that wait for the end of their day, each with somebody who was there and left."""
EVENINGS_AFTER = 2
"""More of them once a database is lost."""
ENOUGH = 2
"""Receipts that may be due before nobody leaves any more: a bot that comes back makes one after the other."""
RECEIPT_FILES = 2
NEEDS_PROOF = frozenset(name for name, wish in PRESSED.items() if wish == "prove")
NEEDS_NEWS = frozenset(commit_of(name) for name in ("wanted", "sending", "unknown", "sent", "put back"))
ADD_ONE = f"{ids.TALLY}_{STEPS[0]}"
VERDICTS = ("The same*:", " missing: ", " extra: ")
"""What a count is answered with."""
_PERSON: ContextVar[str] = ContextVar("person")
"""Whose task this is: each person has a screen of their own."""
GIVES_UP = (TimeoutError, LookupError, SubmitRefused)
"""What it means to a person that the bot died in the middle."""


@dataclass
class Dock:
    """One location with its channel, and who came there."""

    location: str
    channel: str
    visits: list[Visit] = field(default_factory=list)
    hours: str = ""
    """As in bot.toml; the end of the day is the end of the hours."""

    @property
    def present(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.page != "gone"]


@dataclass(frozen=True)
class Losses:
    """What was so when a database was lost last; empty where none was."""

    tasks: frozenset[str] = frozenset()
    """Those with a card: the threads that are to go on."""
    gone: frozenset[str] = frozenset()
    """Those whose FE had left: Flipkart tells nothing of them any more."""
    deleted: frozenset[str] = frozenset()
    """Those whose card somebody had deleted: a database that does not know that, and finds none, has one posted."""
    evenings: frozenset[str] = frozenset()
    """Locations whose day may be one of which the database knows nothing."""
    returning: frozenset[str] = frozenset()
    """Locations whose FE it may not know."""
    recoded: frozenset[str] = frozenset()
    """Locations whose change of codes it may not know."""
    back: frozenset[str] = frozenset()
    """Locations whose outage it may not know."""
    calls: int = 0
    """How many Flipkart had seen."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often which code had been asked for, as far as the database knows it."""
    added: int = 0
    """To running counts, as far as the database knows it."""
    files: Counter[str] = field(default_factory=Counter)
    """What Slack showed, by name."""
    tables: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of months, as `tests.crash.returning.tables` counts them."""


class Play:
    """The docks and the people."""

    def __init__(self, world: World, chance: random.Random, people: int = 1) -> None:
        self.world = world
        more = [world.slack.add_user(f"person-{n}") for n in range(1, people)]
        self.operators = [world.operator, *more]
        """Those who press."""
        for one in more:
            world.slack.invite(world.channel, one)
        self.chance = chance
        self.patience = 1.0
        """Seconds that a person waits for each thing."""
        self.interval = 0.15
        """Seconds between two of the bot's looks."""
        self.docks: list[Dock] = []
        self.deliveries: list[Delivery] = []
        self.counted: list[Counted] = []
        self.own_scans: list[OwnScan] = []
        self.tallied = 0
        """Presses on the running count that the bot answered."""
        self.tally_presses = 0
        """Presses on it that the bot acknowledged."""
        self.reported: list[OwnScan] = []
        """Parcels of which the bot said that the report is on record."""
        self.claimed: list[str] = []
        self.claimed_unbrought: list[str] = []
        """Claims of which the bot said that they are noted as raised."""
        self.evenings: list[Dock] = []
        """Docks at which nobody works any more; each brings one digest when it is wanted."""
        self.returning: list[Dock] = []
        """Docks with a ledger and a return that never came (`tests.crash.returning`)."""
        self.coding: list[Dock] = []
        """Docks whose codes can change (`tests.crash.told`)."""
        self.recoded: set[str] = set()
        """The locations of those whose codes have changed."""
        self.calling: list[Dock] = []
        """Docks where nobody answers, and somebody is called."""
        self.staying: list[Dock] = []
        """Docks where one FE scans all the time."""
        self.out: list[Dock] = []
        """Docks for which Flipkart gave no answer at first (`tests.crash.told`)."""
        self.back: set[str] = set()
        """The locations of those for which it does now."""
        self.months_over = 0
        """Of the present one and those after it, as the bot's job for them is told."""
        self.deleted: set[str] = set()
        """The tasks whose card somebody deleted in Slack."""
        self.losses = Losses()
        self._on_cards: dict[tuple[str, str], frozenset[str]] = {}
        for n in range(DOCKS):
            location, channel = f"LOC{n}", world.channel
            if n:
                channel = world.slack.add_channel(f"returns-{n}", members=[*self.operators, world.second])
            if n != 1:  # the world has LOC1
                world.flipkart.add_location(location)
            self.docks.append(Dock(location, channel))

        for _ in range(EVENINGS):
            self._another_evening()
        world.flipkart.switches.ledger_page = returning.PAGE
        returning.another(self)
        told.another_with_codes(self)
        told.another_that_is_out(self)

    @property
    def user(self) -> str:
        """The person whose task this is."""
        return _PERSON.get(self.world.operator)

    @property
    def everywhere(self) -> list[Dock]:
        return [*self.docks, *self.evenings, *self.returning, *self.coding, *self.calling, *self.staying, *self.out]

    @property
    def visits(self) -> list[Visit]:
        return [visit for dock in self.everywhere for visit in dock.visits]

    @property
    def served(self) -> list[Visit]:
        """Those with whom people work: not where their card was deleted."""
        visits = [visit for dock in self.docks for visit in dock.visits]
        return [visit for visit in visits if visit.task_id not in self.deleted]

    @property
    def there(self) -> list[Visit]:
        """Those of them who have not left."""
        return [visit for visit in self.served if visit.page != "gone"]

    def environment(self, **more: str) -> dict[str, str]:
        """Of a bot that works here; writes its bot.toml too."""
        places = "".join(
            f'[[locations]]\nid = "{dock.location}"\nname = "Dock {dock.location}"\nchannel = "{dock.channel}"\n'
            f'operators = {json.dumps(self.operators)}\nhours = "{dock.hours}"\n{told.escalate(self, dock)}'
            for dock in self.everywhere
        )
        (self.world.folder / "bot.toml").write_text(
            f'timezone = "{ZONE.key}"\n'
            f"polling = {{ arrivals_seconds = {self.interval}, scans_seconds = {self.interval}, page_size = 5 }}\n"
            f"flipkart = {{ calls_per_hour = 1000000 }}\n"
            "returns = { details = true, ledger = true, "
            f"completed_unseen_hours = {returning.UNSEEN_HOURS} }}\n{places}",
            encoding="utf-8",
        )
        log = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
        months = {MONTHS: str(self.months_over)}
        return environment(self.world, DATABASE_URL=self.world.kept.url, **log, **months, **more)

    # ---- what FEs do ----

    def turn(self) -> None:
        """Some time goes by at every dock."""
        for dock in self.docks:
            if self.chance.random() < 0.35 and self._has_room(dock, AT_ONCE):
                self.arrive(dock)
            for visit in dock.present:
                self._move(visit)
        for visit in (visit for dock in (*self.evenings, *self.returning) for visit in dock.present):
            if self._is_read(visit):
                visit.leave()

    def _has_room(self, dock: Dock, most: int = 2 * AT_ONCE) -> bool:
        """Whether one more can come: a visit is eight posts, and Slack takes one a second in a channel.

        Here an FE is done within seconds, so that people could have more to be said than ever can be.
        """
        waits = "select location_id from delivery where state in ('pending', 'sending', 'unknown')"
        return len(dock.present) < most and self.rows_left(waits).count((dock.location,)) < BEHIND

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
        with contextlib.suppress(*UNREADABLE):
            return self.world.rows(query) == [(len(visit.shipments),)]
        return False

    def is_ready_for(self, edge: Edge) -> bool:
        """Whether there is what the edge needs."""
        if _is_of_day(edge.name):
            return self._evening() is not None
        if edge.name in NEEDS_PROOF:
            return bool(claiming.provable(self))
        if edge.name == told.WORD:
            return bool(told.constant(self))
        if edge.name == told.BACK:
            return bool(told.still_out(self))
        if returning.is_of_month(edge.name):
            return returning.has_claims(self)
        return edge.name != commit_of("lost") or self._deletable() is not None

    def provoke(self, edge: Edge) -> None:
        """Brings about what the edge needs."""
        slack, name = self.world.slack, edge.name
        carried_out = self.chance.random() < 0.5
        if name in ("post a card", "look for a card"):
            self.somebody_comes()
        elif name in ("post a reply", "look for a reply"):
            self._somebody_goes_on()
        elif name in NEEDS_NEWS:
            self._make_news(self.chance.choice(self.docks))
        if name in ("look for a card", "look for a reply", commit_of("unknown")):
            slack.fail("chat.postMessage", error="internal_error", carried_out=carried_out, times=3)
        elif name == commit_of("put back"):
            slack.fail("chat.postMessage", error="ratelimited", retry_after=1)
        elif name == commit_of("lost"):
            self._delete_a_card()
        elif name in ("edit a card", "shipments", "add page", "asked"):
            with contextlib.suppress(LookupError):
                self.reach("scanning").scan(2)
        elif _is_of_day(name):
            self._end_a_day()
        returning.provoke(self, name)
        told.provoke(self, name)
        if name == "answer":
            # A code comes to its asker alone where Slack opens no window for it.
            slack.fail("views.open", error="expired_trigger_id", times=3)
        if name == "look for files":
            slack.fail("files.completeUploadExternal", error="internal_error", carried_out=carried_out, times=2)

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

    def somebody_comes(self) -> Visit | None:
        """Where there is room, or in place of one who is done; None where nobody is."""
        room = [dock for dock in self.docks if len(dock.present) < 2 * AT_ONCE]
        if not room:
            done = [visit for visit in self.served if visit.page == "end" and self._is_read(visit)]
            if not done:
                return None
            done[0].leave()
            room = [dock for dock in self.docks if done[0] in dock.visits]
        return self.arrive(self.chance.choice(room))

    def _somebody_goes_on(self) -> None:
        with contextlib.suppress(LookupError):
            self.reach("scanning").finish_scanning()

    def _delete_a_card(self) -> None:
        """Somebody deletes the card of an FE who scans, which shows at its next edit."""
        found = self._deletable()
        if found is not None:
            visit, card = found
            delete(self.world.slack, card)
            self.deleted.add(visit.task_id)
            visit.finish_scanning()

    def _deletable(self) -> tuple[Visit, Any] | None:
        """A card that was edited before: whether one that is gone was ever posted, a bot can't know else.

        After a loss that holds from when the new database has drawn it.
        """
        for visit in self.served:
            card = self.card_with(visit, ids.COUNT)
            if visit.page == "scanning" and card is not None and card.edited:
                return visit, card
        return None

    @staticmethod
    def dock(location: str, channel: str) -> Dock:
        """One of which Flipkart is told nothing."""
        return Dock(location, channel)

    def another_dock(self, location: str, channel: str) -> Dock:
        """One more location with a channel of its own."""
        self.world.flipkart.add_location(location)
        people = [*self.operators, self.world.second]
        return Dock(location, self.world.slack.add_channel(channel, members=people))

    def another_stays(self) -> None:
        """One more dock, with an FE who scans."""
        n = len(self.staying)
        dock = self.another_dock(f"STAY{n}", f"stays-{n}")
        self.staying.append(dock)
        self.arrive(dock).begin()

    # ---- the end of a day ----

    def _another_evening(self) -> None:
        n = len(self.evenings)
        dock = self.another_dock(f"EVE{n}", f"evenings-{n}")
        self.evenings.append(dock)
        visit = self.arrive(dock)
        visit.begin()
        visit.scan(2)
        visit.finish_scanning()

    def _end_a_day(self) -> None:
        """The hours of a location end where somebody came before: its digest is due."""
        dock, now = self._evening(), _this_minute()
        if dock is not None:
            # It opens a minute after it has closed, so that no day of any length begins or ends elsewhere.
            dock.hours = f"{now.astimezone(ZONE) + timedelta(minutes=1):%H:%M}-{now.astimezone(ZONE):%H:%M}"
            self._another_evening()

    def _evening(self) -> Dock | None:
        now = _this_minute()
        return next((dock for dock in self.evenings if not dock.hours and self._came_before(dock, now)), None)

    def _came_before(self, dock: Dock, moment: datetime) -> bool:
        query = f"select max(at) from audit where location_id = '{dock.location}' and what = 'arrived'"  # noqa: S608
        with contextlib.suppress(*UNREADABLE):
            ((at,),) = self.world.rows(query)
            return at is not None and at < f"{moment:%Y-%m-%d %H:%M:%S}"
        return False

    def reach(self, page: str) -> Visit:
        """An FE who stands on that page; one is sent there when there is none."""
        found = [visit for visit in self.served if visit.page == page]
        if found:
            return self.chance.choice(found)
        waiting = [visit for visit in self.served if visit.page == "start"]
        room = [dock for dock in self.docks if self._has_room(dock)]
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

    async def people(self, edge: Edge | None, nth: int = 0) -> None:
        """What somebody, the nth of them, does as soon as the bot hears: what the edge needs, or anything."""
        _PERSON.set(self.operators[nth])
        await self.world.slack.wait_connected()
        wish = PRESSED.get(edge.name) if edge else None
        while True:
            with contextlib.suppress(*GIVES_UP):
                await getattr(self, wish or self.chance.choice(["start", "count", "end", "scan", "tally", "claim"]))()
            await asyncio.sleep(0.05)

    async def start(self) -> None:
        """Asks for a Start OTC, and reads it out to the FE."""
        visit = self.reach("start")
        await self._slash(visit, "/start-otc")
        await self.until(lambda: visit.start_code and self._sees(visit.start_code))
        visit.enter_start_otc(visit.start_code or "")

    async def count(self) -> None:
        """Counts by the card's button."""
        await self.clear()
        visit = self.reach("scanning")
        card = await self.until(lambda: self.card_with(visit, ids.COUNT))
        self.deliveries.append(await self.world.slack.press(self.user, card, ids.COUNT))
        view = await self.modal("Parcels counted")
        await self._enter(visit, view)

    async def end(self) -> None:
        """Counts, confirms, and reads out the End OTC."""
        await self.clear()
        visit = self.reach("end")
        await self._slash(visit, "/end-otc")
        view = await self.modal("Parcels counted")
        await self._enter(visit, view)
        slack, user = self.world.slack, self.user
        view = self.world.slack.view(user)
        if view is None:
            raise TimeoutError
        if view.callback_id:
            reason = {ids.WHY: "other", ids.REASON: "recounted twice"} if view.callback_id == ids.END_REASON else None
            self.deliveries.append(await slack.submit(user, view, reason))
        await self.until(lambda: visit.end_code and self._sees(visit.end_code))
        visit.enter_end_otc(visit.end_code or "")

    async def scan(self) -> None:
        """Scans a parcel of the seller's own into the thread."""
        visit = self.reach("scanning")
        card = await self.until(lambda: self.card(visit))
        if not visit.shipments:
            visit.scan()
        parcel = self.chance.choice(visit.shipments).tracking_id
        slack, user = self.world.slack, self.user
        delivery = await slack.say(user, card.channel, parcel, thread_ts=card.ts)
        message = next(one for one in reversed(slack.thread(card.channel, card.ts)) if one.user == user)
        if not delivery.acked:
            raise TimeoutError
        await self.until(lambda: message.reactions)
        self.own_scans.append(OwnScan(visit, parcel))

    async def tally(self) -> None:
        """Adds one to the running count."""
        visit = self.reach("scanning")
        card = await self.until(lambda: self.card_with(visit, ADD_ONE))
        await self.clear()
        delivery = await self.world.slack.press(self.user, card, ADD_ONE)
        self.deliveries.append(delivery)
        self.tally_presses += 1  # also when the acknowledgement was lost: it may have been counted before
        await self.modal("counted so far")
        self.tallied += 1

    async def claim(self) -> None:
        """Notes that a parcel is claimed for: one that is reported now, or one that never came."""
        if returning.claimable(self) and self.chance.random() < 0.5:
            await returning.claim(self)
        else:
            await claiming.claim(self)

    async def prove(self) -> None:
        """Asks for the proof of a claim whose FE has left."""
        await claiming.prove(self)

    async def leave(self) -> None:
        """An FE of whom everything is read leaves, and the receipt is due; unless some are due already."""
        with contextlib.suppress(*UNREADABLE):
            if len(self.unreceipted()) >= ENOUGH:
                await asyncio.sleep(self.patience)
                return
        visit = self.reach("end")
        await self.until(lambda: self._is_read(visit))
        visit.leave()

    def unreceipted(self) -> dict[str, Counter[str]]:
        """The handovers that are over and whose receipt is not in Slack as a whole, each with its files there."""
        over = self.world.rows("select id, task_id from handover where stage in ('closed', 'left')")
        shown = self.files()
        found = {
            handover: shown.get(handover[:OF_ID], Counter()) for handover, task in over if task not in self.deleted
        }
        return {handover: files for handover, files in found.items() if len(files) < RECEIPT_FILES}

    def files(self) -> dict[str, Counter[str]]:
        """The receipts' files that Slack shows, by name, of each handover: the first signs of its id end the name."""
        found: dict[str, Counter[str]] = {}
        for name, n in self.file_names().items():
            found.setdefault(PurePath(name).stem.rpartition("-")[2], Counter())[name] = n
        return found

    def file_names(self) -> Counter[str]:
        """All files of the bot's that Slack shows."""
        return Counter(
            str(file["name"])
            for dock in self.everywhere
            for message in self.world.slack.posted[dock.channel]
            for file in message.files
            if message.by_bot
        )

    async def clear(self) -> None:
        """Closes what a bot of before has left on the screen, or it would be taken for the new one's answer."""
        for view in reversed(self.world.slack.open_views(self.user)):
            await self.world.slack.close(self.user, view)

    async def _enter(self, visit: Visit, view: Any) -> None:
        number = max(0, len(visit.shipments) + self.chance.choice([0, 0, 0, -1]))
        delivery = await self.world.slack.submit(self.user, view, {ids.COUNTED: str(number)})
        self.deliveries.append(delivery)
        # The code itself follows a count that is the same, where nothing is to be looked at.
        await self.until(lambda: any(self._modal_now(said) for said in (*VERDICTS, "You can't undo this")))
        self.counted.append(Counted(visit, number))

    async def _slash(self, visit: Visit, command: str) -> None:
        dock = self._dock_of(visit)
        delivery = await self.world.slack.slash(self.user, dock.channel, command, visit.fe_id)
        self.deliveries.append(delivery)
        if not delivery.acked:
            raise TimeoutError

    async def modal(self, text: str) -> Any:
        return await self.until(lambda: self._modal_now(text))

    def _modal_now(self, text: str) -> Any:
        view = self.world.slack.view(self.user)
        return view if view is not None and text in view.text_all() else None

    async def until(self, condition: Any) -> Any:
        return await self.world.until(condition, self.patience)

    def card_with(self, visit: Visit, action_id: str) -> Any:
        """The card with this button, once it is one of the database that there is.

        Until it is drawn anew after a loss, who presses is told that it is not known any more, and to use the newest.
        """
        card = self.card(visit)
        values = [] if card is None else [one["value"] for one in card.buttons() if one["action_id"] == action_id]
        known: list[tuple[str]] = []
        with contextlib.suppress(*UNREADABLE):  # it is gone, and not made anew yet
            known = self.world.rows("select id from handover")
        return card if any(one in value for (one,) in known for value in values) else None

    def _sees(self, code: str) -> bool:
        slack, user = self.world.slack, self.user
        return any(shows(one.text_all(), code) for one in (*slack.ephemerals(user), *slack.open_views(user)))

    def card(self, visit: Visit) -> Any:
        """The visit's newest card, or None."""
        return next(reversed(self.cards(visit)), None)

    def cards(self, visit: Visit) -> list[Any]:
        """All that there are of a visit, the oldest first."""
        roots = self.world.slack.messages(self._dock_of(visit).channel)
        return [one for one in roots if visit.task_id in self.tasks_on(one)]

    def tasks_on(self, root: Message) -> frozenset[str]:
        """What stands on a card as an id. It stays, so it is read once: people look very often."""
        where = root.channel, root.ts
        if where not in self._on_cards:
            ids_there = re.findall("`([^`]+)`", root.text_all()) if is_card(root) else []
            self._on_cards[where] = frozenset(ids_there)
        return self._on_cards[where]

    def _dock_of(self, visit: Visit) -> Dock:
        return next(dock for dock in self.everywhere if visit in dock.visits)

    # ---- what is lost with a database ----

    def lose(self) -> None:
        """The database is another now: what only it knew is not asked for, and nobody has anything on the screen."""
        slack, rows = self.world.slack, self.rows_left
        for one in self.operators:
            slack.reload(one)
            for view in slack.open_views(one):
                view.closed = True
        self.counted, self.own_scans, self.tallied, self.tally_presses = [], [], 0, 0
        self.reported, self.claimed, self.claimed_unbrought = [], [], []
        self.losses = Losses(
            tasks=frozenset(visit.task_id for visit in self.visits if self.cards(visit)),
            gone=frozenset(visit.task_id for visit in self.visits if visit.page == "gone"),
            deleted=frozenset(self.deleted),
            evenings=frozenset(dock.location for dock in self.evenings),
            returning=frozenset(dock.location for dock in self.returning),
            recoded=frozenset(self.recoded),
            back=frozenset(self.back),
            calls=len(self.world.flipkart.calls),
            asked=Counter(
                json.loads(detail)["kind"] for (detail,) in rows("select detail from audit where what = 'asked'")
            ),
            added=sum(added for (added,) in rows("select added from tally where not undone")),
            files=self.file_names(),
            tables=returning.tables(self),
        )
        # Whoever had left is not seen again, so nobody came on the days that were to end.
        for _ in range(EVENINGS_AFTER):
            self._another_evening()

    def rows_left(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self.world.rows(query)
        except UNREADABLE:
            return []


def _this_minute() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


def _is_of_day(name: str) -> bool:
    """Whether an edge needs a digest. What may have been shared is looked for soonest there."""
    return name.endswith(" a digest") or name == "look for files"
