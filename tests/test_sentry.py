"""Which faults Sentry is told of, and that nothing is loaded for it while it is off."""

import logging
import subprocess
import sys

import pytest
import structlog

from bot import sentry
from tests.prepare import ROOT
from tests.sentries import fake_sentry
from tests.test_logs import Log, log

__all__ = ["log"]


def test_the_same_fault_is_told_once_a_minute_and_no_refusal_at_all(log: Log) -> None:
    log("json")
    bot = structlog.get_logger("bot.jobs.poll")
    with fake_sentry() as fake:
        with sentry.told(fake.dsn, "docks-test"):
            for _ in range(3):
                try:
                    int("Ram Kumar 998877")
                except ValueError:
                    bot.exception("a look at flipkart ended in a fault of the bot")
            bot.error("a look at flipkart failed; somebody must help", problem="no")
            structlog.get_logger("slack_sdk.web").error("a library's own", exc_info=ValueError("x"))
            bot.error("a job ended in a fault of the bot", exc_info=LookupError("Ram Kumar"))
            logging.getLogger("asyncio").error("never retrieved: TypeError('Ram')", exc_info=TypeError("Ram"))
        assert [event["exception"]["values"][0]["type"] for event in fake.events] == [
            "ValueError",
            "LookupError",
            "TypeError",
        ]
        assert {event["environment"] for event in fake.events} == {"docks-test"}
        assert "Ram" not in "".join(fake.envelopes)


def test_what_ends_the_bot_is_told_if_it_is_a_fault() -> None:
    with fake_sentry() as fake:
        for error in (KeyError("the token is refused"), RuntimeError("Ram Kumar")):
            with pytest.raises(type(error)), sentry.told(fake.dsn, "production", (LookupError,)):
                raise error
        [event] = fake.events
    assert event["exception"]["values"][0]["type"] == "RuntimeError"
    assert event["logentry"]["message"] == "the bot ended in a fault of the bot"


def in_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout + done.stderr


def test_nothing_is_loaded_while_it_is_off() -> None:
    code = (
        "import sys, bot.cli, bot.sentry\nwith bot.sentry.told(None, 'production'): print('sentry_sdk' in sys.modules)"
    )
    assert in_python(code).strip() == "False"


def test_without_the_extra_the_log_says_so_and_the_bot_works() -> None:
    code = (
        "import sys; sys.modules['sentry_sdk'] = None\n"
        "from pydantic import SecretStr; from bot import logs, sentry\n"
        "logs.configure('INFO', 'console')\n"
        "with sentry.told(SecretStr('https://abc@sentry.example/1'), 'production'): print('works')"
    )
    said = in_python(code)
    assert "works" in said
    assert "SENTRY_DSN is set, and what it needs is not installed" in said
    assert "type `otc/bin/pip install '.[sentry]'` in the folder with the bot's files, or unset SENTRY_DSN" in said
    assert "abc" not in said
