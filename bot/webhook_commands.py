"""The commands about webhooks: otc-bot webhooks test."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import Exit, fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.webhooks.wire import Address

_LOOK = "look at the receiver: whether it runs, at this name and port, what its log says, and what firewall is between"
"""Where the bot itself would wait and try again."""
webhooks = typer.Typer(help="Work on webhooks: the programs that are told what happens.", no_args_is_help=True)


@webhooks.callback()
def _several() -> None:
    """With one command alone, typer would leave its name out."""


@webhooks.command("test")
def try_out(
    name: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Of its block in bot.toml; without it, all of them.")
    ] = None,
) -> None:
    """Post a message of the type webhook.test to the addresses in bot.toml, and say what each answers."""
    from bot import logs
    from bot.houses import load
    from bot.settings import SettingsError

    logs.configure("ERROR", "console")
    try:
        told = [one for house in load() for one in _addresses(house) if name in (None, one.id)]
    except SettingsError as error:
        fail(Exit.SETTINGS, *error.lines)
    if not told:
        fail(Exit.UNWELL, f"bot.toml has no [[webhooks]]{f' with the id {name}' if name else ''}")
    if not asyncio.run(_all_take_it(told)):
        raise typer.Exit(Exit.UNWELL)


def _addresses(house: "Settings") -> "list[Address]":
    from bot.webhooks.signing import keys_of
    from bot.webhooks.wire import Address

    secrets = house.webhook_secrets
    return [
        Address(one.id, one.url, keys_of(secrets[one.id].get_secret_value()), one.allow_private)
        for one in house.toml.webhooks
    ]


async def _all_take_it(told: "Sequence[Address]") -> bool:
    from bot.clock import now
    from bot.timing import WebhookTiming
    from bot.webhooks.messages import trial
    from bot.webhooks.signing import headers
    from bot.webhooks.wire import Fate, post

    taken = True
    for one in told:
        message, body = trial(now())
        signed = headers(one.keys, message, int(now().timestamp()), body)
        answer = await post(one, signed, body, WebhookTiming().answer)
        taken = taken and answer.fate is Fate.TAKEN
        why = answer.why if answer.advice else f"{answer.reason} ({_LOOK})"
        print(f"{one.id}: {'taken' if answer.fate is Fate.TAKEN else why}")
    return taken
