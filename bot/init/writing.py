"""Puts files in their place: all of them or none, whole, and readable by their owner alone where they hold secrets."""

import contextlib
import errno
import os
import signal
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.init.wrong import Why, Wrong
from bot.paths import is_there

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
        Wrong: a file can't be written, or was changed since it was read. Nothing was changed; if it was, it says what.
    """
    # What a link leads to is replaced, not the link.
    places = {path: path.resolve() for path in drafts}
    with _undisturbed():
        try:
            for path, draft in drafts.items():
                if read(path) != draft.before:
                    raise Wrong(f"{path} was changed meanwhile: start again", Why.FOLDER)
                _write_beside(places[path], draft)
            check({path: _beside(place) for path, place in places.items()})
            _replace({places[path]: draft.before is not None for path, draft in drafts.items()})
        finally:
            for place in places.values():
                with contextlib.suppress(OSError):
                    _beside(place).unlink()


def _beside(place: Path) -> Path:
    return place.with_name(place.name + ".new")


def _kept(place: Path) -> Path:
    """Where what was there lies until all is replaced: the file itself, so its owner and mode need not be made anew."""
    return place.with_name(place.name + ".before-init")


def _write_beside(place: Path, draft: Draft) -> None:
    beside = _beside(place)
    try:
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
    except OSError as error:
        said = f"{place} can't be written ({error.strerror}): look whether its folder is there, and is yours"
        raise Wrong(said, Why.FOLDER) from None


def _replace(places: Mapping[Path, bool]) -> None:
    """Moves all to their places, where a file was or none; where one can't be, all that was there is put back."""
    begun: list[Path] = []
    try:
        for place, there in places.items():
            if there:
                _keep(place)
            begun.append(place)
            _beside(place).replace(place)
    except OSError as error:
        left = _put_back({one: places[one] for one in begun}) or ["nothing was written: all is as it was"]
        raise Wrong("\n".join([_refused(place, error), *left]), Why.FOLDER) from None
    for place in begun:
        with contextlib.suppress(OSError):
            _kept(place).unlink()


def _keep(place: Path) -> None:
    kept = _kept(place)
    kept.unlink(missing_ok=True)
    try:
        # A second name: whenever it is looked at, there is a file at its place.
        os.link(place, kept)
    except OSError:
        # Not every file system has second names.
        place.rename(kept)


def _refused(place: Path, error: OSError) -> str:
    if error.errno == errno.EBUSY:
        return f"{place} can't be replaced, for it is mounted by itself: mount the folder that it is in instead"
    return f"{place} can't be replaced ({error.strerror}): look whether it and its folder are yours"


def _put_back(places: Mapping[Path, bool]) -> list[str]:
    """A sentence for each that is not as it was."""
    lines = []
    for place, there in places.items():
        kept, moved = _kept(place), not is_there(_beside(place))
        try:
            if there:
                kept.replace(place)
                # Two names of one file: where nothing was replaced they are that, and then nothing is moved.
                kept.unlink(missing_ok=True)
            elif moved:
                place.unlink()
        except OSError as error:
            old = f"; what was there is in {kept}" if there else ""
            lines.append(f"{place} was replaced and can't be put back ({error.strerror}){old}")
    return lines


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C and being told to end change nothing until the files are in their place: that takes no time."""
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
