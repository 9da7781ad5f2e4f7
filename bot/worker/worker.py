"""The bot's side: one process at a time, started when it is needed, ended when it rests, replaced when it dies."""

import asyncio
import contextlib
import os
import pickle  # nosec B403
import signal
import subprocess  # nosec B404
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from datetime import date
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import IO, Any, ParamSpec, Protocol, TypeVar

import structlog

from bot.worker.child import FAULT, HEADER, MEMORY

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()

CHILD = Path(__file__).with_name("child.py")
HANDED_ON = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR"})
"""All of the bot's environment that the process gets: no token is in it."""
GIVEN = {
    # Numerical libraries take memory for each core before they do anything.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Where lxml happens to be installed, openpyxl would read workbooks with it, and not with what refuses entities.
    "OPENPYXL_LXML": "False",
}
"""What its libraries go by."""
CHUNK = 1 << 20
TRUSTED = ("bot.lists.model", "bot.lists.refused")
"""Whose data classes and enumerations an answer may hold."""


class TooMuchError(Exception):
    """The work took more memory or time than it may, or its process died over it: another try would do the same."""


class WorkerFaultError(Exception):
    """The work ended in a fault of the bot; the message is where."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process may take."""

    memory: int = 512 * 1024 * 1024
    """Bytes that it allocates. The longest lists that are read take 300 MB."""
    cpu: int = 60
    """Seconds of CPU for one piece of work."""
    seconds: float = 3600.0
    """From its beginning to its end, for what waits instead of working."""
    idle: float = 600.0
    """Seconds of rest after which the process is ended: it holds memory."""
    answer: int = 128 * 1024 * 1024
    """Bytes of an answer."""
    works: int = 100
    """Pieces of work after which it is replaced: libraries forget to give memory back."""


class Apart(Protocol):
    """Runs a function of a module elsewhere. What it is given and what it returns is copied."""

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns.

        Raises:
            TooMuchError: it takes too much; what it is asked for is to be refused.
            WorkerFaultError: it raised something.
        """


class Worker:
    """Implements `Apart`, one piece of work after the other. The first starts the process; `close` ends it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = asyncio.Lock()
        self._child: _Child | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Future[None]] = set()
        self._closed = False
        self._told = False

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._child.pid if self._child is not None else None

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the work in its turn; see `Apart`. When this is cancelled, the process is ended."""
        async with self._turn:
            child = self._ready()
            try:
                async with asyncio.timeout(self._limits.seconds):
                    kind, value = await asyncio.to_thread(child.ask, (work, args, kwargs))
            except BaseException as error:
                self._bury()
                if self._closed:
                    raise WorkerFaultError("the bot stops") from error
                if isinstance(error, TimeoutError):
                    raise TooMuchError("it took too long") from error
                raise
            if kind == MEMORY or child.works >= self._limits.works:
                self._bury()
            else:
                self._rest = asyncio.get_running_loop().call_later(self._limits.idle, self._bury)
        if kind == MEMORY:
            raise TooMuchError("it took too much memory")
        if kind == FAULT:
            raise WorkerFaultError(str(value))
        result: T = value
        return result

    async def close(self) -> None:
        """Ends the process, also in the middle of work, and takes no more."""
        self._closed = True
        self._bury()
        await asyncio.gather(*self._ending)

    def _ready(self) -> "_Child":
        if self._closed:
            raise WorkerFaultError("the bot stops")
        if self._rest is not None:
            self._rest.cancel()
        if self._child is not None and self._child.gone:
            self._bury()
        if not self._told and sys.platform != "linux":
            self._told = True
            log.info("this system keeps no limit of memory for the process that reads lists and draws receipts")
        self._child = self._child or _Child(self._limits)
        return self._child

    def _bury(self) -> None:
        """Ends the process; the next work begins one anew."""
        child, self._child = self._child, None
        if self._rest is not None:
            self._rest.cancel()
        if child is not None:
            child.kill()
            ending = asyncio.get_running_loop().run_in_executor(None, child.end)
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


class _Child:
    """One process. `ask` and `end` block and belong into a thread; `kill` ends it from any other."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._change = threading.Lock()
        self._killed = False
        self.works = 0

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def gone(self) -> bool:
        """Whether it ended while it had nothing to do."""
        return self._process is not None and self._process.poll() is not None

    def ask(self, work: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> tuple[str, Any]:
        """What the process answers. Raises TooMuchError when it dies over it."""
        process = self._started()
        self.works += 1
        try:
            _send(process, work)
            return _receive(process, self._limits.answer)
        except (EOFError, BrokenPipeError) as error:
            self.kill()
            code = process.wait()
            why = "it took too much time" if code == -signal.SIGXCPU else f"its process ended with {code}"
            raise TooMuchError(why) from error

    def kill(self) -> None:
        """Ends the process at once; whoever waits for its answer gets none."""
        with self._change:
            self._killed = True
            if self._process is not None:
                self._process.kill()

    def end(self) -> None:
        """Waits until a killed process is gone, and lets go of it."""
        if self._process is not None:
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                # What was left in the buffer can't be delivered any more.
                with contextlib.suppress(BrokenPipeError):
                    _there(pipe).close()

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._change:
            if self._killed:
                raise WorkerFaultError("it was ended before it began")
            if self._process is not None:
                return self._process
            environment = {name: value for name, value in os.environ.items() if name in HANDED_ON} | GIVEN
            self._process = subprocess.Popen(  # noqa: S603 - our own file  # nosec B603
                [sys.executable, "-I", str(CHILD)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Ctrl-C is for the bot, which ends this process in its turn.
                start_new_session=True,
            )
        with contextlib.suppress(BrokenPipeError):  # what follows finds out
            _send(self._process, (sys.path, self._limits.memory, self._limits.cpu))
        return self._process


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise BrokenPipeError
    return pipe


def _send(process: "subprocess.Popen[bytes]", message: object) -> None:
    stdin, frame = _there(process.stdin), memoryview(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    stdin.write(HEADER.pack(len(frame)))
    for at in range(0, len(frame), CHUNK):
        stdin.write(frame[at : at + CHUNK])
    stdin.flush()


def _receive(process: "subprocess.Popen[bytes]", most: int) -> tuple[str, Any]:
    """Raises EOFError for an answer that ends too early or is too long."""
    stdout = _there(process.stdout)
    head = stdout.read(HEADER.size)
    length = HEADER.unpack(head)[0] if len(head) == HEADER.size else 0
    if not 0 < length <= most:
        raise EOFError
    frame = stdout.read(length)
    if len(frame) < length:
        raise EOFError
    kind, value = _Answer(BytesIO(frame)).load()
    return kind, value


class _Answer(pickle.Unpickler):
    """Reads what the process says. It was given the files of strangers, so it can name values only and no functions."""

    def find_class(self, module: str, name: str) -> Any:
        found = (
            super().find_class(module, name) if module in TRUSTED or (module, name) == ("datetime", "date") else None
        )
        if found is date or (isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum))):
            return found
        raise pickle.UnpicklingError(f"an answer names {module}.{name}")
