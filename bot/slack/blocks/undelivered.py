"""Why a file that was dropped could not be fetched, and what to do: what lasts is told as lasting."""

from bot.i18n import N_, _
from bot.slack.files import DownloadError, ElsewhereError, GoneError, MayNotError, NoFileError

LATER = N_(
    "Slack did not hand the file over. Drop it again in a minute; "
    "if that does not help, tell whoever runs this bot: its log says why."
)
LASTING: dict[type[DownloadError], str] = {
    ElsewhereError: N_(
        "This file does not lie in Slack itself but with another service, as a Google Sheet does, so the bot can't "
        "read it. Download it as CSV or XLSX and drop that file here."
    ),
    NoFileError: N_("This is something of Slack's own, not a file. Drop a CSV or XLSX file."),
    GoneError: N_("Slack no longer has this file, or does not show it to the bot. Drop it into this channel again."),
    MayNotError: N_(
        "Slack does not let the bot read files, and another try won't help: tell whoever runs this bot, its log says "
        "what to do. Then drop the file again."
    ),
}


def sentence(error: DownloadError) -> str:
    """What the person reads."""
    return _(LASTING.get(type(error), LATER))


def needs_admins(error: DownloadError) -> bool:
    """Whether the sentence sends people to whoever runs the bot."""
    return isinstance(error, MayNotError) or type(error) not in LASTING
