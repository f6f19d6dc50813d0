"""What a whole page for everybody shows, in one statement: a page asks the database twice at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.queries.public_map import PROJECTS
from geo.queries.public_works import CLOSURES, OUTAGES, asked_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_OVERVIEW = f"select ({PROJECTS}) as projects, ({CLOSURES}) as closures, ({OUTAGES}) as outages"
_SITE = f"select ({PROJECTS}) as projects, ({CLOSURES}) as closures"


def get_overview(session: Session, day: date, notice_days: int) -> dict[str, list[dict[str, Any]]]:
    """All that the map shows on `day`, in words: {projects, closures, outages}."""
    found = session.execute(text(_OVERVIEW), asked_of(day, notice_days) | {"code": None}).one()
    return {
        "projects": list(found.projects),
        "closures": list(found.closures),
        "outages": list(found.outages),
    }


def get_site_page(
    session: Session, code: str, day: date, notice_days: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A public project and the diversions on `day` that were made for it or lie near its sites.

    Raises `NotFoundError` when there is no public project with that code.
    """
    asked = asked_of(day, notice_days, project=code) | {"code": code}
    found = session.execute(text(_SITE), asked).one()
    if not found.projects:
        message = f"no public project {code}"
        raise NotFoundError(message)
    return dict(found.projects[0]), list(found.closures)
