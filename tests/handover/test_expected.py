from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.handover import machine
from bot.handover.events import Event, Happening
from bot.handover.expected import ExpectedKeeper, Expecting, Listing, Span, matched_again
from bot.handover.model import Handover, OtcMode, Shipment
from bot.handover.ports import Scan, Sighting, Step
from bot.handover.refusals import NotAllowed
from bot.lists.model import ExpectedRow, ListRead
from tests.golden.samples import ZONE
from tests.handover.stand import ASHA, ELSEWHERE, LOCATION, STRANGER, Stand

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
READ = ListRead((ExpectedRow("FMP1"), ExpectedRow("FMP2")), "Tracking ID", 4, (), 1, 1)


def handover(**more: object) -> Handover:
    seen = Sighting("fe1", "t1", "Ram", "eKart", "NONLARGE", "Scanning", NOW)
    return machine.arrive("a" * 32, "LOC1", OtcMode.UNKNOWN, seen, NOW).handover.model_copy(update=more)


def scan(*tracking_ids: str, listed: Sequence[str] | None = None) -> Scan:
    new = tuple(Shipment(tracking_id=one, status="ACCEPTED") for one in tracking_ids)
    return Scan(new, (), listed=None if listed is None else frozenset(listed))


def called_out(step: Step) -> list[object]:
    return [event.detail["tracking_ids"] for event in step.events if event.what is Happening.UNEXPECTED]


def test_without_a_list_nothing_is_counted() -> None:
    step = machine.read(handover(), scan("FMP1"), NOW)
    assert (step.handover.matched, step.handover.unexpected, called_out(step)) == (0, None, [])


def test_rows_of_no_list_are_called_out_once() -> None:
    step = machine.read(handover(), scan("FMP1", "FMP9", "FMP8", listed=["FMP1"]), NOW, more=True)
    assert (step.handover.matched, step.handover.unexpected) == (1, 2)
    assert called_out(step) == [["FMP9", "FMP8"]]
    same = Shipment(tracking_id="FMP9", status="ACCEPTED")
    again = machine.read(step.handover, Scan((), ((same, same),), listed=frozenset()), NOW)
    assert (again.handover.matched, again.handover.unexpected, called_out(again)) == (1, 2, [])


def test_all_expected_says_nothing() -> None:
    step = machine.read(handover(), scan("FMP1", listed=["FMP1"]), NOW)
    assert (step.handover.matched, step.handover.unexpected, called_out(step)) == (1, 0, [])


def test_a_late_list_is_a_change_that_people_see_and_no_event() -> None:
    before = handover(scanned=3)
    step = matched_again(before, 2, 5)
    assert (step.handover.matched, step.handover.unexpected, step.events) == (2, 1, ())
    assert step.handover.revision == before.revision + 1
    assert matched_again(step.handover, 2, 5).handover == step.handover


def test_without_any_list_left_nothing_is_compared() -> None:
    after = matched_again(handover(scanned=3, matched=2, unexpected=1, awaited=5), 2, None).handover
    assert (after.matched, after.unexpected, after.awaited) == (0, None, None)


class Shelf:
    """Remembers what it is asked."""

    def __init__(self, *, has: bool = True) -> None:
        self.spans: list[Span] = []
        self.events: list[Event] = []
        self.has = has

    async def keep(
        self,
        span: Span,  # noqa: ARG002
        rows: Sequence[ExpectedRow],
        listed: Event,
    ) -> None:
        assert len(rows) == 2
        self.events.append(listed)

    async def lists(self, span: Span, most: int) -> Listing:  # noqa: ARG002
        self.spans.append(span)
        return Listing(("FMP2",), missing_total=1)

    async def listed(self, location_id: str, now: datetime) -> bool:  # noqa: ARG002
        return self.has


def expecting(stand: Stand, shelf: ExpectedKeeper) -> Expecting:
    return Expecting(stand.dock, shelf, ZONE)


async def test_what_flipkart_announces_is_kept_without_a_person(stand: Stand) -> None:
    shelf = Shelf()
    await expecting(stand, shelf).keep_announced(LOCATION, READ)
    [event] = shelf.events
    assert (event.what, event.by) == (Happening.LISTED, None)
    assert event.detail == {"rows": 2, "repeated": 1, "skipped": 1, "source": "notification"}


async def test_lists_of_a_handover_and_of_a_day(stand: Stand) -> None:
    stand.sim.add_location(ELSEWHERE.id)
    shelf, empty = Shelf(), Shelf(has=False)
    stand.sim.arrive(LOCATION.id, "Ram")
    ram = await stand.only()
    stand.clock.now = NOW
    assert await expecting(stand, empty).of_handover(ram) == Listing() == await expecting(stand, empty).of_day(LOCATION)
    assert not empty.spans
    with pytest.raises(NotAllowed):
        await expecting(stand, shelf).show(STRANGER, ram.id)
    _, mine, day = await expecting(stand, shelf).show(ASHA, ram.id)
    assert mine.missing_total == day.missing_total == 1
    assert [span.handover_id for span in shelf.spans] == [ram.id, None]
    assert shelf.spans[1].today == datetime(2026, 3, 2, 18, 30, tzinfo=UTC), "midnight at the dock, a day ahead of UTC"
