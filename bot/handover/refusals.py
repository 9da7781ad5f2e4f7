"""Why a person does not get what they asked for. `bot.slack.blocks.sentences` turns each into a sentence.

```
Refusal
├── NotAllowed       not an operator of the location, or a guest, an outsider, a machine
├── RightsUnknown    Slack could not say who is an operator
├── UnknownHandover  no handover with this id
├── UnknownList      no list of parcels with this id
├── LocationGone     its location is no longer in bot.toml
├── HandoverOver     the FE is gone
├── NotAtStart       the FE is not on the Start OTC page
└── NotAtEnd         the FE has not reached the End OTC page
```
"""

from bot.handover.location import Location
from bot.handover.model import Handover
from bot.handover.ports import Standing


class Refusal(Exception):
    """A person's wish that is not granted."""


class NotAllowed(Refusal):
    """The person is not an operator of the location, or is what no operator may be."""

    def __init__(self, location: Location, standing: Standing = Standing.MEMBER) -> None:
        super().__init__(location.id)
        self.location = location
        self.standing = standing
        """A guest, say, who belongs to the channel and may still not; MEMBER: simply no operator."""


class RightsUnknown(Refusal):
    """Slack could not say who is an operator; nobody is let through."""

    def __init__(self, location: Location) -> None:
        super().__init__(location.id)
        self.location = location


class UnknownHandover(Refusal):
    """There is no such handover."""


class UnknownList(Refusal):
    """There is no such list, or no location of it is served any more."""


class LocationGone(Refusal):
    """The handover's location is no longer in bot.toml, so nobody can be its operator."""

    def __init__(self, location_id: str) -> None:
        super().__init__(location_id)
        self.location_id = location_id


class HandoverOver(Refusal):
    """The FE is gone; nothing can be asked for any more."""

    def __init__(self, handover: Handover, wish: str = "") -> None:
        super().__init__(handover.id)
        self.handover = handover
        self.wish = wish
        """What was wanted, in the words of the record; empty: a code."""


class NotAtStart(Refusal):
    """The FE has begun to scan, or has not opened the Start OTC page."""

    def __init__(self, handover: Handover) -> None:
        super().__init__(handover.id)
        self.handover = handover


class NotAtEnd(Refusal):
    """The FE has not finished scanning."""

    def __init__(self, handover: Handover) -> None:
        super().__init__(handover.id)
        self.handover = handover
