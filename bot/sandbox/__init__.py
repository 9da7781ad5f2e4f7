"""Simulated outside worlds: stand-ins for Flipkart and Slack, for tests and the demo."""
