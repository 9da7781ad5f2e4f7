"""A practice dock that is opened again: what both simulators remember stands in two files beside the bot's database.

One has all of it, as it was when the dock was opened or ended. To the other a line is added with each change, before
the bot hears that it was made: so a demo that is killed goes on too, and the bot finds all that it has posted.
"""

import fcntl
import json
from collections.abc import Callable
from datetime import date, timedelta
from io import FileIO
from pathlib import Path
from typing import Any

from bot.sandbox.demo.place import Place
from bot.sandbox.demo.sheet import Sheet
from bot.sandbox.slack.memory import news, recall, remembered

LONGEST = 16 * 1024 * 1024
"""Bytes of changes; with more of them all is written anew."""
Content = dict[str, Any]


class KeptError(Exception):
    """The file is no practice dock's; the message is a sentence."""


class Kept:
    """A place, and what is kept of it beside a database."""

    def __init__(self, place: Place, database: Path) -> None:
        self._place = place
        self._database = database
        self._all = database.with_name(f"{database.name}.dock.json")
        self._since = database.with_name(f"{database.name}.dock.jsonl")
        self._file: FileIO | None = None
        self._length = 0
        self._before: Content = {}
        self._deaf: list[Callable[[], None]] = []

    def open(self) -> bool:
        """Whether there was a practice dock: then it goes on. FEs who were there have left meanwhile.

        From then on each change is written down.

        Raises:
            KeptError: the database is no practice dock's, what stands beside it can't be read or written, or it is open
                in another demo.
        """
        again = self._all.exists()
        if self._database.exists() and not again:
            raise KeptError(
                f"{self._database} can't be opened as a practice dock: {self._all.name} is not beside it. Name a file "
                "that `otc-bot demo --keep` made, or one that does not exist yet."
            )
        try:
            self._file = FileIO(str(self._since), "a")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if again:
                self._recall()
            self._write_all()
        except (OSError, ValueError, KeyError, TypeError) as error:
            if self._file is not None:
                self._file.close()
            raise KeptError(self._why_not(error)) from error
        self._deaf = [self._place.slack.on_change(self._changed), self._place.flipkart.on_change(self._changed)]
        return again

    def close(self) -> None:
        """Writes all of it down, in one file; done again it does nothing."""
        if self._file is None:
            return
        self._listen_no_more()
        self._write_all()
        self._since.unlink(missing_ok=True)
        self._file.close()
        self._file = None

    def _why_not(self, error: Exception) -> str:
        if isinstance(error, BlockingIOError):
            return f"{self._database} is open in another demo: end that one first."
        if isinstance(error, OSError):
            return f"{self._database} can't be kept: {error.strerror}. Check the path and its rights."
        return f"{self._all} can't be read as a practice dock: {type(error).__name__}"

    def _recall(self) -> None:
        _take(self._place, json.loads(self._all.read_text(encoding="utf-8")))
        # The last line has no end where the demo, or the disk, ended while it was written.
        *lines, _ = self._since.read_text(encoding="utf-8", errors="replace").split("\n")
        for line in lines:
            _take(self._place, json.loads(line))

    def _write_all(self) -> None:
        fresh = self._all.with_name(f"{self._all.name}.new")
        content = self._small() | {"slack": remembered(self._place.slack)}
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(self._all)
        # Killed here, it finds changes that it knows already: they say nothing else.
        if self._file is not None:
            self._file.truncate(0)
        self._length = 0

    def _changed(self, change: Content) -> None:
        slack, small = news(self._place.slack, change), self._small()
        is_known = small | {"serial": slack["serial"]} == self._before
        if self._file is None or (is_known and not slack["posted"] and not slack["files"]):
            return
        self._before = small | {"serial": slack["serial"]}
        line = json.dumps(small | {"slack": slack}).encode() + b"\n"
        try:
            whole = self._file.write(line) == len(line)
            self._length += len(line)
            if self._length > LONGEST:
                self._write_all()
        except OSError:
            whole = False
        if not whole:
            # The disk is full: nobody plays on with that, and a clean end says it.
            self._listen_no_more()

    def _small(self) -> Content:
        place = self._place
        sheets = [place.sheets.of(dock.location) for dock in place.docks]
        return {
            "ahead": place.clock.ahead.total_seconds(),
            "numbers": place.flipkart.numbers,
            "sheets": [
                {
                    "location": one.location,
                    "day": one.day.isoformat(),
                    "parcels": len(one.tracking),
                    "dropped": one.dropped,
                    "taken": one.taken,
                }
                for one in sheets
            ],
        }

    def _listen_no_more(self) -> None:
        while self._deaf:
            self._deaf.pop()()


def _take(place: Place, content: Content) -> None:
    place.clock.forward_by(timedelta(seconds=content["ahead"]))
    place.flipkart.count_on_from(content["numbers"])
    for one in content["sheets"]:
        known: Sheet = place.sheets.of(one["location"])
        if known.day == date.fromisoformat(one["day"]):
            known.dropped, known.taken = one["dropped"], one["taken"]
            # A dock that was kept before lists could grow does not say how long they are.
            known.lengthen(one.get("parcels", 0) - known.taken)
    recall(place.slack, content["slack"])
