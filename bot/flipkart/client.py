"""The four calls of Returns V3, the legacy call, one look-up, and nothing else: typed, bounded in time, counted."""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Sequence
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import httpx
import structlog
from cachetools import LRUCache
from httpx_aiohttp import AiohttpTransport
from pydantic import BaseModel, SecretStr, ValidationError

from bot.clock import now
from bot.flipkart.auth import BearerAuth, retry_after
from bot.flipkart.counted import counted, new_calls
from bot.flipkart.errors import (
    FlipkartError,
    MalformedError,
    RefusedError,
    ThrottledError,
    TransportError,
    UnauthorisedError,
)
from bot.flipkart.next_url import LEDGER_PATH, SCANS_PATH, ledger_path, scans_path
from bot.flipkart.quota import Quota
from bot.flipkart.returns import LedgerAnswer, ReturnItems
from bot.flipkart.transport import BoundedTransport, Http, UnusableBodyError, problem_of
from bot.flipkart.wire import EndOtcAnswer, FixedOtcs, InitialLoad, Refusal, ScanPage, StartOtcs
from bot.handover.ledger import LedgerPage
from bot.handover.ports import Arrivals, EndCode, FixedCode, Page, StartCode
from bot.handover.returns import Statement
from bot.timing import FlipkartTiming

log = structlog.get_logger()

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"python-httpx/{httpx.__version__}",
}
CONNECTIONS = 80
"""At once: 60 are for looks (`bot.jobs.poll.MOST_AT_ONCE`), so that people wait for none of them."""
REMEMBERED = 1000
"""Warnings that are not given again."""

Answer = TypeVar("Answer", bound=BaseModel)


@cache
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """Whose certificates are believed, by what the environment names; reading them takes 20 ms."""
    return httpx.create_ssl_context()


class FlipkartClient:
    """Implements `bot.handover.ports.ReturnsApi`. One for the life of the process: building it costs 20 ms."""

    def __init__(
        self,
        *,
        base_url: str,
        app_id: str,
        app_secret: SecretStr,
        quota: Quota,
        timing: FlipkartTiming,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._quota = quota
        self.calls = new_calls()
        self._deadline = timing.call
        self._timeout = httpx.Timeout(timing.silence, connect=timing.connect).as_dict()
        self._told: LRUCache[tuple[str | int, ...], None] = LRUCache(REMEMBERED)
        self._auth = BearerAuth(self._base_url, app_id, app_secret)
        # aiohttp below httpx costs a third of the CPU of httpx's own transport (reference: floors, HTTP client).
        trusted = _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        way = transport or AiohttpTransport(verify=trusted, limits=httpx.Limits(max_connections=CONNECTIONS))
        self._http = Http(BoundedTransport(way), self._auth, self._spend)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    @counted
    async def sign_in(self) -> None:
        """Fetches a token now, to find out whether the credentials are accepted. Raises a FlipkartError."""
        request = self._auth.token_request(self._timeout)
        await self._auth.take(await self._reach("token call", self._http.send_bare(request)))

    @counted
    async def initial_load(self, location_id: str, *, for_person: bool = False) -> Arrivals:
        """Who is at the location. Raises a FlipkartError."""
        body = {"sellerLocationId": location_id, "taskType": "RETURN"}
        path = "/sellers/v3/returns/tasks/initial-load"
        answer = await self._call("POST", path, InitialLoad, body, for_person=for_person)
        arrivals = answer.arrivals()
        if unusable := len(answer.fes) - len(arrivals.sightings):
            self._tell("flipkart listed FEs without an id or a task; they get no card", fes=unusable, at=location_id)
        return arrivals

    @counted
    async def start_codes(self, location_id: str) -> list[StartCode]:
        """Generates Start OTCs for every FE on the Start OTC page. Raises a FlipkartError."""
        body = {"sellerLocationId": location_id, "taskType": "RETURN"}
        path = "/sellers/v3/returns/otc/start/details"
        answer = await self._call("POST", path, StartOtcs, body, for_person=True, code=True)
        codes = answer.codes()
        if unusable := len(answer.details) - len(codes):
            if not codes:  # "nobody waits" would be wrong
                raise MalformedError("Flipkart's Start OTC answer lists FEs, and a usable code for none of them")
            self._tell("flipkart listed FEs without a usable Start OTC", fes=unusable, at=location_id)
        return codes

    @counted
    async def shipments(
        self, task_id: str, fe_id: str, url: str | None, page_size: int, *, for_person: bool = False, known: bytes = b""
    ) -> Page:
        """One page of scans: the first when url is None, else the one at url. Raises a FlipkartError.

        A page whose next_url may not be followed is given with its rows and the problem. An answer that is, byte for
        byte, the one of digest `known` is not read again.
        """
        if url is None:
            body = {"taskId": task_id, "feId": fe_id, "pageSize": page_size}
            response = await self._ask("POST", SCANS_PATH, body, for_person=for_person)
        else:
            response = await self._ask("GET", scans_path(url, self._base_url), for_person=for_person)
        digest = blake2b(response.content, digest_size=16).digest()
        if response.is_success and digest == known:
            return Page((), has_more=False, next_url=None, digest=digest, same=True)
        answer = self._read(SCANS_PATH, response, ScanPage)
        shipments = answer.shipments()
        if dropped := len(answer.rows) - len(shipments):
            self._tell("flipkart listed rows twice or without a tracking id", rows=dropped, task=task_id)
        try:
            next_url = scans_path(answer.next_url, self._base_url) if answer.next_url else None
        except MalformedError as error:
            return Page(shipments, answer.has_more, None, error, len(answer.rows), digest)
        return Page(shipments, answer.has_more, next_url, None, len(answer.rows), digest)

    @counted
    async def end_code(self, fe_id: str, task_id: str) -> EndCode:
        """Generates the End OTC. Raises a FlipkartError."""
        body = {"feId": fe_id, "taskId": task_id, "taskType": "RETURN"}
        path = "/sellers/v3/returns/otc/end/details"
        answer = await self._call("POST", path, EndOtcAnswer, body, for_person=True, code=True)
        if not answer.otc.get_secret_value():
            raise MalformedError("Flipkart's End OTC answer has no code in it")
        return answer.code()

    @counted
    async def fixed_codes(self, location_id: str) -> list[FixedCode]:
        """The fixed codes of the legacy call. Raises a FlipkartError."""
        path = f"/sellers/v3/shipments/otc/{quote(location_id, safe='')}?requestType=RETURN"
        return (await self._call("GET", path, FixedOtcs, for_person=True, code=True)).codes()

    @counted
    async def returns(self, tracking_ids: Sequence[str]) -> list[Statement]:
        """What Flipkart knows of at most 25 parcels, in one call from the spare part. Raises a FlipkartError.

        One page is read and no other: there are no more parcels asked for than one page holds.
        """
        path = f"{LEDGER_PATH}?trackingIds={quote(','.join(tracking_ids), safe=',')}"
        answer = await self._call("GET", path, ReturnItems, spare=True)
        return answer.of(tracking_ids, now())

    @counted
    async def ledger(self, location_id: str, kind: str, since: datetime, url: str) -> LedgerPage:
        """A page of the items that were changed since then, in one call from the spare part. Raises a FlipkartError.

        Args:
            location_id: at which they are to arrive.
            kind: Flipkart's `source`; empty for all.
            since: UTC.
            url: of a further page, as the page before it named it; empty for the first.
        """
        if url:
            path = ledger_path(url, self._base_url)
        else:
            asked = {"modifiedAfter": since.isoformat(timespec="milliseconds"), "locationId": location_id}
            path = f"{LEDGER_PATH}?{urlencode(asked | ({'source': kind} if kind else {}))}"
        response = await self._ask("GET", path, spare=True)
        if not response.is_success:
            raise self._failure(_name_of(path), response)

        def read() -> tuple[LedgerAnswer, list[Statement]]:
            answer = self._read(_name_of(path), response, LedgerAnswer)
            return answer, answer.statements(location_id, since, now())

        # In a thread, because a page may hold tens of thousands of rows, and presses go on meanwhile.
        answer, statements = await asyncio.to_thread(read)
        if left := len(answer.items) - len(statements):
            self._tell("flipkart's ledger has rows without an id, or of another location", rows=left, at=location_id)
        # A link counts, whatever `hasMore` says, as long as there is anything to be read.
        if answer.next_url and (answer.has_more or answer.items):
            try:
                return LedgerPage(statements, ledger_path(answer.next_url, self._base_url))
            except MalformedError as error:
                if answer.has_more:
                    problem = str(error)
                    self._tell("flipkart's ledger goes on where it can't be followed", problem=problem, at=location_id)
        elif answer.has_more:
            self._tell("flipkart's ledger has more rows, and does not say where", at=location_id)
        return LedgerPage(statements, is_cut_off=answer.has_more)

    def _tell(self, event: str, **facts: str | int) -> None:
        """Warns once of what every further look would find again."""
        key = (event, *facts.values())
        if key not in self._told:
            self._told[key] = None
            log.warning(event, **facts)

    async def _spend(self, request: httpx.Request) -> None:
        if not request.extensions.get("token"):
            asked = request.extensions
            kinds = {name: bool(asked.get(name)) for name in ("for_person", "spare", "code")}
            await self._quota.spend(**kinds)

    async def _call(
        self,
        method: str,
        path: str,
        shape: type[Answer],
        body: Any = None,
        *,
        for_person: bool = False,
        spare: bool = False,
        code: bool = False,
    ) -> Answer:
        response = await self._ask(method, path, body, for_person=for_person, spare=spare, code=code)
        return self._read(_name_of(path), response, shape)

    async def _ask(self, method: str, path: str, body: Any = None, **kinds: bool) -> httpx.Response:
        return await self._reach(_name_of(path), self._send(method, path, body, kinds))

    async def _send(self, method: str, path: str, body: Any, kinds: dict[str, bool]) -> httpx.Response:
        told = {"timeout": self._timeout, **kinds}
        url = self._base_url + path
        return await self._http.send(httpx.Request(method, url, headers=HEADERS, json=body, extensions=told))

    async def _reach(self, name: str, asking: Awaitable[httpx.Response]) -> httpx.Response:
        kind: type[FlipkartError] = TransportError
        try:
            async with asyncio.timeout(self._deadline):
                return await asking
        except TimeoutError:
            problem = f"no answer within {self._deadline:.0f} s"
        except UnusableBodyError as error:
            kind, problem = MalformedError, str(error)
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError) as error:
            # httpx-aiohttp passes on what is hardly HTTP as aiohttp's own error.
            problem = problem_of(error)
        # Not chained: that error can hold the URL with its page token and the bearer token. Its type says enough.
        raise kind(f"{name}: {problem}")

    def _read(self, name: str, response: httpx.Response, shape: type[Answer]) -> Answer:
        if response.is_success:
            try:
                return shape.model_validate_json(response.content)
            except ValidationError as error:
                problem = "; ".join(
                    f"{one['loc'][0] if one['loc'] else 'body'}: {one['type']}" for one in error.errors()[:3]
                )
            # Not chained: that error holds the answer, and with it a code.
            raise MalformedError(f"{name}: not what is published ({problem}; {_outline(response)})")
        raise self._failure(name, response)

    def _failure(self, name: str, response: httpx.Response) -> Exception:
        status = response.status_code
        try:
            refusal = Refusal.model_validate_json(response.content)
        except ValidationError:
            refusal = Refusal()
        message = f"{name}: HTTP {status} {refusal.code}".rstrip()
        if status == httpx.codes.TOO_MANY_REQUESTS:
            wait = retry_after(response)
            self._quota.throttled(wait, for_person=bool(response.request.extensions.get("for_person")))
            return ThrottledError(message, code=refusal.code, retry_after=wait, status=status)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN) or refusal.code == "UNAUTHORIZED_ERROR":
            return UnauthorisedError(message, code=refusal.code, status=status)
        if response.is_redirect:
            return MalformedError(f"{name}: HTTP {status} to another address was not followed")
        return RefusedError(message, code=refusal.code, status=status)


def _name_of(path: str) -> str:
    """What a call is named in errors: never with the token of a page."""
    return SCANS_PATH if path.startswith(SCANS_PATH) else path.partition("?")[0]


def _outline(response: httpx.Response) -> str:
    """What came, for the log: its size and kind, and nothing of what it says."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()[:40]
    return f"{len(response.content)} bytes of {kind if kind.isascii() and kind.isprintable() and kind else 'no kind'}"
