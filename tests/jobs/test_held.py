"""What is held comes back as it was."""

from datetime import UTC, datetime

from bot.handover.model import Handover, Stage
from bot.jobs.held import Held

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def test_a_handover_comes_back_as_it_was() -> None:
    held = Held()
    one = Handover(id="a", location_id="LOC1", fe_id="fe1", task_id="T1", arrived_at=NOW, unsaid=["X1"])
    # A copy has its fields in another order.
    later = one.model_copy(update={"stage": Stage.SCANNING, "scanned": 3, "id": "b"})
    for handover in (one, later):
        held.put(handover)
        assert held.get(handover.id) == handover
        assert type(held.get(handover.id)) is Handover
    assert held.ids == {"a", "b"}


def test_what_is_dropped_is_followed_no_more() -> None:
    held = Held()
    held.put(Handover(id="a", location_id="LOC1", fe_id="fe1", task_id="T1", arrived_at=NOW))
    held.drop("a")
    held.drop("a")
    assert held.get("a") is None
    assert not held.ids
