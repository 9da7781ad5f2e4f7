"""The checks of webhooks: nothing is posted to anybody; what is known of their addresses, and what waits for them."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from bot.addresses import addresses_of, is_public
from bot.config import WebhookTable
from bot.doctor.finding import Finding, counted, fail, ok, warn
from bot.settings import Settings
from bot.store.session import DatabaseUnusableError
from bot.store.webhooks import Waits, waiting_in

_NONE = Waits(0, None)


async def webhooks(settings: Settings) -> AsyncIterator[Finding]:
    """Whether each address can be told; of another version's database nothing is said."""
    if not settings.toml.webhooks:
        return
    try:
        waits = await asyncio.to_thread(waiting_in, settings.env.database_url)
    except DatabaseUnusableError:
        waits = {}
    for one in settings.toml.webhooks:
        yield await _one(one, waits.get(one.id, _NONE))


async def _one(one: WebhookTable, waits: Waits) -> Finding:
    what, host = f"webhook {one.id}", urlsplit(one.url).hostname or ""
    try:
        found = await addresses_of(host)
    except (OSError, UnicodeError):
        return fail(what, f"no address is known of {host}", "Check its url in bot.toml, and this machine's DNS.")
    private = [address for address in found if not is_public(address)]
    if private and not one.allow_private:
        mend = "Write allow_private = true below it if it is meant to be in your own network."
        return fail(what, f"{host} is at {private[0]}, a private address, which is not told", mend)
    if waits.failing_since is not None:
        said = f"{counted(waits.count, 'message')} for {host}: one is not taken since"
        mend = "The running bot's log and health page say why."
        return warn(what, f"{said} {waits.failing_since:%Y-%m-%d %H:%M} UTC", mend)
    return ok(what, f"{host}, {counted(waits.count, 'message')} to be sent")
