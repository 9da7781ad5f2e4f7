"""The returns ledger: ``GET /sellers/v2/returns`` by the time of change, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlencode

from bot.sandbox.flipkart.refusals import Refusal
from bot.sandbox.flipkart.world import World

INDIA = timezone(timedelta(hours=5, minutes=30))
KINDS = ("courier_return", "customer_return")


class Ledger:
    """Items of returns with their last change."""

    def __init__(self, world: World) -> None:
        """Empty."""
        self._world = world
        self._items: dict[tuple[str, str], dict[str, object]] = {}
        self._changed: dict[tuple[str, str], float] = {}

    def put(self, return_id: str, order_item_id: str, at: float, fields: Mapping[str, object]) -> None:
        """An item is new, or something about it changed ``at`` (epoch seconds)."""
        key = return_id, order_item_id
        new = {"status": "created", "type": KINDS[1], "reason": "OTHER", "createdDate": _iso(at)}
        said = {"returnId": return_id, "orderItemId": order_item_id, **fields, "updatedDate": _iso(at)}
        self._items[key] = self._items.get(key, new) | said
        self._changed[key] = at
        self._world.changed("ledger", return_id=return_id)

    def page(self, query: Mapping[str, str]) -> dict[str, object]:
        """A page of what changed after a moment, the oldest change first."""
        switches = self._world.switches
        source = query.get("source", "")
        if switches.ledger_needs_source and not source:
            raise Refusal("BAD_REQUEST_ERROR", "source is mandatory")
        if source and source not in KINDS:
            raise Refusal("BAD_REQUEST_ERROR", "source is none")
        after, place = _seconds(query.get("modifiedAfter", "")), query.get("locationId", "")
        start = int(query.get("offset", "0"))
        found = [
            self._items[key]
            for at, key in sorted((at, key) for key, at in self._changed.items())
            if at > after
            and self._items[key].get("locationId", "") in ("", place)
            and source in ("", self._items[key].get("type"))
        ]
        rows = found[start : start + switches.ledger_page]
        more = start + len(rows) < len(found)
        asked = {name: value for name, value in query.items() if name != "offset"}
        link = f"/returns?{urlencode(asked | {'offset': start + len(rows)})}" if more else None
        return {"hasMore": more, "nextUrl": link, "returnItems": rows}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, INDIA).isoformat(timespec="milliseconds")


def _seconds(text: str) -> float:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("BAD_REQUEST_ERROR", "modifiedAfter is no time") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
