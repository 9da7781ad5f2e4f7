"""`python3 -m tests.docs.walk`: the rooms of the bot through which a page of scans goes, and a press, in their order.

Told by a bot that runs: its threads and its loop are watched, and what belongs to one piece of work (`bot.trace`) is
written down wherever a function of one room calls one of another. What everything stands on is no room of a walk, nor
are the values that the domain is made of.
"""

import asyncio
import logging
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from bot import trace
from tests.prepare import ROOT
from tests.scenarios.dockwork import card_of, card_says, modal
from tests.support import QUICK_POSTS, world

BOT = str(ROOT / "bot") + "/"
GROUND = (
    *("text.py", "clock.py", "trace.py", "timing.py", "values.py", "i18n/", "monitoring/", "sandbox/"),
    *("handover/model.py", "handover/events.py", "handover/location.py", "handover/owning.py", "slack/ids.py"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A room is entered from another one, as a line of CONTRIBUTING.md."""

    room: str
    file: str
    function: str

    def __str__(self) -> str:
        return f"  {self.room:14}{self.file:26}{self.function}"


@dataclass(slots=True)
class Watcher:
    """Notes the steps by the piece of work that they belong to."""

    works: dict[str, list[Step]] = field(default_factory=dict)
    _seen: set[tuple[str, FrameType]] = field(default_factory=set)

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """As `sys.setprofile` calls it."""
        file = _file(frame)
        if event != "call" or file is None:
            return
        work = trace.request()
        # A coroutine that goes on is called again: its frame is known, and kept so that no other takes its place.
        if not work or (work, frame) in self._seen:
            return
        self._seen.add((work, frame))
        room = _room(file)
        if _caller(frame) not in (room, ""):
            self.works.setdefault(work, []).append(Step(room, *_function(frame)))

    def walk(self, *comes_to: str) -> list[Step]:
        """The shortest way of those that come to all of these functions: none was taken in vain."""
        found = (one for one in self.works.values() if {step.function.split(".")[-1] for step in one} >= set(comes_to))
        return min(found, key=len)


def _function(frame: FrameType) -> tuple[str, str]:
    """The file and the name of a function; of what a decorator has put around one, those of the one within."""
    code = frame.f_code
    within = next((frame.f_locals[name] for name in ("method", "call") if name in code.co_freevars), None)
    code = getattr(within, "__code__", code)
    return code.co_filename.removeprefix(BOT), code.co_qualname.replace(".<locals>.", " ")


def _file(frame: FrameType) -> str | None:
    name = frame.f_code.co_filename
    file = name.removeprefix(BOT)
    return None if file == name or file.startswith(GROUND) or frame.f_code.co_name.startswith("<") else file


def _room(file: str) -> str:
    parts = file.split("/")
    return "/".join(parts[:2]) if parts[0] == "slack" and len(parts) > 2 else parts[0]


def _caller(frame: FrameType) -> str:
    """The room that a function is called from; empty where the loop or a thread begins it, which is no step."""
    back = frame.f_back
    while back is not None:
        file = _file(back)
        if file is not None:
            return _room(file)
        back = back.f_back
    return ""


async def walks() -> tuple[list[Step], list[Step]]:
    """That of a page with new parcels, and that of a press on Start OTC."""
    watcher = Watcher()
    with tempfile.TemporaryDirectory() as name:
        async with world(Path(name)) as dock:
            dock.timing = QUICK_POSTS
            visit = dock.flipkart.arrive("LOC1", "Ram")
            threading.setprofile(watcher)
            try:
                async with dock.bot():
                    await card_of(dock, visit)
                    visit.begin()
                    visit.scan(3)
                    await card_says(dock, visit, "3 scanned")
                    other = dock.flipkart.arrive("LOC1", "Sita")
                    card = await card_of(dock, other)
                    sys.setprofile(watcher)
                    for scanned in range(4, 9):
                        visit.scan(1)
                        await card_says(dock, visit, f"{scanned} scanned")
                    await dock.slack.press(dock.operator, card, "start_otc")
                    await modal(dock, dock.operator, "Works until")
            finally:
                sys.setprofile(None)
                threading.setprofile(None)
    return watcher.walk("catch_up", "add_page", "ring"), watcher.walk("for_handover", "start_view")


if __name__ == "__main__":
    logging.disable()
    for title, steps in zip(("a page", "a press on Start OTC"), asyncio.run(walks()), strict=True):
        sys.stdout.writelines([f"{title}\n", *(f"{one}\n" for one in steps)])
