"""Backups of the private server: base backups, everything written since, and bringing back any moment in between.

Below a folder that the installation names lie `base-…` (whole copies, each named by when it was done) and `wal` (what
was written, packed, at most a minute behind). PostgreSQL makes both and puts them together again.
"""

from __future__ import annotations

import gzip
import json
import re
import shlex
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg

from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from geo.database.cluster import Cluster

STAMP = "base-%Y%m%dT%H%M%SZ"
ARCHIVED_WITHIN_S = 60.0
FILES_OF_A_RANGE = 256
"""Files of 16 MB in the range that the middle part of their names counts."""
_LABEL = re.compile(r"START WAL LOCATION: \S+ \(file (\w+)\)")
_REACHED = re.compile(r"last completed transaction was at log time (\S+ \S+?)(?:\+00| UTC)")
_TOO_LATE = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True, slots=True)
class BaseBackup:
    """A whole copy: where it lies, when it was done, and from where to where in what was written it reaches."""

    folder: Path
    done_at: datetime
    timeline: int
    end: int
    first_wal: str


@dataclass(frozen=True, slots=True)
class Restored:
    """From which copy it was restored, the last change that is there, and where the former data lie."""

    base: BaseBackup
    reached: datetime | None
    former: Path | None


class Backups:
    """The backups of one cluster in `folder`."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster = cluster
        self._folder = folder.resolve()
        self._wal = self._folder / "wal"
        self._owner = self._folder / "cluster"

    def prepare(self) -> None:
        """Make the folder, before a server is started that archives to it.

        Raises `DatabaseSetupError` when it cannot be used, or holds the backups of another database: a new one in the
        place of one that was lost would be mixed with it.
        """
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = (
                f"备份目录不可用 / the folder for backups cannot be used: {self._folder}: {error}"
            )
            raise DatabaseSetupError(message) from error
        self._cluster.make_private_dirs(self._folder)
        self._cluster.run(
            ["mkdir", "-p", "-m", "700", str(self._wal)],
            "备份目录不可用 / the folder for backups cannot be used",
        )
        ours, theirs = self._cluster.identity(), self._owner_identity()
        if theirs is not None and ours != theirs:
            message = (
                f"备份目录 {self._folder} 属于另一个数据库:请先恢复(jiantu restore),或另选目录 /"
                f" {self._folder} holds the backups of another database: restore it first (jiantu restore),"
                " or name another folder"
            )
            raise DatabaseSetupError(message)
        if theirs is None and ours is not None:
            write = 'printf %s "$1" >"$2"'
            self._cluster.run(["sh", "-c", write, "sh", ours, str(self._owner)], "备份目录不可写")

    def back_up(self, now: Callable[[], datetime], keep: int) -> BaseBackup:
        """Make a whole copy of the running server, verify it, and forget copies beyond the newest `keep`.

        Raises `DatabaseSetupError` when what is written is not being archived, or the copy is not sound.
        """
        self.prepare()
        self._check_archiving()
        new = self._folder / "new"
        self._cluster.run(["rm", "-rf", str(new)])
        programs = self._cluster.programs()
        socket_dir = str(self._cluster.socket_dir)
        self._cluster.run(
            [
                programs.path("pg_basebackup"),
                *(
                    "-h",
                    socket_dir,
                    "-U",
                    "jiantu",
                    "-w",
                    "-D",
                    str(new),
                    "-c",
                    "fast",
                    "-X",
                    "stream",
                ),
            ],
            "备份失败 / the backup failed",
        )
        self._cluster.run(
            [programs.path("pg_verifybackup"), "-q", str(new)],
            "备份未通过校验 / the backup is not sound",
        )
        self._wait_until_archived()
        done = self._folder / now().astimezone(UTC).strftime(STAMP)
        self._cluster.run(["mv", str(new), str(done)], "备份失败 / the backup failed")
        self._forget(keep)
        return read_base(done)

    def bases(self) -> list[BaseBackup]:
        """The whole copies there are, the oldest first."""
        return [read_base(folder) for folder in sorted(self._folder.glob("base-*"))]

    def restore(self, until: datetime | None, now: Callable[[], datetime]) -> Restored:
        """Put the database as it was at `until`, or the last that is known, in the place of the present one.

        The present one is kept beside it. Raises `DatabaseSetupError` when the moment cannot be reached; then nothing
        has changed. Jiantu must not be running.
        """
        with self._cluster.at_rest():
            base = choose_base(self.bases(), until, self._forks())
            if until is None:
                self._refuse_gap(base)
            copy = self._cluster.server_dir / "restoring"
            log = self._cluster.server_dir / "restore.log"
            self._cluster.run(["rm", "-rf", str(copy)])
            self._cluster.run(
                ["cp", "-a", str(base.folder), str(copy)], "恢复失败 / restoring failed"
            )
            self._cluster.run(
                ["touch", str(copy / "recovery.signal")], "恢复失败 / restoring failed"
            )
            settings = {"restore_command": self._fetching()}
            if until is not None:
                settings["recovery_target_time"] = until.astimezone(UTC).isoformat()
                settings["recovery_target_action"] = "promote"
            try:
                self._cluster.replay(copy, settings, log)
            except DatabaseSetupError as error:
                self._cluster.run(["rm", "-rf", str(copy)])
                raise DatabaseSetupError(_why(str(error), until)) from error
            former = self._cluster.move_in(
                copy, now().astimezone(UTC).strftime("before-%Y%m%dT%H%M%SZ")
            )
        return Restored(base, _reached(log), former)

    def _owner_identity(self) -> str | None:
        try:
            return self._owner.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def _fetching(self) -> str:
        """How a restoring server gets what was written: from the archive, else from the present data."""
        kept = f"{_quoted(self._wal)}/%f.gz"
        present = f"{_quoted(self._cluster.data_dir)}/pg_wal/%f"
        same = self._cluster.identity() == self._owner_identity()
        otherwise = f"cp {present} %p" if same else "exit 1"
        return f'if [ -f {kept} ]; then gzip -dc {kept} > "%p"; else {otherwise}; fi'

    def _forks(self) -> dict[int, int]:
        """Where earlier timelines were left for the newest one: timeline → position; each restoring begins another."""
        histories = sorted(self._wal.glob("*.history.gz"))
        if not histories:
            return {}
        told = gzip.decompress(histories[-1].read_bytes()).decode("ascii")
        newest = int(histories[-1].name[:8], 16)
        lines = [line.split() for line in told.splitlines() if line.strip()]
        return {int(words[0]): _position(words[1]) for words in lines} | {newest: 1 << 64}

    def _refuse_gap(self, base: BaseBackup) -> None:
        """Without a moment to be reached PostgreSQL would take a gap for the end."""
        names = {path.name.removesuffix(".gz") for path in self._wal.glob("*.gz")}
        there = {number for name in names if (number := _number(name)) is not None}
        first = _number(base.first_wal) or 0
        missing = set(range(first, max(there, default=first))) - there
        if missing:
            message = (
                f"{self._wal} 中缺少 {len(missing)} 个写入日志,恢复会停在缺口处;请用 --until 指明缺口之前的时刻 /"
                f" {len(missing)} files of what was written are missing in {self._wal}, where restoring would stop:"
                " name a moment before the gap with --until"
            )
            raise DatabaseSetupError(message)

    def _forget(self, keep: int) -> None:
        bases = self.bases()
        for base in bases[:-keep]:
            self._cluster.run(["rm", "-rf", str(base.folder)])
        program = self._cluster.programs().path("pg_archivecleanup")
        first = bases[-keep:][0].first_wal
        self._cluster.run(
            [program, "-x", ".gz", str(self._wal), first], "备份清理失败 / tidying failed"
        )

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            self._cluster.url("postgres").replace("+psycopg", ""), autocommit=True
        )

    def _check_archiving(self) -> None:
        with self._connect() as connection:
            row = connection.execute("show archive_command").fetchone()
        if row is None or row[0] != archiving(self._folder)["archive_command"]:
            message = (
                "数据库启动时没有备份设置,请停止建图后重新启动 /"
                " the database was started without these backups: stop Jiantu and start it again"
            )
            raise DatabaseSetupError(message)

    def _wait_until_archived(self) -> None:
        """Until all that was written so far is in the archive: a copy from which nothing leads on is half a backup."""
        with self._connect() as connection:
            row = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
            name = row[0] if row else ""
            until = time.monotonic() + ARCHIVED_WITHIN_S
            while time.monotonic() < until:
                if (self._wal / f"{name}.gz").exists():
                    return
                time.sleep(0.1)
        message = (
            f"写入日志未能归档到 {self._wal},请检查空间和权限(日志:{self._cluster.server_dir / 'log'}) /"
            f" what is written does not arrive in {self._wal}: check its space and rights;"
            f" the server's log: {self._cluster.server_dir / 'log'}"
        )
        raise DatabaseSetupError(message)


def archiving(folder: Path) -> dict[str, str]:
    """Settings of a server that archives what it writes to `folder`.

    What is there already is written again only if it is the same; a file appears under its name when it is whole.
    """
    path = f"{_quoted(folder.resolve() / 'wal')}/%f.gz"
    return {
        "archive_mode": "on",
        "archive_timeout": "60s",
        "archive_command": (
            f'f={path}; if [ -f "$f" ]; then gzip -dc "$f" | cmp -s - "%p";'
            ' else gzip -1c "%p" > "$f.part" && sync "$f.part" && mv "$f.part" "$f"; fi'
        ),
    }


def read_base(folder: Path) -> BaseBackup:
    """What a whole copy says of itself."""
    manifest = json.loads((folder / "backup_manifest").read_text(encoding="utf-8"))
    reach = manifest["WAL-Ranges"][-1]
    label = _LABEL.search((folder / "backup_label").read_text(encoding="utf-8"))
    if label is None:
        message = f"备份不完整 / this backup is not whole: {folder}"
        raise DatabaseSetupError(message)
    done_at = datetime.strptime(folder.name, STAMP).replace(tzinfo=UTC)
    return BaseBackup(folder, done_at, reach["Timeline"], _position(reach["End-LSN"]), label[1])


def choose_base(
    bases: Iterable[BaseBackup], until: datetime | None, forks: dict[int, int]
) -> BaseBackup:
    """The newest copy from which `until` (None: the last that is known) can be reached.

    A copy that was made on a timeline after the newest one had left it leads to what was given up by a restoring.
    """
    found = [
        base
        for base in bases
        if (until is None or base.done_at <= until)
        and (not forks or base.end <= forks.get(base.timeline, 0))
    ]
    if not found:
        message = (
            "没有那一时刻之前的备份(jiantu backup --list 列出已有备份) /"
            " no backup is from before that moment: jiantu backup --list shows those there are"
        )
        raise DatabaseSetupError(message)
    return max(found, key=lambda base: base.done_at)


def _position(words: str) -> int:
    """A place in what was written, `2/16B3748`, as a number."""
    high, low = words.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def _number(name: str) -> int | None:
    """Which file of what was written this is, whatever its timeline; None for what is no such file."""
    if re.fullmatch(r"[0-9A-F]{24}", name) is None:
        return None
    return int(name[8:16], 16) * FILES_OF_A_RANGE + int(name[16:], 16)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path)).replace("%", "%%")


def _why(words: str, until: datetime | None) -> str:
    if _TOO_LATE in words and until is not None:
        return (
            "备份到不了那一时刻:之后没有再写入,或写入日志有缺。要恢复到最后一刻,请不带 --until /"
            " the backups do not reach that moment: nothing was written after it, or files are missing; leave --until"
            " out for the last there is"
        )
    return f"恢复失败,数据库未变 / restoring failed, nothing has changed: {words}"


def _reached(log: Path) -> datetime | None:
    found = _REACHED.findall(log.read_text(encoding="utf-8", errors="replace"))
    return datetime.fromisoformat(found[-1]).replace(tzinfo=UTC) if found else None
