"""Several copies of the bot over one PostgreSQL: who does what, and how that is known."""
