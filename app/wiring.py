"""What the parts of the web side need from the application they run in: database, clock, city, viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import current_app, g
from flask_login import current_user

from app.access import NotAllowedError, viewer_of
from geo.errors import DatabaseSetupError
from geo.queries.city import City, get_city

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from app.access import Viewer
    from app.base_maps import BaseMap
    from app.config import Settings
    from app.database import Database
    from app.public_database import PublicDatabase
    from app.single_sign_on import Provider

EXTENSION = "jiantu"


@dataclass(frozen=True, slots=True)
class Wiring:
    """The long-lived things of one application."""

    settings: Settings
    database: Database | None
    now: Callable[[], datetime]
    public: PublicDatabase | None = None
    base_maps: tuple[BaseMap, ...] = ()
    provider: Provider | None = None
    """Of single sign-on, if the settings name one."""


def utc_now() -> datetime:
    """The clock of a server."""
    return datetime.now(UTC)


def get_wiring() -> Wiring:
    """The wiring of the application that handles the present request."""
    return cast("Wiring", current_app.extensions[EXTENSION])


def viewer() -> Viewer:
    """Who is asking; raises NotSignedInError, PasswordDueError or NotAllowedError."""
    if "viewer" not in g:
        g.viewer = viewer_of(current_user.account if current_user.is_authenticated else None)
    return cast("Viewer", g.viewer)


def staff_database() -> Database:
    """The staff's connection; raises DatabaseSetupError in a process that serves the public alone."""
    database = get_wiring().database
    if database is None:
        message = "这个进程只提供公众地图 / this process serves the public map alone"
        raise DatabaseSetupError(message)
    return database


def reading() -> AbstractContextManager[Session]:
    """A session that reads for the asker, in one transaction that sees one state of the database."""
    return staff_database().reading(viewer())


def writing(request_id: str = "") -> AbstractContextManager[Session]:
    """A session that writes for the asker, in one transaction; only pages guarded against forged forms use it.

    `request_id` names the sending in the history of what it changes. Raises NotAllowedError when there is nothing
    that the asker might write.
    """
    asker = viewer()
    if not (asker.may_edit or asker.may_administer):
        message = f"{asker.actor} writes nothing"
        raise NotAllowedError(message)
    return staff_database().writing(asker, request_id)


def writing_own() -> AbstractContextManager[Session]:
    """A session that writes what is the asker's own and nobody else's, which whoever is signed in may do."""
    return staff_database().writing(viewer(), "")


def gate() -> AbstractContextManager[Session]:
    """A session that signs people in and out, whoever is asking."""
    return staff_database().gate()


def find_city(session: Session) -> City:
    """The city of this database, read once a request."""
    if "city" not in g:
        g.city = get_city(session)
    return cast("City", g.city)


def today_in(city: City, moment: datetime | None = None) -> date:
    """The day it is in the city, or was at a moment, or the one that the settings pretend it is."""
    return today_at(city.time_zone, moment)


def today_at(time_zone: str, moment: datetime | None = None) -> date:
    """The day it is in a time zone, or was at a moment, or the one that the settings pretend it is."""
    pretended = get_wiring().settings.today
    if pretended:
        return date.fromisoformat(pretended)
    return (moment or get_wiring().now()).astimezone(ZoneInfo(time_zone)).date()
