"""Puts files in their place: all of them or none, whole, and readable by their owner alone where they hold secrets."""

import contextlib
import os
import signal
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.init.wrong import Why, Wrong

PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it is to be."""

    text: str
    before: str | None
    """What it said when it was read; None: it was not there."""
    private: bool
    """Whether nobody but its owner may read it, whatever its mode was."""


def read(path: Path) -> str | None:
    """The text of a file with its line ends as they are; None where there is none. Raises Wrong."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise Wrong(f"{path} is not UTF-8 text: save it as plain text", Why.FOLDER) from None
    except OSError as error:
        raise Wrong(f"{path} can't be read: {error.strerror}", Why.FOLDER) from None


def write(drafts: Mapping[Path, Draft], check: Callable[[Mapping[Path, Path]], None]) -> None:
    """Writes each beside its place first, has all of them checked there, and then moves them to their place.

    Raises:
        Wrong: a file can't be written, or was changed since it was read. Nothing was changed.
    """
    with _undisturbed():
        made: dict[Path, Path] = {}
        path = Path()
        try:
            for path, draft in drafts.items():
                if read(path) != draft.before:
                    raise Wrong(f"{path} was changed meanwhile: start again", Why.FOLDER)
                made[path] = _beside(path.resolve(), draft)
            check(made)
            for path, beside in made.items():
                # What a link leads to is replaced, not the link.
                beside.replace(path.resolve())
        except OSError as error:
            said = (
                f"{path.resolve()} can't be written ({error.strerror}): look whether its folder is there, and is yours"
            )
            raise Wrong(said, Why.FOLDER) from None
        finally:
            for beside in made.values():
                beside.unlink(missing_ok=True)


def _beside(place: Path, draft: Draft) -> Path:
    beside = place.with_name(place.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        file.write(draft.text.encode())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileNotFoundError):
        was = place.stat()
        if not draft.private:
            beside.chmod(stat.S_IMODE(was.st_mode))
        if was.st_uid != os.geteuid():
            # Whoever sets it up as root leaves the files to the bot's user.
            os.chown(beside, was.st_uid, was.st_gid)
    return beside


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C and being told to end change nothing until the files are in their place: that takes no time."""
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
