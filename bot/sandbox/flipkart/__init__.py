"""A simulated Flipkart Returns V3: the dock, its FEs and the HTTP API a seller's tool sees of them."""

from bot.sandbox.flipkart.calls import Call
from bot.sandbox.flipkart.dock import Location
from bot.sandbox.flipkart.faults import Fault, Mood
from bot.sandbox.flipkart.shipments import Shipment
from bot.sandbox.flipkart.sim import FlipkartSim
from bot.sandbox.flipkart.switches import Switches
from bot.sandbox.flipkart.visit import Visit

__all__ = ["Call", "Fault", "FlipkartSim", "Location", "Mood", "Shipment", "Switches", "Visit"]
