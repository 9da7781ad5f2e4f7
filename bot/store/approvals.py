"""Keeps who wished for an End OTC although the counts differ widely, and who granted it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from bot.handover.approvals import Approval, ApprovalVoid, UnknownApproval, Word, asked, decided
from bot.store.handovers import keep, the_handover
from bot.store.session import Database, one_transaction
from bot.store.tables import APPROVAL


class ApprovalStore:
    """Implements `bot.handover.approvals.Approvals`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def ask(self, connection: Connection, handover_id: str, by: str, reason: str, now: datetime) -> Approval:
        """A wish for the count as it is now, said in the thread; one that holds already is not said again."""
        handover = the_handover(connection, handover_id)
        for one in _of(connection, handover_id, by):
            if one.word is Word.ASKED and one.holds(handover, now):
                return one
        wish = Approval(uuid4().hex, handover_id, by, now, handover.counted or 0, handover.scanned, reason)
        connection.execute(insert(APPROVAL).values(_columns(wish)))
        keep(connection, handover, asked(handover, wish))
        return wish

    @one_transaction
    def granted(self, connection: Connection, handover_id: str, by: str, now: datetime) -> Approval | None:
        """The person's wish that was granted and still holds, or None."""
        handover = the_handover(connection, handover_id)
        every = _of(connection, handover_id, by)
        return next((one for one in every if one.word is Word.GRANTED and one.holds(handover, now)), None)

    @one_transaction
    def get(self, connection: Connection, approval_id: str) -> Approval | None:
        """The wish, or None when there is none with this id."""
        return _load(connection, approval_id)

    @one_transaction
    def decide(
        self, connection: Connection, approval_id: str, by: str, word: Word, now: datetime
    ) -> tuple[Approval, bool]:
        """Grants or refuses it and says so in the thread; False when somebody did before, and theirs stays.

        Raises:
            UnknownApproval: there is none with this id.
            ApprovalVoid: it holds no more.
        """
        wish = _load(connection, approval_id)
        if wish is None:
            raise UnknownApproval(approval_id)
        if wish.word is not Word.ASKED:
            return wish, False
        handover = the_handover(connection, wish.handover_id)
        if not wish.holds(handover, now):
            raise ApprovalVoid(approval_id)
        values = {"word": word.value, "decided_by": by, "decided_at": now}
        connection.execute(update(APPROVAL).where(APPROVAL.c.id == approval_id).values(values))
        after = _load(connection, approval_id)
        if after is None:
            raise UnknownApproval(approval_id)
        keep(connection, handover, decided(handover, after, now))
        return after, True


def _of(connection: Connection, handover_id: str, by: str) -> list[Approval]:
    """A person's wishes, the newest first."""
    mine = (APPROVAL.c.handover_id == handover_id) & (APPROVAL.c.asked_by == by)
    query = select(APPROVAL).where(mine).order_by(APPROVAL.c.asked_at.desc())
    return [_approval(row) for row in connection.execute(query)]


def _load(connection: Connection, approval_id: str) -> Approval | None:
    row = connection.execute(select(APPROVAL).where(APPROVAL.c.id == approval_id)).first()
    return None if row is None else _approval(row)


def _approval(row: Row[Any]) -> Approval:
    values = dict(row._mapping)
    return Approval(**values | {"word": Word(row.word)})


def _columns(wish: Approval) -> dict[str, object]:
    return {name: getattr(wish, name) for name in Approval.__dataclass_fields__} | {"word": wish.word.value}
