"""What people press and type. Each listener acknowledges, decides who is asked, and hands over to `bot.handover`."""
