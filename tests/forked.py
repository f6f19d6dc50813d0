"""The importers' child process, forked rather than started: the same code under the same limits, but much faster.

One server is started for each GDAL driver, with the environment that `geo.importers.sources` gives a real child. For
every file it forks; the fork runs `geo.importers.child.main` and writes to a file. Its memory and processor time are
measured. The network is *not* taken away from it here, so that only the choice of drivers stands between a file and a
listening socket: that is what the tests look at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.importers import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_SERVER = "import sys; sys.path.insert(0, sys.argv[1]); from tests.forked import serve; serve()"
WALL_SECONDS = 60.0


@dataclass(slots=True)
class Spent:
    """What one fork needed: seconds of processor, megabytes at most, and whether it had to be ended."""

    cpu_s: float
    memory_mb: float
    ended: bool


def serve() -> None:
    """Fork for every request on standard input; tell on standard output what each fork needed."""
    from geo.importers import child  # noqa: PLC0415  in the server alone

    child.leave_network = lambda: None  # see the module
    if os.environ.get("GDAL_SKIP"):
        import pyogrio  # noqa: F401, PLC0415  loaded once for all forks
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(child, line, request["said"])
        until, ended = time.monotonic() + WALL_SECONDS, False
        while True:
            done, status, spent = os.wait4(pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() > until:
                os.kill(pid, 9)
                ended = True
            time.sleep(0.002)
        print(  # noqa: T201  the answer
            json.dumps(
                {
                    "cpu_s": spent.ru_utime + spent.ru_stime,
                    "memory_mb": spent.ru_maxrss / 1024,
                    "ended": ended or os.WIFSIGNALED(status),
                }
            ),
            flush=True,
        )


def _run(child: Any, line: str, said: str) -> None:
    import io  # noqa: PLC0415

    os.chdir(json.loads(line)["scratch"])
    sys.stdin = io.StringIO(line)
    sys.stdout = open(said, "w", encoding="utf-8", errors="surrogatepass")  # noqa: PTH123, SIM115
    try:
        child.main()
        sys.stdout.flush()
    finally:
        os._exit(0)


@dataclass
class Forks:
    """Servers by format; in place of `sources._said` while a test runs."""

    folder: Path
    spent: list[Spent] = field(default_factory=list)
    servers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    last_said: bytes = b""

    @contextmanager
    def said(
        self, path: Path, form: str, encoding: str | None, at_most: int | None
    ) -> Iterator[Iterator[dict[str, Any]]]:
        """What `sources._said` gives, from a fork."""
        scratch = self.folder / f"scratch{len(self.spent)}"
        scratch.mkdir()
        output = self.folder / "said"
        output.unlink(missing_ok=True)
        request = {
            "path": str(path),
            "format": form,
            "encoding": encoding,
            "scratch": str(scratch),
            "driver": sources.DRIVERS.get(form),
            "at_most": at_most,
            "said": str(output),
        }
        server = self._server(form)
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(request).encode() + b"\n")
        server.stdin.flush()
        self.spent.append(Spent(**json.loads(server.stdout.readline())))
        self.last_said = output.read_bytes() if output.exists() else b""
        try:
            with output.open("rb") as lines:
                yield sources._messages(lines)  # noqa: SLF001  what comes after it is under test
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise sources._unreadable() from error  # noqa: SLF001

    def _server(self, form: str) -> subprocess.Popen[bytes]:
        driver = sources.DRIVERS.get(form, "")
        if driver not in self.servers:
            self.servers[driver] = subprocess.Popen(
                [sys.executable, "-I", "-c", _SERVER, str(ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=sources._environment(form),  # noqa: SLF001  a real child's
            )
        return self.servers[driver]

    def close(self) -> None:
        """End the servers."""
        for server in self.servers.values():
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.close()
            server.wait()
            server.stdout.close()
