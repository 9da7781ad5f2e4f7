"""The calls themselves: what each answers and when it refuses."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.flipkart.dock import Dock, Location
from bot.sandbox.flipkart.ledger import Ledger
from bot.sandbox.flipkart.paging import Pager, PageToken
from bot.sandbox.flipkart.refusals import Refusal
from bot.sandbox.flipkart.shipments import totals
from bot.sandbox.flipkart.visit import Task, Visit
from bot.sandbox.flipkart.world import World

Json = dict[str, object]

MOST_TRACKING_IDS = 25


class Desk:
    """Answers the calls from the state of the dock. Bodies are what the caller sent, unchecked."""

    def __init__(self, world: World, dock: Dock, pager: Pager, ledger: Ledger) -> None:
        """A desk over one dock."""
        self._ledger = ledger
        self._world = world
        self._dock = dock
        self._pager = pager

    def initial_load(self, body: Json) -> Json:
        """Who is here: FEs on the start, scanning and end pages, by FE id."""
        location = self._location_of(body)
        details: Json = {}
        for visit in self._dock.present(location.id):
            if visit.hidden_polls > 0:
                visit.hidden_polls -= 1
                continue
            task = {
                "id": visit.task_id,
                "status": visit.status,
                "createdAt": self._world.switches.stamp(visit.task.created_at),
            }
            details[visit.fe_id] = {
                "feName": visit.fe_name,
                "logisticPartner": visit.partner,
                "lob": visit.lob,
                "task": task,
            }
        return {"sellerConfig": {"enabledFor": location.enabled_for}, "feDetails": details}

    def start_otc(self, body: Json) -> Json:
        """Start OTCs for the FEs on the start page of a location that has them."""
        location = self._location_of(body)
        if not location.makes_start_otc:
            raise Refusal("FE_OTC_BAD_REQUEST_ERROR", "Start OTC is not enabled for this location")
        details: Json = {}
        for visit in self._dock.present(location.id):
            if visit.page != "start":
                continue
            code = visit.give_start_code()
            stamp = self._world.switches.stamp
            details[visit.fe_id] = {
                "feName": visit.fe_name,
                "taskId": visit.task_id,
                "otc": code.value,
                "expiryTime": stamp(code.expires_at or code.created_at),
                "createdAt": stamp(code.created_at),
                "logisticPartner": visit.partner,
                "lob": visit.lob,
            }
        return {"otcDetails": details}

    def shipments_first(self, body: Json) -> Json:
        """The first page of a task's scanned shipments."""
        size = body.get("pageSize")
        largest = self._world.switches.page_size_max
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= largest:
            raise Refusal("BAD_REQUEST_ERROR", f"pageSize must be a whole number from 1 to {largest}")
        place = PageToken(_text(body, "taskId"), _text(body, "feId"), "", size)
        return self._pager.page(self._task_for_reading(place), place, first=True)

    def shipments_next(self, token: str) -> Json:
        """The page a token names."""
        place = PageToken.decode(token)
        return self._pager.page(self._task_for_reading(place), place, first=False)

    def end_otc(self, body: Json) -> Json:
        """The End OTC and the totals."""
        _return_type(body.get("taskType"))
        visit, task = self._find(_text(body, "taskId"), _text(body, "feId"))
        if visit.location.is_static and not self._world.switches.static_end_otc:
            raise Refusal("FE_OTC_BAD_REQUEST_ERROR", "End OTC is not enabled for this location")
        if task.page == "gone" or task is not visit.task:
            raise _not_found()
        if task.page != "end":
            raise Refusal("NOT_ON_END_OTC_PAGE_ERROR", "The FE is not on the End OTC page")
        if task.unsynced:
            raise Refusal("SHIPMENT_SYNC_ERROR", "Not all shipments are synced")
        if self._world.switches.end_needs_scanning_call and not (
            task.scanning_calls and task.read_to >= len(task.visible)
        ):
            raise Refusal("SHIPMENT_SYNC_ERROR", "Read the scanned shipments to the last page first")
        return {"otc": visit.give_end_code().value, **totals(task.shipments)}

    def legacy_otc(self, location_id: str, query: Mapping[str, str]) -> Json:
        """The fixed codes of a location."""
        _return_type(query.get("requestType"))
        location = self._location(location_id)
        if location.static_codes is None:
            raise Refusal("OTC_UNAVAILABLE", "The location is not onboarded")
        if not location.static_codes:
            raise Refusal("OTC_NOT_GENERATED", "No OTC was generated")
        for each in location.static_codes:
            self._world.codes.note(each["code"])
        rows = [dict(each) for each in location.static_codes]
        return {"otcs": [{"status": "GENERATED", "requestType": "RETURN", "otc": rows}]}

    def returns(self, query: Mapping[str, str]) -> Json:
        """What is known of up to 25 tracking ids, unknown ones left out; or what changed after a moment."""
        if "modifiedAfter" in query:
            self._location(query.get("locationId", ""))
            return self._ledger.page(query)
        ids = [each.strip() for each in query.get("trackingIds", "").split(",") if each.strip()]
        if not 1 <= len(ids) <= MOST_TRACKING_IDS:
            raise Refusal("BAD_REQUEST_ERROR", f"trackingIds must name 1 to {MOST_TRACKING_IDS} shipments")
        found = [self._dock.due(each) for each in ids]
        return {"returnItems": [each.row() for each in found if each is not None]}

    def _location_of(self, body: Json) -> Location:
        _return_type(body.get("taskType"))
        return self._location(_text(body, "sellerLocationId"))

    def _location(self, location_id: str) -> Location:
        location = self._dock.locations.get(location_id)
        if location is None:
            raise Refusal("UNAUTHORIZED_ERROR", "The seller has no access to this location", status=403)
        return location

    def _find(self, task_id: str, fe_id: str) -> tuple[Visit, Task]:
        found = self._dock.find(task_id, fe_id)
        if found is None:
            raise _not_found()
        return found

    def _task_for_reading(self, place: PageToken) -> Task:
        visit, task = self._find(place.task_id, place.fe_id)
        if task.closed:
            raise Refusal("TASK_CLOSED", "The task is over")
        if task.page == "gone" or task is not visit.task:
            raise _not_found()
        return task


def _not_found() -> Refusal:
    return Refusal("TRIPSHEET_TASK_NOT_FOUND", "There is no such task")


def _return_type(word: object) -> None:
    if word != "RETURN":
        raise Refusal("INVALID_TASK_TYPE_ERROR", "The task type must be RETURN")


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal("BAD_REQUEST_ERROR", f"{name} must be a text")
    return value
