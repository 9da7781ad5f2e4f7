"""What `otc-bot doctor` does: reads the settings, looks at everything, and shows what it finds."""

from collections.abc import AsyncIterator
from typing import TextIO

from bot import logs
from bot.doctor.drawing import drawing_for, worst
from bot.doctor.examine import examine
from bot.doctor.finding import Finding, Level, fail
from bot.houses import load
from bot.settings import SettingsError


async def doctor(out: TextIO, *, as_json: bool, brief: bool) -> Level:
    """Shows all findings, and returns the worst there is among them."""
    drawing = drawing_for(out, as_json=as_json, brief=brief)
    found = []
    async for finding in _findings():
        found.append(finding)
        drawing.add(finding)
    drawing.end()
    return worst(found)


async def _findings() -> AsyncIterator[Finding]:
    try:
        houses = load()
    except SettingsError as error:
        for line in error.lines:
            yield fail("settings", line)
        return
    logs.configure("ERROR", houses[0].env.log_format)
    async for finding in examine(houses):
        yield finding
