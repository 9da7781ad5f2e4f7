"""What FEs do on their phones, and the clock on the wall: the acts that are not done in Slack."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot.sandbox.demo.act import Act, ActError
from bot.sandbox.demo.clock import ZONE
from bot.sandbox.demo.place import Place
from bot.sandbox.flipkart import Visit

MOST_SCANS = 50
LONGEST_NAME = 120
STEPS = {"minutes": timedelta(minutes=15), "week": timedelta(days=7)}
"""By which the page's buttons put the clock forward."""


class Phone:
    """The FEs' side of the dock."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._unbrought = 0
        self._on_the_way = 0
        self.known: dict[str, Callable[[Act], Awaitable[Any]]] = {
            "arrive": self._arrive,
            "start_code": self._start_code,
            "scan": self._scan,
            "finish": self._finish,
            "end_code": self._end_code,
            "leave": self._leave,
            "clock": self._clock,
            "never_comes": self._never_comes,
            "due_today": self._due_today,
        }

    async def _arrive(self, act: Act) -> dict[str, str]:
        name = " ".join(str(act.get("name") or "").split())
        if not name:
            raise ActError("Give the FE a name first.")
        if len(name) > LONGEST_NAME:
            raise ActError(f"A name has {LONGEST_NAME} letters at most.")
        visit = self._place.flipkart.arrive(act["location"], name, partner=str(act["partner"])[:LONGEST_NAME])
        return {"task_id": visit.task_id}

    async def _start_code(self, act: Act) -> dict[str, bool]:
        return {"right": present(self._place, act).enter_start_otc(_digits(act))}

    async def _end_code(self, act: Act) -> dict[str, bool]:
        visit = present(self._place, act)
        right = visit.enter_end_otc(_digits(act))
        if right:
            # What Flipkart takes for returned from now on, whether it was there or not.
            for parcel in visit.shipments:
                if parcel.status != "REJECTED":
                    self._complete(visit.location_id, parcel.tracking_id)
        return {"right": right}

    async def _never_comes(self, act: Act) -> dict[str, str]:
        """A return that Flipkart counts as completed although no FE has brought it."""
        location = self._place.dock(act["location"]).location
        self._unbrought += 1
        tracking_id = f"FMPPGONE{self._unbrought:04}"
        self._complete(location, tracking_id)
        return {"tracking_id": tracking_id}

    async def _due_today(self, act: Act) -> dict[str, str]:
        """A return that a courier brings to a dock today."""
        location = self._place.dock(act["location"]).location
        self._on_the_way += 1
        tracking_id = f"FMPPCOMES{self._on_the_way:04}"
        self._place.flipkart.ledger(
            f"R{tracking_id}",
            f"OI{tracking_id}",
            locationId=location,
            trackingId=tracking_id,
            shipmentStatus="out_for_delivery",
            expectedDate=self._place.clock.now().astimezone(ZONE).date().isoformat(),
        )
        return {"tracking_id": tracking_id}

    def _complete(self, location: str, tracking_id: str) -> None:
        self._place.flipkart.ledger(
            f"R{tracking_id}",
            f"OI{tracking_id}",
            locationId=location,
            trackingId=tracking_id,
            reason="Wrong size",
            status="completed",
            shipmentStatus="delivered",
        )

    async def _scan(self, act: Act) -> None:
        visit, n = present(self._place, act), min(max(int(act.get("n", 1)), 1), MOST_SCANS)
        if visit.page != "scanning":
            raise ActError("This FE is not on the scanning page.")
        kind = act.get("kind", "ok")
        if kind == "unlisted":
            visit.scan(1)
            return
        listed = self._place.listed(visit.location_id, 1 if kind in ("rejected", "swapped") else n)
        if kind == "rejected":
            visit.scan(1, tracking_id=_first(listed), status="REJECTED", reason="Wrong product in the box")
        elif kind == "swapped":
            number = len(visit.shipments) + 1
            flyer = (f"FLY{number:04}", f"FLY{number + 7000:04}", "FlyerMismatch")
            visit.scan(1, tracking_id=_first(listed), flyer=flyer)
        else:
            for tracking in listed:
                visit.scan(1, tracking_id=tracking)
            if n > len(listed):
                visit.scan(n - len(listed))

    async def _finish(self, act: Act) -> None:
        present(self._place, act).finish_scanning()

    async def _leave(self, act: Act) -> None:
        present(self._place, act).leave()

    async def _clock(self, act: Act) -> None:
        by = str(act.get("by"))
        if by == "day":
            self._place.clock.to_next_day()
        elif by in STEPS:
            self._place.clock.forward(STEPS[by])
        else:
            raise ActError("The demo's clock has no such step. Reload the page.")


def present(place: Place, act: Act) -> Visit:
    """The FE of an act.

    Raises:
        ActError: they have left.
    """
    for visit in place.flipkart.visits:
        if visit.task_id == act.get("task") and visit.page != "gone":
            return visit
    raise ActError("This FE is not at the dock any more.")


def _first(ids: list[str]) -> str | None:
    return ids[0] if ids else None


def _digits(act: Act) -> str:
    return "".join(str(act.get("code") or "").split())[:20]
