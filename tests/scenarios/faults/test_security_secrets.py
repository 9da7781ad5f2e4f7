"""Codes and secrets are in nothing that is kept or shown when something breaks: logs, tracebacks, dumps, the image."""

import base64
import faulthandler
import io
import json
import logging
import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot import logs
from bot.app import App
from bot.flipkart.client import FlipkartClient
from bot.settings import Environment
from bot.slack.answer import Answers
from bot.slack.blocks import codes, modals
from bot.slack.listeners import start
from bot.slack.painter import SlackPainter
from tests.flipkart.support import SECRET, client_of
from tests.prepare import ROOT
from tests.scenarios.dockwork import card_of, card_says, modal, start_code, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.leaks import shows
from tests.support import World


@pytest.fixture
def console(logged: io.StringIO) -> Iterator[io.StringIO]:
    """The same log in the form for people."""
    root = logging.getLogger()
    kept = root.handlers[:]
    logs.configure("DEBUG", "console")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(root.handlers[0].formatter)
    root.handlers[:] = [*kept, handler]
    yield written
    root.handlers[:] = kept


class Breakage(Exception):
    """What a test breaks the bot with."""


def breaks(*_: Any, **__: Any) -> Any:
    raise Breakage("broken on purpose")


def no_code(dock: World, *texts: str) -> None:
    given = set(dock.flipkart.codes)
    assert given, "no code was given out"
    assert not [code for code in given for text in texts if shows(text, code)], "a code can be read"


@fault(
    "Security",
    "a fault of the bot while it draws a Start OTC",
    keeps=(4, 6),
    person="Something went wrong in the bot; it is on record.",
    operator="a press ended in a fault of the bot",
)
async def test_a_fault_over_a_start_code(
    dock: World, logged: io.StringIO, console: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "start_view", breaks)
    async with dock.bot():
        await card_of(dock, dock.flipkart.arrive("LOC1", "Ram Kumar"))
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await told(dock, dock.operator, "Something went wrong in the bot")
        await dock.until(lambda: "Breakage" in console.getvalue())
    assert "Breakage" in logged.getvalue(), "the fault has no traceback"
    no_code(dock, logged.getvalue(), console.getvalue())
    assert dock.rows("SELECT count(*) FROM audit WHERE what = 'asked'") == [(1,)]


@fault(
    "Security",
    "a fault of the bot while it draws an End OTC",
    keeps=(4, 6),
    person="Something went wrong in the bot; it is on record.",
    operator="a press ended in a fault of the bot",
)
async def test_a_fault_over_an_end_code(
    dock: World, logged: io.StringIO, console: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modals, "end_shown", breaks)
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        visit.begin()
        visit.scan(2)
        visit.finish_scanning()
        await card_says(dock, visit, "2 scanned")
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.submit(dock.operator, view, {"counted": "2"})
        await modal(dock, dock.operator, "Something went wrong in the bot")
        await dock.until(lambda: "Breakage" in console.getvalue())
    no_code(dock, logged.getvalue(), console.getvalue())
    assert dock.rows("SELECT count(*) FROM audit WHERE what = 'end_otc'") == [(1,)], (
        "who took the code is not on record"
    )


@fault(
    "Security",
    "a fault of the bot while it sends a code",
    keeps=(2, 6),
    operator="a press ended in a fault of the bot",
)
async def test_a_fault_on_the_way_to_slack(
    dock: World, logged: io.StringIO, console: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = replace(dock.timing.outbox.message, after_a_fault=timedelta(seconds=0.2))
    dock.timing = replace(dock.timing, outbox=replace(dock.timing.outbox, message=soon))
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        card = await card_of(dock, visit)
        with monkeypatch.context() as broken:
            broken.setattr(Answers, "show", breaks)
            broken.setattr(SlackPainter, "reply", breaks)
            await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
            await dock.until(lambda: "a press ended in a fault" in console.getvalue())
        # Pressed again it is the same code, shown by now.
        await start_code(dock, dock.operator, visit)
        await dock.until(lambda: dock.thread(card))
    no_code(dock, logged.getvalue(), console.getvalue())
    assert len([call for call in dock.flipkart.calls if call.name == "start_otc"]) == 1


@fault("Security", "a crash dump while a code is shown", keeps=(4,), person="Ram Kumar")
async def test_a_crash_dump(dock: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "dump.txt"
    stacks: list[str] = []
    draw = codes.start_view

    def dump(*args: Any, **more: Any) -> Any:
        with file.open("w") as out:
            faulthandler.dump_traceback(out, all_threads=True)
        try:
            breaks()
        except Breakage:
            stacks.append(traceback.format_exc())
            stacks.append("".join(traceback.format_stack()))
        return draw(*args, **more)

    monkeypatch.setattr(start, "start_view", dump)
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        await card_of(dock, visit)
        await start_code(dock, dock.operator, visit)
    assert "in dump" in file.read_text(), "there is no dump"
    no_code(dock, file.read_text(), *stacks)


@fault("Security", "LOG_LEVEL=DEBUG", keeps=(4,), person="Ram Kumar")
async def test_no_library_logs_what_it_sends(dock: World, logged: io.StringIO, console: io.StringIO) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        await card_of(dock, visit)
        await start_code(dock, dock.operator, visit)
        assert (await dock.slack.say(dock.operator, dock.channel, "the gate code is 998877")).acked
        urls = [one for one in dock.slack.response_urls if one]
        assert urls
    for log in (logged.getvalue(), console.getvalue()):
        assert "998877" not in log, "what people write is logged"
        assert not [one for one in urls if one in log], "a response_url is logged"
        assert "Sending a request" not in log, "the SDK is heard below INFO"
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    heard = [line for line in lines if line["level"] == "debug" and not line["logger"].startswith("bot.")]
    assert heard == [], "a library is heard below INFO"
    no_code(dock, logged.getvalue(), console.getvalue())
    loud = [name for name, one in logging.Logger.manager.loggerDict.items() if speaks_at_debug(name, one)]
    assert loud == [], "these libraries are heard at DEBUG"


def speaks_at_debug(name: str, one: object) -> bool:
    library = name.startswith(("slack", "bot.slack.socket", "httpx", "httpcore", "aiohttp", "sqlalchemy"))
    return library and isinstance(one, logging.Logger) and one.isEnabledFor(logging.DEBUG)


@fault("Security", "settings, clients and errors that are printed", keeps=(4,))
async def test_secrets_are_masked(dock: World) -> None:
    secrets = {dock.slack.bot_token, dock.slack.app_token, dock.slack.signing_secret, SECRET}
    secrets |= {base64.b64encode(f"app:{SECRET}".encode()).decode()}
    settings = dock.settings(flipkart_app_secret=SecretStr(SECRET))
    app = App([settings])
    async with client_of(dock.flipkart.url) as client:
        shown = [repr(client), repr(vars(client)), repr(vars(vars(client)["_auth"]))]
    for one in (settings, settings.env):
        shown += [repr(one), str(one), one.model_dump_json(), repr(one.model_dump()), f"{one!r:.9999}"]
    shown += [repr(app), repr(vars(app))]
    for name in ("slack_bot_token", "slack_app_token", "flipkart_api_url"):
        with pytest.raises(ValidationError) as caught:
            dock.settings(**{name: SecretStr(f"wrong {SECRET}")})
        shown += [str(caught.value), "".join(traceback.format_exception(caught.value))]
    assert not [one for one in shown if any(secret in one for secret in secrets)], "a secret can be read"
    kept = {name for name, field in Environment.model_fields.items() if "SecretStr" in str(field.annotation)}
    named = {name for name in Environment.model_fields if re.search("token|secret|password|key|dsn", name)}
    assert named == kept, "a variable with a secret in it is a SecretStr"
    assert isinstance(client, FlipkartClient)


@fault("Security", "the container not root", keeps=(4,))
async def test_the_image_holds_no_secret_and_runs_as_nobody(dock: World) -> None:
    del dock
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = text[text.rindex("FROM ") :]
    users = re.findall(r"^USER (\S+)", final, re.MULTILINE)
    assert users, "the container runs as root"
    assert not {"root", "0"} & {user.partition(":")[0] for user in users}, "the container runs as root"
    assert final.index("USER ") < final.index("ENTRYPOINT")
    assert not re.search(r"(?im)^\s*(ARG|ENV).*(TOKEN|SECRET|PASSWORD)", text), "a secret is built into a layer"
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()}
    needed = {"requirements.txt", "requirements.build.txt", "pyproject.toml", "README.md", "LICENSE", "bot", "docs"}
    assert copied == needed, "copies more than it needs"
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*", "what is not named stays out of the build: .env, bot.toml, databases"
    assert {name.removeprefix("!") for name in ignored if name.startswith("!")} == copied
    inside = [path.name for path in (ROOT / "bot").rglob("*") if path.suffix in (".env", ".pem", ".key", ".db")]
    assert inside == []
