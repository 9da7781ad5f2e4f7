"""The record of a finished handover, for claims weeks later: one value, and the papers and tables drawn from it."""
