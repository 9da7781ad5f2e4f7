"""The running hand count: its words and buttons, and the pad that the one who presses gets."""

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.handover.model import Handover
from bot.handover.tally import STEPS, Shares, Tallied
from bot.i18n import _, ngettext, number
from bot.slack import ids
from bot.slack.blocks.menu import row
from bot.slack.blocks.text import context, cut, fe, section, who

NAMED = 8
"""People named on the card; more than that at one pile are counted together."""


def pad(tallied: Tallied) -> View:
    """What the one who pressed sees at once, with buttons of its own: the card follows within its interval."""
    h = tallied.handover
    lines = [_line(h, tallied.shares)]
    if tallied.nothing:
        lines.append(_("There is nothing of yours to undo."))
    one, five, ten, undo = buttons(h)
    keys = [] if h.over else [row(f"tally_{h.id}", [one, five, ten, short(undo)])]
    return _window(h, [section("\n".join(lines)), *keys, context(fe(h))])


def over(handover: Handover) -> View:
    """The same once the FE is gone: nothing more is counted."""
    gone = _("{fe} has left: nothing more is counted.").format(fe=fe(handover))
    return _window(handover, [section(f"🧮 {counted(handover)}"), section(gone)])


def _window(handover: Handover, blocks: list[Block]) -> View:
    return View(type="modal", title=cut(handover.fe_name, 24) or _("FE"), blocks=blocks, close=_("OK"))


def pad_text(tallied: Tallied) -> str:
    """The same for notifications."""
    return counted(tallied.handover).replace("*", "")


def counted(handover: Handover) -> str:
    """How many so far."""
    n = handover.running
    return ngettext("*{n} counted so far*", "*{n} counted so far*", n).format(n=number(n))


def people(shares: Shares) -> str:
    """Who counted how many of them."""
    named = [f"{who(by)} {number(n)}" for by, n in shares[:NAMED] if n]
    rest = sum(n for _by, n in shares[NAMED:])
    if rest:
        named.append(_("others {n}").format(n=number(rest)))
    return ", ".join(named)


def buttons(handover: Handover) -> list[ButtonElement]:
    """What adds to it, the smallest first, and what takes back."""
    return [
        *(_step(handover, step) for step in STEPS),
        ButtonElement(text=_("Undo"), action_id=ids.TALLY_UNDO, value=handover.id),
    ]


def short(undo: ButtonElement) -> ButtonElement:
    """A sign in place of the word, which is too long for the row in most languages."""
    return ButtonElement(text="↩", accessibility_label=_("Undo"), action_id=undo.action_id, value=undo.value)


def _step(handover: Handover, step: int) -> ButtonElement:
    text = f"+{number(step)}"
    # By ear a number alone is no button; what is seen stands in it, for who presses by voice.
    label = _("Count {step}").format(step=text)
    return ButtonElement(text=text, accessibility_label=label, action_id=f"{ids.TALLY}_{step}", value=handover.id)


def _line(handover: Handover, shares: Shares) -> str:
    named = people(shares)
    return "🧮 " + counted(handover) + (f": {named}" if named else "")
