"""Keeps which videos there are of which handover and parcel; they lie in Slack."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select, text, update

from bot.photos.videos import Video
from bot.store.dialects.statements import upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import UNREAD, VIDEO


class VideoStore:
    """Implements `bot.photos.videos.Videos`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def add(self, connection: Connection, video: Video) -> Video:
        """Notes a video, without its `id`; one that is noted already stays as it is."""
        row = asdict(video) | {"candidates": list(video.candidates)}
        del row["id"]
        connection.execute(upsert(VIDEO).values(row).on_conflict_do_nothing())
        same = (VIDEO.c.handover_id == video.handover_id) & (VIDEO.c.file_id == video.file_id)
        return video_of(connection.execute(select(VIDEO).where(same)).one())

    @one_transaction
    def pending(self, connection: Connection, most: int) -> list[Video]:
        """Videos that were neither hashed nor given up, the oldest first."""
        query = select(VIDEO).where(text(UNREAD)).order_by(VIDEO.c.id).limit(most)
        return [video_of(row) for row in connection.execute(query)]

    @one_transaction
    def hashed(self, connection: Connection, video_id: int, sha256: str) -> None:
        """It was read."""
        connection.execute(update(VIDEO).where(VIDEO.c.id == video_id).values(sha256=sha256))

    @one_transaction
    def given_up(self, connection: Connection, video_id: int, problem: str) -> None:
        """It is not read, and why."""
        connection.execute(update(VIDEO).where(VIDEO.c.id == video_id).values(problem=problem))

    @one_transaction
    def bind(self, connection: Connection, video_id: int, handover_id: str, which: int) -> Video | None:
        """Says which of its candidates it shows; None where there is no such video or candidate."""
        here = (VIDEO.c.id == video_id) & (VIDEO.c.handover_id == handover_id)
        row = connection.execute(select(VIDEO).where(here)).first()
        if row is None or not 0 <= which < len(row.candidates):
            return None
        connection.execute(update(VIDEO).where(here).values(tracking_id=row.candidates[which]))
        return video_of(connection.execute(select(VIDEO).where(here)).one())


def video_of(row: Row[Any]) -> Video:
    """The video as the domain knows it."""
    values = dict(row._mapping)
    return Video(**values | {"candidates": tuple(row.candidates)})
