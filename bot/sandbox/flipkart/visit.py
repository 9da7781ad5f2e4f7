"""One FE at one location: what they can do, and the tasks they do it under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.sandbox.flipkart.codes import Code
from bot.sandbox.flipkart.shipments import Flyer, Shipment

if TYPE_CHECKING:
    from bot.sandbox.flipkart.dock import Location
    from bot.sandbox.flipkart.world import World

Page = Literal["start", "scanning", "end", "gone"]


@dataclass
class Task:
    """One tripsheet task: from arrival to the End OTC.

    Attributes:
        closed: the right End OTC was entered.
        shipments: all rows, in the order of scanning.
        visible: the synced rows, in the order of syncing: what pages show.
        scanning_calls: how often the scanning call asked for this task.
        read_to: how many visible rows the reader has been given.
        last_pages: etags of pages that were answered as the last one since the latest first call.
    """

    id: str
    created_at: float
    page: Page = "start"
    closed: bool = False
    start_code: Code | None = None
    end_code: Code | None = None
    shipments: list[Shipment] = field(default_factory=list)
    visible: list[Shipment] = field(default_factory=list)
    scanning_calls: int = 0
    read_to: int = 0
    last_pages: set[str] = field(default_factory=set)

    @property
    def unsynced(self) -> list[Shipment]:
        """Rows scanned but not yet sent on by the FE's device."""
        return [each for each in self.shipments if not each.synced]

    def to_dict(self) -> dict[str, object]:
        """The task's state, JSON-ready, codes included."""
        return {
            "id": self.id,
            "created_at": self.created_at,
            "page": self.page,
            "closed": self.closed,
            "start_code": self.start_code.value if self.start_code else None,
            "end_code": self.end_code.value if self.end_code else None,
            "scanning_calls": self.scanning_calls,
            "read_to": self.read_to,
            "shipments": [each.to_dict() for each in self.shipments],
        }


class Visit:
    """An FE who came to a location. The methods are what the FE (or their device) does.

    Attributes:
        past: earlier tasks of this FE, ended by ``new_task``.
        hidden_polls: initial-loads still to come that will not show this FE.
        wrong_codes: how often a code was entered that did not fit.
    """

    def __init__(
        self,
        world: World,
        location: Location,
        *,
        fe_id: str,
        fe_name: str,
        partner: str,
        lob: str,
        task_id: str,
    ) -> None:
        """An FE arriving now, on the Start OTC page."""
        self._world = world
        self._location = location
        self.fe_id = fe_id
        self.fe_name = fe_name
        self.partner = partner
        self.lob = lob
        self.task = Task(task_id, world.now())
        self.past: list[Task] = []
        self.hidden_polls = 0
        self.wrong_codes = 0
        self._raw_status: str | None = None

    @property
    def location_id(self) -> str:
        """Where the FE is."""
        return self._location.id

    @property
    def location(self) -> Location:
        """Where the FE is."""
        return self._location

    @property
    def task_id(self) -> str:
        """The current task."""
        return self.task.id

    @property
    def page(self) -> str:
        """The page of the FE's device: ``start``, ``scanning``, ``end``, or ``gone``."""
        return self.task.page

    @property
    def status(self) -> str:
        """The raw status word of the current task."""
        if self._raw_status is not None:
            return self._raw_status
        return self._world.switches.status_words.get(self.page, self.page.title())

    @property
    def shipments(self) -> list[Shipment]:
        """Everything scanned under the current task, synced or not."""
        return self.task.shipments

    @property
    def start_code(self) -> str | None:
        """The Start OTC that opens scanning now; None before it is made, once expired and once used."""
        return self._value(self.task.start_code) if self.page == "start" else None

    @property
    def end_code(self) -> str | None:
        """The End OTC that closes the task now; None before it is made, once expired and once used."""
        return self._value(self.task.end_code) if self.page == "end" else None

    def _value(self, code: Code | None) -> str | None:
        return code.value if code is not None and code.good(self._world.now()) else None

    def _opens(self, code: str) -> bool:
        return code == self.start_code or (not self._location.makes_start_otc and self._fixed(code))

    def _closes(self, code: str) -> bool:
        return code == self.end_code or (self._location.is_static and self._fixed(code))

    def _fixed(self, code: str) -> bool:
        return code in self._location.fixed_codes(self.lob)

    def _changed(self, kind: str, **facts: object) -> None:
        self._world.changed(
            kind,
            location_id=self.location_id,
            fe_id=self.fe_id,
            task_id=self.task_id,
            page=self.page,
            **facts,
        )

    def _turn(self, page: Page) -> None:
        self.task.page = page
        self._changed("page")

    def _must_be(self, page: Page, doing: str) -> None:
        if self.page != page:
            raise RuntimeError(f"{self.fe_id} cannot {doing}: on page {self.page!r}, not {page!r}")

    def enter_start_otc(self, code: str) -> bool:
        """Type a Start OTC into the device: the right, unexpired one opens scanning."""
        if self.page == "start" and self._opens(code):
            self._turn("scanning")
            return True
        self.wrong_codes += 1
        self._changed("wrong_code")
        return False

    def begin(self) -> None:
        """Open scanning without a code."""
        if self.page == "scanning":
            return
        self._must_be("start", "begin")
        self._turn("scanning")

    def scan(
        self,
        n: int = 1,
        *,
        tracking_id: str | None = None,
        shipment_id: str | None = None,
        status: str = "ACCEPTED",
        reason: str | None = None,
        flyer: Flyer | None = None,
        obd: Mapping[str, object] | None = None,
        synced: bool = True,
    ) -> list[Shipment]:
        """Scan n shipments with fresh tracking ids, or one with the id given, and return the new rows.

        The same label scanned again is the same shipment, unless another id is given for it.
        """
        self._must_be("scanning", "scan")
        if tracking_id is not None and n != 1:
            raise ValueError("a given tracking id is one shipment")
        rows = [
            self._scanned(
                tracking_id or f"FMP{self._world.number('tracking'):09d}",
                shipment_id,
                status=status,
                reason=reason,
                flyer=flyer,
                obd=obd,
                synced=synced,
            )
            for _ in range(n)
        ]
        self._changed("scan", count=n, total=len(self.shipments))
        return rows

    def _scanned(
        self,
        tracking_id: str,
        shipment_id: str | None,
        *,
        status: str,
        reason: str | None,
        flyer: Flyer | None,
        obd: Mapping[str, object] | None,
        synced: bool,
    ) -> Shipment:
        same = [each.shipment_id for each in self.shipments if each.tracking_id == tracking_id]
        earlier = len(same)
        row = Shipment(
            tracking_id=tracking_id,
            shipment_id=shipment_id or (same[0] if same else f"SH{self._world.number('shipment'):09d}"),
            status=status,
            reason=reason,
            flyer=flyer,
            obd=obd,
            scanned_at=self._world.now(),
            synced=synced,
            etag=f"{tracking_id}#{earlier + 1}" if earlier else tracking_id,
        )
        self.task.shipments.append(row)
        if synced:
            self.task.visible.append(row)
        return row

    def sync(self) -> int:
        """The device sends on what it held back; returns how many rows that was."""
        late = self.task.unsynced
        for each in late:
            each.synced = True
        self.task.visible.extend(late)
        self._changed("sync", count=len(late))
        return len(late)

    def withdraw(self, tracking_id: str) -> None:
        """Flipkart takes a scanned parcel off the task's rows.

        Raises:
            LookupError: no such parcel was scanned.
        """
        task = self.task
        gone = [each for each in task.shipments if each.tracking_id == tracking_id]
        if not gone:
            raise LookupError(f"{tracking_id} was not scanned")
        task.shipments = [each for each in task.shipments if each not in gone]
        task.visible = [each for each in task.visible if each not in gone]
        self._changed("shipment_withdrawn", tracking_id=tracking_id)

    def finish_scanning(self) -> None:
        """Go to the End OTC page, from which there is no way back."""
        self._must_be("scanning", "finish scanning")
        self._turn("end")

    def enter_end_otc(self, code: str) -> bool:
        """Type an End OTC into the device: the right one closes the task, and the FE is gone."""
        if self.page == "end" and self._closes(code):
            self.task.closed = True
            self._turn("gone")
            return True
        self.wrong_codes += 1
        self._changed("wrong_code")
        return False

    def leave(self) -> None:
        """Disappear without a code."""
        if self.page != "gone":
            self._turn("gone")

    def hide(self, polls: int = 1) -> None:
        """Be absent from the next initial-loads of this location although still there."""
        self.hidden_polls += polls
        self._changed("hide", polls=self.hidden_polls)

    def new_task(self, task_id: str | None = None) -> str:
        """Drop the current task and start another on the Start OTC page; returns its id."""
        fresh = task_id or str(self._world.number("task") + 1000)
        old = self.task
        self.past.append(old)
        self.task = Task(fresh, self._world.now())
        self._changed("new_task", old_task_id=old.id)
        return fresh

    def set_status(self, word: str | None) -> None:
        """Show this raw status word whatever the page; None goes back to the page's own."""
        self._raw_status = word
        self._changed("status", status=self.status)

    def give_start_code(self) -> Code:
        """What the Start OTC call does for this FE: a new code, or the present one again."""
        now, switches = self._world.now(), self._world.switches
        code = self.task.start_code
        if code is None or switches.start_rotates or not code.good(now):
            code = self.task.start_code = self._world.codes.new(now, switches.code_seconds, switches.code_digits)
            self._changed("start_code")
        return code

    def give_end_code(self) -> Code:
        """What the End OTC call does for this FE."""
        now, switches = self._world.now(), self._world.switches
        code = self.task.end_code
        if code is None or switches.end_rotates or not code.good(now):
            life = switches.code_seconds if switches.end_code_expires else None
            code = self.task.end_code = self._world.codes.new(now, life, switches.code_digits)
            self._changed("end_code")
        return code

    def to_dict(self) -> dict[str, object]:
        """The visit's state, JSON-ready; codes are shown while they are good."""
        return {
            "location_id": self.location_id,
            "fe_id": self.fe_id,
            "fe_name": self.fe_name,
            "partner": self.partner,
            "lob": self.lob,
            "task_id": self.task_id,
            "status": self.status,
            "page": self.page,
            "start_code": self.start_code,
            "end_code": self.end_code,
            "hidden_polls": self.hidden_polls,
            "wrong_codes": self.wrong_codes,
            "task": self.task.to_dict(),
            "past": [each.to_dict() for each in self.past],
        }
