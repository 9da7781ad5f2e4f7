"""Which codes a dock has: a line for Home and `/otc`, and the message when Flipkart changes it."""

from slack_sdk.models.blocks import Block

from bot.handover.location import Location
from bot.handover.mode import Known
from bot.handover.model import OtcMode
from bot.i18n import N_, _
from bot.slack.blocks.text import esc, section

_LINES = {
    OtcMode.START_AND_END: N_("🔑 Codes here: a Start OTC and an End OTC, both from the bot"),
    OtcMode.END_ONLY: N_("🔑 Codes here: only an End OTC, from the bot; FEs start without a code"),
    OtcMode.FIXED: N_("🔑 Codes here: fixed ones, the same for every FE; `/start-otc` shows them"),
    OtcMode.UNKNOWN: N_("🔑 Codes here: Flipkart calls them “{word}”, which the bot does not know; ask as usual"),
}
_CHANGES = {
    OtcMode.START_AND_END: N_(
        "🔑 *Flipkart has changed the codes of {location}.* Now there is a Start OTC and an End OTC, both from the bot."
    ),
    OtcMode.END_ONLY: N_(
        "🔑 *Flipkart has changed the codes of {location}.* Now there is only an End OTC, from the bot; "
        "FEs start without a code."
    ),
    OtcMode.FIXED: N_(
        "🔑 *Flipkart has changed the codes of {location}.* Now they are fixed, the same for every FE; "
        "`/start-otc` shows them."
    ),
    OtcMode.UNKNOWN: N_(
        "🔑 *Flipkart has changed the codes of {location}.* It calls them “{word}”, which the bot does not know. "
        "Ask for them as usual, and Flipkart decides."
    ),
}


def codes_line(known: Known) -> str:
    """Which codes a dock has, in one line of mrkdwn."""
    return _(_LINES[known.mode]).format(word=esc(known.word))


_NOTICES = {
    OtcMode.START_AND_END: N_("Codes changed, now Start and End OTC: {location}"),
    OtcMode.END_ONLY: N_("Codes changed, now End OTC only: {location}"),
    OtcMode.FIXED: N_("Codes changed, now fixed ones: {location}"),
    OtcMode.UNKNOWN: N_("Codes changed, to an unknown kind: {location}"),
}


def changed_text(known: Known, location: Location) -> str:
    """What notifications and screen readers say of a change."""
    return _(_NOTICES[OtcMode.of(known.told)]).format(location=esc(location.name))


def changed_blocks(known: Known, location: Location) -> list[Block]:
    """The message about a change: what holds from then on."""
    sentence = _(_CHANGES[OtcMode.of(known.told)])
    return [section(sentence.format(location=esc(location.name), word=esc(known.told)))]
