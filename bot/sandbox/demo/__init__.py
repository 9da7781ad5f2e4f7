"""The practice dock: both simulators behind one page. `bot.demo` puts a real bot between them."""

from bot.sandbox.demo.place import Place
from bot.sandbox.demo.server import DemoServer

__all__ = ["DemoServer", "Place"]
