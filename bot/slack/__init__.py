"""Slack: what people press (listeners), what they see (blocks), and the outbox's way there (sender)."""
