"""The simulated Flipkart as tests and the demo drive it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from bot.sandbox.flipkart.calls import NAMES, Call
from bot.sandbox.flipkart.desk import Desk
from bot.sandbox.flipkart.dock import Dock, DueReturn, Location
from bot.sandbox.flipkart.faults import Body, Drop, Fault, Faults, Mood
from bot.sandbox.flipkart.ledger import Ledger
from bot.sandbox.flipkart.notices import Notifier, Zone, return_created, return_event, send
from bot.sandbox.flipkart.paging import Pager
from bot.sandbox.flipkart.quota import Quota
from bot.sandbox.flipkart.server import Server
from bot.sandbox.flipkart.switches import Switches
from bot.sandbox.flipkart.tokens import Tokens
from bot.sandbox.flipkart.visit import Visit
from bot.sandbox.flipkart.world import Change, World


class FlipkartSim:
    """One seller's Flipkart: a dock driven by Python methods, seen by the bot over loopback HTTP only."""

    def __init__(
        self,
        app_id: str = "app",
        app_secret: str = "secret",
        now: Callable[[], float] = time.time,
        switches: Switches | None = None,
    ) -> None:
        """A Flipkart with no locations. ``now`` gives epoch seconds; delays always run in real time."""
        self.switches = switches if switches is not None else Switches()
        self._world = World(now, self.switches, app_id)
        self._dock = Dock(self._world)
        self._tokens = Tokens(self._world, app_id, app_secret)
        self._notifier = Notifier(app_id, app_secret)
        self._faults = Faults()
        self.quota = Quota(self._world)
        self.mood = Mood()
        self._ledger = Ledger(self._world)
        desk = Desk(self._world, self._dock, Pager(self._world, lambda: self.url), self._ledger)
        self._server = Server(
            self._world, desk, tokens=self._tokens, quota=self.quota, faults=self._faults, mood=self.mood
        )

    def goes_by(self, now: Callable[[], float]) -> None:
        """Have another clock from here on: epoch seconds."""
        self._world.now = now

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. What happened before a stop is kept."""
        await self._server.start(host, port)

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        await self._server.stop()

    @property
    def numbers(self) -> dict[str, int]:
        """How far FEs, tasks and parcels are numbered, for a Flipkart that goes on another time."""
        return self._world.numbers

    def count_on_from(self, numbers: dict[str, int]) -> None:
        """Numbers FEs, tasks and parcels on from there."""
        self._world.count_on_from(numbers)

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end; after a stop, the last one."""
        if not self._server.url:
            raise RuntimeError("not started")
        return self._server.url

    @property
    def visits(self) -> list[Visit]:
        """Everyone who ever came, gone ones included, in the order of arrival."""
        return self._dock.visits

    @property
    def codes(self) -> list[str]:
        """Every code ever given out (start, end, fixed), in order, each once."""
        return self._world.codes.given

    @property
    def calls(self) -> list[Call]:
        """Every request so far, in the order of arrival."""
        return self._server.calls

    @property
    def busiest(self) -> int:
        """The most calls that ever ran at once."""
        return self._server.busiest

    @property
    def slow(self) -> float:
        """Seconds before every answer."""
        return self.mood.slow

    @slow.setter
    def slow(self, seconds: float) -> None:
        self.mood.slow = seconds
        self._world.changed("mood", slow=self.slow, failing=self.failing)

    @property
    def failing(self) -> bool:
        """503 to every call but the token's."""
        return self.mood.failing

    @failing.setter
    def failing(self, on: bool) -> None:
        self.mood.failing = on
        self._world.changed("mood", slow=self.slow, failing=self.failing)

    def add_location(
        self,
        location_id: str,
        enabled_for: str = "DynamicStartEnd",
        static_codes: Iterable[Mapping[str, str]] | None = None,
    ) -> Location:
        """Add a warehouse; without static codes the legacy call finds it not onboarded."""
        return self._dock.add_location(location_id, enabled_for, static_codes)

    def location(self, location_id: str) -> Location:
        """A warehouse by its id; KeyError when there is none."""
        return self._dock.locations[location_id]

    def arrive(
        self,
        location_id: str,
        fe_name: str,
        *,
        fe_id: str | None = None,
        partner: str = "eKart",
        lob: str = "NONLARGE",
        task_id: str | None = None,
    ) -> Visit:
        """An FE comes to a location and stands on the Start OTC page."""
        return self._dock.arrive(location_id, fe_name, fe_id=fe_id, partner=partner, lob=lob, task_id=task_id)

    def expect(
        self,
        tracking_id: str,
        *,
        return_id: str | None = None,
        order_item_id: str | None = None,
        reason: str = "OTHER",
        expected_date: str = "2026-01-01",
    ) -> None:
        """Announce a return, for the returns call (scanned ones are found there without it)."""
        self._dock.expect(
            DueReturn(
                tracking_id,
                return_id or f"R{tracking_id}",
                order_item_id or f"OI{tracking_id}",
                reason,
                expected_date,
            )
        )

    async def notify(
        self,
        to: str,
        body: object,
        *,
        url: str | None = None,
        at: float | None = None,
        zone: Zone = "GMT",
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Send a signed notification once, as Flipkart does; the answer is its HTTP status.

        Args:
            to: where it is sent.
            body: bytes as they are, anything else as JSON.
            url: the registered address that is signed; without one, ``to``.
            at: when it was made, epoch seconds; without one, now.
            zone: in which X_Date is written.
            headers: instead of the right ones, or beside them.
        """
        at = self._world.now() if at is None else at
        signed = {**self._notifier.headers(url or to, at, zone), **(headers or {})}
        status = await send(to, body, signed)
        self._world.changed("notification", status=status)
        return status

    def return_created(self, location_id: str, *tracking_ids: str) -> dict[str, object]:
        """The notification of returns that are on their way; they must have been announced by ``expect``."""
        found = [self._dock.due(one) for one in tracking_ids]
        return return_created(location_id, [one for one in found if one is not None], self._world.now())

    def return_event(
        self,
        event: str,
        return_id: str,
        order_item_id: str,
        *,
        location_id: str = "",
        at: float | None = None,
        **item: object,
    ) -> dict[str, object]:
        """The notification of one of Flipkart's six events about an item of a return.

        Args:
            event: such as ``return_completed``.
            return_id: of the return.
            order_item_id: of its item.
            location_id: left away where it is empty, as Flipkart does when a label is known.
            at: when it happened, epoch seconds; without one, now.
            item: what else the item carries, such as ``trackingId``.
        """
        at = self._world.now() if at is None else at
        return return_event(event, return_id, {"orderItemId": order_item_id, **item}, at, location_id)

    def ledger(self, return_id: str, order_item_id: str, *, at: float | None = None, **fields: object) -> None:
        """What the returns ledger says of an item from ``at`` (epoch seconds; now without one) on.

        Args:
            return_id: of the return.
            order_item_id: of its item.
            at: when it changed.
            fields: of its row, such as ``locationId``, ``trackingId``, ``status``; what is not named stays.
        """
        self._ledger.put(return_id, order_item_id, self._world.now() if at is None else at, fields)

    def fail(
        self,
        name: str,
        *,
        status: int | None = None,
        code: str | None = None,
        message: str = "Simulated",
        retry_after: float | None = None,
        delay: float = 0.0,
        drop: Drop | None = None,
        body: Body | None = None,
        times: int = 1,
        until: asyncio.Event | None = None,
    ) -> Fault:
        """Let the next ``times`` calls of a name (``*``: any) go wrong; see ``Fault`` for how.

        Faults are met one a call, in the order set. Without a status or code the call does its work.
        """
        if name not in NAMES:
            raise ValueError(f"no call named {name!r}")
        if times < 1:
            raise ValueError("times must be 1 or more")
        fault = Fault(name, status, code, message, retry_after, delay, drop, body, times, until)
        self._faults.add(fault)
        self._world.changed("fault", name=name, what=fault.word(), times=times)
        return fault

    def clear_faults(self) -> None:
        """Forget the faults that were set and not met yet."""
        self._faults.clear()
        self._world.changed("fault", name="*", what="", times=0)

    def expire_tokens(self) -> None:
        """End every access token given so far: the next call with one gets 401."""
        self._tokens.expire_all()
        self._world.changed("tokens_expired")

    def forget_pages(self, status: int = 410) -> None:
        """End every page token given so far: the next call with one gets this HTTP status."""
        self._world.page_era += 1
        self._world.forgotten_status = status
        self._world.changed("pages_forgotten", status=status)

    def on_change(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call back with a small dict (``kind``, ``at`` and facts) on every change; the answer stops it."""
        return self._world.listen(callback)

    def to_dict(self, *, last_calls: int | None = None) -> dict[str, object]:
        """Everything there is to see, JSON-ready. Codes are in it; the secret and access tokens are not.

        ``last_calls`` keeps only so many of the latest calls, for a page that asks often.
        """
        calls = self.calls if last_calls is None else self.calls[max(0, len(self.calls) - last_calls) :]
        return {
            "url": self._server.url or None,
            "now": self._world.now(),
            "switches": self.switches.to_dict(),
            "mood": {"slow": self.slow, "failing": self.failing},
            "faults": self._faults.to_list(),
            "quota": {"used": self.quota.used(), "per_hour": self.switches.quota_per_hour},
            "tokens_alive": self._tokens.alive(),
            "locations": [each.to_dict() for each in self._dock.locations.values()],
            "visits": [each.to_dict() for each in self.visits],
            "codes": list(self.codes),
            "calls": [each.to_dict() for each in calls],
        }
