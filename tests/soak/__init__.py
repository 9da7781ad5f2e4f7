"""A whole day at the docks in a few minutes: every clock of the bot and of the simulators runs faster."""
