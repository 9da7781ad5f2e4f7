"""Every refusal and failure as a sentence that says what to do next."""

from collections.abc import Sequence

from bot.handover.answers import NobodyClosing, NobodyWaiting
from bot.handover.approvals import ApprovalVoid, OwnApproval, UnknownApproval
from bot.handover.location import Location
from bot.handover.model import Handover, Stage
from bot.handover.ports import Standing
from bot.handover.refusals import (
    HandoverOver,
    LocationGone,
    NotAllowed,
    NotAtEnd,
    NotAtStart,
    Refusal,
    RightsUnknown,
    UnknownList,
)
from bot.i18n import N_, _, number
from bot.slack.blocks.text import esc, fe, parcels, who

# To be translated where they are said.
SLOW = N_("⏳ Flipkart is slow, still trying. No need to press again.")
FAULT = N_("Something went wrong in the bot; it is on record. Try again, or use Seller Hub.")
NOT_KEPT = N_(
    "I can't keep any record right now, so I give out no code and keep no count. "
    "Tell whoever runs the bot: its log says what to do. Until then, use Seller Hub."
)
STOPPING = N_("The bot is being restarted and could not finish this. Press again in a minute.")
MANY_WINDOWS = N_("That was many windows in one minute. Press again in a minute.")
GONE_MODAL = N_(
    "The window was closed, or Slack could not fill it. Press the same button again: nothing is done twice."
)
OLD_BUTTON = N_("This button is from another version of the bot. Use the newest card in the channel.")


_NOT_THESE = {
    Standing.GUEST: N_(
        "Sorry, guests of this workspace get no codes and counts at {location}. "
        "Whoever installed the bot can name you as an operator in bot.toml, or let guests in there."
    ),
    Standing.OUTSIDER: N_(
        "Sorry, people of another workspace get no codes and counts at {location}. "
        "Whoever installed the bot can name you as an operator in bot.toml."
    ),
    Standing.MACHINE: N_("Sorry, bots and workflows get no codes and counts at {location}."),
}


def refusal(error: Refusal) -> str:
    """Why a wish is not granted."""
    if isinstance(error, NotAllowed) and error.standing in _NOT_THESE:
        return _(_NOT_THESE[error.standing]).format(location=esc(error.location.name))
    if isinstance(error, NotAllowed):
        return _("Sorry, codes and counts at {location} are for {operators}. Ask one of them.").format(
            location=esc(error.location.name), operators=operators(error.location)
        )
    if isinstance(error, RightsUnknown):
        return _(
            "I could not check with Slack whether you are an operator of {location}, "
            "so I show nothing. Try again in a minute."
        ).format(location=esc(error.location.name))
    if isinstance(error, HandoverOver) and error.wish in ("count", "tally"):
        return _("{fe} has left: nothing more is counted.").format(fe=fe(error.handover))
    if isinstance(error, HandoverOver):
        return _("{fe} has left, so there is no code for this handover. Use the newest card in the channel.").format(
            fe=fe(error.handover)
        )
    if isinstance(error, NotAtStart):
        return _started(error.handover)
    if isinstance(error, NotAtEnd) and error.handover.stage is Stage.CLOSING:
        return _("Flipkart says that {fe} is not on the End OTC page: ask them to open it, then try again.").format(
            fe=fe(error.handover)
        )
    if isinstance(error, NotAtEnd):
        return todo(error.handover, fe(error.handover))
    if isinstance(error, LocationGone):
        return _(
            "This card belongs to a dock that the bot no longer serves, so nothing can be asked for here. "
            "Use Seller Hub, or ask whoever installed the bot to put the dock back into bot.toml."
        )
    if isinstance(error, OwnApproval):
        return _("Somebody else has to answer this: whoever asked for the code can't.")
    if isinstance(error, ApprovalVoid | UnknownApproval):
        return _(
            "This is over: the half hour has passed, or somebody counted or scanned since. "
            "Whoever needs the code presses *End OTC* again."
        )
    if isinstance(error, UnknownList):
        return _("This list is no longer known here. Type /otc lists to see those that are.")
    return _("This handover is no longer known here. Use the newest card in the channel.")


def _started(handover: Handover) -> str:
    """Why an FE gets no Start OTC."""
    if handover.stage is Stage.WAITING:
        return _("Flipkart says that {fe} is not on the Start OTC page: ask them to open it, then try again.").format(
            fe=fe(handover)
        )
    if handover.stage is Stage.SCANNING:
        return _("{fe} is scanning already ({parcels} so far): no Start OTC is needed.").format(
            fe=fe(handover), parcels=parcels(handover.scanned)
        )
    return _("{fe} has scanned all and is on the End OTC page: press *End OTC*. No Start OTC is needed.").format(
        fe=fe(handover)
    )


def operators(location: Location) -> str:
    """Who may ask, as mentions."""
    return _people(location.entitled) or _("members of its channel")


def looked_after(people: Sequence[str]) -> str:
    """Whom to turn to where only whoever runs the bot can help."""
    return _("🛠️ The bot is looked after by {people}.").format(people=_people(people))


def _people(ids: Sequence[str]) -> str:
    mentions = [f"<!subteam^{one}>" if one.startswith("S") else who(one) for one in ids]
    shown = ", ".join(mentions[:10])
    if len(mentions) > 10:
        return _("{people} and {n} more").format(people=shown, n=number(len(mentions) - 10))
    return shown


def todo(handover: Handover, whom: str) -> str:
    """Where an FE is and what to ask of them before the End OTC; `whom` is the FE as mrkdwn."""
    if handover.stage is Stage.WAITING:
        return _("{fe} waits for the Start OTC: press *Start OTC* and read it out to them.").format(fe=whom)
    if handover.stage is Stage.SCANNING:
        return _("{fe} is still scanning ({parcels} so far): ask them to finish and to open the End OTC page.").format(
            fe=whom, parcels=parcels(handover.scanned)
        )
    return _("{fe} is on the End OTC page: press *End OTC*.").format(fe=whom)


def no_location(channels: list[str]) -> str:
    """A command in a channel where the bot does not work."""
    where = ", ".join(f"<#{channel}>" for channel in channels[:20])
    return _("This channel belongs to no dock. Use the command in {channels}.").format(channels=where)


def nobody_waiting(answer: NobodyWaiting) -> list[str]:
    """No FE on the Start OTC page, and where everybody is."""
    sentence = _(
        "No FE is on the Start OTC page at *{location}*. "
        "Ask the FE to open it in their app; it shows here within half a minute."
    )
    if answer.query:
        sentence = _(
            "No FE called “{name}” is on the Start OTC page at *{location}*. "
            "Ask the FE to open it in their app; it shows here within half a minute."
        )
    return [
        sentence.format(name=esc(answer.query), location=esc(answer.location.name)),
        *_whereabouts([(handover, answer.location) for handover in answer.present], several=False),
    ]


def nobody_closing(answer: NobodyClosing) -> list[str]:
    """No FE on the End OTC page, and where everybody is."""
    sentence = _(
        "No FE is on the End OTC page at {locations}. "
        "Ask the FE to open it in their app; it shows here within half a minute."
    )
    if answer.query:
        sentence = _(
            "No FE called “{name}” is on the End OTC page at {locations}. "
            "Ask the FE to open it in their app; it shows here within half a minute."
        )
    places = _(" or ").join(f"*{esc(location.name)}*" for location in answer.locations[:10])
    lines = [sentence.format(name=esc(answer.query), locations=places)]
    return lines + _whereabouts(list(answer.present), several=len(answer.locations) > 1)


def _whereabouts(present: list[tuple[Handover, Location]], *, several: bool) -> list[str]:
    if not present:
        return [_("Nobody is at the dock right now.")]
    lines = []
    for handover, location in present[:20]:
        whom = fe(handover)
        if several:
            whom = _("{fe} at {location}").format(fe=whom, location=esc(location.name))
        lines.append(f"• {todo(handover, whom)}")
    if len(present) > 20:
        lines.append(_("and {n} more").format(n=number(len(present) - 20)))
    return lines
