"""Where a project's sites and works meet others, as its sheet shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import text

from geo.overlap import Severity
from geo.queries.overlaps import OverlapFilter, find_overlaps

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

_MOST = 20
"""A sheet is no desk: so many pairs, the heavy and early ones first."""

_SITES = text("select id from jiantu.zone where project_id = :project and kind = 'site'")


def list_project_overlaps(
    session: Session,
    project_id: int,
    works: Collection[int],
    day: date,
    language: Literal["zh", "en"],
) -> list[dict[str, Any]]:
    """Pairs of the project's sites and of `works` (ids of zones) with others that are not over on `day`."""
    own = set(session.scalars(_SITES, {"project": project_id})) | set(works)
    listed = []
    for pair in find_overlaps(session, OverlapFilter(zone_ids=frozenset(own))):
        over = pair.days is not None and pair.days.last_on is not None and pair.days.last_on < day
        if over or pair.severity is Severity.NONE:
            continue
        listed.append(
            {
                "a": pair.a.id,
                "b": pair.b.id,
                "severity": pair.severity.value,
                "names": [pair.a.name, pair.b.name],
                "units": [pair.a.unit, pair.b.unit],
                "sentence": (pair.sentences(language) or [""])[0],
                "first_on": pair.days.first_on.isoformat() if pair.days else None,
                "last_on": pair.days.last_on.isoformat()
                if pair.days and pair.days.last_on
                else None,
            }
        )
    return listed[:_MOST]
