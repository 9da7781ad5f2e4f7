"""The running hand count: its words and buttons, and the pad that the one who presses gets."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.handover.model import Handover
from bot.handover.tally import STEPS, Shares, Tallied
from bot.i18n import _, ngettext, number
from bot.slack import ids
from bot.slack.blocks.menu import row
from bot.slack.blocks.text import fe, section, who

NAMED = 8
"""People named on the card; more than that at one pile are counted together."""


def pad(tallied: Tallied) -> list[Block]:
    """What the one who pressed sees at once, with buttons of its own: the card follows within its interval."""
    lines = [f"{fe(tallied.handover)}: {_line(tallied.handover, tallied.shares)}"]
    if tallied.nothing:
        lines.append(_("There is nothing of yours to take back."))
    blocks: list[Block] = [section("\n".join(lines))]
    if not tallied.handover.over:
        blocks.append(row(f"tally_{tallied.handover.id}", buttons(tallied.handover)))
    return blocks


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
    steps = [
        ButtonElement(text=f"+{number(step)}", action_id=f"{ids.TALLY}_{step}", value=handover.id) for step in STEPS
    ]
    return [*steps, ButtonElement(text=_("Undo"), action_id=ids.TALLY_UNDO, value=handover.id)]


def _line(handover: Handover, shares: Shares) -> str:
    named = people(shares)
    return "🧮 " + counted(handover) + (f": {named}" if named else "")
