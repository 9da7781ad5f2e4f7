"""Answers from a file, for whoever sets up a bot without a terminal: all mistakes are told at once."""

import contextlib
import os
import tomllib
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.doctor.finding import Finding
from bot.init.checks import Checks
from bot.init.known import Known, Place
from bot.init.wanted import Named, Wanted, Warehouse, check_of_location, check_variable, check_zone
from bot.init.wrong import Mistakes, Why, Wrong
from bot.values import IN_FILE, SecretFileError, is_variable, meant, of_kind, secret_of, trimmed, unquoted

KEYS = {
    "slack.bot_token": "SLACK_BOT_TOKEN",
    "slack.app_token": "SLACK_APP_TOKEN",
    "slack.signing_secret": "SLACK_SIGNING_SECRET",
    "flipkart.app_id": "FLIPKART_APP_ID",
    "flipkart.app_secret": "FLIPKART_APP_SECRET",
}
"""The credentials, each also with `_file` behind it for a file that holds it, or `_env` for a variable that does."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Place(_Table):
    id: str
    name: str = ""
    channel: str
    operators: list[str] = []
    hours: str = ""
    language: str = "en"


class _File(_Table):
    slack: dict[str, str] = {}
    flipkart: dict[str, str] = {}
    timezone: str = "Asia/Kolkata"
    admins: list[str] = []
    locations: list[_Place]


def _unknown(word: str, known: Iterable[str]) -> str:
    right = meant(word, known)
    return f"is nothing that init asks for{f'; did you mean {right}?' if right else ''}"


@dataclass(slots=True)
class Answers:
    """One file, read and looked at."""

    path: Path
    known: Known
    checks: Checks
    replace: bool
    """Whether credentials that `.env` has already may be replaced."""
    wanted: Wanted = field(default_factory=Wanted)
    said: list[str] = field(default_factory=list)
    """What was found, for whoever reads along."""
    _mistakes: list[tuple[str, str, Why]] = field(default_factory=list)
    """Each with its key, what is said, and whose turn it is."""
    _values: dict[str, str] = field(default_factory=dict, repr=False)

    async def everything(self) -> Wanted:
        """Reads all of it and looks at each answer. Raises Mistakes."""
        file = self._read()
        if file is not None:
            self._credentials("slack", file.slack)
            self._credentials("flipkart", file.flipkart)
            slack = await self._slack()
            flipkart = await self._account("flipkart", ("FLIPKART_APP_ID", "FLIPKART_APP_SECRET"), self.checks.account)
            await self._whole_bot(file, slack=slack)
            for n, place in enumerate(file.locations, 1):
                await self._warehouse(f"locations[{n}]", place, slack=slack, flipkart=flipkart)
        if self._mistakes:
            whys = {why for _, _, why in self._mistakes}
            lines = [f"{self.path}: {f'{key}: ' if key else ''}{said}" for key, said, _ in self._mistakes]
            raise Mistakes(lines, whys.pop() if len(whys) == 1 else Why.ANSWER)
        return self.wanted

    def _read(self) -> _File | None:
        try:
            return _File.model_validate(trimmed(tomllib.loads(self.path.read_text(encoding="utf-8-sig"))))
        except OSError as error:
            self._wrong("", f"can't be read: {error.strerror}")
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            # A decoder's message holds the place, and no value.
            self._wrong("", f"is not TOML: {error}")
        except ValidationError as error:
            for one in error.errors():
                key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in one["loc"])
                key = key.removeprefix(".")
                said = "is missing" if one["type"] == "missing" else of_kind(one, key)
                if one["type"] == "extra_forbidden":
                    said = _unknown(str(one["loc"][-1]), (_File if len(one["loc"]) == 1 else _Place).model_fields)
                self._wrong(key, said or one["msg"].replace("Input should be", "must be"))
        return None

    # ---- credentials

    def _credentials(self, table: str, given: Mapping[str, str]) -> None:
        """Takes those of a table; what it does not give is as it is set already."""
        names = {key.removeprefix(f"{table}."): name for key, name in KEYS.items() if key.startswith(f"{table}.")}
        forms = {f"{key}{how}": (key, how) for key in names for how in ("", "_file", "_env")}
        taken: set[str] = set()
        for form, value in given.items():
            with self._telling(f"{table}.{form}"):
                if form not in forms:
                    raise Wrong(_unknown(form, forms))
                key, how = forms[form]
                if key in taken:
                    raise Wrong(f"gives {key} once more: keep one of them")
                taken.add(key)
                self._take(names[key], how, value)
        for key, name in names.items():
            if key not in taken and name in self.known.credentials:
                self._values[name] = self.known.credentials[name].value

    def _take(self, name: str, how: str, given: str) -> None:
        variable = name + IN_FILE if how == "_file" else name
        value = given
        if how == "_file":
            value = secret_of({variable: given}, name) or ""
        elif how == "_env":
            value = unquoted(os.environ.get(given, ""))
            if not value:
                which = f"the variable {given}" if is_variable(given) else "a variable"
                raise Wrong(f"names {which}, which is not set")
        check_variable(name, value)
        before = self.known.credentials.get(name)
        if before is not None and before.value != value:
            if before.place is Place.ENVIRONMENT:
                raise Wrong(f"{name} is set in the environment to something else, which wins over .env: unset it there")
            if not self.replace:
                raise Wrong(f"{name} is set in .env to something else: give --replace if this one is right")
        self._values[name] = value
        if before is None or before.value != value:
            self.wanted.variables[variable] = value if how != "_file" else given

    async def _slack(self) -> bool:
        """Whether Slack can be asked."""
        well = await self._account("slack", ("SLACK_BOT_TOKEN",), self.checks.bot_token)
        if "SLACK_APP_TOKEN" in self._values:
            await self._account("slack", ("SLACK_APP_TOKEN",), self.checks.app_token)
        elif "SLACK_SIGNING_SECRET" not in self._values and not self._said_of(
            "slack.app_token", "slack.signing_secret"
        ):
            self._wrong("slack.app_token", "is missing; for HTTP give signing_secret instead")
        return well

    async def _account(
        self, table: str, names: tuple[str, ...], check: Callable[..., Coroutine[Any, Any, list[Finding]]]
    ) -> bool:
        """Whether credentials that are right together are well; what is missing is told."""
        well = True
        for key, name in KEYS.items():
            if name in names and name not in self._values:
                well = False
                if not self._said_of(key):
                    self._wrong(key, "is missing")
        if well:
            with self._telling(table if len(names) > 1 else next(key for key, name in KEYS.items() if name in names)):
                self._tell(await check(*(self._values[name] for name in names)))
                return True
        return False

    # ---- bot.toml

    async def _whole_bot(self, file: _File, *, slack: bool) -> None:
        if self.known.toml is not None:
            return
        with self._telling("timezone"):
            check_zone(file.timezone)
            self.wanted.timezone = file.timezone
        self.wanted.admins = await self._people("admins", file.admins, slack=slack)

    async def _warehouse(self, key: str, place: _Place, *, slack: bool, flipkart: bool) -> None:
        there = self.known.toml.locations if self.known.toml else ()
        if place.id in [one.id for one in there]:
            self.said.append(f"{place.id} is in {self.known.toml_path} already, and is left as it is")
            return
        values = {"id": place.id, "name": place.name or place.id, "hours": place.hours, "language": place.language}
        for part, value in values.items():
            with self._telling(f"{key}.{part}"):
                check_of_location(part, value)
        if place.id in [one.id for one in self.wanted.warehouses]:
            self._wrong(f"{key}.id", "stands there more than once")
        if flipkart:
            with self._telling(f"{key}.id"):
                account = (self._values["FLIPKART_APP_ID"], self._values["FLIPKART_APP_SECRET"])
                self._tell(await self.checks.location(*account, place.id))
        channel = Named("")
        if slack:
            with self._telling(f"{key}.channel"):
                channel = await self.checks.channel(self._values["SLACK_BOT_TOKEN"], place.channel)
                self.said.append(f"ok    #{channel.name} ({channel.id}): the bot can read and post there")
        operators = await self._people(f"{key}.operators", place.operators, slack=slack)
        made = Warehouse(place.id, values["name"], channel, operators, place.hours, place.language)
        self.wanted.warehouses.append(made)
        if channel.id and not place.operators:
            with self._telling(f"{key}.channel"):
                self._tell(await self.checks.open_channel(self._values["SLACK_BOT_TOKEN"], made))

    async def _people(self, key: str, answers: list[str], *, slack: bool) -> tuple[Named, ...]:
        found: list[Named] = []
        for n, answer in enumerate(answers, 1):
            with self._telling(f"{key}[{n}]"):
                found += await self.checks.people(self._values["SLACK_BOT_TOKEN"], answer) if slack else ()
        return tuple(dict.fromkeys(found))

    # ---- telling

    def _tell(self, findings: list[Finding]) -> None:
        self.said += [f"{one.level:4}  {one.what}: {one.text}" for one in findings]

    def _wrong(self, key: str, said: str, why: Why = Why.ANSWER) -> None:
        self._mistakes.append((key, said, why))

    def _said_of(self, *keys: str) -> bool:
        """Whether something is wrong with one of these already, however it is given."""
        return any(key in {one, f"{one}_file", f"{one}_env"} for key, _, _ in self._mistakes for one in keys)

    @contextlib.contextmanager
    def _telling(self, key: str) -> Iterator[None]:
        try:
            yield
        except Wrong as wrong:
            self._wrong(key, str(wrong), wrong.why)
        except SecretFileError as error:
            self._wrong(key, str(error))
