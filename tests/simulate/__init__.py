"""Hundreds of sellers over several copies of the bot, on a virtual clock: `python -m tests.simulate`."""
