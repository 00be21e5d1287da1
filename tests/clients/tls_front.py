"""TLS in front of a stand-in.

Clients written for the real systems speak `https://` and take only a host name. This front ends TLS under a
throwaway authority and passes the requests on, so that such a client runs unmodified against loopback. As proxies do,
it adds to each request that the client used TLS.
"""

import asyncio
import contextlib
import re
import ssl
import threading
from pathlib import Path
from urllib.parse import urlsplit

import trustme

CHUNK = 64 * 1024
FORWARDED = b"X-Forwarded-Proto: https\r\n"
LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


class TlsFront:
    """Serves `https://localhost:<port>` for `upstream` (an `http://` base URL) while the context is open.

    `host` is what to give to a client as domain name, `authority` the PEM file it has to trust.
    """

    def __init__(self, upstream: str, directory: Path) -> None:
        target = urlsplit(upstream)
        self._upstream = (target.hostname, target.port)
        authority = trustme.CA()
        self.authority = directory / "authority.pem"
        authority.cert_pem.write_to_path(self.authority)
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(self._tls)
        self._open_ends: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "TlsFront":
        self._thread.start()
        start = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self._server = asyncio.run_coroutine_threadsafe(start, self._loop).result(timeout=10)
        self.host = f"localhost:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        open_ends, self._open_ends = self._open_ends, set()
        for end in open_ends:
            # `close` would wait for the answer of a client that keeps its connection for later.
            end.transport.abort()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        self._open_ends |= {writer, up_writer}
        await asyncio.gather(_requests(reader, up_writer), _pipe(up_reader, writer))
        self._open_ends -= {writer, up_writer}


async def _requests(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    ended = (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError)
    with contextlib.suppress(*ended), contextlib.closing(writer):
        while True:
            line, headers = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n", 1)
            length = LENGTH.search(headers)
            body = await reader.readexactly(int(length[1])) if length else b""
            writer.write(line + b"\r\n" + FORWARDED + headers + body)
            await writer.drain()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError), contextlib.closing(writer):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
