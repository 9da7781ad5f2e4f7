"""A Sentry on loopback that keeps what it is sent, in a thread of its own: the SDK's last words hold up a loop."""

import contextlib
import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr


@dataclass
class FakeSentry:
    """What it was sent, as texts."""

    dsn: SecretStr
    envelopes: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in it."""
        found = []
        for envelope in self.envelopes:
            lines = envelope.splitlines()
            for head, body in zip(lines[1::2], lines[2::2], strict=True):
                assert json.loads(head)["type"] == "event", "something other than a fault is sent"
                found.append(json.loads(body))
        return found


@contextlib.contextmanager
def fake_sentry() -> Iterator[FakeSentry]:
    """Listens until it is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                content = gzip.decompress(content)
            sentry.envelopes.append(content.decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sentry = FakeSentry(SecretStr(f"http://publickey@127.0.0.1:{server.server_port}/42"))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield sentry
        finally:
            server.shutdown()
            thread.join()
