"""Outboxes as tests need them: all of the real one, and papers only where a test is about them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NoReturn

from bot.clock import Clock
from bot.handover.owning import EVERYTHING, Owning
from bot.outbox.attempts import Attempts
from bot.outbox.contents import Content, Made, Place, TooEarlyError
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.files import Files, Shared, Slot
from bot.outbox.keys import Keys
from bot.outbox.pacer import Pacer
from bot.outbox.ports import Messenger, Painter, Rendered
from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.tables import DeliveryRow, Kind
from bot.timing import OutboxTiming

SECRET = "of an installation"


class Later:
    """A paper that is always too early: whoever tests it says what it is made of."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def place(self, one: DeliveryRow) -> Place:
        return self._never(one)

    async def message(self, one: DeliveryRow) -> Rendered:
        return self._never(one)

    async def files(self, one: DeliveryRow) -> Made:
        return self._never(one)

    def _never(self, _: DeliveryRow) -> NoReturn:
        raise TooEarlyError(self._clock() + timedelta(seconds=1))


class NoFiles:
    """Implements Files where no file is sent."""

    async def reserve(self, name: str, length: int) -> Slot:  # noqa: ARG002
        raise AssertionError(f"{name} was sent")

    async def send(self, slot: Slot, content: bytes) -> None:  # noqa: ARG002
        raise AssertionError(f"{slot} was filled")

    async def share(self, channel: str, thread_ts: str, files: Sequence[tuple[str, str]], comment: str = "") -> None:
        raise AssertionError(f"{files} were shared in {channel}/{thread_ts}: {comment}")

    async def shared(self, file_id: str, channel: str) -> Shared:
        raise AssertionError(f"{file_id} was looked up in {channel}")


def outbox(
    deliveries: DeliveryStore,
    handovers: HandoverStore,
    messenger: Messenger,
    painter: Painter,
    pacer: Pacer,
    clock: Clock,
    contents: Mapping[Kind, Content] | None = None,
    files: Files | None = None,
    card_seconds: float = 30.0,
    owning: Owning = EVERYTHING,
) -> Dispatcher:
    """A dispatcher with all that belongs to it."""
    later = Later(clock)
    attempts = Attempts(
        deliveries=deliveries,
        handovers=handovers,
        messenger=messenger,
        files=files or NoFiles(),
        painter=painter,
        contents={Kind.RECEIPT: later, Kind.DIGEST: later, **(contents or {})},
        pacer=pacer,
        clock=clock,
        keys=Keys(SECRET),
        timing=OutboxTiming(),
        owning=owning,
    )
    return Dispatcher(
        deliveries=deliveries,
        attempts=attempts,
        painter=painter,
        pacer=pacer,
        clock=clock,
        card_seconds=card_seconds,
        timing=OutboxTiming(),
        owning=owning,
    )
