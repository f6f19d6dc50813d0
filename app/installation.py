"""An installation's database: the private server or the one that the settings name, ready for its city."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, make_url

from app.config import PROJECT_DIR
from geo.database.backups import Backups, archiving
from geo.database.cluster import Cluster
from geo.database.places import choose_places
from geo.database.server import check_server, sqlalchemy_url
from geo.database.setup import is_current, set_up_city
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.config import Settings
    from geo.database.city_file import CityConfig

STAFF_LOGIN = "jiantu_staff"
PUBLIC_LOGIN = "jiantu_public"
JOBS_LOGIN = "jiantu_jobs"


@dataclass(frozen=True, slots=True)
class Installation:
    """Addresses of a city's database, each with a login of its own.

    `owner_url` may set it up, `staff_url` (the web server) may only act as the roles of staff, `jobs_url` (regular
    duties, the command line) as those that such work needs. `public_url` may only read what is public; None where no
    such login was given.
    """

    owner_url: str
    staff_url: str
    jobs_url: str
    public_url: str | None = None

    def set_up(self, city: CityConfig) -> bool:
        """Make the city's tables or bring them up to date. Returns False when there was nothing to do."""
        engine = create_engine(self.owner_url)
        try:
            current = is_current(engine, city.code)
        finally:
            engine.dispose()
        if not current:
            set_up_city(self.owner_url, city)
        return not current


def database_name(city: CityConfig) -> str:
    """The database of a city on the private server: one for each, so that cities stay apart."""
    return "jiantu_" + city.code.replace("-", "_")


def make_cluster(settings: Settings) -> Cluster:
    """The private server of this installation, not started."""
    runtime_dir = os.environ.get("XDG_RUNTIME_DIR")
    places = choose_places(
        PROJECT_DIR, settings.data_dir, Path(runtime_dir) if runtime_dir else None
    )
    backed_up = None if settings.backup_dir is None else archiving(settings.backup_dir)
    return Cluster(
        places.cluster_dir, places.socket_dir, account=places.account, settings=backed_up
    )


def backups_of(settings: Settings) -> Backups:
    """The backups of this installation's private server.

    Raises `DatabaseSetupError` where there is no such server, or no folder for them.
    """
    if settings.database_url is not None:
        message = (
            "数据库在自有的 PostgreSQL 服务器上,备份由其管理员负责(见 docs/backup.md) /"
            " this database is on a PostgreSQL server of your own, whose administrator backs it up: docs/backup.md"
        )
        raise DatabaseSetupError(message)
    if settings.backup_dir is None:
        message = (
            "没有备份目录:请设置 JIANTU_BACKUP_DIR(最好在另一块磁盘上),并重新启动建图 /"
            " no folder for backups: set JIANTU_BACKUP_DIR, best to another disk, and start Jiantu again"
        )
        raise DatabaseSetupError(message)
    return Backups(make_cluster(settings), settings.backup_dir)


def _as_login(url: str, login: str) -> str:
    return make_url(url).set(username=login).render_as_string(hide_password=False)


@contextmanager
def open_installation(settings: Settings, city: CityConfig) -> Iterator[Installation]:
    """Start the private server, or check the given one, for as long as the block runs.

    Raises `DatabaseSetupError` saying what is missing or in the way.
    """
    if settings.database_url is not None:
        check_server(settings.database_url)
        url = sqlalchemy_url(settings.database_url)
        staff, jobs, public = (
            sqlalchemy_url(given) if given else None
            for given in (
                settings.staff_database_url,
                settings.jobs_database_url,
                settings.public_database_url,
            )
        )
        yield Installation(url, staff or url, jobs or url, public)
        return
    cluster = make_cluster(settings)
    if settings.backup_dir is not None:
        Backups(cluster, settings.backup_dir).prepare()
    try:
        owner_url = cluster.ensure_running(database_name(city))
        logins = (STAFF_LOGIN, JOBS_LOGIN, PUBLIC_LOGIN)
        yield Installation(owner_url, *(_as_login(owner_url, login) for login in logins))
    finally:
        cluster.leave()
