"""Action ids, callback ids, and what a button or a modal carries: an id of the bot's own, never a code."""

import re
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

METADATA_EVENT = "otc_bot_message"
"""`event_type` of the metadata of every message in a channel."""

# Buttons.
START = "start_otc"
NEW_CODE_HERE = "new_code_here"
"""In the window whose code it replaces."""
COUNT = "count"
END = "end_otc"
TAKE = "take"

MORE = "more"
"""A menu of buttons; each option's value names the button that it stands for."""

AGAIN = "again"
"""Stands for a command or a shortcut that is made again; its value is `Again`."""
TRY_AGAIN = "try_again"
"""The block of a button that makes a press again."""

# Message shortcuts: slash commands can't be used in threads.
START_HERE = "start_otc_here"
END_HERE = "end_otc_here"

# Modals.
COUNT_FORM = "count_form"
END_CHOICE = "end_choice"
END_COUNT = "end_count"
END_REASON = "end_reason"
END_CONFIRM = "end_confirm"

FAILED = "failed"
"""Says why nothing came, with a button that tries it again there. It has nothing to submit."""
START_ENDED = "start_ended"
"""Says what became of a Start OTC, with the button of what comes next. It has nothing to submit either."""
GO_ON_THERE = (FAILED, START_ENDED)
"""Windows in which the button of a card answers in the window itself, so that none has to be closed first."""

# A second person's word.
APPROVE = "approve_end"
REFUSE = "refuse_end"

# Lists of what should arrive.
READ_LIST = "read_list"
"""The message shortcut."""
SHOW_LISTS = "show_lists"
TAKE_BACK = "take_back_list"
READ_SHEET = "read_sheet"
"""Followed by the button's place: read_sheet_0 and so on."""
MOST_SHEETS = 8
"""Sheets that are offered."""

# A person's own language.
LANGUAGE = "language"
"""The select."""

# Inputs.
COUNTED = "counted"
WHY = "why"
REASON = "reason"
CHOSEN = "chosen"

_HANDOVER = re.compile(r"[0-9a-f]{32}")
_SHEET = re.compile(r"([0-9a-f]{32})\.([0-9]{1,3})")
_FILE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,18})")
HandoverId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class BrokenPayloadError(Exception):
    """A payload that no button or modal of this bot makes."""


def handover_id(value: object) -> str:
    """The handover that a button's value names.

    Raises:
        BrokenPayloadError: it is not one of the bot's ids.
    """
    if not isinstance(value, str) or not _HANDOVER.fullmatch(value):
        raise BrokenPayloadError("a button's value is not a handover id")
    return value


def option_value(action_id: str, value: str) -> str:
    """What an option of a menu carries that stands for a button."""
    return f"{action_id}.{value}"


def option(value: str) -> tuple[str, str]:
    """The button that such an option stands for: its action id and its value; both empty for what is no such option."""
    action_id, dot, carried = value.partition(".")
    return (action_id, carried) if dot else ("", "")


def sheet_value(list_id: str, at: int) -> str:
    """What a button carries that reads another sheet of a list's file."""
    return f"{list_id}.{at}"


def sheet(value: object) -> tuple[str, int]:
    """The list and the sheet's place that such a button names.

    Raises:
        BrokenPayloadError: it is not one of the bot's.
    """
    return _pair(_SHEET, value, "no sheet of a list")


def file_value(handover: str, number: int) -> str:
    """What a button carries that is about a picture or a video of a handover, by its number."""
    return f"{handover}.{number}"


def file(value: object) -> tuple[str, int]:
    """The handover and the number that such a button names.

    Raises:
        BrokenPayloadError: it is not one of the bot's.
    """
    return _pair(_FILE, value, "no file of a handover")


def _pair(pattern: re.Pattern[str], value: object, otherwise: str) -> tuple[str, int]:
    """An id of the bot's own and a number."""
    found = pattern.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise BrokenPayloadError(f"a button's value names {otherwise}")
    return found[1], int(found[2])


class _Kept(BaseModel):
    """What a modal keeps in private_metadata, as JSON of this bot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def dump(self) -> str:
        """As private_metadata."""
        return self.model_dump_json()

    @classmethod
    def load(cls, text: object) -> Self:
        """From private_metadata.

        Raises:
            BrokenPayloadError: it is not one of this bot's.
        """
        try:
            return cls.model_validate_json(text if isinstance(text, str) else "")
        except ValidationError as error:
            raise BrokenPayloadError("a modal's private_metadata is not this bot's") from error


class Again(_Kept):
    """What a button keeps that makes a command or a message shortcut again."""

    name: Annotated[str, StringConstraints(pattern=r"^/?[a-z][a-z_-]{1,40}$")]
    """The command, or the shortcut's callback id."""
    text: Annotated[str, StringConstraints(max_length=200)] = ""
    """What was typed after the command."""
    thread: Annotated[str, StringConstraints(pattern=r"^([0-9]{1,12}\.[0-9]{1,8})?$")] = ""
    """In which the shortcut's message stands."""
    place: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{0,20}$")] = ""
    """The channel."""


class ModalState(_Kept):
    """What a modal keeps in private_metadata between two presses."""

    handover: HandoverId
    scanned: int = 0
    """What the person was shown as scanned."""
    counted: int | None = None
    """What the person was shown as counted; None before the count, and in modals of an older version."""
    channel: str = ""
    """The location's channel: where the person is told what a window that was closed can't show."""


# Problem parcels and claims.
REPORT = "report_problem"
"""A button on the card, and the message shortcut of the same name."""
REPORT_FORM = "report_form"
PARCEL = "parcel"
PROBLEM_KIND = "problem_kind"
NOTE = "note"
CLAIM = "mark_claimed"
"""A button: how far a claim is. In messages of before it said no more than that it was made."""
CLAIM_FORM = "claim_form"
PROOF = "claim_proof"
CLAIM_PARCELS = "claim_parcels"
CLAIM_STEP = "claim_step"
REFERENCE = "reference"
AMOUNT = "claim_amount"
PAID = "claim_paid"


class ClaimState(_Kept):
    """What the modal of a claim keeps in private_metadata."""

    claim: HandoverId
    """The claim's own id, which looks like a handover's."""
    channel: str = ""
    """The location's channel, as in ModalState."""
    seen: str = "draft"
    """How far the person was shown it to be."""


# Photos and videos.
SHOWS = "photo_shows"
"""Followed by what the picture shows: photo_shows_label and so on."""
VIDEO_OF = "video_of"
"""Followed by the place of the parcel among those that were named: video_of_0 and so on."""

# The running hand count.
TALLY = "tally"
"""Followed by what a press adds: tally_1, tally_5, tally_10."""
OWN_ALL = "own_all"
"""Whoever scans means every parcel of the FE, not a look at one."""
TALLY_UNDO = "tally_undo"
