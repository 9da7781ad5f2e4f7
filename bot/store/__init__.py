"""What is kept: handovers, shipments, the record, deliveries and the call budget, in one SQLite file."""
