"""The worst texts that can come from outside, in a handover and its claims, and what Slack must make of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.handover.claims import Claim
from bot.handover.events import Event
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover
from bot.sandbox.slack.blockkit import check_message_blocks
from bot.slack.blocks.text import as_dicts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BAD = "<!channel> *x* `y` <@U1> & " + "z" * 200
RAM = Handover(
    id="a" * 32, location_id="LOC1", fe_id=BAD, fe_name=BAD, task_id=BAD, partner=BAD, arrived_at=NOW, own_scanned=3
)
DOCK = Location(id="LOC1", name=BAD, channel="C0DOCK")


def claim(n: int = 0, **more: Any) -> Claim:
    fields: dict[str, Any] = {"id": f"{n:032x}", "handover_id": RAM.id, "location_id": "LOC1", "kind": "empty"}
    fields |= {"tracking_id": f"{n} {BAD}", "note": BAD[:80], "opened_by": "U1", "opened_at": NOW, "state_at": NOW}
    return Claim(**(fields | {"due_at": NOW + 14 * DAY} | more))


def entry(event: Event) -> AuditEntry:
    return AuditEntry(what=event.what, at=event.at, by=event.by, detail=event.detail)


def sound(blocks: list[Any]) -> str:
    """The JSON of blocks that Slack takes, in which nobody is paged."""
    drawn = as_dicts(blocks)
    assert check_message_blocks(drawn) == []
    assert "<!channel>" not in str(drawn)
    assert "<@U1> &" not in str(drawn)
    return str(drawn)
