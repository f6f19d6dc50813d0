"""A real HTTP server on this machine that says what a test tells it to."""

from __future__ import annotations

import gzip
import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Source:
    """What the server answers next, and the paths and conditions it was asked with."""

    address: str = ""
    body: bytes = b"{}"
    status: int = 200
    redirect: str | None = None
    packed: bool = False
    cut_at: int | None = None
    with_etag: bool = True
    asked: list[str] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Source]:
    """A server at `host` on a free port."""
    source = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append(self.path)
            tag = f'"{hashlib.sha256(source.body).hexdigest()[:16]}"'
            status = source.status
            if source.redirect is not None:
                status = 302
            elif status == 200 and source.with_etag and self.headers["If-None-Match"] == tag:
                status = 304
            source.answered.append(status)
            self.send_response(status)
            if source.redirect is not None:
                self.send_header("Location", source.redirect)
            if status != 200:
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = gzip.compress(source.body) if source.packed else source.body
            if source.packed:
                self.send_header("Content-Encoding", "gzip")
            if source.with_etag:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: source.cut_at])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((host, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    source.address = f"http://{host}:{server.server_port}/feed.json"
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
