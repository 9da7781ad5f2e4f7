"""What DATABASE_URL may say: a file, or a database at a server, which may have several hosts."""

import re

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_SUCH_AS = "sqlite:///otc-bot.db or postgresql://user:password@host/otc"
_SCHEMA = re.compile(r"(?!pg_)[A-Za-z_][A-Za-z0-9_-]{0,62}")
_SEVERAL = re.compile(r"(?P<before>\w+(?:\+\w+)?://(?:[^@]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<rest>.*)", re.DOTALL)
"""Hosts as libpq writes them: ``postgresql://user@one:5432,two:5432/otc``."""
_HOST = re.compile(r"(?:\[(?P<bare>[^\]]+)\]|(?P<name>[^:]+))(?::(?P<port>\d+))?")
_PORT = "5432"


def database_url(value: str) -> str:
    """The URL of a database as the bot works with it. Raises ValueError: what is wrong with it, without its values."""
    several = _SEVERAL.fullmatch(value)
    try:
        url = make_url(several["before"] + several["rest"] if several else value)
    except (ArgumentError, ValueError) as error:
        raise ValueError(f"must be a URL such as {_SUCH_AS}") from error
    if url.get_backend_name() in ("postgresql", "postgres"):
        url = _with_hosts(url, several["hosts"].split(",")) if several else _with_hosts_of_the_query(url)
        return _on_a_server(url).set(drivername="postgresql").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite":
        raise ValueError(f"must be a URL such as {_SUCH_AS}; other databases are not supported")
    if not url.database or url.database == ":memory:":
        raise ValueError("must name a file, such as sqlite:///otc-bot.db: what is in memory is lost")
    return url.set(drivername="sqlite").render_as_string(hide_password=False)


def _on_a_server(url: URL) -> URL:
    if not url.database:
        raise ValueError("must name a database, as in postgresql://user:password@host/otc")
    if "password" in url.query:
        raise ValueError("must have its password before the host, as in postgresql://user:password@host/otc")
    schema = url.query.get("schema", "public")
    if not isinstance(schema, str) or not _SCHEMA.fullmatch(schema):
        raise ValueError("must name one schema, of letters, digits, _ and -, as in postgresql://host/otc?schema=north")
    return url


def _with_hosts_of_the_query(url: URL) -> URL:
    """Hosts as SQLAlchemy writes them (``?host=one:5432&host=two:5432``), or as libpq does in a query."""
    hosts = url.query.get("host", "")
    if not isinstance(hosts, str):
        return _with_hosts(url, list(hosts))
    return _of_several(url) if "," in hosts else url


def _with_hosts(url: URL, hosts: list[str]) -> URL:
    """All hosts in one way, which both SQLAlchemy and libpq read."""
    read = [_HOST.fullmatch(one) for one in hosts]
    found = [(one["bare"] or one["name"], one["port"] or _PORT) for one in read if one]
    if len(found) < len(hosts):
        raise ValueError("must name its hosts as in postgresql://user:password@one:5432,two:5432/otc")
    names, ports = ([one[n] for one in found] for n in (0, 1))
    return _of_several(url.update_query_dict({"host": ",".join(names), "port": ",".join(ports)}))


def _of_several(url: URL) -> URL:
    """Of several hosts the one that is written to is meant, as long as nothing else is said: others stand by."""
    return url if "target_session_attrs" in url.query else url.update_query_dict({"target_session_attrs": "read-write"})
