"""A project by hand: entered, its own columns and the districts in which it lies changed, the entering undone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import insert

from geo.changes.editing import add_record, begin_change, edit_record, follow_change
from geo.changes.undo import undo_requests
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.projects import Project, ProjectDistrict
from geo.queries.owners import Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

NESTED = (
    "打包项目不能再属于另一个打包项目:请选择没有上级的项目,或先调整其子项。",
    (
        "A bundle cannot be part of another bundle: choose a project that is part of none, "
        "or first change what is part of this one."
    ),
)


_BAD_CODE = (
    "编号只能用字母、数字、汉字、“-”“_”“.”和括号,不能有空格或斜杠。",
    "A code is made of letters, digits, “-”, “_”, “.” and brackets, without blanks or slashes.",
)
_CODE_TAKEN = (
    "编号“{}”已用于“{}”,请换一个编号。",
    "The code “{}” is that of “{}” already. Choose another.",
)
_CODE = re.compile(r"[\w.()()\[\]【】-]+")
_ADDED = text("select id from history.project_version where request_id = :sent and op = 'I'")


def add_project(
    session: Session, day: date, values: Mapping[str, Any], districts: Iterable[int]
) -> int:
    """Enter a project, known from `day`, that lies in these districts; its id.

    Raises ChangeRefusedError for a code that is none or another project's, and as `add_record` does.
    """
    code = str(values["code"])
    if not _CODE.fullmatch(code):
        raise ChangeRefusedError(*_BAD_CODE)
    begin_change(session, "project", set())
    known = session.scalar(select(Project.name).where(func.lower(Project.code) == code.lower()))
    if known is not None:
        raise ChangeRefusedError(*(told.format(code, known) for told in _CODE_TAKEN))
    _check_parent(session, 0, values)
    project_id = add_record(session, day, "project", {**values, "entered_on": day})
    for district_id in sorted(districts):
        _lay(session, project_id, district_id, lies=True)
    follow_change(session, day, "project", Owner({project_id}))
    return project_id


def take_project_back(session: Session, day: date, sent: str) -> None:
    """Undo the entering of a project, as it was sent.

    Raises ChangeRefusedError when something was changed or hangs on it since, NotFoundError when none was sent so.
    """
    ids = set(session.scalars(_ADDED, {"sent": sent}))
    if len(ids) != 1:
        message = f"no project was entered as {sent[:60]}"
        raise NotFoundError(message)
    undo_requests(session, [sent], day, ids)


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
