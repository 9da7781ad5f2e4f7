"""Access tokens: given for the application's id and secret, good for a time."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from urllib.parse import unquote

from bot.sandbox.flipkart.world import World


class Tokens:
    """The token desk. Tokens and the secret are never shown in a state dump."""

    def __init__(self, world: World, app_id: str, app_secret: str) -> None:
        """A desk that knows one application."""
        self._world = world
        self._app_id = app_id
        self._secret = app_secret
        self._good_until: dict[str, float] = {}
        self._given: list[str] = []

    def basic_ok(self, header: str) -> bool:
        """True when the header is HTTP Basic with the right id and secret."""
        scheme, _, value = header.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return False
        given = tuple(text.partition(":")[::2])
        wanted = (self._app_id, self._secret)
        return all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, wanted, strict=True))

    def give(self) -> dict[str, object]:
        """A fresh token, as the token call answers it."""
        switches = self._world.switches
        if switches.token_replaces:
            self._good_until.clear()
        token = secrets.token_urlsafe(24)
        self._given.append(token)
        self._good_until[token] = self._world.now() + switches.token_seconds
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(switches.token_seconds),
            "scope": "Seller_Api",
        }

    def bearer_ok(self, header: str) -> bool:
        """True when the header carries a token that is good now."""
        scheme, _, token = header.partition(" ")
        return scheme.lower() == "bearer" and self._world.now() < self._good_until.get(token.strip(), float("-inf"))

    def expire_all(self) -> None:
        """End every token given so far."""
        self._good_until.clear()

    def alive(self) -> int:
        """How many tokens are good now."""
        return sum(self._world.now() < until for until in self._good_until.values())

    def scrub(self, text: str) -> str:
        """The text without the secret and without tokens, for keeping."""
        for hidden in (self._secret, *self._given):
            if hidden:
                text = text.replace(hidden, "***")
        if self._secret and self._secret in unquote(text):
            return "***"
        return text
