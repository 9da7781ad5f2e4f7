"""The simulated Slack: one object that tests and the demo start, drive and look at."""

from __future__ import annotations

import asyncio
import inspect
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from .blocks import Json
from .courier import Courier
from .faults import Drop, Fault, Faults, RateLimits
from .gate import Gate
from .model import Delivery, Message, Surface, View
from .persons import Persons
from .response_urls import ResponseUrls
from .server import Server
from .socket_mode import Sockets
from .webapi import WebApi
from .workspace import Workspace

POLL_SECONDS = 0.02

Result = TypeVar("Result")


class SlackSim(Workspace):
    """A Slack workspace on loopback: the Web API, Socket Mode, response_urls and the people who use it.

    The settings, the people and places, and what each person sees are those of ``Workspace``.
    """

    def __init__(self, now: Callable[[], float] = time.time, **identity: Any) -> None:
        """Make a workspace; ``identity`` are the keyword arguments of ``Workspace``."""
        super().__init__(now, **identity)
        self._faults = Faults()
        self._sockets = Sockets(self)
        self._courier = Courier(self, self._sockets)
        self._persons = Persons(self, self._courier)
        self.message_hook = self._persons.echo
        gate = Gate(self, self._faults)
        self._server = Server(
            self, WebApi(self, gate, RateLimits(), self._sockets), ResponseUrls(self, gate), self._sockets
        )

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to; it ends with a slash."""
        return f"{self.url}/api/"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        self.url = await self._server.start(host, port)

    async def stop(self) -> None:
        """Cut all connections and end."""
        await self._courier.close()
        self._sockets.abort_all()
        await self._server.stop()

    # a person acts

    async def slash(self, user_id: str, channel_id: str, command: str, text: str = "") -> Delivery:
        """Type a slash command in a channel."""
        return await self._persons.slash(user_id, channel_id, command, text)

    async def press(
        self, user_id: str, surface: Surface, action_id: str, value: str | Sequence[str] | None = None
    ) -> Delivery:
        """Press or choose an element; see ``Persons.press``."""
        return await self._persons.press(user_id, surface, action_id, value)

    async def suggest(self, user_id: str, surface: Surface, action_id: str, typed: str) -> Delivery:
        """Type into a select whose options come from the bot; see ``Persons.suggest``."""
        return await self._persons.suggest(user_id, surface, action_id, typed)

    async def submit(
        self,
        user_id: str,
        view: View,
        values: Mapping[str, Any] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 -- handed on, not waited on here
    ) -> Delivery:
        """Fill in and submit a modal; see ``Persons.submit``."""
        return await self._persons.submit(user_id, view, values, timeout)

    async def close(self, user_id: str, view: View, clear: bool = False) -> Delivery:
        """Close a modal."""
        return await self._persons.close(user_id, view, clear)

    async def open_home(self, user_id: str) -> Delivery:
        """Open the App Home tab."""
        return await self._persons.open_home(user_id)

    async def shortcut(self, user_id: str, message: Message, callback_id: str) -> Delivery:
        """Choose a message shortcut."""
        return await self._persons.shortcut(user_id, message, callback_id)

    async def global_shortcut(self, user_id: str, callback_id: str) -> Delivery:
        """Choose a global shortcut."""
        return await self._persons.global_shortcut(user_id, callback_id)

    async def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[str | tuple[str, bytes]] = (),
    ) -> Delivery:
        """Write a message."""
        return await self._persons.say(user_id, channel_id, text, thread_ts, files)

    async def edit(self, user_id: str, message: Message, text: str) -> Delivery:
        """Change one's own message."""
        return await self._persons.edit(user_id, message, text)

    async def delete(self, user_id: str, message: Message) -> Delivery:
        """Delete one's own message."""
        return await self._persons.delete(user_id, message)

    async def join(self, user_id: str, channel_id: str) -> Delivery:
        """Join a channel."""
        return await self._persons.join(user_id, channel_id)

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Send the same envelope once more, as Slack does at times."""
        return await self._courier.again(delivery)

    async def verify_url(self) -> bool:
        """Ask ``events_url`` for the challenge of ``url_verification``, as the app's settings page does."""
        if self.events_url is None:
            raise LookupError("no events_url is set")
        challenge = self.new_id("challenge-")
        body = json.dumps({"type": "url_verification", "challenge": challenge, "token": "sim-verification"})
        headers = {"Content-Type": "application/json"}
        status, answer = await self._courier.post_signed(self.events_url, body, headers, self.ack_timeout)
        given = answer.get("challenge", answer.get("text")) if isinstance(answer, dict) else None
        return status == 200 and given == challenge

    # waiting

    async def wait_for(
        self,
        condition: Callable[[], Result | None],
        timeout: float = 60.0,  # noqa: ASYNC109 -- the error at its end tells what happened
    ) -> Result:
        """Wait until a condition gives something truthy, and return that.

        Raises:
            TimeoutError: with the condition and the last things that happened.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        event = self.watch()
        try:
            while True:
                result = condition()
                if result:
                    return result
                left = end - loop.time()
                if left <= 0:
                    raise TimeoutError(self._what_happened(condition, timeout))
                event.clear()
                try:
                    # Not asyncio.wait_for, which loses a cancellation that comes together with the event.
                    async with asyncio.timeout(min(POLL_SECONDS, left)):
                        await event.wait()
                except TimeoutError:
                    continue
        finally:
            self.unwatch(event)

    def _what_happened(self, condition: Callable[[], Any], timeout: float) -> str:
        try:
            source = " ".join(inspect.getsource(condition).split())
        except (OSError, TypeError):
            source = repr(condition)
        calls = [f"  {c.method} status={c.status} ok={c.ok} error={c.error}" for c in self.calls[-8:]]
        sent = [f"  {d.kind} acked={d.acked} problem={d.problem}" for d in self.deliveries[-5:]]
        return "\n".join(
            [
                f"not within {timeout} s: {source}",
                f"{self.connections} socket(s) open; the last calls:",
                *(calls or ["  none"]),
                "the last deliveries:",
                *(sent or ["  none"]),
            ]
        )

    # the sockets

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return self._sockets.count

    async def wait_connected(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 -- handed on
        """Wait until the bot has a socket open."""
        await self.wait_for(lambda: self.connections > 0, timeout)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send a disconnect message: ``warning``, ``refresh_requested`` or ``link_disabled``."""
        await self._sockets.disconnect(reason)

    def kill_sockets(self) -> None:
        """Cut every socket's TCP connection."""
        self._sockets.abort_all()

    def mute_sockets(self, muted: bool = True) -> None:
        """Make the sockets that are open now half-open; sockets opened later are well."""
        self._sockets.mute(muted)

    def take_connections(self, count: int = 10) -> None:
        """Let this many of the app's ten connections be open elsewhere; those are sent nothing."""
        self._sockets.taken = count

    # faults

    def fail(
        self,
        method: str,
        *,
        error: str | None = None,
        retry_after: int | None = None,
        status: int | None = None,
        drop: Drop | None = None,
        delay: float = 0.0,
        carried_out: bool = False,
        times: int = 1,
        lacks: str | None = None,
        until: asyncio.Event | None = None,
    ) -> None:
        """Let the next ``times`` calls of a method (or ``response_url``, or ``*``) go wrong.

        Args:
            method: the Web API method.
            error: answer ``ok: false`` with this name; ``ratelimited`` is a 429.
            retry_after: seconds in the Retry-After header.
            status: answer with this HTTP status.
            drop: cut the connection ``before`` or ``after`` the call is carried out.
            delay: seconds until the call is carried out.
            carried_out: whether a call that is answered with an error is carried out all the same.
            times: how many calls.
            lacks: carry the call out, and leave this out of the answer.
            until: hold the call back until this is set, and then carry it out.
        """
        self._faults.add(Fault(method, error, retry_after, status, drop, delay, carried_out, times, lacks, until))

    def clear_faults(self) -> None:
        """Forget the faults that nothing has met yet."""
        self._faults.clear()
        self._sockets.refused_handshakes = 0

    def fail_handshake(self, times: int = 1, status: int = 503) -> None:
        """Answer the next WebSocket handshakes with an HTTP error."""
        self._sockets.refused_handshakes = times
        self._sockets.handshake_status = status

    def to_dict(self) -> Json:
        """The whole state as JSON-serialisable values; credentials are left out."""
        return {**super().to_dict(), "connections": self.connections, "url": self.url}
