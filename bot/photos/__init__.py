"""Photos of problem parcels: fetched, checked by what they are and not by what they are called, and kept as files."""
