"""What a house knows in memory alone and that outlives one life of it: what people would notice if it were gone.

A house ends and begins anew when bot.toml changed, while people press and FEs stand there. Codes are asked for once, a
press is one press, a delivery is carried out once, what is delivered meanwhile waits, and a look is made in its time,
also across such a change. After a restart of the process all of it is gone, as codes are kept nowhere else.
"""

import secrets
from collections.abc import MutableMapping

from bot.clock import Clock
from bot.handover.ports import StartCode
from bot.handover.vault import CodeVault, HeldEnd
from bot.jobs.due import Due
from bot.monitoring.house import HouseCounts
from bot.slack.events import answered_lately
from bot.slack.finger import Press
from bot.slack.hearing import Hearing
from bot.slack.homes import Lookers
from bot.slack.socket import SocketLink
from bot.slack.windows import Watched


class Memory:
    """One house's."""

    def __init__(self, clock: Clock, counted: HouseCounts | None = None) -> None:
        """Nothing is known yet, but what was counted already."""
        self.start_codes = CodeVault[StartCode](clock)
        self.end_codes = CodeVault[HeldEnd](clock)
        self.pressed: dict[Press, float | None] = {}
        """Presses whose answer is on its way or has just come."""
        self.answered: MutableMapping[str, str] = answered_lately()
        """Deliveries of Slack."""
        self.windows: Watched = {}
        """Codes on people's screens."""
        self.lookers: Lookers = {}
        """Home tabs."""
        self.number = secrets.randbelow(2**31 - 1) + 1
        """By which other copies of the bot know where the codes are; none had it before."""
        self.due = Due()
        """When each location and each FE's scans are looked at next."""
        self.counted = HouseCounts() if counted is None else counted
        """For a monitor."""
        self.hearing = Hearing(acks=self.counted.acks)
        self.link: SocketLink | None = None
        """The socket to Slack that a life has left open for the next."""

    async def hears_no_more(self) -> None:
        """No other life follows for now: what is delivered is refused, and the socket is closed."""
        link, self.link = self.link, None
        if link is not None:
            await link.close()
        await self.hearing.end()
