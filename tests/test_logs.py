"""The log: one event a line, whatever stands in its values, in both forms; and nothing in it that opens a door."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import logs

FAKED = "2026-01-01T00:00:00.000000Z [info     ] all is well [bot.house]"
HOSTILE = [
    f"Ram\n{FAKED}",
    f"list.xlsx\r\n{FAKED}",
    f"\x1b[2J\x1b[31mred{FAKED}",
    f"a\x85b\u2028c\u2029d\x0be\x0cf\x1c{FAKED}",
    f"\u202e{FAKED}",
    f"\udc80\x00{FAKED}",
    f"\x9b31m\x08\x08{FAKED}",
]
"""Names of people and files, and what an exception says, as somebody may have chosen them to break the log."""
Log = Callable[[str], io.StringIO]


@pytest.fixture
def log() -> Iterator[Log]:
    """Sets the log up in a form, and gives what is written."""
    root = logging.getLogger()
    before, level, set_up = root.handlers[:], root.level, structlog.get_config()
    written = io.StringIO()

    def begin(form: str) -> io.StringIO:
        logs.configure("DEBUG", form)
        handler = root.handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
        return written

    yield begin
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**set_up)


def said(text: str) -> None:
    """The same text at every place of a line, by the bot and by a library."""
    bot, library = structlog.get_logger("bot.house"), logging.getLogger("slack_sdk.web")
    bot.warning("a list could not be read", file=text, more=[text], deep={"name": text}, error=ValueError(text))
    bot.info(text)
    library.warning("slack says %s", text)
    try:
        int(f"n{text}")
    except ValueError:
        bot.exception("a job ended in a fault of the bot", job=text)
        logging.getLogger("asyncio").exception("%s", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_begins_a_line_of_its_own_as_json(log: Log, text: str) -> None:
    written = log("json")
    said(text)
    lines = written.getvalue().splitlines()
    assert len(lines) == 5
    assert all(line.isascii() and line.isprintable() for line in lines)
    first, second, third, fourth, fifth = map(json.loads, lines)
    assert (first["file"], second["event"], third["event"]) == (text, text, f"slack says {text}")
    assert (fourth["job"], fifth["event"]) == (text, text)
    assert "ValueError" in fourth["exception"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_begins_a_line_of_its_own_for_people(log: Log, text: str) -> None:
    written = log("console")
    said(text)
    lines = written.getvalue().split("\n")
    assert lines.pop() == ""
    assert all(line.isprintable() for line in lines), "what colours a line, turns it around or hides it is in it"
    events = [line for line in lines if not line.startswith(logs.INDENT)]
    assert len(events) == 5, "something other than an event begins a line"
    assert not [line for line in lines if line.startswith(FAKED)]
    assert [line for line in lines if line.startswith(logs.INDENT) and "ValueError" in line], "there is no traceback"


def test_what_people_are_called_can_be_read(log: Log) -> None:
    written = log("console")
    structlog.get_logger("bot.house").info("called", name="राम कुमार", of=["Zoë"], some=3)
    assert "name='राम कुमार' of=['Zoë'] some=3" in written.getvalue()


SECRETS = [
    "xoxb-1234-abcDEF",
    "xapp-1-A0-99-abc",
    "postgresql://otc:hunter2@db/otc",
    "Authorization: Bearer eyJhbGciOi.x-y",
    "https://api.flipkart.net/?token=t0ps3cret&page=2",
    "https://hooks.slack.com/commands/T1/22/abcdef",
]


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_opens_a_door_is_taken_out_where_something_was_careless(log: Log, form: str) -> None:
    written = log(form)
    for one in SECRETS:
        said(one)
    for secret in ("abcDEF", "A0-99", "hunter2", "eyJ", "t0ps3cret", "abcdef"):
        assert secret not in written.getvalue()
    assert "page=2" in written.getvalue(), "more is taken out than opens a door"
