"""The button below a reason why nothing came, which makes the same press again."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.i18n import _
from bot.slack import ids


def try_again(action_id: str, value: str) -> ActionsBlock:
    """The row with the button that was pressed, once more."""
    button = ButtonElement(text=_("Try again"), action_id=action_id, value=value, style="primary")
    return ActionsBlock(block_id=ids.TRY_AGAIN, elements=[button])
