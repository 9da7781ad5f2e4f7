"""The folder beside the database in which pictures lie, each named by the SHA-256 of its content."""

import contextlib
import hashlib
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile

_NAME = re.compile(r"[0-9a-f]{64}")


class PhotoFolder:
    """Keeps each picture once, whole or not at all."""

    def __init__(self, database: str) -> None:
        """Takes the path of the database file; makes nothing yet."""
        self.path = Path(f"{database}.photos")

    def keep(self, content: bytes) -> str:
        """Writes the picture to disk for good and returns its SHA-256. Raises OSError."""
        name = hashlib.sha256(content).hexdigest()
        if (self.path / name).exists():
            return name
        # Parcels carry the addresses of people: nobody but the bot's user reads their pictures.
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.path, prefix=".", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(self.path / name)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(file.name).unlink()
                raise
        return name

    def forget(self, sha256: str) -> None:
        """Deletes the picture; nothing where it is gone already. Raises OSError, and ValueError for no SHA-256."""
        self.place(sha256).unlink(missing_ok=True)

    def place(self, sha256: str) -> Path:
        """Where the picture lies, for `read`. Raises ValueError for no SHA-256."""
        if not _NAME.fullmatch(sha256):
            raise ValueError("not the name of a picture")
        return self.path / sha256


def read(place: Path) -> bytes:
    """The picture. Raises OSError, also when the file is not what its name says."""
    content = place.read_bytes()
    if hashlib.sha256(content).hexdigest() != place.name:
        raise OSError(f"the picture {place.name} was changed on disk")
    return content
