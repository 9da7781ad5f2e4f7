"""All listeners."""

from bot.slack.declared import Table, listeners_of
from bot.slack.listeners import (
    approvals,
    buttons,
    claims,
    count,
    end,
    expected,
    home,
    language,
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
    codes = approvals, buttons, count, end, otc, start
    return Table(
        listeners_of(*codes, claims, expected, home, language, messages, own_scans, photos, reminders, welcome)
    )
