"""Pictures on paper: in rows, each with its name and hash."""

from collections.abc import Callable, Iterable

from bot.i18n import _
from bot.photos.folder import read
from bot.record import sentences as say
from bot.record.paper import LEFT, POINT, RIGHT, Paper
from bot.record.receipt import Photo
from bot.record.thumbs import BrokenPhoto, thumbnail

SMALL, LARGE = (42.0, 34.0), (86.0, 72.0)
"""Width and height in millimetres: four in a row, and two."""


def content_of(photo: Photo) -> bytes:
    """The file. Raises BrokenPhoto where it is gone, or not what it was."""
    try:
        return photo.content if isinstance(photo.content, bytes) else read(photo.content)
    except OSError as error:
        raise BrokenPhoto from error


class Pictures:
    """Thumbnails in rows, as many as a paper should hold."""

    def __init__(
        self,
        paper: Paper,
        most: int,
        size: tuple[float, float] = SMALL,
        more: Callable[[Photo], str] = lambda photo: say.shown(photo.sha256, 64)[:16] + "…",
    ) -> None:
        """`size` is the width and height of each, in millimetres; `more` stands below its name."""
        self._paper = paper
        self._more = more
        self._left = most
        self._width, self._height = size

    def draw(self, photos: Iterable[Photo]) -> None:
        """The photos with name and hash; one that can't be shown is a line of text."""
        paper, x, row = self._paper, LEFT + 4, 0.0
        for photo in photos:
            name = f"{say.shown(photo.name, 60)} · SHA-256 {say.shown(photo.sha256, 64)}"
            if self._left <= 0:
                paper.y, x, row = paper.y + row, LEFT + 4, 0.0
                paper.block(_("Photo not printed: {name}").format(name=name), 7, x=LEFT + 4)
                continue
            try:
                small = thumbnail(content_of(photo))
            except BrokenPhoto:
                paper.y, x, row = paper.y + row, LEFT + 4, 0.0
                paper.block(_("Photo that can't be shown: {name}").format(name=name), 7, x=LEFT + 4)
                continue
            self._left -= 1
            scale = min(self._width / small.width, self._height / small.height)
            wide, high = small.width * scale, small.height * scale
            if x + self._width > RIGHT:
                paper.y, x, row = paper.y + row, LEFT + 4, 0.0
            if paper.room(self._height + 8):
                x, row = LEFT + 4, 0.0
            paper.picture(small.jpeg, x, paper.y + 1, wide, high)
            step = 6 * POINT * 1.3
            captions = paper.wrap(say.shown(photo.name, 60), self._width, 6)[:2]
            captions += paper.wrap(self._more(photo), self._width, 6)
            for i, line in enumerate(captions):
                paper.text(x, paper.y + high + 3.4 + i * step, line, 6)
            row = max(row, high + 3 + len(captions) * step + 1)
            x += self._width + 2.5
        paper.y += row
