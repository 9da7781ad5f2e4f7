"""The folder beside the database in which pictures lie, each named by the SHA-256 of its content.

Several processes may work on it at once: one takes away what nobody needs any more while another is keeping the very
same picture again. So nothing is deleted under its name. It is put away under another one, then the table is asked
whether it is needed after all; and who keeps a picture looks, once that is in the table, whether it still is there.
"""

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

_NAME = re.compile(r"[0-9a-f]{64}")
_PUT_AWAY = re.compile(r"\.([0-9a-f]{64})\.[0-9a-f]{8}")


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

    def put_away(self, sha256: str) -> None:
        """Takes the picture out of sight; nothing where it is gone already. Raises OSError, and ValueError as `place`.

        No two of it have one name, so that nobody deletes what another process has put away and will bring back.
        """
        with contextlib.suppress(FileNotFoundError):
            self.place(sha256).replace(self.path / f".{sha256}.{secrets.token_hex(4)}")

    def away(self) -> dict[str, str]:
        """What was put away, also by a process that was killed: the SHA-256 of each file, by its name."""
        files = self.path.iterdir() if self.path.exists() else ()
        return {file.name: found[1] for file in files if (found := _PUT_AWAY.fullmatch(file.name))}

    def settle(self, away: str, *, needed: bool) -> None:
        """Brings a picture back that was put away, or deletes it. Raises OSError."""
        file, sha256 = self.path / away, self.place(away[1:65])
        with contextlib.suppress(FileNotFoundError):  # another process has seen to it
            if needed:
                file.replace(sha256)
            else:
                file.unlink()

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
