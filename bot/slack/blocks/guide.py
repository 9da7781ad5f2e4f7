"""What the bot does in a channel: the answer to `/otc help`, and its first message after an invitation."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from bot.handover.location import Location
from bot.handover.mode import Known
from bot.i18n import N_, _, number
from bot.slack.blocks.modes import codes_line
from bot.slack.blocks.sentences import operators
from bot.slack.blocks.text import esc, ident, sections

NAMED = 20
"""Locations and channels named in one message."""

COMMANDS = (
    (N_("/start-otc [name]"), N_("The Start OTC for whoever waits, shown to you alone.")),
    (N_("/end-otc [name]"), N_("Asks for the count, then shows the End OTC to you alone.")),
)
"""Each (usage, sentence to be translated) of the commands that stand for themselves."""

PRESSED = (
    N_("*Start OTC* and *End OTC* on an FE's card; *Type the count* and *Report a problem parcel* behind its ⋯."),
    N_("*+1*, *+5*, *+10* and *Undo* (↩) there: the running count, by several people together."),
    N_(
        "The menu of a message in a thread has *Start OTC here* and *End OTC here*: commands can't be typed in threads."
    ),
    N_("The *Home* tab of this app shows what waits at all your docks, each with its next button."),
)
WRITTEN = (
    N_("Tracking ids, typed or scanned: your own scan. The bot says which parcels differ from the FE's."),
    N_(
        "The bot's sign on each scan: ✅ the FE scanned it too, ⛔ set it aside, ❔ the FE has not scanned it, "
        "🔁 scanned before, ⚠️ no tracking id in it."
    ),
    N_("Photos of a problem parcel, with its tracking id in the message."),
)
WELCOME = (
    N_("👋 I help with Flipkart's return handovers here."),
    N_("Each FE who brings returns gets a card in this channel, and what happens is told in its thread."),
    N_("The card has buttons for the Start OTC, the hand count and the End OTC. A code is shown to its asker alone."),
)
RINGS = N_(
    "🔔 Slack rings a phone only for mentions, unless it is told otherwise. "
    "The bot mentions the operators on duty when somebody is needed."
)
NOBODY_RINGS = N_("⚠️ No operators are named here, so nobody can be mentioned: set your own phone.")
ON_A_PHONE = N_(
    "📱 To hear of every FE: open this channel on your phone, tap its name at the top, then *Notifications*, "
    "then *All new posts*."
)
"""As Slack's own app calls them."""
MORE = N_("`/otc help` tells all that can be typed and pressed.")


def help_text() -> str:
    """What notifications say."""
    return _("What can be typed and pressed here")


def help_blocks(
    here: Sequence[Location],
    channels: Sequence[str],
    words: Sequence[tuple[str, str]],
    unknown: str = "",
    codes: Mapping[str, Known] | None = None,
) -> list[Block]:
    """The answer to `/otc help`.

    Args:
        here: the locations of this channel.
        channels: those in which the bot works.
        words: (usage, sentence) of each word after /otc, both to be translated.
        unknown: a word that was typed and is none of them.
        codes: which codes those of the locations have, of which it is known, by id.
    """
    lines = []
    if unknown:
        lines.append(_("There is no `/otc {word}`. What there is:").format(word=esc(unknown, 40).replace("`", "")))
    lines += _places(here, codes or {})
    if not here:
        where = ", ".join(f"<#{channel}>" for channel in channels[:NAMED])
        lines.append(_("This channel belongs to no dock. The bot works in {channels}.").format(channels=where))
    typed = [*COMMANDS, *((_("/otc {usage}").format(usage=_(usage)), what) for usage, what in words)]
    lines += ["", f"*{_('To type')}*", *(f"• `{_(usage)}` – {_(what)}" for usage, what in typed)]
    lines += ["", f"*{_('To press')}*", *(f"• {_(what)}" for what in PRESSED)]
    lines += ["", f"*{_('To write below a card')}*", *(f"• {_(what)}" for what in WRITTEN)]
    if here:
        lines += ["", *_phones(here)]
    return sections(lines)


def welcome_text() -> str:
    """What notifications say of the first message in a channel."""
    return _(WELCOME[0])


def welcome_blocks(here: Sequence[Location], channel: str) -> list[Block]:
    """The first message in a channel: what will happen here, or what is still to be done.

    Args:
        here: the locations of this channel.
        channel: its id.
    """
    if not here:
        return sections(
            [
                _(WELCOME[0]),
                _("This channel belongs to no dock yet, so nothing will come here."),
                _(
                    "Whoever runs the bot puts this channel's id, {channel}, as `channel` into the dock's "
                    "`[[locations]]` of bot.toml, and types `otc-bot reload`."
                ).format(channel=ident(channel)),
            ]
        )
    told = [_(line) for line in WELCOME[1:]]
    return sections([_(WELCOME[0]), *_places(here, {}), *told, *_phones(here), _(MORE)])


def _phones(here: Sequence[Location]) -> list[str]:
    """What rings a phone, and how to let it ring for all."""
    nobody = all(not location.entitled for location in here)
    return [_(NOBODY_RINGS) if nobody else _(RINGS), _(ON_A_PHONE)]


def _places(here: Sequence[Location], codes: Mapping[str, Known]) -> list[str]:
    """Which locations a channel is, who may ask for codes at each, and which there are where that is known."""
    lines = []
    for location in here[:NAMED]:
        lines.append(
            _("📍 This channel is *{location}*. Codes and counts are for {operators}.").format(
                location=esc(location.name), operators=operators(location)
            )
        )
        if (known := codes.get(location.id)) is not None:
            lines.append(codes_line(known))
    if len(here) > NAMED:
        lines.append(_("and {n} more").format(n=number(len(here) - NAMED)))
    return lines
