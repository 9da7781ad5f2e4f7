"""What of the docks can't be seen, in sentences for the health page."""

from zoneinfo import ZoneInfo

from bot.clock import local_clock
from bot.handover.actions import Dock


def unseen_places(dock: Dock, zone: ZoneInfo) -> list[str]:
    """Each location at which nothing can be seen, or no scans can be read, since when and why."""
    now = dock.clock()
    unseen = [
        f"location {at.id} can't be seen since {local_clock(since, zone)}: {dock.sight.why(at.id)}"
        for at in dock.locations
        if (since := dock.sight.since(at.id, now)) is not None
    ]
    return unseen + [
        f"no scans can be read at location {at.id} since {local_clock(unread[0], zone)}: {unread[1]}"
        for at in dock.locations
        if (unread := dock.sight.unread(at.id, now)) is not None
    ]
