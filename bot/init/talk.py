"""The conversation: asks, looks at each answer, and asks again with what was wrong about it."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from bot.doctor.finding import Finding
from bot.i18n import LANGUAGES
from bot.init.checks import Checks
from bot.init.known import Known, Place
from bot.init.terminal import Terminal
from bot.init.wanted import Named, Wanted, Warehouse, check_of_location, check_variable, check_zone
from bot.init.wrong import Why, Wrong
from bot.scrub import is_token
from bot.values import IN_FILE

T = TypeVar("T")

QUESTIONS = {
    "SLACK_BOT_TOKEN": "Bot token",
    "SLACK_APP_TOKEN": "App-level token",
    "SLACK_SIGNING_SECRET": "Signing secret",
    "FLIPKART_APP_ID": "Application id",
    "FLIPKART_APP_SECRET": "Application secret",
}
WHERE = {
    "SLACK_BOT_TOKEN": 'In the app\'s settings: Install App, "Bot User OAuth Token". It begins with xoxb-.',
    "SLACK_APP_TOKEN": 'In the app\'s settings: Basic Information, "App-Level Tokens". It begins with xapp-.',
    "SLACK_SIGNING_SECRET": 'In the app\'s settings: Basic Information, "Signing Secret".',
}
SOCKET, HTTP = "1", "2"


class Run(Protocol):
    """Waits for a check; Ctrl-C ends it."""

    def __call__(self, check: Coroutine[Any, Any, T], /) -> T:
        """What the check gives."""


Check = Callable[..., Coroutine[Any, Any, list[Finding]]]
"""Of one or several credentials that are right together."""


class Talk:
    """With one person at a terminal. `wanted` grows while they answer."""

    def __init__(self, terminal: Terminal, known: Known, checks: Checks, run: Run) -> None:
        self._terminal = terminal
        self._say = terminal.say
        self._known = known
        self._checks = checks
        self._run = run
        self._values: dict[str, str] = {}
        """The credentials as they are known or were typed."""
        self.wanted = Wanted()

    def everything(self) -> Wanted:
        """Asks for all that is missing. Raises Wrong for what no answer can mend."""
        self._slack()
        self._say("\nFlipkart (Seller Hub, developer access)")
        self._credentials(("FLIPKART_APP_ID", "FLIPKART_APP_SECRET"), self._checks.account)
        if self._known.toml is None:
            self._say("\nThe whole bot")
            self._whole_bot()
        while True:
            there = ", ".join(self._ids())
            self._say(f"\nWarehouse (there are already: {there})" if there else "\nWarehouse")
            self.wanted.warehouses.append(self._warehouse())
            if not self._terminal.agrees("\nAnother warehouse?", default=False):
                return self.wanted

    # ---- credentials

    def _slack(self) -> None:
        self._say("\nSlack")
        if "SLACK_BOT_TOKEN" not in self._known.credentials:
            self._say("  No app yet? In another window type `otc-bot manifest`, and open the address that it prints.")
        self._credentials(("SLACK_BOT_TOKEN",), self._checks.bot_token)
        if not self._over_http():
            self._credentials(("SLACK_APP_TOKEN",), self._checks.app_token)
            return
        self._credentials(("SLACK_SIGNING_SECRET",), _nothing)
        self._say("  Whether it is right shows only when Slack calls the bot.")

    def _over_http(self) -> bool:
        if "SLACK_APP_TOKEN" in self._known.credentials:
            return False
        if "SLACK_SIGNING_SECRET" in self._known.credentials:
            return True
        self._say("  How does Slack reach the bot?")
        self._say("    1  by a connection that the bot opens (Socket Mode): nothing else to set up")
        self._say("    2  by HTTP, at an https address of yours that leads to the bot")
        return self._answer("  1 or 2", lambda typed: _one_of(typed, (SOCKET, HTTP)), SOCKET) == HTTP

    def _credentials(self, names: Sequence[str], check: Check) -> None:
        """Those that are set already, where they are well; else they are asked for until they are."""
        known = {name: self._known.credentials[name] for name in names if name in self._known.credentials}
        self._values |= {name: one.value for name, one in known.items()}
        if len(known) == len(names):
            try:
                found = self._looked_at(names, check)
            except Wrong as wrong:
                self._mended_elsewhere(names, wrong)
                self._say(f"  FAIL  {wrong}")
            else:
                self._tell(found, f" (from {' and '.join({one.place.value: '' for one in known.values()})})")
                return
        asked = [name for name in names if name not in known or known[name].place is Place.ENV_FILE]
        for name in asked:
            if name in WHERE:
                self._say(f"  {WHERE[name]}")
        while True:
            for name in asked:
                self._ask(name)
            try:
                self._tell(self._looked_at(names, check))
            except Wrong as wrong:
                self._mended_elsewhere([name for name in names if name not in asked], wrong)
                self._say(f"  FAIL  {wrong}")
            else:
                self.wanted.variables |= {name: self._values[name] for name in asked}
                return

    def _looked_at(self, names: Sequence[str], check: Check) -> list[Finding]:
        for name in names:
            check_variable(name, self._values[name])
        return self._run(check(*(self._values[name] for name in names)))

    def _mended_elsewhere(self, names: Sequence[str], wrong: Wrong) -> None:
        """Raises Wrong for what is set where `init` does not write."""
        for name in names:
            place = self._known.credentials[name].place if name in self._known.credentials else Place.ENV_FILE
            if place is Place.ENVIRONMENT:
                raise Wrong(f"{name} is set in the environment, which wins over .env: {wrong}", Why.REFUSED)
            if place is Place.OWN_FILE:
                raise Wrong(f"{name} stands in the file that {name}{IN_FILE} names: {wrong}", Why.REFUSED)

    def _ask(self, name: str) -> None:
        before = self._values.get(name, "")
        while True:
            if name == "FLIPKART_APP_ID":
                typed = self._terminal.ask(f"  {QUESTIONS[name]}", before)
            else:
                hint = " [the same again]" if before else ""
                typed = self._terminal.ask_hidden(f"  {QUESTIONS[name]} (hidden){hint}") or before
            try:
                check_variable(name, typed)
            except Wrong as wrong:
                self._say(f"  FAIL  {wrong}")
            else:
                self._values[name] = typed
                return

    # ---- bot.toml

    def _whole_bot(self) -> None:
        self.wanted.timezone = self._answer("  Time zone of the warehouses", _zone, self.wanted.timezone)
        self.wanted.admins = self._people("  Who looks after the bot, such as @ravi, @it-team", "nobody")

    def _ids(self) -> list[str]:
        """Of all warehouses that there are by now."""
        there = self._known.toml.locations if self._known.toml else ()
        return [*(one.id for one in there), *(one.id for one in self.wanted.warehouses)]

    def _warehouse(self) -> Warehouse:
        location_id = self._answer("  Location id, as Seller Hub writes it", self._location, again=True)
        name = self._answer("  What people call it", lambda typed: _of_location("name", typed), location_id)
        channel = self._answer("  Slack channel, by name or id", self._channel, again=True)
        everybody = f"every member of #{channel.name}"
        operators = self._people("  Who may ask for codes, such as @dock-team", everybody)
        made = Warehouse(location_id, name, channel, operators)
        if not operators:
            self._tell(self._run(self._checks.open_channel(self._values["SLACK_BOT_TOKEN"], made)))
        hours = self._answer("  When FEs come, such as 08:00-22:00", _hours, shown="always")
        spoken = ", ".join(LANGUAGES)
        language = self._answer(
            f"  Language of its cards ({spoken})", lambda typed: _of_location("language", typed), made.language
        )
        return Warehouse(location_id, name, channel, operators, hours, language)

    def _location(self, typed: str) -> str:
        _of_location("id", typed)
        if typed in self._ids():
            raise Wrong("it is there already; to change it, open bot.toml")
        app = (self._values["FLIPKART_APP_ID"], self._values["FLIPKART_APP_SECRET"])
        self._tell(self._run(self._checks.location(*app, typed)))
        return typed

    def _channel(self, typed: str) -> Named:
        _of_location("name", typed)
        found = self._run(self._checks.channel(self._values["SLACK_BOT_TOKEN"], typed))
        self._say(f"  ok    #{found.name} ({found.id}): the bot can read and post there")
        return found

    def _people(self, question: str, nobody: str) -> tuple[Named, ...]:
        def found(typed: str) -> tuple[Named, ...]:
            if not typed:
                return ()
            people = self._run(self._checks.people(self._values["SLACK_BOT_TOKEN"], typed))
            self._say(f"  ok    {', '.join(f'{one.name} ({one.id})' for one in people)}")
            return people

        return self._answer(question, found, shown=nobody)

    # ---- asking

    def _answer(
        self, question: str, read: Callable[[str], T], default: str = "", *, shown: str = "", again: bool = False
    ) -> T:
        """Asks until the answer can be read.

        Args:
            question: what is asked.
            read: gives what is meant; raises Wrong.
            default: the answer of whoever types nothing.
            shown: what stands for a default that is empty.
            again: whether an answer that was wrong is the next default, as what was wrong may be mended meanwhile.
        """
        while True:
            typed = self._terminal.ask(question, default, shown)
            try:
                return read(_no_token(typed))
            except Wrong as wrong:
                self._say(f"  FAIL  {wrong}")
                if again and not is_token(typed):
                    default = typed

    def _tell(self, findings: Sequence[Finding], where: str = "") -> None:
        for one in findings:
            self._say(f"  {one.level:4}  {one.what}: {one.text}{where}")


async def _nothing(_value: str) -> list[Finding]:
    """Of a signing secret Slack tells nobody whether it is right."""
    return []


def _no_token(typed: str) -> str:
    if is_token(typed):
        raise Wrong("that looks like a token, which is asked for where nobody sees it")
    return typed


def _one_of(typed: str, choices: Sequence[str]) -> str:
    if typed not in choices:
        raise Wrong(f"type {' or '.join(choices)}")
    return typed


def _zone(typed: str) -> str:
    check_zone(typed)
    return typed


def _of_location(key: str, typed: str) -> str:
    check_of_location(key, typed)
    return typed


def _hours(typed: str) -> str:
    return _of_location("hours", typed)
