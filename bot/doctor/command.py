"""What `otc-bot doctor` does: reads the settings, looks at everything, and shows what it finds."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

from bot import logs
from bot.doctor.drawing import drawing_for, worst
from bot.doctor.examine import before, examine
from bot.doctor.finding import Finding, Level, fail, guarded
from bot.doctor.unread import rest, toml_in
from bot.houses import load
from bot.settings import SettingsError

ENV_FILE = Path(".env")


async def doctor(out: TextIO, *, as_json: bool, brief: bool, every: bool) -> Level:
    """Shows all findings, and returns the worst there is among them.

    Args:
        out: where they are shown.
        as_json: whether as one document, for machines.
        brief: whether what is well is left out.
        every: whether settings that have their default are listed too.
    """
    drawing = drawing_for(out, as_json=as_json, brief=brief)
    found = []
    async for finding in guarded("doctor", _findings(every=every)):
        found.append(finding)
        drawing.add(finding)
    drawing.end()
    return worst(found)


async def _findings(*, every: bool) -> AsyncIterator[Finding]:
    logs.configure("ERROR", "console")
    toml = toml_in(str(ENV_FILE))
    async for finding in before(ENV_FILE, toml):
        yield finding
    try:
        houses = load(str(ENV_FILE))
    except SettingsError as error:
        for line in error.lines:
            yield fail("settings", line)
        async for finding in rest(str(ENV_FILE), toml):
            yield finding
        return
    async for finding in examine(houses, ENV_FILE, every=every):
        yield finding
