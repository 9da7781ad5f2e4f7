"""Every refusal and failure as a sentence that says what to do next."""

from bot.handover.answers import NobodyClosing, NobodyWaiting
from bot.handover.location import Location
from bot.handover.model import Handover, Stage
from bot.handover.refusals import HandoverOver, LocationGone, NotAllowed, NotAtEnd, Refusal, RightsUnknown
from bot.slack.blocks.text import esc, fe, parcels, who

SLOW = "⏳ Flipkart is slow, still trying. No need to press again."
FAULT = "Something went wrong in the bot; it is on record. Try again, or use Seller Hub."
NOT_KEPT = (
    "I can't keep any record right now, so I give out no code and keep no count. "
    "Tell whoever runs the bot: its log says what to do. Until then, use Seller Hub."
)
STOPPING = "The bot is being restarted and could not finish this. Press again in a minute."
GONE_MODAL = (
    "Your answer is ready, but its window was closed, or Slack could not fill it. "
    "Press the same button again to see it; nothing is done twice."
)


def refusal(error: Refusal) -> str:
    """Why a wish is not granted."""
    if isinstance(error, NotAllowed):
        return f"Sorry, codes and counts at {esc(error.location.name)} are for {operators(error.location)}."
    if isinstance(error, RightsUnknown):
        return (
            f"I could not check with Slack whether you are an operator of {esc(error.location.name)}, "
            "so I show nothing. Try again in a minute."
        )
    if isinstance(error, HandoverOver):
        return (
            f"{fe(error.handover)} is gone; this handover is over and no code can be given for it. "
            "Whoever is at the dock now has a newer card."
        )
    if isinstance(error, NotAtEnd) and error.handover.stage is Stage.CLOSING:
        return (
            f"Flipkart says that {fe(error.handover)} is not on the End OTC page: ask them to open it, then try again."
        )
    if isinstance(error, NotAtEnd):
        return f"{fe(error.handover)} {todo(error.handover)}"
    if isinstance(error, LocationGone):
        return (
            "This card belongs to a location that the bot no longer serves, so nothing can be asked for here. "
            "Use Seller Hub, or ask whoever installed the bot to put the location back into bot.toml."
        )
    return "This handover is no longer known here. Use the newest card in the channel."


def operators(location: Location) -> str:
    """Who may ask, as mentions."""
    mentions = [f"<!subteam^{o}>" if o.startswith("S") else who(o) for o in location.operators]
    if not mentions:
        return "members of its channel"
    shown = ", ".join(mentions[:10])
    return f"{shown} and {len(mentions) - 10} more" if len(mentions) > 10 else shown


def todo(handover: Handover) -> str:
    """Where an FE is and what to ask of them before the End OTC."""
    if handover.stage is Stage.WAITING:
        return "waits for the Start OTC: press *Start OTC* and read it out to them."
    if handover.stage is Stage.SCANNING:
        scanned = parcels(handover.scanned)
        return f"is still scanning ({scanned} so far): ask them to finish and to open the End OTC page."
    return "is on the End OTC page: press *End OTC*."


def no_location(channels: list[str]) -> str:
    """A command in a channel where the bot does not work."""
    where = ", ".join(f"<#{channel}>" for channel in channels[:20])
    return f"This channel belongs to no location. Use the command in {where}."


def nobody_waiting(answer: NobodyWaiting) -> list[str]:
    """No FE on the Start OTC page, and where everybody is."""
    name = f" called “{esc(answer.query)}”" if answer.query else ""
    return [
        f"No FE{name} is on the Start OTC page at *{esc(answer.location.name)}*. "
        "Ask the FE to open it in their app; it shows here within half a minute.",
        *_whereabouts([(handover, answer.location) for handover in answer.present], several=False),
    ]


def nobody_closing(answer: NobodyClosing) -> list[str]:
    """No FE on the End OTC page, and where everybody is."""
    name = f" called “{esc(answer.query)}”" if answer.query else ""
    places = " or ".join(f"*{esc(location.name)}*" for location in answer.locations[:10])
    lines = [f"No FE{name} is on the End OTC page at {places}."]
    return lines + _whereabouts(list(answer.present), several=len(answer.locations) > 1)


def _whereabouts(present: list[tuple[Handover, Location]], *, several: bool) -> list[str]:
    if not present:
        return ["Nobody is at the dock right now."]
    lines = []
    for handover, location in present[:20]:
        place = f" at {esc(location.name)}" if several else ""
        lines.append(f"• {fe(handover)}{place} {todo(handover)}")
    if len(present) > 20:
        lines.append(f"and {len(present) - 20} more")
    return lines
