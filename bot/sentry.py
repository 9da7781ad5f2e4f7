"""Faults of the bot to Sentry, where SENTRY_DSN is set: what failed and where in the code, and not what it was about.

Of each fault that the log tells with a traceback an event is made anew of what is listed in `_bare`, so that nothing
comes along that nobody thought of. What an exception says stays in the log, where the event's `request` finds it.
"""

import contextlib
import logging
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import structlog
from cachetools import TTLCache
from pydantic import SecretStr

from bot import __version__
from bot.logs import QUIET
from bot.scrub import unnumbered

if TYPE_CHECKING:
    from sentry_sdk import Client
    from sentry_sdk.types import Event, Hint

log = structlog.get_logger()

AGAIN_SECONDS = 60
"""Between two events of one fault, which may come with each look."""
REMEMBERED = 1000
LAST_SECONDS = 2.0
"""For what is on its way when the bot ends."""
_FRAME = ("filename", "function", "module", "lineno", "in_app")


@contextlib.contextmanager
def told(dsn: SecretStr | None, environment: str, known: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """While it lasts, faults are told to Sentry, if there is a DSN; so is one that ends it. Nothing is loaded without.

    Where the extra is not installed the log says so, and the bot works on.

    Args:
        dsn: where Sentry is.
        environment: by what name Sentry keeps these faults apart from those of other bots.
        known: what may end it and is no fault.
    """
    client = _client(dsn, environment) if dsn is not None else None
    if client is None:
        yield
        return
    faults = _Faults(client)
    root = logging.getLogger()
    root.addHandler(faults)
    try:
        yield
    except Exception as error:
        if not isinstance(error, known):
            faults.tell(error, "bot", {"event": "the bot ended in a fault of the bot"})
        raise
    finally:
        root.removeHandler(faults)
        client.close(timeout=LAST_SECONDS)


def _client(dsn: SecretStr, environment: str) -> "Client | None":
    try:
        import sentry_sdk
    except ModuleNotFoundError:
        log.warning("SENTRY_DSN is set, and what it needs is not installed; faults stand in the log alone")
        return None
    return sentry_sdk.Client(
        dsn.get_secret_value(),
        before_send=_bare,
        release=f"otc-bot@{__version__}",
        environment=environment,
        # It would look into what other libraries do: requests, arguments, what is logged.
        default_integrations=False,
        auto_enabling_integrations=False,
        max_breadcrumbs=0,
        # A local variable can be a code.
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        server_name="otc-bot",
        # Faults and nothing else.
        traces_sample_rate=0.0,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_backpressure_handling=False,
        enable_metrics=False,
        debug=False,
        spotlight=False,
    )


class _Faults(logging.Handler):
    """Takes from the log what bears a traceback."""

    def __init__(self, client: "Client") -> None:
        super().__init__(logging.ERROR)
        self._client = client
        self._lately: TTLCache[tuple[object, ...], None] = TTLCache(REMEMBERED, AGAIN_SECONDS)

    def emit(self, record: logging.LogRecord) -> None:
        """Implements logging's handler."""
        if not record.name.startswith(("bot.", "asyncio")) or record.name.startswith(QUIET):
            return
        line: Mapping[str, Any] = record.msg if isinstance(record.msg, dict) else {"exc_info": record.exc_info}
        found = line.get("exc_info")
        error = found[1] if isinstance(found, tuple) else sys.exception() if found is True else found
        if isinstance(error, BaseException):
            self.tell(error, record.name, line)

    def tell(self, error: BaseException, logger: str, line: Mapping[str, Any]) -> None:
        """Tells of a fault, if the same was not told lately."""
        from sentry_sdk.utils import event_from_exception

        # Of a library's line no word is taken: asyncio's has in it what the exception says.
        words = str(line.get("event", "a task ended in a fault"))
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = None if at is None else (at.tb_frame.f_code.co_filename, at.tb_lineno)
        key = (type(error), place)
        if key in self._lately:
            return
        self._lately[key] = None
        event, hint = event_from_exception(error, client_options=self._client.options)
        event |= {"level": "error", "logger": logger, "logentry": {"message": words}}
        event["tags"] = {name: str(line[name]) for name in ("request", "workspace", "seller") if name in line}
        self._client.capture_event(event, hint)


def _bare(event: "Event", _hint: "Hint") -> "Event":
    """An event of what is listed here alone."""
    given: Mapping[str, Any] = event
    kept = {name: given[name] for name in ("event_id", "timestamp", "level", "platform", "release", "environment")}
    kept |= {"logger": given["logger"], "logentry": {"message": unnumbered(given["logentry"]["message"])}}
    kept |= {
        "tags": given["tags"],
        "server_name": "",
        "sdk": {name: given["sdk"][name] for name in ("name", "version")},
    }
    kept["exception"] = {"values": [_error(one) for one in given["exception"]["values"]]}
    return kept  # type: ignore[return-value]  # its keys are an event's


def _error(one: Mapping[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames", [])
    places = [{name: frame[name] for name in _FRAME if name in frame} for frame in frames]
    return {"type": one["type"], "module": one.get("module"), "stacktrace": {"frames": places}}
