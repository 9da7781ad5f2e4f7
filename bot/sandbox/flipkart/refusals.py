"""Refusals: the published error codes and the HTTP status each is sent with."""

from __future__ import annotations

from collections.abc import Mapping

STATUS_OF: Mapping[str, int] = {
    "TRIPSHEET_TASK_NOT_FOUND": 404,
    "INVALID_TASK_TYPE_ERROR": 400,
    "UNAUTHORIZED_ERROR": 401,
    "TRIPSHEET_CLOSED_ERROR": 400,
    "TASK_CLOSED": 400,
    "SHIPMENT_SYNC_ERROR": 400,
    "NOT_ON_END_OTC_PAGE_ERROR": 400,
    "FE_OTC_BAD_REQUEST_ERROR": 400,
    "INTERNAL_SERVER_ERROR": 500,
    "BAD_GATEWAY_ERROR": 502,
    "SERVICE_UNAVAILABLE_ERROR": 503,
    "GATEWAY_TIMEOUT_ERROR": 504,
    "OTC_NOT_GENERATED": 404,
    "OTC_UNAVAILABLE": 400,
    "DEPENDENT_SYSTEM_CALL_FAILED": 502,
    # The three below are not published: the pages name no code for these cases.
    "BAD_REQUEST_ERROR": 400,
    "NOT_FOUND_ERROR": 404,
    "TOO_MANY_REQUESTS_ERROR": 429,
}

CODE_OF: Mapping[int, str] = {
    400: "BAD_REQUEST_ERROR",
    401: "UNAUTHORIZED_ERROR",
    403: "UNAUTHORIZED_ERROR",
    404: "TRIPSHEET_TASK_NOT_FOUND",
    429: "TOO_MANY_REQUESTS_ERROR",
    500: "INTERNAL_SERVER_ERROR",
    502: "BAD_GATEWAY_ERROR",
    503: "SERVICE_UNAVAILABLE_ERROR",
    504: "GATEWAY_TIMEOUT_ERROR",
}


class Refusal(Exception):
    """A call answered with an error body.

    Attributes:
        code: the ``errorCode``.
        status: HTTP status, or None for the one the code usually has.
        retry_after: seconds for the ``Retry-After`` header, if any.
    """

    def __init__(self, code: str, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        """A refusal with this code and a message for people."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after

    def status_by(self, statuses: Mapping[str, int]) -> int:
        """The HTTP status to send: a switch's choice first, then this refusal's own, then the usual one."""
        return statuses.get(self.code, self.status or STATUS_OF.get(self.code, 400))

    def body(self) -> dict[str, object]:
        """The published error body."""
        return {"errorCode": self.code, "message": str(self.message)}
