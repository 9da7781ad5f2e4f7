"""Work that would hold the interpreter, done in a process of its own with limits of memory and time.

Reading a list, drawing a receipt or a chart and looking into a picture take up to seconds of nothing but Python, and
strangers make what they are given. In a thread they would keep a code waiting, and one file could take all memory.
"""

from bot.worker.worker import Apart, Limits, TooMuchError, Worker, WorkerFaultError

__all__ = ["Apart", "Limits", "TooMuchError", "Worker", "WorkerFaultError"]
