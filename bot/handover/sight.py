"""Since when a location can't be seen: an empty dock and one that Flipkart does not show look alike otherwise."""

from datetime import datetime, timedelta


class Sight:
    """Which locations Flipkart gave no answer for, from when on."""

    def __init__(self, told_after: timedelta) -> None:
        """A location that can't be seen for less than `told_after` is no news to anybody."""
        self._told_after = told_after
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
        return since if since is not None and now - since >= self._told_after else None

    def why(self, location_id: str) -> str:
        """The reason of the last look that failed; empty where none did."""
        return self._since.get(location_id, (None, ""))[1]
