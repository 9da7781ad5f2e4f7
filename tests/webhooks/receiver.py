"""A receiver on loopback, which checks each message with the library that receivers use, and against the schema."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "webhooks.v1.schema.json").read_text(encoding="utf-8"))


def strict(schema: Any) -> Any:
    """The same where nothing may be said that it does not describe: receivers may, the bot may not."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    return made | {"additionalProperties": False} if schema.get("type") == "object" and "required" in schema else made


_STRICT = jsonschema.Draft202012Validator(strict(SCHEMA), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def check(message: Any) -> None:
    """Raises where a message is not as the schema says."""
    _STRICT.validate(message)


@dataclass
class Got:
    """A message that was posted."""

    id: str
    message: dict[str, Any]
    raw: str
    at: int
    signatures: str

    @property
    def type(self) -> str:
        return str(self.message["type"])

    @property
    def about(self) -> str:
        data = self.message["data"]
        return str(data["handover"]["id"] if "handover" in data else data["location"]["id"])


@dataclass
class Receiver:
    """Answers 200, or what it was told to answer next."""

    secret: str = SECRET
    is_of_now: bool = False
    """Whether what is sent is sent now; else a test says what time it is."""
    url: str = ""
    got: list[Got] = field(default_factory=list)
    """All that was posted, taken or not."""
    taken: list[Got] = field(default_factory=list)
    answers: deque[web.Response] = field(default_factory=deque)
    always: int = 200
    by_type: dict[str, int] = field(default_factory=dict)
    """What messages of a type are answered, whatever comes next."""
    seen: Callable[[Got], None] = lambda _: None
    """Told of each message before it is answered."""
    holds: asyncio.Event | None = None
    """Nothing is answered until it is set."""
    at_once: int = 0
    most_at_once: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def types(self) -> list[str]:
        """Of what was taken."""
        return [one.type for one in self.taken]

    def _verified(self, request: web.Request, raw: str) -> Any:
        headers, library = request.headers, Webhook(self.secret)
        if self.is_of_now:
            return library.verify(raw, dict(headers))
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert library.sign(headers["webhook-id"], at, raw) in headers["webhook-signature"].split()
        return json.loads(raw)

    async def answer(self, request: web.Request) -> web.Response:
        raw = await request.text()
        message = self._verified(request, raw)
        check(message)
        assert request.content_type == "application/json"
        headers = request.headers
        got = Got(headers["webhook-id"], message, raw, int(headers["webhook-timestamp"]), headers["webhook-signature"])
        self.got.append(got)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.changed.set()
        self.seen(got)
        try:
            if self.holds is not None:
                await self.holds.wait()
        finally:
            self.at_once -= 1
        status = self.by_type.get(got.type)
        answer = web.Response(status=status) if status else None
        if answer is None:
            answer = self.answers.popleft() if self.answers else web.Response(status=self.always)
        if 200 <= answer.status < 300:
            self.taken.append(got)
        self.changed.set()
        return answer


@contextlib.asynccontextmanager
async def receiving(secret: str = SECRET, *, is_of_now: bool = False) -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    one = Receiver(secret, is_of_now)
    app = web.Application()
    app.router.add_post("/hook", one.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield one
    finally:
        if one.holds is not None:
            one.holds.set()
        await runner.cleanup()
