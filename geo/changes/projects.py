"""Changing the facts of a project by hand: its own columns, and the districts in which it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from geo.changes.editing import begin_change, edit_record, follow_change
from geo.errors import ChangeRefusedError
from geo.model.projects import Project, ProjectDistrict
from geo.queries.owners import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

NESTED = (
    "打包项目不能再属于另一个打包项目:请选择没有上级的项目,或先调整其子项。",
    (
        "A bundle cannot be part of another bundle: choose a project that is part of none, "
        "or first change what is part of this one."
    ),
)


def edit_project(  # noqa: PLR0913, PLR0917  what an edit says
    session: Session,
    day: date,
    project_id: int,
    seen: int,
    values: Mapping[str, Any],
    districts: Mapping[int, bool] | None = None,
) -> int:
    """Write `values` into the project whose version `seen` was read; its version from now on.

    `districts` says of some districts whether the project lies in them from now on; the others stay as they are, so
    that two people who tick different boxes do not undo one another. Raises as `edit_record` does.
    """
    begin_change(session, "project", {project_id})
    _check_parent(session, project_id, values)
    moved = [
        _lay(session, project_id, district_id, lies=lies)
        for district_id, lies in (districts or {}).items()
    ]
    version = edit_record(session, day, "project", project_id, seen, values)
    if any(moved):
        follow_change(session, day, "project", Owner({project_id}))
    return version


def _check_parent(session: Session, project_id: int, values: Mapping[str, Any]) -> None:
    parent = values.get("parent_id")
    if parent is None:
        return
    is_part = select(Project.parent_id).where(Project.id == parent)
    has_parts = select(exists().where(Project.parent_id == project_id))
    if parent == project_id or session.scalar(is_part) is not None or session.scalar(has_parts):
        raise ChangeRefusedError(*NESTED)


def _lay(session: Session, project_id: int, district_id: int, *, lies: bool) -> bool:
    """Whether anything was changed."""
    row = {"project_id": project_id, "district_id": district_id}
    statement = (
        insert(ProjectDistrict)
        .values(**row)
        .on_conflict_do_nothing(index_elements=["project_id", "district_id"])
        .returning(ProjectDistrict.id)
        if lies
        else delete(ProjectDistrict).filter_by(**row).returning(ProjectDistrict.id)
    )
    return session.scalar(statement) is not None
