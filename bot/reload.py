"""What becomes of the houses when the settings are read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.settings import Settings

LASTING = (
    *("http_host", "http_port", "metrics_token", "health_access"),
    *("log_level", "log_format", "sentry_dsn", "sentry_environment", "photos_folder"),
)
"""Of the environment, what a process takes once."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Houses by what is to be done, each by the id of its workspace."""

    gone: Sequence[str]
    other: Mapping[str, Settings]
    """Their settings have changed."""
    new: Mapping[str, Settings]
    sellers: Sequence[str]
    """Those who are not what they were, or are gone; all their houses are among those above."""
    not_now: Sequence[str]
    """What was changed and can't be while the bot runs: a sentence each."""


def changed(before: Mapping[str, Settings], found: Sequence[Settings]) -> Changed:
    """What changed between the settings of before and those that were found now."""
    lasting = next(iter(before.values())).env
    not_now = [
        f"{name.upper()} can't change while the bot runs: restart it"
        for name in LASTING
        if getattr(found[0].env, name) != getattr(lasting, name)
    ]
    now: dict[str, Settings] = {}
    for one in found:
        old, kept = before.get(one.workspace), {name: getattr(lasting, name) for name in LASTING}
        if old is not None and old.env.database_url != one.env.database_url:
            kept["database_url"] = old.env.database_url
            whose = f"of {one.workspace} " if one.workspace else ""
            not_now.append(f"the database {whose}can't change while the bot runs: restart it")
        now[one.workspace] = one.model_copy(update={"env": one.env.model_copy(update=kept)})
    sellers_before, sellers_now = _sellers(before.values()), _sellers(now.values())
    sellers = [name for name, facts in sellers_before.items() if sellers_now.get(name) != facts]
    return Changed(
        gone=[name for name in before if name not in now],
        other={
            name: one
            for name, one in now.items()
            if name in before and (one != before[name] or one.seller in sellers or before[name].seller in sellers)
        },
        new={name: one for name, one in now.items() if name not in before},
        sellers=sellers,
        not_now=not_now,
    )


def _sellers(houses: Iterable[Settings]) -> dict[str, object]:
    """What a seller is made of, by id; of its first house too, in whose database the calls are counted."""
    facts: dict[str, object] = {}
    for one in houses:
        env, toml = one.env, one.toml
        account = (env.flipkart_app_id, env.flipkart_app_secret, env.flipkart_api_url)
        facts.setdefault(one.seller, (account, env.database_url, toml.flipkart, toml.notifications))
    return facts
