"""The language that a person chose for what they alone see."""

from datetime import datetime
from typing import Protocol


class KeptLanguages(Protocol):
    """Where choices are kept. Each method is one transaction, and raises NotKept."""

    async def load(self) -> dict[str, str]:
        """All of them, by user id."""

    async def choose(self, user_id: str, language: str | None, now: datetime) -> None:
        """Keeps a choice; None: there is none any more, and nothing of it stays."""
