"""A simulated Slack that the bot reaches over loopback only, and can't tell from the real one."""

from __future__ import annotations

from .errors import SubmitRefused
from .model import Call, Delivery, Ephemeral, Message, View
from .sim import SlackSim

__all__ = ["Call", "Delivery", "Ephemeral", "Message", "SlackSim", "SubmitRefused", "View"]
