"""Logging: structlog for the bot and the libraries alike, one event a line, for people or as JSON.

Whatever stands in a value, such as the name of a file or what an exception says, begins no line of its own: JSON spells
out what would, and so do lines for people. There a traceback follows its line, and each of its own is indented.
"""

import logging
import sys

import structlog
from structlog.types import EventDict, Processor

from bot import advice, trace
from bot.scrub import scrubbed

QUIET = ("slack_sdk", "slack_bolt", "bot.slack.socket")
"""The SDK's loggers; `bot.slack.socket` has the standard one that the SDK's socket client writes to."""
SILENT = ("httpx", "httpcore", "aiohttp.access", "apscheduler", "alembic", "asyncio", "sqlalchemy")
"""They log URLs with page tokens, or every run of a job: warnings only."""

BELOW = ("exception", "stack")
"""What follows a line for people."""
INDENT = "    "


def configure(level: str, form: str) -> None:
    """Sets up all logging to stderr. `form` is "console" or "json".

    `level` is the bot's own; no library is heard below INFO. At DEBUG Slack's SDK and bolt log whole requests and
    events, and with them ephemeral texts, response_urls and what people write.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        trace.merge,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    # Plain tracebacks: the pretty ones print local variables, and a local variable can be a code.
    ends: list[Processor] = [_advised, structlog.processors.format_exc_info, _safe]
    if form == "json":
        ends += [structlog.processors.JSONRenderer()]
    else:
        # It is given texts alone, so it draws no traceback itself.
        draw = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        ends += [_on_one_line, draw]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
        )
    )
    handler.addFilter(_tame_libraries)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    no_library_below = max(logging.INFO, logging.getLevelName(level))
    # On the root, not on "slack_bolt": bolt gives each of its many loggers the root's level, over that of their parent.
    root.setLevel(no_library_below)
    logging.getLogger("bot").setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(no_library_below)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A tick that finds the one before still running is skipped by design; the health page watches for late jobs.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    # Failed jobs are logged by `bot.jobs.schedule`, once.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)


def _advised(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Whatever is worth a warning says what to do, or that there is nothing to do."""
    if line["level"] not in ("debug", "info") and "todo" not in line:
        line["todo"] = advice.todo(line["event"])
    return line


def _safe(_logger: object, _method: str, line: EventDict) -> EventDict:
    """The last net below all that takes care of secrets itself."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = scrubbed(value)
        elif not isinstance(value, int | float | None):
            text = repr(value)
            line[name] = value if scrubbed(text) == text else scrubbed(text)
    return line


def _on_one_line(_logger: object, _method: str, line: EventDict) -> EventDict:
    for name, value in line.items():
        if name in BELOW:
            line[name] = "\n".join(INDENT + _spelled(one) for one in str(value).split("\n"))
        elif not (text := value if isinstance(value, str) else repr(value)).isprintable():
            line[name] = _spelled(text)
    return line


def _spelled(text: str) -> str:
    """A text with what would end a line, colour it or turn it around spelled out."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "surrogatepass").decode() for sign in text
    )


def _tame_libraries(record: logging.LogRecord) -> bool:
    """Keeps the SDK's sentences without its stacks (one for every failed reconnect), and drops one that is no news."""
    if record.name.startswith(QUIET):
        record.exc_info = None
        # Bolt sees SLACK_BOT_TOKEN in the environment beside what it was given.
        said = record.getMessage()
        return "`token` will be unused" not in said and "(or SLACK_BOT_TOKEN env variable) will be ignored" not in said
    return True
