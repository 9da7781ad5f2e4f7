"""Notifications: what Flipkart sends by itself to the address that a seller has registered."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

import aiohttp

from bot.sandbox.flipkart.dock import DueReturn

Zone = Literal["GMT", "GMT+05:30"]

INDIA = timezone(timedelta(hours=5, minutes=30))
PATIENCE = aiohttp.ClientTimeout(total=30)


class Notifier:
    """Signs for one application."""

    def __init__(self, app_id: str, app_secret: str) -> None:
        """The id and secret that the seller has too."""
        self._app_id = app_id
        self._secret = app_secret

    def headers(self, url: str, at: float, zone: Zone = "GMT") -> dict[str, str]:
        """The headers of a notification that was made ``at`` (epoch seconds) for the registered ``url``."""
        signed = f"{int(at)}{url}POST{self._secret}".encode()
        signature = hashlib.sha1(signed, usedforsecurity=False).hexdigest()
        credentials = base64.b64encode(f"{self._app_id}:{signature}".encode()).decode()
        clock = datetime.fromtimestamp(int(at), UTC if zone == "GMT" else INDIA)
        return {
            "X_Date": f"{clock:%a, %d %b %Y %H:%M:%S} {zone}",
            "X_Authorization": f"FKLOGIN {credentials}",
            "Content-Type": "application/json",
        }


def return_created(location_id: str, due: Iterable[DueReturn], at: float) -> dict[str, object]:
    """The body of ``return_created``: the location is left away where it is empty."""
    items = [
        {
            **one.row(),
            "source": "customer_return",
            "quantity": 1,
            "subReason": "",
            "shipmentId": f"SH{one.tracking_id}",
            "productId": "",
        }
        for one in due
    ]
    body: dict[str, object] = {
        "returnId": str(items[0]["returnId"]) if items else "",
        "eventType": "return_created",
        "source": "flipkart",
        "timestamp": datetime.fromtimestamp(at, INDIA).isoformat(timespec="seconds"),
        "attributes": {"status": "RETURN_CREATED", "returnItems": items},
    }
    return {**body, "locationId": location_id} if location_id else body


EVENTS = (
    "return_created",
    "return_item_tracking_id_update",
    "return_expected_date_changed",
    "return_picked_up",
    "return_completed",
    "return_cancelled",
)


def return_event(
    event: str, return_id: str, item: Mapping[str, object], at: float, location_id: str = ""
) -> dict[str, object]:
    """The body of any of the ``EVENTS`` about one item of a return, which carries what ``item`` has."""
    if event not in EVENTS:
        raise ValueError(f"no event named {event!r}")
    body: dict[str, object] = {
        "returnId": return_id,
        "eventType": event,
        "source": "flipkart",
        "timestamp": datetime.fromtimestamp(at, INDIA).isoformat(timespec="seconds"),
        "attributes": {"status": event.upper(), "returnItems": [{"returnId": return_id, **item}]},
    }
    return {**body, "locationId": location_id} if location_id else body


async def send(to: str, body: object, headers: Mapping[str, str]) -> int:
    """Send it once; the answer is the HTTP status."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession(timeout=PATIENCE) as session,
        session.post(to, data=io.BytesIO(content), headers=headers) as answer,
    ):
        return answer.status
