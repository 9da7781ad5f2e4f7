"""Which modal shows which answer on the way to an End OTC."""

from slack_sdk.models.views import View

from bot.handover.answers import CountForm, EndAnswer, EndChoice, NobodyClosing
from bot.slack.blocks import modals
from bot.slack.blocks.sentences import nobody_closing

END_TITLE = "End OTC"
COUNT_TITLE = "Count parcels"


def end_view(answer: EndAnswer) -> View:
    """The modal for an answer."""
    if isinstance(answer, NobodyClosing):
        return modals.message(END_TITLE, *nobody_closing(answer))
    if isinstance(answer, EndChoice):
        return modals.end_choice(answer)
    if isinstance(answer, CountForm):
        return modals.end_count(answer)
    return modals.end_shown(answer)
