"""Flipkart's notifications, for a seller who has registered for them: what becomes of returns.

A notification that is not taken holds up all that follow it, so everything that Flipkart signed and that is JSON is
answered with 200, understood or not; 503 asks to send it again later, and so loses nothing.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from aiohttp import web
from pydantic import ValidationError

from bot.clock import Clock, Seldom
from bot.flipkart.replays import Replays, Standing
from bot.flipkart.returns import Notice
from bot.flipkart.signature import FRESH, Signatures
from bot.gate import read_body
from bot.handover.ports import NotKept
from bot.handover.returns import Told
from bot.timing import WebTiming

log = structlog.get_logger()

MOST_WAITING = 500
"""Notifications whose turn in the database has not come; more would only hold memory."""
LONGEST_SHOWN = 64
UNREADABLE = (web.RequestPayloadError, ValueError)
"""What aiohttp raises at a body that is cut off or not packed as it says."""


class Taker(Protocol):
    """Keeps what is told of returns."""

    @property
    def waiting(self) -> int:
        """Announcements that are not kept yet."""

    async def keep(self, told: Told) -> bool:
        """Returns when it is kept; False where it is for none of our locations. Raises NotKept."""


class EveryHouse:
    """Keeps what a seller is told in the houses that it concerns."""

    def __init__(self) -> None:
        """There is no house yet."""
        self._places: dict[str, frozenset[str]] = {}
        self._open: dict[str, Taker] = {}

    def belong(self, places: dict[str, frozenset[str]]) -> None:
        """The seller has these houses, each with these locations, also while one is closed."""
        self._places = places

    def opens(self, house: str, taker: Taker) -> None:
        """From now on the house keeps what it is told."""
        self._open[house] = taker

    def closes(self, house: str) -> None:
        """The house keeps nothing for now."""
        self._open.pop(house, None)

    @property
    def waiting(self) -> int:
        """Announcements that are not kept yet."""
        return sum(one.waiting for one in self._open.values())

    async def keep(self, told: Told) -> bool:
        """Returns when it is kept; False where it is for none of the seller's locations, or could be for several.

        Raises:
            NotKept: a house that it concerns does not take it now.
        """
        concerned = [house for house, ids in self._places.items() if not told.location_id or told.location_id in ids]
        if told.needs_place and not told.location_id and len(concerned) > 1:
            return False
        if closed := [house for house in concerned if house not in self._open]:
            raise NotKept(f"the bot of {', '.join(closed)} is starting")
        kept = [await self._open[house].keep(told) for house in concerned]
        return any(kept)


class _Rate:
    """So many a second on average, and so many at once."""

    def __init__(self, at_once: int, a_second: int, monotonic: Callable[[], float]) -> None:
        self._at_once = at_once
        self._a_second = a_second
        self._monotonic = monotonic
        self._left = float(at_once)
        self._at = monotonic()

    def allows(self) -> bool:
        """Whether one more may be taken; it counts then."""
        now = self._monotonic()
        self._left = min(self._at_once, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Notifications:
    """Takes what Flipkart sends to the registered address."""

    def __init__(
        self,
        announcing: Taker,
        signatures: Signatures,
        clock: Clock,
        timing: WebTiming,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._announcing = announcing
        self._signatures = signatures
        self._clock = clock
        self._timing = timing
        self._rate = _Rate(timing.notifications_at_once, timing.notifications_a_second, monotonic)
        self._replays = Replays(monotonic)
        self._strangers = Seldom(timing.strangers, monotonic)
        self._busy = Seldom(timing.strangers, monotonic)
        self._foreign = Seldom(timing.strangers, monotonic)

    async def answer(self, request: web.Request) -> web.Response:
        """200, or 401 for a wrong signature, 400 for a broken payload, 503 when it can't be kept now.

        The signature is looked at before the body is even read.
        """
        date, authorization = (request.headers.get(name, "") for name in ("X_Date", "X_Authorization"))
        signed_at = self._signatures.signed_at(date, authorization, request.method)
        if signed_at is None:
            self._tell_of_a_stranger()
            return _said(401, "not signed by Flipkart for this address")
        if not self._rate.allows() or self._announcing.waiting >= MOST_WAITING:
            if self._busy.is_due():
                log.warning("flipkart sends more notifications than are taken at once; it is asked to send them again")
            return _said(503, "too many at once, send it again")
        try:
            body = await read_body(request, self._timing.body)
            notice = Notice.model_validate_json(body)
        except (ValidationError, *UNREADABLE) as error:
            log.warning("flipkart sent a notification that is no JSON object; it is refused", kind=type(error).__name__)
            return _said(400, "the payload is not a JSON object")
        if abs(self._clock() - signed_at) > FRESH:
            # Refused, it would hold up all that follow it.
            log.warning(
                "a notification was signed more than a day from now and is ignored; check this machine's clock, and "
                "drop the returns report into the channel for what the bot has missed",
                signed_at=signed_at.isoformat(),
            )
            return _said(200, "ignored: signed too long ago")
        try:
            return await self._take(notice, signed_at, body)
        except NotKept:
            return _said(503, "can't be kept now, send it again")  # the store has said it in the log

    async def _take(self, notice: Notice, signed_at: datetime, body: bytes) -> web.Response:
        event, return_id = notice.event[:LONGEST_SHOWN], notice.return_id[:LONGEST_SHOWN]
        told = notice.told(signed_at)
        if told is None:
            log.debug("flipkart sent a notification that the bot has no use for", kind=event)
            return _said(200, "ignored")
        facts = {"kind": event, "return_id": return_id, "items": len(told.statements)}
        if not told.statements and (told.bare is None or not told.bare.rows):
            log.info("flipkart told of a return without any item that can be found; nothing is kept of it", **facts)
            return _said(200, "ignored: no item")
        standing = self._replays.standing(signed_at, body)
        if standing is Standing.KEPT:
            return _said(200, "kept")
        if standing is Standing.FOREIGN:
            if self._foreign.is_due():
                log.warning(
                    "a notification came with the signature of others that were kept long before; it is ignored, for "
                    "whoever has seen one could send any: if Flipkart was kept waiting, drop the returns report into "
                    "the channel",
                    signed_at=signed_at.isoformat(),
                )
            return _said(200, "ignored: its signature belongs to others")
        if not await self._announcing.keep(told):
            place = notice.location_id[:LONGEST_SHOWN]
            log.info("flipkart told of a return at a location that is not in bot.toml", at=place, **facts)
            return _said(200, "ignored: another location")
        self._replays.keep(signed_at, body)
        log.debug("flipkart told of a return", at=notice.location_id[:LONGEST_SHOWN], **facts)
        return _said(200, "kept")

    def _tell_of_a_stranger(self) -> None:
        if self._strangers.is_due():
            log.warning(
                "a notification without Flipkart's signature was refused; if none gets through, check that "
                "[notifications] url is the registered one to the letter, FLIPKART_APP_ID and FLIPKART_APP_SECRET, and "
                "that your proxy passes on headers with underscores"
            )


def _said(status: int, what: str) -> web.Response:
    return web.json_response({"result": what}, status=status)
