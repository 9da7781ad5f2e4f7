"""Pages of scanned shipments: the page token, the forms of next_url and the caught-up reader."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.flipkart.refusals import Refusal
from bot.sandbox.flipkart.shipments import Shipment
from bot.sandbox.flipkart.visit import Task
from bot.sandbox.flipkart.world import World

NOWHERE = "nothing-"
"""Etags of pages behind the last row, where ``endless_pages`` leads."""
SHIPMENTS = "/sellers/v3/returns/tasks/shipments"


@dataclass(frozen=True)
class PageToken:
    """A place in a task's rows: after the row ``etag`` (empty: from the first), ``page_size`` rows.

    ``era`` tells tokens from before ``forget_pages`` from later ones.
    """

    task_id: str
    fe_id: str
    etag: str
    page_size: int
    era: int = 0

    def encode(self) -> str:
        """Standard base64 that always holds ``+``, ``/`` and ``=``."""
        text = json.dumps(
            # Three equal characters always fill a last byte of three, and that is what makes a / and a +.
            {
                "taskId": self.task_id,
                "feId": self.fe_id,
                "etag": self.etag,
                "pageSize": self.page_size,
                "era": self.era,
                "sig": "???>>>",
            }
        )
        if len(text.encode()) % 3 == 0:
            text += " "
        return base64.b64encode(text.encode()).decode("ascii")

    @classmethod
    def decode(cls, token: str) -> PageToken:
        """The place a token names; a token this server did not make is refused."""
        try:
            data = json.loads(base64.b64decode(token, validate=True))
            place = cls(
                str(data["taskId"]), str(data["feId"]), str(data["etag"]), int(data["pageSize"]), int(data["era"])
            )
        except (binascii.Error, ValueError, KeyError, TypeError) as error:
            raise Refusal("BAD_REQUEST_ERROR", "The page token cannot be read") from error
        return place


class Pager:
    """Cuts a task's visible rows into pages."""

    def __init__(self, world: World, own_url: Callable[[], str]) -> None:
        """A pager; ``own_url`` gives the server's address for absolute next_urls."""
        self._world = world
        self._own_url = own_url
        self._answers = 0

    def page(self, task: Task, place: PageToken, *, first: bool) -> dict[str, object]:
        """The page at a place; ``first`` for the POST that starts a walk."""
        if not first and place.era < self._world.page_era:
            raise Refusal("PAGE_GONE", "The page token is too old", status=self._world.forgotten_status)
        task.scanning_calls += 1
        if first:
            task.last_pages.clear()
        start = self._index(task, place.etag)
        rows = task.visible[start : start + place.page_size]
        end = start + len(rows)
        task.read_to = max(task.read_to, end)
        more, next_etag = self._onward(task, place, rows, more=end < len(task.visible))
        onward = None
        if next_etag is not None:
            era = self._world.page_era
            onward = self._next_url(PageToken(place.task_id, place.fe_id, next_etag, place.page_size, era).encode())
        return {
            **self._spelled(more, onward),
            "scannedShipments": [each.row(self._world.switches.stamp) for each in rows],
        }

    def _index(self, task: Task, etag: str) -> int:
        if not etag:
            return 0
        if etag.startswith(NOWHERE):
            return len(task.visible)
        for index, each in enumerate(task.visible):
            if each.etag == etag:
                return index + 1
        raise Refusal("BAD_REQUEST_ERROR", "The page token names no shipment of this task")

    def _onward(self, task: Task, place: PageToken, rows: list[Shipment], *, more: bool) -> tuple[bool, str | None]:
        """Whether there is more, and the etag the next page starts after (None: no next page)."""
        switches = self._world.switches
        if switches.endless_pages and not more:
            return True, f"{NOWHERE}{self._world.number('empty page')}"
        if switches.repeat_page:
            return True, place.etag
        if switches.loop_pages and not more:
            return True, ""
        after = rows[-1].etag if rows else place.etag
        if switches.caught_up == "next":
            return more, after
        if switches.caught_up == "snapshot" and place.etag in task.last_pages:
            return False, None
        if not more:
            task.last_pages.add(place.etag)
            return False, None
        return True, after

    def _next_url(self, token: str) -> str:
        form = self._world.switches.next_url_form
        path = f"{SHIPMENTS}/{token}"
        if form == "token":
            return token
        if form == "path_without_sellers":
            return path.removeprefix("/sellers")
        if form == "absolute":
            return self._own_url() + path
        if form == "foreign":
            return "https://evil.example" + path
        return path

    def _spelled(self, more: bool, onward: str | None) -> dict[str, object]:
        self._answers += 1
        spelling = self._world.switches.spelling
        if spelling == "snake" or (spelling == "mixed" and self._answers % 2 == 0):
            return {"has_more": more, "next_url": onward}
        return {"hasMore": more, "nextUrl": onward}
