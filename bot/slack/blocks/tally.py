"""The running hand count: its line on the card, its buttons, and the pad that the one who presses gets."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from bot.handover.model import Handover, Stage
from bot.handover.tally import STEPS, Shares, Tallied
from bot.i18n import _, ngettext, number
from bot.slack import ids
from bot.slack.blocks.text import context, cut, fe, mrkdwn, section, who

NAMED = 8
"""People named on the card; more than that at one pile are counted together."""


def card_lines(handover: Handover, shares: Shares) -> list[Block]:
    """The running count on the card; nothing before the first press."""
    return [SectionBlock(text=mrkdwn(_line(handover, shares)))] if handover.running else []


def card_buttons(handover: Handover) -> list[Block]:
    """The buttons that add to it, from the first scan until the FE is gone."""
    return [] if handover.over or handover.stage is Stage.WAITING else [_buttons(handover)]


def pad(tallied: Tallied) -> View:
    """What the one who pressed sees at once, with buttons of its own: the card follows within its interval."""
    h = tallied.handover
    lines = [_line(h, tallied.shares)]
    if tallied.nothing:
        lines.append(_("There is nothing of yours to take back."))
    return _window(h, [section("\n".join(lines)), *([] if h.over else [_buttons(h)]), context(fe(h))])


def over(handover: Handover) -> View:
    """The same once the FE is gone: nothing more is counted."""
    gone = _("{fe} is gone: nothing more is counted.").format(fe=fe(handover))
    return _window(handover, [section(f"🧮 {_counted(handover)}"), section(gone)])


def _window(handover: Handover, blocks: list[Block]) -> View:
    return View(type="modal", title=cut(handover.fe_name, 24) or _("FE"), blocks=blocks, close=_("OK"))


def pad_text(tallied: Tallied) -> str:
    """The same for notifications."""
    return _counted(tallied.handover).replace("*", "")


def _counted(handover: Handover) -> str:
    n = handover.running
    return ngettext("*{n} counted so far*", "*{n} counted so far*", n).format(n=number(n))


def _line(handover: Handover, shares: Shares) -> str:
    people = [f"{who(by)} {number(n)}" for by, n in shares[:NAMED] if n]
    rest = sum(n for _by, n in shares[NAMED:])
    if rest:
        people.append(_("others {n}").format(n=number(rest)))
    return "🧮 " + _counted(handover) + (f": {', '.join(people)}" if people else "")


def _buttons(handover: Handover) -> ActionsBlock:
    steps = [
        ButtonElement(text=f"+{number(step)}", action_id=f"{ids.TALLY}_{step}", value=handover.id) for step in STEPS
    ]
    undo = ButtonElement(text=_("Undo"), action_id=ids.TALLY_UNDO, value=handover.id)
    return ActionsBlock(block_id=f"tally_{handover.id}", elements=[*steps, undo])
