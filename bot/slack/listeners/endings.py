"""Which modal shows which answer on the way to an End OTC."""

from slack_sdk.models.views import View

from bot.handover.answers import CountForm, EndAnswer, EndChoice, NobodyClosing
from bot.handover.expected import Expecting
from bot.handover.own_scans import OwnScans
from bot.i18n import N_, _
from bot.slack.blocks import modals
from bot.slack.blocks.own_scans import LISTED
from bot.slack.blocks.sentences import nobody_closing

# To be translated where they are shown.
START_TITLE = N_("Start OTC")
END_TITLE = N_("End OTC")
COUNT_TITLE = N_("Count parcels")


async def end_view(answer: EndAnswer, own: OwnScans, expecting: Expecting) -> View:
    """The modal for an answer."""
    if isinstance(answer, NobodyClosing):
        return modals.message(_(END_TITLE), *nobody_closing(answer))
    if isinstance(answer, EndChoice):
        return modals.end_choice(answer)
    if isinstance(answer, CountForm):
        listing = await expecting.of_handover(answer.handover, LISTED)
        return modals.end_count(answer, await own.lists(answer.handover, LISTED), listing)
    return modals.end_shown(answer)
