"""Since when a location can't be seen: an empty dock and one that Flipkart does not show look alike otherwise."""

from datetime import datetime, timedelta

TOLD_AFTER = timedelta(minutes=1)
"""A look that fails once, and the next does not, is no news to anybody."""


class Sight:
    """Which locations Flipkart gave no answer for, from when on."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[datetime, str]] = {}

    def lost(self, location_id: str, why: str, now: datetime) -> None:
        """A look failed; `why` is the reason in words for the operator."""
        since, _ = self._since.get(location_id, (now, ""))
        self._since[location_id] = (since, why)

    def regained(self, location_id: str) -> None:
        """A look succeeded."""
        self._since.pop(location_id, None)

    def since(self, location_id: str, now: datetime) -> datetime | None:
        """From when on the location can't be seen; None while it can, or for a moment only."""
        since, _ = self._since.get(location_id, (None, ""))
        return since if since is not None and now - since >= TOLD_AFTER else None

    def why(self, location_id: str) -> str:
        """The reason of the last look that failed; empty where none did."""
        return self._since.get(location_id, (None, ""))[1]
