"""One day at the docks in a few minutes: `.venv/bin/python -m tests.soak [--speed 150]`.

A real `otc-bot run` serves four docks for 14 hours of its own time: 60 handovers, 3,000 shipments, people who press and
count, and Flipkart and Slack with their published limits and with faults all day long. At the end everything is
compared, and the bot's memory must be within 10 % of what it was after the first tenth. The last line says it; the exit
code is 1 if anything is not as promised. It needs the program `faketime`: install the Debian package `faketime`.

Only the clocks run faster, the machine does not: three seconds are 20 ms at a speed of 150. On a machine that does
other things too, take a lower speed, or say `--busy`, which tells of lateness and does not judge it.
"""

import subprocess
import sys

from tests.soak import fastclock
from tests.soak.day import arguments

if __name__ == "__main__":
    options = arguments()
    if not fastclock.is_here():
        sys.exit(fastclock.MISSING)
    command = fastclock.command(options.speed, "tests.soak.day", *sys.argv[1:])
    sys.exit(subprocess.call(command, env=fastclock.environment()))
