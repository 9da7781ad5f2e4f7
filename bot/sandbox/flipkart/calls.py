"""The log of calls, and which path is which call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import unquote

from bot.sandbox.flipkart.paging import SHIPMENTS

LEGACY = "/sellers/v3/shipments/otc"

PATHS: Mapping[str, tuple[str, frozenset[str]]] = {
    "/oauth-service/oauth/token": ("token", frozenset({"GET", "POST"})),
    "/sellers/v3/returns/tasks/initial-load": ("initial_load", frozenset({"POST"})),
    "/sellers/v3/returns/otc/start/details": ("start_otc", frozenset({"POST"})),
    SHIPMENTS: ("shipments", frozenset({"POST"})),
    "/sellers/v3/returns/otc/end/details": ("end_otc", frozenset({"POST"})),
    "/sellers/v2/returns": ("returns", frozenset({"GET"})),
}

NAMES = frozenset(
    {"token", "initial_load", "start_otc", "shipments", "end_otc", "legacy_otc", "returns", "unknown", "*"}
)


@dataclass
class Call:
    """One request as it was seen. It holds no secret and no access token.

    Attributes:
        name: which call; ``unknown`` for a path that is none.
        path: the raw path as sent, percent-encoding and all, without the query.
        query: the query, decoded; of a field sent twice, the last.
        body: the JSON sent, or the text when it is not JSON, or None; never kept for the token call.
        status: HTTP status of the answer; None while it runs and when the connection was cut.
        error_code: ``errorCode`` of a refusal.
        at: arrival, epoch seconds.
        bearer_ok: the credentials were good (for the token call: id and secret).
        fault: the fault this call met, in words.
        done: the server is through with it.
        seconds: from arrival to answer; None while it runs.
    """

    name: str
    method: str
    path: str
    query: dict[str, str]
    body: object
    at: float
    bearer_ok: bool
    status: int | None = None
    error_code: str | None = None
    fault: str | None = None
    done: bool = False
    seconds: float | None = None

    def to_dict(self) -> dict[str, object]:
        """All fields, JSON-ready."""
        return asdict(self)


@dataclass(frozen=True)
class Route:
    """The call a path stands for; ``last`` is its decoded last segment where that is an argument."""

    name: str
    methods: frozenset[str]
    last: str | None = None


def route(path: str) -> Route | None:
    """The call at a raw path, or None. A page token is one segment: it holds no bare ``/``."""
    if path in PATHS:
        return Route(*PATHS[path])
    head, _, tail = path.rpartition("/")
    if tail and head == SHIPMENTS:
        return Route("shipments", frozenset({"GET"}), unquote(tail))
    if tail and head == LEGACY:
        return Route("legacy_otc", frozenset({"GET"}), unquote(tail))
    return None
