"""Alembic's entry: runs on the connection, and inside the transaction, that `bot.store.session` opened."""

from alembic import context

from bot.store.tables import METADATA

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("migrations run through `otc-bot db upgrade`")
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
