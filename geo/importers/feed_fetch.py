"""Fetching a feed from its address: http and https alone, limited in size and time, never into the inner network.

The operator names the address. A host on the open network may not lead us, by a redirect or by its name's change of
address, to one inside: only a feed whose own host lies inside may stay there. Connections go to the very address that
was checked. No proxy, no cookies, nothing of our environment is used.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from geo.errors import JiantuError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

MAX_BYTES = 100_000_000
TIMEOUT_SECONDS = 20.0
ALL_SECONDS = 120.0
MAX_REDIRECTS = 5
_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_MODIFIED = 200, 304
_PORTS = {"http": 80, "https": 443}


class FetchProblem(JiantuError):  # noqa: N818  a thing to warn of, no failure of the program
    """Why a feed could not be fetched, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the bytes, or None when the source says that nothing has changed, and its marks for the next time."""

    body: bytes | None
    etag: str | None = None
    modified: str | None = None


def check_address(address: str) -> SplitResult:
    """The parts of an address that a feed may have: http, https, or a file of this machine. Raises `FetchProblem`."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = not parts.username and not parts.password
    if parts.scheme in _PORTS and parts.hostname and plain and port != 0:
        return parts
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return parts
    zh = "数据源地址应为 http://、https:// 或 file:/绝对路径,不带用户名"
    raise FetchProblem(
        zh, "a feed's address must be http://, https:// or file:/path, without a user name"
    )


def fetch(address: str, etag: str | None = None, modified: str | None = None) -> Fetched:
    """Get a feed's bytes, unless its source says by `etag` or `modified` that they are those of last time.

    Raises `FetchProblem`.
    """
    parts = check_address(address)
    if parts.scheme == "file":
        return _read(Path(unquote(parts.path)))
    until = time.monotonic() + ALL_SECONDS
    inside_allowed = _is_inside(_resolve(parts))
    for _ in range(MAX_REDIRECTS + 1):
        there = _resolve(parts)
        if _is_inside(there) and not inside_allowed:
            zh = f"数据源把请求引向内部网络地址({parts.hostname}),已中止"
            raise FetchProblem(
                zh, f"the source leads into the inner network ({parts.hostname}): stopped"
            )
        try:
            answer = _ask(parts, there, etag, modified, until)
        except (OSError, http.client.HTTPException) as error:
            zh = f"无法从数据源取得数据:{error}"
            raise FetchProblem(zh, f"nothing could be fetched from the source: {error}") from error
        if isinstance(answer, Fetched):
            return answer
        target = urljoin(parts.geturl(), answer)
        following = check_address(target)
        if following.scheme == "file" or (parts.scheme, following.scheme) == ("https", "http"):
            zh = "数据源转向不安全的地址,已中止"
            raise FetchProblem(zh, "the source redirects to an address that is not safe: stopped")
        parts = following
    zh, en = "数据源转向次数过多", "the source redirects too often"
    raise FetchProblem(zh, en)


def _read(path: Path) -> Fetched:
    try:
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            return Fetched(path.read_bytes())
    except OSError as error:
        zh = f"无法读取文件:{error.strerror}"
        raise FetchProblem(zh, f"the file cannot be read: {error.strerror}") from error
    zh, en = "没有这个文件,或文件过大", "there is no such file, or it is too large"
    raise FetchProblem(zh, en)


def _resolve(parts: SplitResult) -> str:
    """The first IP address of a host."""
    try:
        found = socket.getaddrinfo(
            parts.hostname, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        zh = f"找不到数据源主机 {parts.hostname}"
        raise FetchProblem(zh, f"the source's host {parts.hostname} was not found") from error
    return str(found[0][4][0])


def _is_inside(address: str) -> bool:
    return not ip_address(address.split("%", 1)[0]).is_global


def _ask(
    parts: SplitResult, there: str, etag: str | None, modified: str | None, until: float
) -> Fetched | str:
    """One request to the address that was checked; what came, or where it is said to have gone."""
    connection = _connect(parts, there)
    headers = {"Host": parts.netloc, "User-Agent": "jiantu", "Accept-Encoding": "gzip"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and answer.headers["Location"]:
            return str(answer.headers["Location"])
        if answer.status == _NOT_MODIFIED:
            return Fetched(None, etag, modified)
        if answer.status != _OK:
            zh = f"数据源返回错误 {answer.status}"
            raise FetchProblem(zh, f"the source answers with error {answer.status}")
        body = _body(answer, until)
        return Fetched(body, answer.headers["ETag"], answer.headers["Last-Modified"])
    finally:
        connection.close()


def _connect(parts: SplitResult, there: str) -> http.client.HTTPConnection:
    port = parts.port or _PORTS[parts.scheme]
    plain = socket.create_connection((there, port), TIMEOUT_SECONDS)
    if parts.scheme == "https":
        try:
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
        except BaseException:
            plain.close()
            raise
    connection = http.client.HTTPConnection(parts.hostname or "", port, timeout=TIMEOUT_SECONDS)
    connection.sock = plain
    return connection


def _body(answer: http.client.HTTPResponse, until: float) -> bytes:
    """The bytes of an answer, unpacked if need be; both packed and unpacked they must not be too many."""
    unpack = zlib.decompressobj(wbits=31) if answer.headers["Content-Encoding"] == "gzip" else None
    body = bytearray()
    packed = 0
    try:
        while chunk := answer.read1(_CHUNK):
            packed += len(chunk)
            body += unpack.decompress(chunk, MAX_BYTES + 1 - len(body)) if unpack else chunk
            if max(len(body), packed) > MAX_BYTES:
                zh = f"数据过大(最多 {MAX_BYTES // 1_000_000} MB)"
                raise FetchProblem(zh, f"too much data (at most {MAX_BYTES // 1_000_000} MB)")
            if time.monotonic() > until:
                zh, en = "数据源太慢,已中止", "the source is too slow: stopped"
                raise FetchProblem(zh, en)
    except zlib.error as error:
        zh, en = "数据压缩格式有误", "the data are badly compressed"
        raise FetchProblem(zh, en) from error
    expected = answer.headers["Content-Length"]
    if expected and expected.isdecimal() and packed != int(expected):
        zh, en = "数据没有传完", "the data broke off"
        raise FetchProblem(zh, en)
    return bytes(body)
