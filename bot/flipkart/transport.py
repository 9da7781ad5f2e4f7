"""The way to Flipkart below the client: answers of a bounded size, and failures that name their cause."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import httpx

from bot.flipkart.turns import Turns

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes, unpacked. A page of 10,000 rows has less than ten million."""
CODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""What a body may be packed in, once: packed twice, a few kilobytes could unpack to gigabytes."""


class UnusableBodyError(httpx.DecodingError):
    """A body that is too large, or packed in a way that nobody asked for; the message says which."""


class _Bounded(httpx.AsyncByteStream):
    """A body that is not packed, up to a size."""

    def __init__(self, inner: httpx.AsyncByteStream, largest: int) -> None:
        self._inner = inner
        self._left = self._largest = largest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise _too_large(self._largest)
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


class BoundedTransport(httpx.AsyncBaseTransport):
    """Gives up on an answer that would fill the memory. Those that come packed are unpacked and read whole."""

    def __init__(self, inner: httpx.AsyncBaseTransport, largest: int = LARGEST_ANSWER) -> None:
        self._inner = inner
        self._largest = largest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request. Raises UnusableBodyError besides what the transport below raises."""
        response = await self._inner.handle_async_request(request)
        if "content-encoding" not in response.headers and isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Bounded(response.stream, self._largest)
            return response
        try:
            content = await self._read(response)
        finally:
            await response.aclose()
        # The body is unpacked by now, so what was said about the packed one no longer holds.
        told = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in told]
        return httpx.Response(response.status_code, headers=headers, content=content, extensions=response.extensions)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()

    async def _read(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "").strip().lower() not in CODINGS:
            raise UnusableBodyError("the body is packed in an unknown way")
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > self._largest:
                raise _too_large(self._largest)
        return bytes(content)


class Http:
    """Sends requests over a transport, signed by an httpx.Auth, and reads the answers whole.

    That is what httpx's own client does with them, less what no call here needs and every call would pay for: URLs
    merged and parsed anew, cookies, redirects, a history.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, auth: httpx.Auth, before: Callable[[httpx.Request], Awaitable[None]]
    ) -> None:
        """Takes what is awaited `before` each request, repeated ones and those for a token included."""
        self._transport = transport
        self._auth = auth
        self._before = before
        self._turns = Turns()

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer to a signed request. Raises what the transport, `before` and the auth raise."""
        flow = self._auth.async_auth_flow(request)
        try:
            asked = await anext(flow)
            while True:
                response = await self.send_bare(asked)
                try:
                    asked = await flow.asend(response)
                except StopAsyncIteration:
                    return response
        finally:
            await flow.aclose()

    async def send_bare(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request as it is."""
        await self._turns.turn()
        await self._before(request)
        response = await self._transport.handle_async_request(request)
        response.request = request
        try:
            await self._turns.turn()
            await response.aread()
        finally:
            await response.aclose()
        return response

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()


def _too_large(largest: int) -> UnusableBodyError:
    return UnusableBodyError(f"the body is larger than {largest // 1024**2} MiB")


def problem_of(error: Exception) -> str:
    """Why no answer came, in words that hold no address, token or code."""
    # httpx-aiohttp calls every failed connection a timeout; its cause knows better.
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):
        return (
            "the server's certificate is not trusted; check FLIPKART_API_URL, this machine's clock, "
            "and whether a proxy stands in between"
        )
    if isinstance(error, httpx.TimeoutException) and (cause is error or isinstance(cause, aiohttp.ServerTimeoutError)):
        return f"timed out ({type(error).__name__})"
    if isinstance(cause, aiohttp.ClientConnectionError):
        return f"the connection failed ({type(cause).__name__})"
    return type(error).__name__
