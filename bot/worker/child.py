"""The process that works: takes a function with its arguments from stdin, and answers on what was stdout.

It is started by this file's path, in isolated mode and without the bot's environment, so it holds no token. It ends
when its stdin does, also in the middle of work: the bot is gone then, however it went.

A frame is eight bytes of length and a pickle. The first that comes is `(sys.path, bytes of memory, seconds of CPU)`,
each other `(function, arguments, named arguments)`; each answer is `(kind, value)`.
"""

import os
import pickle  # nosec B403
import queue
import resource
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

HEADER = struct.Struct("!Q")
VALUE, MEMORY, FAULT = "value", "memory", "fault"
NICE = 5
"""Where there is one core only, a code is worth more than a list."""


def main() -> None:
    """Works until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not look like an answer.
    os.dup2(2, 1)
    frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(sys.stdin.buffer, frames), daemon=True).start()
    path, memory, seconds = pickle.loads(frames.get())  # noqa: S301 - from the bot itself  # nosec B301
    sys.path[:] = path
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_memory(memory)
    while True:
        frame = frames.get()
        limit_time(seconds)
        answer = pickle.dumps(_answer(frame), pickle.HIGHEST_PROTOCOL)
        del frame
        answers.write(HEADER.pack(len(answer)) + answer)
        answers.flush()


def limit_memory(most: int) -> None:
    """All that the process may allocate, in bytes. Linux keeps it; some kernels know no such limit."""
    which = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    try:
        resource.setrlimit(which, (most, most))
    except (ValueError, OSError):
        return  # the bot has said in its log that this system has none


def limit_time(seconds: int) -> None:
    """So many seconds of CPU from now on; then the kernel ends the process. A busy machine makes no difference."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))


def _take(stdin: BinaryIO, frames: "queue.SimpleQueue[bytes]") -> None:
    while True:
        head = stdin.read(HEADER.size)
        frame = stdin.read(HEADER.unpack(head)[0]) if len(head) == HEADER.size else b""
        if not frame:
            os._exit(0)
        frames.put(frame)


def _answer(frame: bytes) -> tuple[str, Any]:
    try:
        work: Callable[..., Any]
        work, arguments, named = pickle.loads(frame)  # noqa: S301 - from the bot itself  # nosec B301
        return VALUE, work(*arguments, **named)
    except MemoryError:
        return MEMORY, None
    except Exception:  # noqa: BLE001 - the bot raises it
        return FAULT, traceback.format_exc()


if __name__ == "__main__":
    main()
