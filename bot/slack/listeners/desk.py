"""Everything that a listener hands over to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.handover.actions import Counting
from bot.handover.approving import Approving
from bot.handover.board import Board
from bot.handover.dropped import Dropping
from bot.handover.duty import Duty
from bot.handover.end import EndOtc
from bot.handover.expected import Expecting
from bot.handover.find import Finder, Traces
from bot.handover.location import Locations
from bot.handover.mode import Modes
from bot.handover.own_scans import OwnScans
from bot.handover.problems import Problems
from bot.handover.start import StartOtc
from bot.photos.thread import ThreadPhotos
from bot.slack.homes import Homes
from bot.slack.languages import Languages
from bot.slack.links import SlackLinks
from bot.slack.listeners.pads import Pads
from bot.slack.listeners.reading import Reading
from bot.slack.speaker import ChannelSpeaker
from bot.slack.thread import ThreadSigns
from bot.slack.windows import Windows
from bot.slack.wishes import Wishes

Completed = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Asks for what an event does not say of a file."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Joined once by `bot.parts`."""

    wishes: Wishes
    locations: Locations
    start: StartOtc
    end: EndOtc
    counting: Counting
    pads: Pads
    own: OwnScans
    expecting: Expecting
    dropping: Dropping
    reading: Reading
    problems: Problems
    duty: Duty
    board: Board
    finder: Finder
    traces: Traces
    photos: ThreadPhotos
    approving: Approving
    completed: Completed
    links: SlackLinks
    signs: ThreadSigns
    homes: Homes
    windows: Windows
    speaker: ChannelSpeaker
    modes: Modes
    languages: Languages
    bot_user: str
    """The bot's own user id; empty: not known."""
    zone: ZoneInfo
    clock: Clock
