"""Letters between copies, and whose a channel's codes are. Of PostgreSQL alone: over SQLite there is one copy."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, text, update

from bot.handover.letters import Becomes, Holder, Letter, Tells
from bot.store.dialects.statements import upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import FINGER, HOLDER, LETTER

NOBODY = 0
"""The number of no copy. What is said to it is said to all."""
OLD = text("interval '5 minutes'")
"""Whoever waited for a letter, or pressed something, waits no more."""
QUIET = text("make_interval(secs => :quiet)")
# The database's clock alone is asked, so no two copies' clocks are compared.
_NOW = func.timezone("UTC", func.clock_timestamp())
_IS_THERE = text(
    """EXISTS (
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
        AND classid = hashtext('otc-bot letters ' || current_schema())::oid AND objid = CAST(:one AS integer)::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )"""
)
"""Whether the copy of that number holds the lock that `bot.copies.listening` takes."""
_TELL = text("SELECT pg_notify('otc_bot_' || md5(current_schema()), :said)")


class LetterStore:
    """Implements `bot.handover.letters.Letters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def hold(self, connection: Connection, channel: str, me: int, *, alone: bool) -> Holder:
        """Who has a channel's codes: this copy from now on, if nobody has them or whoever has is gone."""
        holds = select(HOLDER.c.copy_number).where(HOLDER.c.channel == channel)
        if connection.execute(holds).scalar() == me:
            return Holder(me)
        first = upsert(HOLDER).values(channel=channel, copy_number=me).on_conflict_do_nothing()
        if connection.execute(first.returning(HOLDER.c.channel)).first() is not None:
            return Holder(me)
        found = connection.execute(holds.with_for_update()).scalar_one()
        if found == me or not (alone or not _is_there(connection, found)):
            return Holder(found)
        _hand_over(connection, channel, found, me)
        return Holder(me, is_new=True)

    @one_transaction
    def held(self, connection: Connection, me: int) -> frozenset[str]:
        """The channels whose codes are this copy's."""
        its_own = select(HOLDER.c.channel).where(HOLDER.c.copy_number == me)
        return frozenset(connection.execute(its_own).scalars())

    @one_transaction
    def write(self, connection: Connection, letter: Letter) -> None:
        """Sends a letter; its addressee is told."""
        row = upsert(LETTER).values(
            id=letter.id,
            channel=letter.channel,
            sender=letter.sender,
            addressee=letter.addressee,
            written_at=_NOW,
            press=letter.press,
        )
        connection.execute(row)
        _tell(connection, letter.addressee, Tells.LETTER, letter.id)

    @one_transaction
    def take(self, connection: Connection, letter_id: str, me: int) -> Letter | None:
        """The letter, for the addressee to carry out; None: somebody else does, or the codes are elsewhere by now."""
        its_own = select(HOLDER.c.channel).where(HOLDER.c.copy_number == me)
        taken = (
            update(LETTER)
            .where(_is_free(letter_id), LETTER.c.addressee == me, LETTER.c.channel.in_(its_own))
            .values(taken_by=me)
            .returning(LETTER.c.channel, LETTER.c.sender, LETTER.c.press)
        )
        found = connection.execute(taken).one_or_none()
        if found is None:
            return None
        _tell(connection, found.sender, Tells.TAKEN, letter_id)
        return Letter(letter_id, found.channel, found.sender, me, found.press)

    @one_transaction
    def leave(self, connection: Connection, letter_id: str, me: int) -> None:
        """Nobody carries out what this copy may have taken without learning of it; its sender is to know so."""
        its_own = and_(LETTER.c.id == letter_id, LETTER.c.taken_by == me)
        connection.execute(update(LETTER).where(its_own).values(taken_by=NOBODY))

    @one_transaction
    def take_back(self, connection: Connection, letter: Letter) -> bool:
        """Whether nobody has taken it yet. Then it is gone, and the sender has the channel's codes from now on."""
        if not connection.execute(delete(LETTER).where(_is_free(letter.id))).rowcount:
            return False
        _hand_over(connection, letter.channel, letter.addressee, letter.sender)
        return True

    @one_transaction
    def becomes(self, connection: Connection, letter_id: str) -> Becomes:
        """What has become of a letter that was taken."""
        found = connection.execute(select(LETTER.c.taken_by).where(LETTER.c.id == letter_id)).one_or_none()
        if found is None:
            return Becomes.DONE
        return Becomes.ON_ITS_WAY if _is_there(connection, found.taken_by or 0) else Becomes.LOST

    @one_transaction
    def tell(self, connection: Connection, me: int, words: Collection[tuple[Tells, str]]) -> None:
        """Tells all copies but this one some words, each with what it is about."""
        for what, about in words:
            _tell(connection, NOBODY, what, f"{me} {about}")

    @one_transaction
    def done(self, connection: Connection, letter: Letter) -> None:
        """It was carried out, or nobody is to carry it out any more; it is gone, and the sender is told."""
        connection.execute(delete(LETTER).where(LETTER.c.id == letter.id))
        _tell(connection, letter.sender, Tells.DONE, letter.id)

    @one_transaction
    def forget_old(self, connection: Connection) -> None:
        """Forgets what nobody waits for any more, because both copies are gone."""
        connection.execute(delete(LETTER).where(LETTER.c.written_at < _NOW - OLD))
        connection.execute(delete(FINGER).where(FINGER.c.begun_at < _NOW - OLD))


class FingerStore:
    """Implements `bot.handover.letters.Fingers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def begin(self, connection: Connection, press: str, me: int, quiet: float) -> bool:
        """Whether no copy has begun this press; `quiet` are the seconds for which an answer counts."""
        row = upsert(FINGER).values(press=press, copy_number=me, begun_at=_NOW)
        first = row.on_conflict_do_nothing().returning(FINGER.c.press)
        before = select(FINGER).where(FINGER.c.press == press).with_for_update()
        found = None
        while found is None:
            if connection.execute(first).first() is not None:
                return True
            found = connection.execute(before).one_or_none()
        if found.answered_at is None and _is_there(connection, found.copy_number):
            return False
        is_over = and_(FINGER.c.press == press, FINGER.c.answered_at.is_(None) | (FINGER.c.answered_at < _NOW - QUIET))
        again = update(FINGER).where(is_over).values(copy_number=me, begun_at=_NOW, answered_at=None)
        return connection.execute(again, {"quiet": quiet}).rowcount == 1

    @one_transaction
    def end(self, connection: Connection, press: str, me: int, *, answered: bool) -> None:
        """The press is over, or was `answered` now."""
        its_own = and_(FINGER.c.press == press, FINGER.c.copy_number == me)
        if answered:
            connection.execute(update(FINGER).where(its_own).values(answered_at=_NOW))
        else:
            connection.execute(delete(FINGER).where(its_own))


def _is_free(letter_id: str) -> ColumnElement[bool]:
    return and_(LETTER.c.id == letter_id, LETTER.c.taken_by.is_(None))


def _is_there(connection: Connection, one: int) -> bool:
    return bool(connection.execute(select(_IS_THERE), {"one": one}).scalar())


def _hand_over(connection: Connection, channel: str, before: int, after: int) -> None:
    """Whoever had the codes before is told, if it still is there to hear it."""
    its = and_(HOLDER.c.channel == channel, HOLDER.c.copy_number == before)
    if connection.execute(update(HOLDER).where(its).values(copy_number=after)).rowcount:
        _tell(connection, before, Tells.LOST, channel)


def _tell(connection: Connection, copy: int, what: Tells, about: str) -> None:
    connection.execute(_TELL, {"said": f"{copy} {what} {about}"})
