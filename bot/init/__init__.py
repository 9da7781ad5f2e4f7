"""`otc-bot init`: asks people, or reads a file of answers, looks at each answer, and writes `.env` and bot.toml.

- `known`: what is set already; `wanted`: what is to be set
- `talk`: the conversation, over `terminal`; `answers`: the same from a file
- `checks`: looks at an answer with Slack and Flipkart, by the doctor's checks; `names`: ids for what people call things
- `env_file`, `toml_file`: what the files say then; `writing`: puts them there, both or none
"""
