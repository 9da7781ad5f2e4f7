"""Who and what there is in the demo: three docks, their people, and what the page can suggest."""

from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.demo.cards import Cards
from bot.sandbox.demo.clock import DemoClock, Stopwatch
from bot.sandbox.demo.scanner import Scanner
from bot.sandbox.demo.sheet import Sheet, Sheets
from bot.sandbox.flipkart import FlipkartSim, Switches
from bot.sandbox.slack import SlackSim

TEAM = "Sharma Traders"
PARTNERS = ("eKart", "Delhivery", "Ecom Express", "Shadowfax")
NAMES = ("Ram Kumar", "Sunil Yadav", "Priya Das", "Arif Sheikh", "Joseph Mathew")
COMMANDS = (
    {"command": "/start-otc", "description": "Show the Start OTC, to you alone", "usage_hint": "[name or FE id]"},
    {
        "command": "/end-otc",
        "description": "Count the parcels, then show the End OTC, to you alone",
        "usage_hint": "[name or FE id]",
    },
    {
        "command": "/otc",
        "description": "Find a parcel by its tracking id, and more, to you alone",
        "usage_hint": "find <tracking id>",
    },
)
SHORTCUTS = (
    {"callback_id": "report_problem", "name": "Report a problem parcel"},
    {"callback_id": "start_otc_here", "name": "Start OTC here"},
    {"callback_id": "end_otc_here", "name": "End OTC here"},
    {"callback_id": "read_list", "name": "Read as returns list"},
)
"""As manifest.yml has them."""
TAKE_BACK = "take_back_list"
"""The button at the answer to a list that was kept."""
ENOUGH_CALLS = 1_000_000
"""The demo's own budget; the page's "out of quota" is a fault, not a count."""


@dataclass(frozen=True, slots=True)
class Dock:
    """One warehouse of the demo."""

    location: str
    name: str
    channel: str
    operators: tuple[str, ...]
    """User and user-group ids, as bot.toml takes them."""
    language: str
    """Of what everybody in the channel reads."""
    lead: str
    """Who is told when nobody answers."""
    arrivals: Literal["always", "due"]
    """As bot.toml has it."""


@dataclass
class Place:
    """Both simulators with their people and docks."""

    clock: DemoClock
    slack: SlackSim
    flipkart: FlipkartSim
    sheets: Sheets
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    """How fast the bot looks and draws."""
    docks: list[Dock] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    """What the page says about each person."""
    players: tuple[str, str] = ("", "")
    """Who presses in the scripted day: one operator for each dock."""

    @classmethod
    def furnished(cls, clock: DemoClock | None = None) -> "Place":
        """The docks and their people; nothing listens yet."""
        clock = clock or DemoClock()
        slack = SlackSim(now=clock.epoch)
        slack.scopes |= {"channels:read", "groups:read"}
        slack.users[slack.bot_user_id].real_name = "OTC Bot"
        flipkart = FlipkartSim(
            app_id="demo",
            app_secret="demo",
            now=clock.epoch,
            switches=Switches(quota_per_hour=ENOUGH_CALLS, page_size_max=100),
        )
        place = cls(clock, slack, flipkart, Sheets(clock))
        asha = place._person("asha", "Asha Rao", "operator of all docks")
        vikram = place._person("vikram", "Vikram Shah", "operator in Bengaluru")
        imran = place._person("imran", "Imran Khan", "operator in Delhi")
        sunita = place._person("sunita", "Sunita Devi", "operator in Bengaluru and Delhi, reads Hindi", locale="hi-IN")
        meera = place._person("meera", "Meera Iyer", "accounts: no right to codes")
        farah = place._person("farah", "Farah Ali", "plays the scripted day in Bengaluru")
        dev = place._person("dev", "Dev Nair", "plays the scripted day in Delhi")
        place.players = (farah, dev)
        leads = slack.add_usergroup("delhi-dock", users=[asha, imran, sunita, dev])
        everyone = [asha, vikram, imran, sunita, meera, farah, dev]
        place._dock("BLR-01", "Bengaluru dock", "returns-blr", everyone, (asha, vikram, sunita, farah), "en", asha)
        place._dock("DEL-01", "Delhi dock", "returns-del", everyone, (leads,), "hi", imran)
        place._dock("PNQ-01", "Pune dock", "returns-pnq", everyone, (asha,), "en", vikram, "due")
        return place

    def __post_init__(self) -> None:
        """What looks at the place as it is."""
        self.cards = Cards(self)
        self.scanner = Scanner(self)

    def offer(self, sheet: Sheet, user: str) -> None:
        """Somebody is about to put a dock's list into its channel."""
        sheet.offers.append((user, self.clock.epoch()))

    def has_list(self, dock: Dock) -> bool:
        """Whether the bot has kept the dock's list of the day: then it offers to take it back."""
        sheet = self.sheets.of(dock.location)
        if not sheet.dropped:
            sheet.dropped = any(
                float(said.ts) > since and any(one.get("action_id") == TAKE_BACK for one in said.buttons())
                for user, since in sheet.offers
                for said in self.slack.ephemerals(user, dock.channel)
            )
        return sheet.dropped

    def listed(self, location: str, most: int) -> list[str]:
        """The next parcels of the dock's list that an FE scans; none before the bot has kept it."""
        self.has_list(self.dock(location))
        return self.sheets.of(location).take(most)

    def dock(self, location: str) -> Dock:
        """The dock of a location. Raises LookupError when there is none."""
        for dock in self.docks:
            if dock.location == location:
                return dock
        raise LookupError("there is no such dock")

    def _person(self, name: str, real_name: str, note: str, locale: str = "en-IN") -> str:
        user = self.slack.add_user(name, real_name=real_name, locale=locale)
        self.notes[user] = note
        return user

    def _dock(
        self,
        location: str,
        name: str,
        channel: str,
        members: list[str],
        operators: tuple[str, ...],
        language: str,
        lead: str,
        arrivals: Literal["always", "due"] = "always",
    ) -> None:
        channel_id = self.slack.add_channel(channel, members=members)
        self.flipkart.add_location(location)
        self.docks.append(Dock(location, name, channel_id, operators, language, lead, arrivals))
