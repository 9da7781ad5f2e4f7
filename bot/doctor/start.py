"""The doctor's short form at the start of `otc-bot run`: what can be seen without a call, and is not well."""

from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.doctor import machine
from bot.doctor.database import folders
from bot.doctor.finding import Level, guarded
from bot.doctor.settings import slips
from bot.settings import Settings

log = structlog.get_logger()


async def at_start(houses: Sequence[Settings], env_file: Path) -> None:
    """Says it in the log. What the bot finds out by itself, such as a refused token, is not looked at."""
    checks = [
        (str(env_file), machine.env_file(env_file)),
        ("settings", slips(env_file, houses[0].env.bot_config)),
        ("fonts", machine.fonts(at.language for one in houses for at in one.toml.locations)),
        *((what, machine.disk(what, folder)) for what, folder in folders(houses).items()),
    ]
    for what, check in checks:
        async for finding in guarded(what, check):
            facts = {"what": finding.what, "problem": finding.said, **({"todo": finding.mend} if finding.mend else {})}
            if finding.level is Level.WARN:
                log.warning("something is not as it should be", **facts)
            elif finding.level is Level.FAIL:
                log.error("something is not as it should be", **facts)
