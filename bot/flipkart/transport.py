"""The transport below the Flipkart client: answers of a bounded size, and failures that name their cause."""

import aiohttp
import httpx

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes, unpacked. A page of 10,000 rows has less than ten million."""
CODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""What a body may be packed in, once: packed twice, a few kilobytes could unpack to gigabytes."""


class UnusableBodyError(httpx.DecodingError):
    """A body that is too large, or packed in a way that nobody asked for; the message says which."""


class BoundedTransport(httpx.AsyncBaseTransport):
    """Reads each answer whole, and gives up on one that would fill the memory."""

    def __init__(self, inner: httpx.AsyncBaseTransport, largest: int = LARGEST_ANSWER) -> None:
        self._inner = inner
        self._largest = largest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request. Raises UnusableBodyError besides what the transport below raises."""
        response = await self._inner.handle_async_request(request)
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
                raise UnusableBodyError(f"the body is larger than {self._largest // 1024**2} MiB")
        return bytes(content)


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
