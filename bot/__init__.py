"""otc-bot: Flipkart return handovers in Slack."""

__version__ = "0.1.0"
