"""Logging: structlog for the bot and the libraries alike, in lines for people or as JSON."""

import logging
import sys

import structlog
from structlog.types import Processor

QUIET = ("slack_sdk", "slack_bolt", "bot.slack.socket")
"""The SDK's loggers; `bot.slack.socket` has the standard one that the SDK's socket client writes to."""
SILENT = ("httpx", "httpcore", "aiohttp.access", "apscheduler", "alembic", "asyncio", "sqlalchemy")
"""They log URLs with page tokens, or every run of a job: warnings only."""


def configure(level: str, form: str) -> None:
    """Sets up all logging to stderr. `form` is "console" or "json".

    `level` is the bot's own; no library is heard below INFO. At DEBUG Slack's SDK and bolt log whole requests and
    events, and with them ephemeral texts, response_urls and what people write.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
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
    if form == "json":
        ends: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # Plain tracebacks: the pretty ones print local variables, and a local variable can be a code.
        ends = [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
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


def _tame_libraries(record: logging.LogRecord) -> bool:
    """Keeps the SDK's sentences without its stacks (one for every failed reconnect), and drops one that is no news."""
    if record.name.startswith(QUIET):
        record.exc_info = None
        # Bolt sees SLACK_BOT_TOKEN in the environment beside what it was given.
        said = record.getMessage()
        return "`token` will be unused" not in said and "(or SLACK_BOT_TOKEN env variable) will be ignored" not in said
    return True
