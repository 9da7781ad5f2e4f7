"""`python -m bot` is the same as `otc-bot`."""

from bot.cli import main

main()
