"""What the bot counts and measures of itself, as plain values, and the page that a monitor reads them from."""
