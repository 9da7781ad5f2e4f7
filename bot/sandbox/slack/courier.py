"""Taking payloads to the bot: over Socket Mode, or by signed HTTP POST."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .model import Delivery
from .socket_mode import Ack, Sockets
from .workspace import Workspace


class Courier:
    """Delivers envelopes, and events again where they were not acknowledged."""

    def __init__(self, ws: Workspace, sockets: Sockets) -> None:
        """Serve one workspace."""
        self._ws = ws
        self._sockets = sockets
        self._http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def close(self) -> None:
        """End the open retries and the HTTP client; what is still to be delivered then fails."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def deliver(self, delivery: Delivery, seconds: float | None = None) -> Delivery:
        """Send a delivery once and wait for its ack; unacknowledged events go again in the background."""
        delivery.at = self._ws.now()
        self._ws.deliveries.append(delivery)
        await self._attempt(delivery, seconds or self._ws.ack_timeout)
        if delivery.kind == "events_api" and not delivery.acked:
            self._later(self._retry(delivery))
        return delivery

    def deliver_soon(self, delivery: Delivery) -> None:
        """Send a delivery in the background."""
        self._later(self._in_background(delivery))

    async def _in_background(self, delivery: Delivery) -> None:
        await self.deliver(delivery)

    async def again(self, delivery: Delivery) -> Delivery:
        """Send the same envelope once more; the ack takes effect only if the earlier one never came."""
        settle = None if delivery.acked else delivery.settle
        second = Delivery(delivery.kind, delivery.envelope, settle=settle)
        second.at = self._ws.now()
        self._ws.deliveries.append(second)
        await self._attempt(second, self._ws.ack_timeout)
        return second

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry(self, delivery: Delivery) -> None:
        for number, seconds in enumerate(self._ws.event_retries, start=1):
            await asyncio.sleep(seconds)
            delivery.envelope = {
                **delivery.envelope,
                "envelope_id": str(uuid.uuid4()),
                "retry_attempt": number,
                "retry_reason": "timeout",
            }
            await self._attempt(delivery, self._ws.ack_timeout)
            if delivery.acked:
                return

    async def _attempt(self, delivery: Delivery, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        ack: Ack | None

        def taken(payload: Any) -> None:
            first = not delivery.acked
            delivery.acked, delivery.payload, delivery.problem = True, payload, None
            if first and delivery.settle is not None:
                delivery.problem = delivery.settle(payload)

        if self._ws.events_url is not None:
            ack = await self._post(self._ws.events_url, delivery, seconds)
            if ack.acked:
                taken(ack.payload)
        else:
            # Taken where it is read: what the bot calls after its acknowledgement must not come before it.
            ack = await self._sockets.send(delivery.envelope, seconds, taken)
        delivery.seconds = loop.time() - started
        if ack is not None:
            delivery.attempts += 1
        if ack is None or not ack.acked:
            delivery.problem = "dispatch_failed" if ack is None else "operation_timeout"
        self._ws.changed(
            "delivery",
            envelope=delivery.envelope.get("envelope_id"),
            acked=delivery.acked,
            problem=delivery.problem,
        )

    async def _post(self, url: str, delivery: Delivery, seconds: float) -> Ack:
        body, content_type = _http_body(delivery)
        headers = {"Content-Type": content_type}
        if delivery.envelope.get("retry_attempt"):
            headers["X-Slack-Retry-Num"] = str(delivery.envelope["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = "http_timeout" if delivery.http_status == 0 else "http_error"
        try:
            delivery.http_status, answer = await self.post_signed(url, body, headers, seconds)
        except (aiohttp.ClientError, TimeoutError, OSError):
            delivery.http_status = 0
            return Ack(False)
        return Ack(200 <= delivery.http_status < 300, answer)

    async def post_signed(self, url: str, body: str, headers: dict[str, str], seconds: float) -> tuple[int, Any]:
        """POST a body with Slack's v0 signature; returns the status and the JSON or text of the answer.

        Raises ConnectionError after the close.
        """
        if self._closed:
            raise ConnectionError("this Slack has stopped")
        timestamp = str(int(self._ws.now()))
        base = f"v0:{timestamp}:{body}".encode()
        signature = hmac.new(self._ws.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        if self._http is None:
            self._http = aiohttp.ClientSession()
        async with self._http.post(
            url,
            data=body.encode(),
            headers={
                **headers,
                "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
                "X-Slack-Request-Timestamp": timestamp,
                "X-Slack-Signature": f"v0={signature}",
            },
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as response:
            text = await response.text()
            if response.content_type == "application/json" and text:
                try:
                    return response.status, json.loads(text)
                except ValueError:
                    return response.status, {"text": text}
            return response.status, {"text": text} if text else None


def _http_body(delivery: Delivery) -> tuple[str, str]:
    payload = delivery.envelope["payload"]
    if delivery.kind == "events_api":
        return json.dumps(payload), "application/json"
    fields = payload if delivery.kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"
