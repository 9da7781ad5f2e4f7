"""The domain: what a handover is and what may happen to it. No Slack, no HTTP, no SQL, no clock of its own."""
