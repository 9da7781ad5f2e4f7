"""The keys that messages carry in their metadata: derived, so that a bot whose database is gone knows its own again."""

import hashlib
import hmac
import json
from collections.abc import Sequence

from bot.store.due import Due
from bot.store.tables import DeliveryRow

LENGTH = 32


class Keys:
    """Derives keys with a secret of the installation: anyone in the workspace reads them, and nobody can guess one."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"otc-bot delivery keys\0" + secret.encode()).digest()

    def of_message(self, due: Due) -> str:
        """Of a card or a reply: the same for one task of an FE, whatever the handover's own id.

        The number of an event depends on when the bot first saw the FE, so that what happened stands in the key too.
        """
        h, what = due.handover, due.entry.what if due.entry is not None else ""
        return self._derive(h.location_id, h.fe_id, h.task_id, due.delivery.kind, due.delivery.n, what)

    def of_location(self, one: DeliveryRow, subject: Sequence[str] = ()) -> str:
        """Of a digest or an alarm: the same for the same location, and the same day or returns.

        A direct message has a subject too: one of its kind and number comes of every FE.
        """
        return self._derive(one.location_id, one.kind, one.n, *subject)

    def _derive(self, *parts: str | int) -> str:
        named = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, named, hashlib.sha256).hexdigest()[:LENGTH]
