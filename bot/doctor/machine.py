"""The checks of this machine."""

from collections.abc import AsyncIterator
from pathlib import Path

from bot.doctor.finding import Finding, fail
from bot.store.privacy import readable_by_others


async def env_file(path: Path) -> AsyncIterator[Finding]:
    """Whether anybody else on the machine can read the file with the secrets."""
    if readable_by_others(path):
        yield fail(str(path), "other people of this machine can read it", f"Type: chmod 600 {path}")
