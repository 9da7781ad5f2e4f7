"""Gets every intent into Slack exactly once, as far as Slack's history lets anyone know, and keeps the cards fresh."""
