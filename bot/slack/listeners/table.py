"""All listeners."""

from bot.slack.declared import Table, listeners_of
from bot.slack.listeners import (
    buttons,
    claims,
    count,
    end,
    expected,
    home,
    messages,
    otc,
    own_scans,
    photos,
    reminders,
    start,
    welcome,
)


def table() -> Table:
    """Which listener hears what."""
    work = buttons, claims, count, end, expected, home, messages, otc, own_scans, photos, reminders, start, welcome
    return Table(listeners_of(*work))
