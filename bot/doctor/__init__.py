"""`otc-bot doctor`: looks at everything that an installation needs, and says of each thing whether it is well.

Each check is an async function that yields findings (`bot.doctor.finding.Finding`) and can be called alone, with just
what it needs; `otc-bot init` asks the same ones while it asks people:

- `bot.doctor.slack`: `bot_token`, `app_token`
- `bot.doctor.channels`: `channel`, `group`; `bot.doctor.called` finds a channel by its name
- `bot.doctor.people`: `people`, whom bot.toml names by their ids
- `bot.doctor.flipkart`: `token`, `location`; `client_of` makes their client, whose calls are in no budget
- `bot.doctor.database`: `database`, `arrivals`
- `bot.doctor.machine`: `env_file`, `disk`, `zone`, `fonts`, `port`

`bot.doctor.examine` puts them in order, and `bot.doctor.drawing` shows them. Nothing here changes anything.
"""
