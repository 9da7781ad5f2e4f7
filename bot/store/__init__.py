"""What is kept: handovers, shipments, the record, message intents and the call budget, in one SQLite file."""
