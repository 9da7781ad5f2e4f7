"""Which houses there are: bot.toml's sellers and workspaces, each workspace with settings of its own.

A house is one workspace of one seller, and gets the settings that a whole bot has. Where bot.toml names no workspace
there is one house, and it is all of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from sqlalchemy import make_url

from bot.config import BotToml, FlipkartLimits, NotificationSettings, SellerTable, WorkspaceTable
from bot.handover.location import Location
from bot.settings import (
    Environment,
    Kept,
    ProcessEnvironment,
    Settings,
    SettingsError,
    Where,
    read_environment,
    read_toml,
    variables,
)
from bot.values import SecretFileError, is_variable, secret_of
from bot.webhooks.signing import keys_of

Named = Mapping[str, str]
"""The variables that bot.toml names, and what they hold; those that are not set are missing."""


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """What is needed to read what is kept of one house."""

    database_url: str
    toml: BotToml
    workspace: str = ""
    photos_folder: Path | None = None


def load(env_file: str | None = ".env", *, copies: bool = False) -> tuple[Settings, ...]:
    """The settings of each house, in the order of bot.toml.

    Args:
        env_file: of the environment; None: there is none.
        copies: whether several copies of the bot are to share the work.

    Raises:
        SettingsError: every mistake in the environment and in bot.toml, one line each.
    """
    lines: list[str] = []
    path, toml, several = _read_toml(env_file, lines)
    if not several:
        env = read_environment(Environment, lines, env_file)
        secrets = _webhook_secrets(toml, env_file, lines) if toml is not None else {}
        if env is None or toml is None or lines:
            raise SettingsError(lines)
        houses = [Settings(env=env, toml=toml, webhook_secrets=secrets)]
        if copies and (lines := [*_in_files(houses)]):
            raise SettingsError(lines)
        return tuple(houses)
    process = read_environment(ProcessEnvironment, lines, env_file)
    if process is None or toml is None:
        raise SettingsError(lines)
    _check(path, toml, lines)
    named = _named(toml.named("sellers", "workspaces"), env_file, lines)
    secrets = _webhook_secrets(toml, env_file, lines)
    made = [_settings(toml, one, process, named, path, lines) for one in toml.workspaces]
    made = [None if one is None else _with_secrets(one, secrets) for one in made]
    found = tuple(one for one in made if one is not None)
    if not lines:
        lines += _shared(path, found)
        lines += _in_files(found) if copies else ()
    if lines:
        raise SettingsError(lines)
    return found


def load_for_record(env_file: str | None = ".env") -> tuple[RecordSettings, ...]:
    """Where each house keeps what it knows, and bot.toml; no token is needed.

    Raises:
        SettingsError: every mistake in both, one line each.
    """
    lines: list[str] = []
    path, toml, several = _read_toml(env_file, lines)
    kept = read_environment(Kept, lines, env_file)
    if kept is None or toml is None or lines:
        raise SettingsError(lines)
    if not several:
        return (RecordSettings(kept.database_url, toml, photos_folder=kept.photos_folder),)
    _check(path, toml, lines)
    databases = [(key, name) for key, name in toml.named("workspaces") if key.endswith(".database")]
    named = _named(databases, env_file, lines)
    if lines:
        raise SettingsError(lines)
    found = []
    for one in toml.workspaces:
        given = {"bot_config": path, "database_url": _database_url(one, kept.database_url, named)}
        own = read_environment(Kept, lines, None, _names(one, None), given)
        if own is not None and not lines:
            found.append(RecordSettings(own.database_url, _toml_of(toml, one), one.id, kept.photos_folder))
    if lines:
        raise SettingsError(lines)
    return tuple(found)


def database_of(url: str, workspace: str) -> str:
    """The database of a workspace that names none: a file beside the one of the URL, or a schema of its own."""
    whole = make_url(url)
    if whole.get_backend_name() == "sqlite":
        file = Path(whole.database or "")
        own = whole.set(database=str(file.with_name(f"{file.stem}.{workspace}{file.suffix}")))
    else:
        own = whole.update_query_dict({"schema": workspace})
    return own.render_as_string(hide_password=False)


def _read_toml(env_file: str | None, lines: list[str]) -> tuple[Path, BotToml | None, bool]:
    """Where bot.toml is, what it says, and whether it is about several houses."""
    where = read_environment(Where, lines, env_file)
    path = where.bot_config if where is not None else Path("bot.toml")
    return path, *read_toml(path, lines)


def _named(names: Iterable[tuple[str, str]], env_file: str | None, lines: list[str]) -> Named:
    """What these variables, each with the key that names it, or their files hold; a line for each that is wrong."""
    environment = variables(env_file)
    found = {}
    keys: dict[str, str] = {}
    for key, name in names:
        keys.setdefault(name, key)
    for name, key in keys.items():
        try:
            value = secret_of(environment, name)
        except SecretFileError as error:
            lines.append(str(error))
            continue
        if value is None:
            lines.append(
                f"{name} is missing: bot.toml names it"
                if is_variable(name)
                # Whoever takes the name for the value has a secret there.
                else f"bot.toml: {key} must be the name of a variable that is set: if a secret stands there, move it "
                "into .env, and write the name that it has there"
            )
        else:
            found[name] = value
    return found


def _webhook_secrets(toml: BotToml, env_file: str | None, lines: list[str]) -> dict[str, SecretStr]:
    """With what messages are signed, by the ids of `[[webhooks]]`; a line for each that is missing or wrong."""
    named = _named(toml.named("webhooks"), env_file, lines)
    for name, value in named.items():
        try:
            keys_of(value)
        except ValueError as error:
            lines.append(f"{name} {error}")
    return {one.id: SecretStr(named[one.secret]) for one in toml.webhooks if one.secret in named}


def _with_secrets(house: Settings, secrets: Mapping[str, SecretStr]) -> Settings:
    own = {one.id: secrets[one.id] for one in house.toml.webhooks if one.id in secrets}
    return house.model_copy(update={"webhook_secrets": own})


def _check(path: Path, toml: BotToml, lines: list[str]) -> None:
    """Adds what does not fit together in the file."""
    lines += [f"{path}: {said}" for said in _misfits(toml)]


def _misfits(toml: BotToml) -> Iterator[str]:
    if not toml.sellers:
        yield "sellers is missing: each of [[workspaces]] names one of [[sellers]]"
    if not toml.workspaces:
        yield "workspaces is missing: each of [[sellers]] works in one of [[workspaces]]"
    yield from _doubled("sellers", [one.id for one in toml.sellers])
    yield from _doubled("workspaces", [one.id for one in toml.workspaces])
    sellers = {one.id for one in toml.sellers}
    for n, one in enumerate(toml.workspaces, 1):
        if one.seller not in sellers:
            yield f"workspaces[{n}].seller = {one.seller!r}: must be the id of one of [[sellers]]"
        if one.app_token is None and one.signing_secret is None:
            yield f"workspaces[{n}] names no app_token for Socket Mode, and no signing_secret for HTTP"
    for n, seller in enumerate(toml.sellers, 1):
        if toml.workspaces and seller.id not in {one.seller for one in toml.workspaces}:
            yield f"sellers[{n}].id = {seller.id!r}: none of [[workspaces]] names this seller"
        try:
            _limits(toml, seller)
        except ValidationError as error:
            yield f"sellers[{n}]: {error.errors()[0]['msg'].removeprefix('Value error, ')}"
    for n, location in enumerate(toml.locations, 1):
        yield from (f"locations[{n}]{said}" for said in _misplaced(toml, location))
    yield from _untold(toml)
    yield from _twice(toml)
    used = {found.id for one in toml.locations if (found := _workspace_of(toml, one)) is not None}
    for n, one in enumerate(toml.workspaces, 1):
        if one.id not in used:
            yield f"workspaces[{n}].id = {one.id!r}: none of [[locations]] is there"


def _untold(toml: BotToml) -> Iterator[str]:
    """Webhooks of no workspace: what one seller's docks do is no other seller's business, so each says whose it is."""
    workspaces = {one.id for one in toml.workspaces}
    for n, one in enumerate(toml.webhooks, 1):
        if not one.workspace:
            yield f"webhooks[{n}].workspace is missing: say of which of [[workspaces]] it is told"
        elif one.workspace not in workspaces:
            yield f"webhooks[{n}].workspace = {one.workspace!r}: must be the id of one of [[workspaces]]"


def _twice(toml: BotToml) -> Iterator[str]:
    """Locations that two houses, or one, would serve twice: an id is one dock of its seller."""
    seen: dict[tuple[str, str], int] = {}
    for n, location in enumerate(toml.locations, 1):
        if (found := _workspace_of(toml, location)) is not None:
            first = seen.setdefault((found.seller, location.id), n)
            if first != n:
                yield f"locations[{n}].id = {location.id!r}: locations[{first}] is the same dock of the same seller"


def _doubled(table: str, ids: list[str]) -> Iterator[str]:
    for n, one in enumerate(ids):
        if one in ids[:n]:
            yield f"{table}[{n + 1}].id = {one!r}: {table}[{ids.index(one) + 1}] has it already"


def _misplaced(toml: BotToml, location: Location) -> Iterator[str]:
    """What is wrong with whose a location is said to be."""
    workspaces = {one.id: one for one in toml.workspaces}
    if location.workspace and location.workspace not in workspaces:
        yield f".workspace = {location.workspace!r}: must be the id of one of [[workspaces]]"
    elif location.workspace and location.seller not in ("", seller := workspaces[location.workspace].seller):
        yield f".seller = {location.seller!r}: its workspace {location.workspace!r} is of the seller {seller!r}"
    elif not location.workspace and location.seller:
        of_seller = [one.id for one in toml.workspaces if one.seller == location.seller]
        if not of_seller:
            yield f".seller = {location.seller!r}: must be the id of one of [[sellers]]"
        elif len(of_seller) > 1:
            yield f".workspace is missing: its seller works in {', '.join(of_seller)}"
    elif not location.workspace:
        yield ".workspace is missing: say in which of [[workspaces]] it is"


def _workspace_of(toml: BotToml, location: Location) -> WorkspaceTable | None:
    found = [
        one
        for one in toml.workspaces
        if (location.workspace or one.id) == one.id and (location.seller or one.seller) == one.seller
    ]
    return found[0] if len(found) == 1 and (location.workspace or location.seller) else None


def _limits(toml: BotToml, seller: SellerTable) -> FlipkartLimits:
    """The seller's budget. Raises ValidationError."""
    own = {"calls_per_hour": seller.calls_per_hour, "others_calls_per_hour": seller.others_calls_per_hour}
    whole = toml.flipkart.model_dump(exclude_unset=True)
    return FlipkartLimits.model_validate(whole | {key: value for key, value in own.items() if value is not None})


def _toml_of(toml: BotToml, workspace: WorkspaceTable) -> BotToml:
    """What of the file concerns one workspace."""
    [seller] = [one for one in toml.sellers if one.id == workspace.seller]
    mine = [one for one in toml.locations if (of := _workspace_of(toml, one)) is not None and of.id == workspace.id]
    return toml.model_copy(
        update={
            "locations": tuple(mine),
            "webhooks": tuple(one for one in toml.webhooks if one.workspace == workspace.id),
            "flipkart": _limits(toml, seller),
            "notifications": NotificationSettings(url=seller.notifications_url),
            "admins": toml.admins if workspace.admins is None else workspace.admins,
            "sellers": (),
            "workspaces": (),
        }
    )


def _names(workspace: WorkspaceTable, seller: SellerTable | None) -> dict[str, str]:
    """What the variables of a house are called, by setting."""
    names = {
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_signing_secret": workspace.signing_secret,
        "database_url": workspace.database,
    }
    if seller is not None:
        names |= {"flipkart_app_id": seller.app_id, "flipkart_app_secret": seller.app_secret}
    return {setting: name for setting, name in names.items() if name is not None}


def _database_url(workspace: WorkspaceTable, url: str, named: Named) -> str:
    return database_of(url, workspace.id) if workspace.database is None else named.get(workspace.database, url)


def _settings(
    toml: BotToml, workspace: WorkspaceTable, process: ProcessEnvironment, named: Named, path: Path, lines: list[str]
) -> Settings | None:
    seller = next((one for one in toml.sellers if one.id == workspace.seller), None)
    if seller is None:
        return None  # it is told already
    names = _names(workspace, seller)
    given: dict[str, Any] = {setting: named.get(name) for setting, name in names.items()}
    if any(value is None for value in given.values()):
        return None  # it is told already
    given |= {"bot_config": path, "database_url": _database_url(workspace, process.database_url, named)}
    given |= {"slack_api_url": workspace.api_url or process.slack_api_url}
    given |= {"flipkart_api_url": seller.api_url or process.flipkart_api_url}
    # What a workspace does not name is not taken from the variables of a bot that has but one.
    whole = {"slack_app_token": None, "slack_signing_secret": None, **process.model_dump(), **given}
    env = read_environment(Environment, lines, None, names, whole)
    if env is None or lines:
        return None
    return Settings(env=env, toml=_toml_of(toml, workspace), workspace=workspace.id, seller=seller.id, variables=names)


def _shared(path: Path, houses: tuple[Settings, ...]) -> Iterator[str]:
    """What two houses must not have in common."""
    for n, one in enumerate(houses):
        for m, other in enumerate(houses[:n]):
            pair = f"{path}: workspaces[{n + 1}] and workspaces[{m + 1}]"
            if _database(one) == _database(other):
                yield f"{pair} have one database, {_database(one)}: each needs its own"
            if one.env.slack_bot_token == other.env.slack_bot_token:
                yield f"{pair} have the same bot token: each needs an app of its own"
            if one.seller != other.seller and one.env.flipkart_app_id == other.env.flipkart_app_id:
                yield f"{pair} are of two sellers with the same application id at Flipkart: make them one seller"


def _in_files(houses: Iterable[Settings]) -> Iterator[str]:
    """Where copies can't meet."""
    for one in houses:
        if make_url(one.env.database_url).get_backend_name() == "sqlite":
            which = f"the database of {one.workspace} is" if one.workspace else "DATABASE_URL names"
            yield f"--copies needs a PostgreSQL server: {which} a file, on which one bot works alone"


def _database(house: Settings) -> str:
    """The database as it may be shown, the same however it is written."""
    url = make_url(house.env.database_url)
    return str(Path(url.database or "").resolve()) if url.get_backend_name() == "sqlite" else repr(url)
