"""Where the private server of an installation lives, and under which account of the system it runs."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geo.errors import DatabaseSetupError

ACCOUNT = "jiantu"
"""PostgreSQL refuses to run as root, so root runs it under this account, which owns nothing else."""

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_BYTES = 103
"""Linux takes 107 bytes for the path of a socket, macOS 103."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of an installation. `account` is None where the server runs as whoever starts it."""

    data_dir: Path
    cluster_dir: Path
    socket_dir: Path
    account: str | None


def choose_places(project_dir: Path, data_dir: Path | None, runtime_dir: Path | None) -> Places:
    """Where an installation in `project_dir` keeps its data and its socket.

    Without `data_dir` the data lie in the project's `var` folder, and for root, whose folders the
    server's account may not enter, in /var/lib. `runtime_dir` is the session's folder for sockets
    (XDG_RUNTIME_DIR), where there is one.
    """
    is_root = os.geteuid() == 0
    if data_dir is None:
        data_dir = (
            Path("/var/lib/jiantu", _short_hash(project_dir)) if is_root else project_dir / "var"
        )
    data_dir = data_dir.resolve()
    name = f"jiantu-{_short_hash(data_dir)}"
    if is_root and Path("/run").is_dir():
        socket_dir = Path("/run", name)
    elif runtime_dir is not None and runtime_dir.is_dir() and os.access(runtime_dir, os.W_OK):
        socket_dir = runtime_dir / name
    else:
        socket_dir = Path("/tmp", f"{name}-{os.geteuid()}")  # noqa: S108  its owner and mode are checked
    return Places(data_dir, data_dir / "postgres", socket_dir, ACCOUNT if is_root else None)


def ensure_account(name: str) -> pwd.struct_passwd:
    """The account of the system called `name`; root makes it when it is missing.

    Raises `DatabaseSetupError` when it cannot be made.
    """
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        reason = "useradd"
    else:
        words = "--system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin"
        done = subprocess.run(
            [useradd, *words.split(), name], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return pwd.getpwnam(name)
        reason = done.stderr.strip()
    message = (
        f"无法建立运行数据库的系统账号 {name},请先建立它 /"
        f" could not make the account {name} that the database runs under; make it first: {reason}"
    )
    raise DatabaseSetupError(message)


def make_private_dir(path: Path, owner_id: int, group_id: int) -> None:
    """Make a folder that only its owner may enter, or check that the one that is there is so.

    Raises `DatabaseSetupError` when it belongs to somebody else: whoever owns the folder of a socket
    can answer in the server's place.
    """
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() != owner_id:
            os.chown(path, owner_id, group_id)
            found = path.lstat()
    except OSError as error:
        raise _unusable(path, str(error)) from error
    if not stat.S_ISDIR(found.st_mode):
        raise _unusable(path, "not a folder")
    if found.st_uid != owner_id:
        raise _unusable(path, f"belongs to another account ({found.st_uid})")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o700)


def check_socket_path(socket_dir: Path) -> None:
    """Raise `DatabaseSetupError` when the path of the socket in `socket_dir` would be too long."""
    length = len(os.fsencode(socket_dir / SOCKET))
    if length > LONGEST_SOCKET_BYTES:
        message = (
            f"数据库套接字的路径过长({length} 字节,最多 {LONGEST_SOCKET_BYTES}):{socket_dir} /"
            f" the path of the database's socket is too long ({length} bytes, at most"
            f" {LONGEST_SOCKET_BYTES}): {socket_dir}"
        )
        raise DatabaseSetupError(message)


def _unusable(path: Path, reason: str) -> DatabaseSetupError:
    return DatabaseSetupError(f"目录不可用 / this folder cannot be used: {path}: {reason}")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:10]
