"""What is at a path, also where this user may not look: `Path.exists()` and the like end in an error there."""

import os
import stat
from pathlib import Path


def is_there(path: Path) -> bool:
    """Whether anything is seen there; where nobody may look, nothing is."""
    return _mode(path) is not None


def is_folder(path: Path) -> bool:
    """Whether a folder is seen there."""
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def is_file(path: Path) -> bool:
    """Whether a file is seen there."""
    mode = _mode(path)
    return mode is not None and stat.S_ISREG(mode)


def closed(path: Path) -> str:
    """Why it can't be told whether anything is there, and what to do about it, without a full stop; empty: it can.

    Whoever would make or forget something because nothing is there asks this first.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except PermissionError as error:
        return f"{_the_closed_one(path)} can't be entered ({error.strerror}). Let the bot's user enter it"
    except OSError as error:
        return f"it can't be looked at ({error.strerror}). Check how it is written, and its disk"
    return ""


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError:
        return None


def _the_closed_one(path: Path) -> Path:
    """The first folder on the way into which nobody can look; links are followed as far as they can be."""
    whole = Path(os.path.realpath(path))
    for one in (*reversed(whole.parents), whole):
        try:
            one.lstat()
        except PermissionError:
            return one.parent
        except OSError:
            break
    return whole.parent
