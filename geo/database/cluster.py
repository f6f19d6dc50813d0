"""The private PostGIS server of an installation: made, started, shared by its users and stopped by the last one."""

from __future__ import annotations

import fcntl
import os
import pwd
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import sql

from geo.database.places import SOCKET, check_socket_path, ensure_account, make_private_dir
from geo.database.programs import choose_programs, find_programs
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.database.programs import Programs

SUPERUSER = "jiantu"
DATABASE = "jiantu"
PATIENCE_S = 120
"""How long a start (after a crash it first replays what was written) or a stop may take."""

ORPHANS_TRIES = 100
"""How often a start is tried while processes of a killed server still hold its memory."""

ANSWER_TRIES = 5

ICU_SINCE = 15
SETTINGS: dict[str, str] = {
    "listen_addresses": "",  # the socket only; who may enter its folder may connect
    "unix_socket_permissions": "0700",
    "port": "5432",
    "cluster_name": "jiantu",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",  # a week of logs, each day's overwritten by the next week's
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_min_duration_statement": "1s",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",  # costs more than it gives for queries of milliseconds
}
if sys.platform == "linux":
    # After a crash everything is synced before it is replayed: at once, not file by file (0.2 s, not 3 s).
    SETTINGS["recovery_init_sync_method"] = "syncfs"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server process: its id and the state it reports (`starting`, `ready`, `stopping`)."""

    pid: int
    state: str


class Cluster:
    """A database cluster in `cluster_dir`, reached through a socket in `socket_dir`.

    Several processes may use it at once: `ensure_running` starts it for the first, `leave` stops it
    with the last. `account` is the account of the system it runs under (only root can choose one);
    `settings` are added to the server's own.
    """

    def __init__(
        self,
        cluster_dir: Path,
        socket_dir: Path,
        *,
        account: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.cluster_dir = cluster_dir
        self.socket_dir = socket_dir
        # Only the server's account writes below here; what root writes lies beside it.
        self._server_dir = cluster_dir / "server"
        self._data_dir = self._server_dir / "data"
        self._account_name = account
        self._settings = {**SETTINGS, **(settings or {})}
        self._use: int | None = None
        self._user_pid = 0

    def url(self, database: str = DATABASE) -> str:
        """The address of one of its databases, for SQLAlchemy."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql+psycopg://{SUPERUSER}@/{quote(database)}?host={host}"

    def ensure_running(self, database: str = DATABASE) -> str:
        """Make the cluster if there is none, start it if it stands still, and give the address of `database`.

        The process counts as a user of the cluster until it calls `leave` or ends. Raises
        `DatabaseSetupError` saying what is missing or in the way.
        """
        check_socket_path(self.socket_dir)
        self._make_cluster_dir()
        with self._locked():
            self._make_private_dirs()
            if self._use is None:
                self._use = self._open("users")
                self._user_pid = os.getpid()
                fcntl.flock(self._use, fcntl.LOCK_SH)
            programs = choose_programs(find_programs(), self.made_with())
            if self.made_with() is None:
                self._make(programs)
            self._start(programs)
            self._ensure_database(database)
        return self.url(database)

    def leave(self) -> None:
        """Be no user any more; the last one stops the server. Harmless when it was none.

        A process that was forked from a user is no user of its own.
        """
        if self._use is None or self._user_pid != os.getpid():
            return
        with self._locked():
            fcntl.flock(self._use, fcntl.LOCK_UN)
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            finally:
                os.close(self._use)
                self._use = None

    def stop(self, *, tidily: bool = True) -> None:
        """Stop the server whoever uses it. Harmless when it stands still.

        Without `tidily` it writes nothing more: for clusters that are thrown away.
        """
        if not self.cluster_dir.is_dir():
            return
        with self._locked():
            self._stop("fast" if tidily else "immediate")
        if self._use is not None:
            os.close(self._use)
            self._use = None

    def status(self) -> Postmaster | None:
        """The running server, or None."""
        try:
            lines = (self._data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if not _is_postgres(pid, self._data_dir):
            return None
        return Postmaster(pid, lines[7].strip() if len(lines) > 7 else "starting")  # noqa: PLR2004  its 8th line

    def made_with(self) -> int | None:
        """The major version of PostgreSQL that made the cluster, or None when there is no cluster yet."""
        try:
            return int((self._data_dir / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            message = f"数据库目录不可读 / the database's folder cannot be read: {self._data_dir}: {error}"
            raise DatabaseSetupError(message) from error

    def _make_cluster_dir(self) -> None:
        try:
            self.cluster_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError as error:
            message = f"无法建立数据库目录 / the database's folder could not be made: {error}"
            raise DatabaseSetupError(message) from error

    def _make_private_dirs(self) -> None:
        if self._account_name is not None and os.geteuid() == 0:
            account = ensure_account(self._account_name)
        else:
            account = pwd.getpwuid(os.geteuid())
        for path in (self._server_dir, self.socket_dir):
            make_private_dir(path, account.pw_uid, account.pw_gid)

    def _make(self, programs: Programs) -> None:
        """Make the cluster beside its place and move it there, so that half a cluster is never taken for one."""
        new = self._server_dir / "new"
        self._run(["rm", "-rf", str(new)])
        # Names sort by pinyin. Before 15 no database could have an ICU collation of its own.
        icu = ["--locale-provider=icu", "--icu-locale=zh-CN"] if programs.major >= ICU_SINCE else []
        command = [
            programs.path("initdb"),
            f"--pgdata={new}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            *icu,
            "--auth-local=trust",
            "--auth-host=reject",
            "--data-checksums",
            "--no-instructions",
        ]
        if self._settings.get("fsync") == "off":
            command.append("--no-sync")
        self._run(command, "数据库无法建立 / the database could not be made")
        new.rename(self._data_dir)

    def _start(self, programs: Programs) -> None:
        self._settle()
        if self.status() is not None:
            if self._answers():
                return
            self._stop()  # its socket is gone, as when the session's folder was cleared away
        self._forget_crashed()
        start_log = self._server_dir / "start.log"
        folders = {
            "unix_socket_directories": f'"{self.socket_dir}"',
            "log_directory": str(self._server_dir / "log"),
        }
        options = [
            f"-c {key}={shlex.quote(value)}" for key, value in (self._settings | folders).items()
        ]
        command = [
            programs.path("pg_ctl"),
            "start",
            "--silent",
            "--wait",
            f"--timeout={PATIENCE_S}",
        ]
        command += [f"--pgdata={self._data_dir}", f"--log={start_log}"]
        command += [f"--options={' '.join(options)}"]
        for _ in range(ORPHANS_TRIES):
            self._run(["rm", "-f", str(start_log)])
            started = self._run(command, check=False)
            words = self._last_words(start_log)
            if started:
                return
            if "pre-existing shared memory block" not in words:
                break
            time.sleep(0.1)  # children of a server that was killed are still on their way out
        message = f"数据库无法启动 / the database did not start: {self._server_dir}: {words}"
        raise DatabaseSetupError(message)

    def _last_words(self, start_log: Path) -> str:
        """What the server wrote last: first to the file it was started with, then to a log of its own."""
        logs = sorted((self._server_dir / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        lines: list[str] = []
        for log in [start_log, *logs[-1:]]:
            if log.exists():
                lines += log.read_text(encoding="utf-8", errors="replace").splitlines()[-6:]
        return "\n".join(lines)

    def _stop(self, mode: str = "fast") -> None:
        self._settle()
        if self.status() is None:
            return
        programs = choose_programs(find_programs(), self.made_with())
        command = [programs.path("pg_ctl"), "stop", "--silent", "--wait", f"--timeout={PATIENCE_S}"]
        command += [f"--mode={mode}", f"--pgdata={self._data_dir}"]
        self._run(command, "数据库无法停止 / the database did not stop")

    def _settle(self) -> None:
        """Wait while the server is starting (it may be replaying what a crash left) or stopping."""
        for _ in range(PATIENCE_S * 20):
            found = self.status()
            if found is None or found.state == "ready":
                return
            time.sleep(0.05)
        message = (
            f"数据库仍在恢复或停止中,请稍后再试(日志:{self._server_dir}) /"
            f" the database is still recovering or stopping, try again later; its log: {self._server_dir}"
        )
        raise DatabaseSetupError(message)

    def _answers(self) -> bool:
        """Whether the running server takes connections; one killed a moment ago may still look alive."""
        for _ in range(ANSWER_TRIES):
            try:
                self._connect().close()
            except psycopg.Error:
                time.sleep(0.1)
            else:
                return True
            if self.status() is None:
                break
        return False

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_dir), user=SUPERUSER, dbname="postgres", autocommit=True
        )

    def _forget_crashed(self) -> None:
        """Remove the marks of a crashed server whose process number is not free.

        PostgreSQL does so itself where the number is free. Where it belongs to another program of the
        same account, or to a dead process that nobody has buried yet, it would refuse to start.
        """
        lock = self.socket_dir / f"{SOCKET}.lock"
        for path in (self._data_dir / "postmaster.pid", lock):
            try:
                pid = int(path.read_text(encoding="utf-8").split()[0])
            except (OSError, ValueError, IndexError):
                continue
            if not _is_postgres(pid, self._data_dir):
                self._run(["rm", "-f", str(path)])

    def _ensure_database(self, name: str) -> None:
        try:
            with self._connect() as connection:
                query = "select 1 from pg_database where datname = %s"
                if connection.execute(query, [name]).fetchone() is None:
                    connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        except psycopg.Error as error:
            message = f"数据库无法连接 / the database could not be reached: {str(error).strip()}"
            raise DatabaseSetupError(message) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes, starts or stops the cluster; the others wait."""
        lock = self._open("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _open(self, name: str) -> int:
        path = self.cluster_dir / name
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            message = (
                f"数据库目录属于另一个账号,请用同一账号运行 / the database belongs to another account;"
                f" run as the one that made it: {error}"
            )
            raise DatabaseSetupError(message) from error

    def _run(self, command: list[str], failure: str = "", *, check: bool = True) -> bool:
        """Run a program as the server's account, with none of our environment.

        It is out of reach of Ctrl-C, and waited for even when that ends us: a server that is on its way up can only
        be stopped when it is there.
        """
        user = self._account_name if os.geteuid() == 0 else None
        with subprocess.Popen(
            command,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            umask=0o077,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as program:
            try:
                words, _ = program.communicate()
            except BaseException:
                program.communicate()
                raise
        if check and program.returncode != 0:
            message = f"{failure}: {words.strip()}"
            raise DatabaseSetupError(message)
        return program.returncode == 0


def _is_postgres(pid: int, data_dir: Path) -> bool:
    """Whether the process is a server on `data_dir` (after a crash its number may be another's)."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        done = subprocess.run(
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        )
        words = done.stdout.split()
    return words[:1] != [] and words[0].endswith(b"postgres") and os.fsencode(data_dir) in words
