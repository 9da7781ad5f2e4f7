"""Under the glass: each call between the bot, Slack and Flipkart, with every code masked."""

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from bot.sandbox.demo.place import Place
from bot.sandbox.flipkart import Call as FlipkartCall
from bot.sandbox.slack import Call as SlackCall
from bot.sandbox.slack import Delivery

SHOWN = 150
MASK = "••••••"
_NAMES = {
    "token": "access token",
    "initial_load": "initial-load",
    "start_otc": "start OTC",
    "shipments": "shipments",
    "end_otc": "end OTC",
    "legacy_otc": "fixed codes",
}


def masked(text: str, codes: Iterable[str]) -> str:
    """The text without any code that Flipkart gave out, also where it is written in groups."""
    wanted = "|".join(r"\s?".join(map(re.escape, code)) for code in sorted(set(codes), key=len, reverse=True))
    return re.sub(wanted, MASK, text) if wanted else text


def traffic(place: Place) -> list[dict[str, Any]]:
    """The newest calls, oldest first."""
    lines = [
        *(_flipkart(i, call) for i, call in _last(place.flipkart.calls)),
        *(_web_api(i, call) for i, call in _last(place.slack.calls)),
        *(_delivery(i, one) for i, one in _last(place.slack.deliveries)),
    ]
    lines.sort(key=lambda line: line["at"])
    codes = place.flipkart.codes
    return [{**line, "note": masked(line["note"], codes)} for line in lines[-SHOWN:]]


def _last(calls: list[Any]) -> Iterable[tuple[int, Any]]:
    start = max(0, len(calls) - SHOWN)
    return enumerate(islice(calls, start, None), start)


def _flipkart(i: int, call: FlipkartCall) -> dict[str, Any]:
    return {
        "id": f"f{i}",
        "at": call.at,
        "from": "bot",
        "to": "flipkart",
        "method": f"{call.method} {_NAMES.get(call.name, call.name)}",
        "status": call.status,
        "ok": call.status is not None and 200 <= call.status < 300,
        "note": call.error_code or _said(call.body),
        "ms": _ms(call.seconds),
    }


def _web_api(i: int, call: SlackCall) -> dict[str, Any]:
    text = call.args.get("text")
    return {
        "id": f"s{i}",
        "at": call.at,
        "from": "bot",
        "to": "slack",
        "method": call.method,
        "status": call.status,
        "ok": call.ok,
        "note": call.error or (str(text) if text else ""),
        "ms": _ms(call.seconds),
    }


def _delivery(i: int, delivery: Delivery) -> dict[str, Any]:
    payload = delivery.envelope.get("payload") or {}
    event = payload.get("event") or {}
    actions = payload.get("actions") or [{}]
    what = payload.get("command") or event.get("type") or payload.get("type") or delivery.kind
    chosen = (actions[0].get("selected_option") or {}).get("value") or ""
    pressed = chosen.partition(".")[0] if actions[0].get("type") == "overflow" else actions[0].get("action_id")
    more = pressed or (payload.get("view") or {}).get("callback_id") or payload.get("text") or ""
    return {
        "id": f"d{i}",
        "at": delivery.at,
        "from": "slack",
        "to": "bot",
        "method": str(what),
        "status": None,
        "ok": delivery.acked,
        "note": str(more) if not event else "",
        "ms": _ms(delivery.seconds) if delivery.acked else None,
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _said(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)[:200] if body else ""
