"""The bot's resident memory, looked at from outside, once a minute of the day; and its CPU time."""

import asyncio
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.processes import resident_mb

LOOK_SECONDS = 60.0


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used, to the hundredth: the kernel's own figure, as clocks are false here."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Memory:
    """Samples of one process. Moments are seconds since the day began."""

    pid: int
    began: float
    samples: list[tuple[float, float]] = field(default_factory=list)

    async def watch(self) -> None:
        """Looks until cancelled."""
        while True:
            self.samples.append((time.time() - self.began, resident_mb(self.pid)))
            await asyncio.sleep(LOOK_SECONDS)

    def around(self, moment: float, seconds: float) -> float:
        """The median, in MB, of the samples so many seconds before and after a moment."""
        near = [mb for at, mb in self.samples if abs(at - moment) <= seconds]
        return statistics.median(near or [self.samples[-1][1]])
