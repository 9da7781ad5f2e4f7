"""The keys that messages carry in their metadata: derived, so that a bot whose database is gone knows its own again."""

import hashlib
import hmac
import json

from bot.handover.model import Handover
from bot.store.tables import DeliveryRow

LENGTH = 32


class Keys:
    """Derives keys with a secret of the installation: anyone in the workspace reads them, and nobody can guess one."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"otc-bot delivery keys\0" + secret.encode()).digest()

    def of_handover(self, handover: Handover, one: DeliveryRow) -> str:
        """Of a card or a reply: the same for one number, kind and task of an FE, whatever the handover's own id."""
        return self._derive(handover.location_id, handover.fe_id, handover.task_id, one.kind, one.n)

    def of_location(self, one: DeliveryRow) -> str:
        """Of a digest: the same for the same location and day."""
        return self._derive(one.location_id, one.kind, one.n)

    def _derive(self, *parts: str | int) -> str:
        named = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, named, hashlib.sha256).hexdigest()[:LENGTH]
