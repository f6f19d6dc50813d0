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

LONGEST_REPLAY_S = 86_400
"""How long a restored copy may replay what was written since its backup."""

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
        self.server_dir = cluster_dir / "server"
        self.data_dir = self.server_dir / "data"
        self._restored_dir = self.server_dir / "restored"
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
            self.make_private_dirs()
            if self._use is None:
                self._use = self._open("users")
                self._user_pid = os.getpid()
                fcntl.flock(self._use, fcntl.LOCK_SH)
            self._move_in()
            programs = self.programs()
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
            lines = (self.data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if not _is_postgres(pid, self.data_dir):
            return None
        return Postmaster(pid, lines[7].strip() if len(lines) > 7 else "starting")  # noqa: PLR2004  its 8th line

    def made_with(self, folder: Path | None = None) -> int | None:
        """The major version of PostgreSQL that made the cluster (or a copy), None when there is no cluster yet."""
        folder = folder or self.data_dir
        try:
            return int((folder / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            message = f"数据库目录不可读 / the database's folder cannot be read: {folder}: {error}"
            raise DatabaseSetupError(message) from error

    def programs(self, folder: Path | None = None) -> Programs:
        """The programs that run this cluster, or a copy of one in another folder."""
        return choose_programs(find_programs(), self.made_with(folder))

    def identity(self) -> str | None:
        """The number by which PostgreSQL tells clusters apart, or None when there is no cluster yet."""
        try:
            with (self.data_dir / "global" / "pg_control").open("rb") as control:
                return str(int.from_bytes(control.read(8), sys.byteorder))
        except FileNotFoundError:
            return None

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Nobody uses the cluster and no server runs, for as long as the block runs.

        Raises `DatabaseSetupError` when somebody does.
        """
        check_socket_path(self.socket_dir)
        self._make_cluster_dir()
        with self._locked():
            self.make_private_dirs()
            self._move_in()
            users = self._open("users")
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = "建图正在运行,请先停止它 / Jiantu is running: stop it first"
                raise DatabaseSetupError(message) from error
            else:
                self._stop()
                yield
            finally:
                os.close(users)

    def replay(self, folder: Path, settings: Mapping[str, str], log: Path) -> None:
        """Start a server on a copy, wait until it has replayed what it shall, and stop it; it speaks to `log`.

        Raises `DatabaseSetupError` with its last words when it gives up.
        """
        command = [self.programs(folder).path("pg_ctl"), "--silent", f"--pgdata={folder}"]
        options = self._options({"logging_collector": "off", **settings})
        start = [f"--log={log}", f"--options={options}", f"--timeout={LONGEST_REPLAY_S}"]
        self.run(["rm", "-f", str(log)])
        runs = self.run([*command, "start", "--wait", *start], check=False)
        while runs and self._replays():
            time.sleep(0.1)
            runs = self.run([*command, "status"], check=False)
        self.run([*command, "stop", "--wait", "--mode=fast"], check=False)
        if not runs:
            raise DatabaseSetupError("\n".join(_last_lines(log)))

    def _replays(self) -> bool:
        """Whether the server that was started is still replaying, or does not say."""
        try:
            with self._connect() as connection:
                row = connection.execute("select pg_is_in_recovery()").fetchone()
        except psycopg.Error:
            return True
        return row != (False,)

    def move_in(self, folder: Path, kept: str) -> Path | None:
        """Put a whole folder in the place of the data; where those lie now, or None when there were none.

        Stopped halfway, it is done by the next start.
        """
        self.run(
            ["mv", str(folder), str(self._restored_dir)],
            "数据库无法换上 / it could not be put in place",
        )
        before = None
        if self.data_dir.exists():
            before = self.server_dir / kept
            self.run(
                ["mv", str(self.data_dir), str(before)],
                "数据库无法换上 / it could not be put in place",
            )
        self._move_in()
        return before

    def _move_in(self) -> None:
        if self._restored_dir.exists() and not self.data_dir.exists():
            self.run(
                ["mv", str(self._restored_dir), str(self.data_dir)],
                "数据库无法换上 / it could not be put in place",
            )

    def _make_cluster_dir(self) -> None:
        try:
            self.cluster_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError as error:
            message = f"无法建立数据库目录 / the database's folder could not be made: {error}"
            raise DatabaseSetupError(message) from error

    def make_private_dirs(self, *paths: Path) -> None:
        """Folders for the server's account alone: its own, and `paths`."""
        if self._account_name is not None and os.geteuid() == 0:
            account = ensure_account(self._account_name)
        else:
            account = pwd.getpwuid(os.geteuid())
        for path in paths or (self.server_dir, self.socket_dir):
            make_private_dir(path, account.pw_uid, account.pw_gid)

    def _make(self, programs: Programs) -> None:
        """Make the cluster beside its place and move it there, so that half a cluster is never taken for one."""
        new = self.server_dir / "new"
        self.run(["rm", "-rf", str(new)])
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
        self.run(command, "数据库无法建立 / the database could not be made")
        new.rename(self.data_dir)

    def _start(self, programs: Programs) -> None:
        self._settle()
        if self.status() is not None:
            if self._answers():
                return
            self._stop()  # its socket is gone, as when the session's folder was cleared away
        self._forget_crashed()
        start_log = self.server_dir / "start.log"
        command = [
            programs.path("pg_ctl"),
            "start",
            "--silent",
            "--wait",
            f"--timeout={PATIENCE_S}",
        ]
        command += [f"--pgdata={self.data_dir}", f"--log={start_log}"]
        command += [f"--options={self._options({})}"]
        for _ in range(ORPHANS_TRIES):
            self.run(["rm", "-f", str(start_log)])
            started = self.run(command, check=False)
            words = self._last_words(start_log)
            if started:
                return
            if "pre-existing shared memory block" not in words:
                break
            time.sleep(0.1)  # children of a server that was killed are still on their way out
        message = f"数据库无法启动 / the database did not start: {self.server_dir}: {words}"
        raise DatabaseSetupError(message)

    def _options(self, settings: Mapping[str, str]) -> str:
        folders = {
            "unix_socket_directories": f'"{self.socket_dir}"',
            "log_directory": str(self.server_dir / "log"),
        }
        all_settings = self._settings | folders | dict(settings)
        return " ".join(f"-c {key}={shlex.quote(value)}" for key, value in all_settings.items())

    def _last_words(self, start_log: Path) -> str:
        """What the server wrote last: first to the file it was started with, then to a log of its own."""
        logs = sorted((self.server_dir / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        return "\n".join(line for log in [start_log, *logs[-1:]] for line in _last_lines(log))

    def _stop(self, mode: str = "fast") -> None:
        self._settle()
        if self.status() is None:
            return
        programs = self.programs()
        command = [programs.path("pg_ctl"), "stop", "--silent", "--wait", f"--timeout={PATIENCE_S}"]
        command += [f"--mode={mode}", f"--pgdata={self.data_dir}"]
        self.run(command, "数据库无法停止 / the database did not stop")

    def _settle(self) -> None:
        """Wait while the server is starting (it may be replaying what a crash left) or stopping."""
        for _ in range(PATIENCE_S * 20):
            found = self.status()
            if found is None or found.state == "ready":
                return
            time.sleep(0.05)
        message = (
            f"数据库仍在恢复或停止中,请稍后再试(日志:{self.server_dir}) /"
            f" the database is still recovering or stopping, try again later; its log: {self.server_dir}"
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
        for path in (self.data_dir / "postmaster.pid", lock):
            try:
                pid = int(path.read_text(encoding="utf-8").split()[0])
            except (OSError, ValueError, IndexError):
                continue
            if not _is_postgres(pid, self.data_dir):
                self.run(["rm", "-f", str(path)])

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

    def run(self, command: list[str], failure: str = "", *, check: bool = True) -> bool:
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


def _last_lines(log: Path) -> list[str]:
    if not log.exists():
        return []
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-6:]


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
