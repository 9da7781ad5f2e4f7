"""How calls to Flipkart end, for a monitor: counted where each is made, in words of fixed sets."""

import functools
import time
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.flipkart.errors import (
    KNOWN_CODES,
    FlipkartError,
    MalformedError,
    RefusedError,
    ThrottledError,
    UnauthorisedError,
)
from bot.monitoring.counted import Calls

NAMES = ("sign_in", "initial_load", "start_codes", "shipments", "end_code", "fixed_codes", "returns", "ledger")
STATUSES = ("200", "400", "401", "403", "404", "408", "409", "429", "500", "502", "503", "504")
_OUTCOMES = ((UnauthorisedError, "unauthorised"), (RefusedError, "refused"), (MalformedError, "malformed"))
P = ParamSpec("P")
Result = TypeVar("Result")


class _Counts(Protocol):
    """A client: what has calls to count."""

    calls: Calls


C = TypeVar("C", bound=_Counts)


def new_calls() -> Calls:
    """Room for the calls of one client."""
    calls = Calls(NAMES, {*STATUSES, *KNOWN_CODES})
    calls.expect("budget")
    calls.expect("throttled", "429")
    return calls


def counted(
    call: Callable[Concatenate[C, P], Coroutine[Any, Any, Result]],
) -> Callable[Concatenate[C, P], Coroutine[Any, Any, Result]]:
    """Counts a call by the method's name. One that is cancelled, or that could not be put down, was none."""
    name = call.__name__

    @functools.wraps(call)
    async def counting(self: C, /, *args: P.args, **kwargs: P.kwargs) -> Result:
        began = time.monotonic()
        try:
            answer = await call(self, *args, **kwargs)
        except FlipkartError as error:
            self.calls.add(name, *_ended(error), time.monotonic() - began)
            raise
        self.calls.add(name, "ok", "200", time.monotonic() - began)
        return answer

    return counting


def _ended(error: FlipkartError) -> tuple[str, str]:
    """How, and with which code: Flipkart's own, or else the HTTP status, where there was an answer."""
    code = error.code or (str(error.status) if error.status else "")
    if isinstance(error, ThrottledError):
        return ("throttled" if error.status else "budget"), code
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "silent"), code
