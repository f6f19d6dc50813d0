"""The PostgreSQL programs of this machine: which versions are installed together with PostGIS, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from geo.errors import DatabaseSetupError

OLDEST_POSTGRESQL = 14
OLDEST_POSTGIS = (3, 2)

LAYOUTS = (
    # programs                                  what they read: the same, with * standing for the version
    ("/usr/lib/postgresql/*/bin", "/usr/share/postgresql/*"),  # Debian, Ubuntu
    (
        "/usr/pgsql-*/bin",
        "/usr/pgsql-*/share",
    ),  # packages of postgresql.org for Red Hat and its kin
    ("/opt/homebrew/opt/postgresql@*/bin", "/opt/homebrew/share/postgresql@*"),  # macOS
    ("/usr/local/opt/postgresql@*/bin", "/usr/local/share/postgresql@*"),
)


@dataclass(frozen=True, slots=True)
class Programs:
    """One installed PostgreSQL that has PostGIS: its major version, its programs, the version of PostGIS."""

    major: int
    bin_dir: Path
    postgis: str

    def path(self, name: str) -> str:
        """Where one of its programs lies, e.g. `initdb`."""
        return str(self.bin_dir / name)


def find_programs(layouts: tuple[tuple[str, str], ...] = LAYOUTS) -> list[Programs]:
    """Every installed PostgreSQL that is new enough and has a PostGIS that is, newest first."""
    found = []
    for programs, shared in layouts:
        before, after = programs.split("*")
        for bin_dir in Path("/").glob(programs.removeprefix("/")):
            version = str(bin_dir).removeprefix(before).removesuffix(after)
            control = Path(shared.replace("*", version)) / "extension" / "postgis.control"
            postgis = _postgis_version(control)
            complete = all((bin_dir / name).exists() for name in ("initdb", "pg_ctl", "postgres"))
            if version.isdecimal() and complete and is_new_enough(int(version), postgis):
                found.append(Programs(int(version), bin_dir, postgis))
    return sorted(found, key=lambda each: each.major, reverse=True)


def choose_programs(found: list[Programs], made_with: int | None) -> Programs:
    """The programs to run a cluster with: those that made it, for a new one the newest.

    `made_with` is the major version in the cluster's own files, None for a new one. Raises
    `DatabaseSetupError` when they are not installed.
    """
    for programs in found:
        if made_with in {None, programs.major}:
            return programs
    if made_with is not None:
        message = (
            f"数据库由 PostgreSQL {made_with} 建立,但本机没有它或没有对应的 PostGIS;"
            f"请安装 postgresql-{made_with} 和 postgresql-{made_with}-postgis-3 /"
            f" the database was made with PostgreSQL {made_with}, which is not installed here with its"
            f" PostGIS: install postgresql-{made_with} and postgresql-{made_with}-postgis-3"
        )
        raise DatabaseSetupError(message)
    message = (
        "本机没有带 PostGIS 的 PostgreSQL(PostgreSQL 14、PostGIS 3.2 以上);请运行 ./run,或安装"
        " postgresql 和 postgresql-NN-postgis-3(NN 为版本号) / no PostgreSQL with PostGIS on this"
        " machine (PostgreSQL 14, PostGIS 3.2 or newer): use ./run, or install postgresql and"
        " postgresql-NN-postgis-3, where NN is its version"
    )
    raise DatabaseSetupError(message)


def is_new_enough(postgresql: int, postgis: str) -> bool:
    """Whether a PostgreSQL (major version) and a PostGIS (`3.3.2`; empty for none) will do."""
    numbers = re.match(r"(\d+)\.(\d+)", postgis)
    return (
        postgresql >= OLDEST_POSTGRESQL
        and numbers is not None
        and (int(numbers[1]), int(numbers[2])) >= OLDEST_POSTGIS
    )


def _postgis_version(control: Path) -> str:
    try:
        text = control.read_text(encoding="utf-8")
    except OSError:
        return ""
    line = re.search(r"default_version\s*=\s*'([^']+)'", text)
    return line[1] if line else ""
