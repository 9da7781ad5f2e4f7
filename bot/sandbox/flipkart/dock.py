"""The seller's locations, who came to them, and the returns that are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.sandbox.flipkart.visit import Task, Visit
from bot.sandbox.flipkart.world import World


def _plain(word: str) -> str:
    return word.replace("_", "").upper()


@dataclass
class Location:
    """One warehouse of the seller.

    Attributes:
        enabled_for: the raw ``enabledFor`` word.
        static_codes: rows of the legacy answer (``type``, ``code``, ``vendor``); an empty list means none was
            generated, None that the location is not onboarded.
    """

    id: str
    enabled_for: str
    static_codes: list[dict[str, str]] | None

    @property
    def is_static(self) -> bool:
        """Fixed codes only: ``OldStatic``, ``StaticOld``, ``NewStatic``."""
        return "static" in self.enabled_for.lower()

    @property
    def makes_start_otc(self) -> bool:
        """The location has a generated Start OTC; elsewhere a fixed code opens scanning."""
        return self.enabled_for == "DynamicStartEnd"

    def fixed_codes(self, lob: str) -> list[str]:
        """The fixed codes for a line of business."""
        return [each["code"] for each in self.static_codes or [] if _plain(each["type"]) == _plain(lob)]

    def to_dict(self) -> dict[str, object]:
        """All fields, JSON-ready."""
        return {"id": self.id, "enabled_for": self.enabled_for, "static_codes": self.static_codes}


@dataclass(frozen=True)
class DueReturn:
    """A return the seller can look up by tracking id; ``expected_date`` is ``YYYY-MM-DD``."""

    tracking_id: str
    return_id: str
    order_item_id: str
    reason: str
    expected_date: str

    def row(self) -> dict[str, object]:
        """The row of the returns answer."""
        return {
            "trackingId": self.tracking_id,
            "returnId": self.return_id,
            "orderItemId": self.order_item_id,
            "reason": self.reason,
            "expectedDate": self.expected_date,
        }


class Dock:
    """All locations and visits of one seller."""

    def __init__(self, world: World) -> None:
        """An empty dock."""
        self._world = world
        self.locations: dict[str, Location] = {}
        self.visits: list[Visit] = []
        self._due: dict[str, DueReturn] = {}

    def add_location(
        self, location_id: str, enabled_for: str, static_codes: Iterable[Mapping[str, str]] | None
    ) -> Location:
        """Add a warehouse, or replace its settings."""
        codes = None if static_codes is None else [dict(each) for each in static_codes]
        location = self.locations.get(location_id)
        if location is None:
            location = self.locations[location_id] = Location(location_id, enabled_for, codes)
        else:
            location.enabled_for, location.static_codes = enabled_for, codes
        self._world.changed("location", location_id=location_id)
        return location

    def arrive(
        self, location_id: str, fe_name: str, *, fe_id: str | None, partner: str, lob: str, task_id: str | None
    ) -> Visit:
        """An FE arrives and stands on the Start OTC page."""
        location = self.locations[location_id]
        fe = fe_id or f"fe{self._world.number('fe') + 12300}"
        if any(each.fe_id == fe for each in self.present(location_id)):
            raise ValueError(f"{fe} is already at {location_id}: use new_task")
        visit = Visit(
            self._world,
            location,
            fe_id=fe,
            fe_name=fe_name,
            partner=partner,
            lob=lob,
            task_id=task_id or str(self._world.number("task") + 1000),
        )
        self.visits.append(visit)
        self._world.changed("arrive", location_id=location_id, fe_id=fe, task_id=visit.task_id, page=visit.page)
        return visit

    def present(self, location_id: str) -> list[Visit]:
        """The FEs now at a location, in the order of arrival."""
        return [each for each in self.visits if each.location_id == location_id and each.page != "gone"]

    def find(self, task_id: str, fe_id: str) -> tuple[Visit, Task] | None:
        """A task by its ids, whether it goes on or is over; the latest if ids were used twice."""
        for visit in reversed(self.visits):
            if visit.fe_id != fe_id:
                continue
            for task in (visit.task, *reversed(visit.past)):
                if task.id == task_id:
                    return visit, task
        return None

    def expect(self, due: DueReturn) -> None:
        """Announce a return."""
        self._due[due.tracking_id] = due

    def due(self, tracking_id: str) -> DueReturn | None:
        """The return behind a tracking id: one announced, or made up for one that was scanned."""
        if tracking_id in self._due:
            return self._due[tracking_id]
        for visit in self.visits:
            for task in (visit.task, *visit.past):
                for each in task.shipments:
                    if each.tracking_id == tracking_id:
                        day = datetime.fromtimestamp(each.scanned_at, UTC).date().isoformat()
                        return DueReturn(tracking_id, f"R{tracking_id}", f"OI{tracking_id}", "OTHER", day)
        return None
