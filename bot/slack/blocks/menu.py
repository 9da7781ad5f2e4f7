"""A row of buttons that fits on a phone: what helps now as buttons, the rest behind ⋯."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, InteractiveElement, Option, OverflowMenuElement

from bot.slack import ids
from bot.slack.blocks.text import cut

LABEL = 75


def row(block_id: str, shown: Sequence[ButtonElement], behind: Sequence[ButtonElement] = ()) -> ActionsBlock:
    """The buttons that are shown, and those that stand in the menu behind them."""
    elements: list[InteractiveElement] = list(shown)
    if len(behind) == 1:
        # A menu of one is one press more for nothing.
        elements += behind
    elif behind:
        elements.append(OverflowMenuElement(action_id=ids.MORE, options=[_option(one) for one in behind]))
    return ActionsBlock(block_id=block_id, elements=elements)


def _option(button: ButtonElement) -> Option:
    label = button.text.text if button.text is not None else ""
    return Option(value=ids.option_value(button.action_id or "", button.value or ""), label=cut(label, LABEL))
