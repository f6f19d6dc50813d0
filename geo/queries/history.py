"""Reading the history of records: who changed what and when, a version, a sending."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.forms.labels import UNTOLD, field_of
from geo.model.kept import kept_tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from geo.forms import Field

MOST = 100
"""Changes on one page of a history."""


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which changes are wanted. Instants are aware; `until` is not included.

    `actor` is part of the actor as it is kept; what one of `accounts` did is found as well.
    """

    kinds: tuple[str, ...] = ()
    project_id: int | None = None
    unit_id: int | None = None
    row_id: int | None = None
    actor: str = ""
    accounts: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change did to one field, as JSON values."""

    field: Field
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One version of one record: what became of it, when, and by whom."""

    kind: str
    id: int
    version: int
    op: str
    """I added, U changed, D taken away."""
    at: datetime
    actor: str
    request_id: str | None
    row: dict[str, Any]
    before: dict[str, Any] | None
    shape: str | None
    """GeoJSON of the shape, where this kind has one."""
    shape_before: str | None
    present: bool
    """Whether the record still is as this version says."""
    newest: int
    """The version that the record has now."""
    project: str | None = None
    """The code of the project it belongs to."""
    differences: tuple[Difference, ...] = field(default=())

    @property
    def reshaped(self) -> bool:
        """Whether its shape is another than before."""
        return self.shape != self.shape_before and (self.shape or self.shape_before) is not None


def versions_of(kind: str) -> str:
    """The table that keeps the versions of a kind of record; raises NotFoundError for a kind there is not."""
    if kind not in kept_tables():
        message = f"there is no kind of record “{kind}”"
        raise NotFoundError(message)
    return f"history.{kind}_version"


def _readable(session: Session) -> set[str]:
    """The histories that whoever asks may look into at all; which rows, policies decide."""
    found = session.scalars(
        text(
            "select 'history.' || relname from pg_class where relnamespace = 'history'::regnamespace"
            " and relkind = 'r' and has_table_privilege(current_user, oid, 'select')"
        )
    )
    return set(found)


_PLAN_ROWS = frozenset({"plan_month", "plan_year", "milestone"})
_ZONE_ROWS = frozenset({"zone_part", "zone_hours", "zone_link"})


@cache
def _project_of(kind: str) -> str:
    """SQL for the id of the project that a version `v` belongs to; null where it belongs to none."""
    if kind == "project":
        return "v.id"
    if "project_id" in kept_tables()[kind].c:
        return "cast(v.row ->> 'project_id' as bigint)"
    if kind in _PLAN_ROWS:
        return (
            "(select cast(h.row ->> 'project_id' as bigint) from history.plan_version_version h"
            " where h.id = cast(v.row ->> 'plan_version_id' as bigint) limit 1)"
        )
    if kind in _ZONE_ROWS:
        return (
            "(select cast(h.row ->> 'project_id' as bigint) from history.zone_version h"
            " where h.id = cast(v.row ->> 'zone_id' as bigint) order by h.version desc limit 1)"
        )
    if kind == "photo":
        return (
            "(select cast(h.row ->> 'project_id' as bigint) from history.attachment_version h"
            " where h.id = cast(v.row ->> 'attachment_id' as bigint) limit 1)"
        )
    return "cast(null as bigint)"


@cache
def _query(kind: str, conditions: tuple[str, ...]) -> str:
    """The newest versions of one kind. Everything in it is words of this module and of the model."""
    versions = versions_of(kind)
    wanted = " and ".join(conditions) or "true"
    return f"""
      (select cast('{kind}' as text) as kind, cast(v.id as bigint) as id, v.version, cast(v.op as text) as op,
        lower(v.valid) as at, v.actor, v.request_id, v.row, b.row as before,
        st_asgeojson(v.geom, 7) as shape, st_asgeojson(b.geom, 7) as shape_before,
        upper_inf(v.valid) as present, p.project,
        (select max(n.version) from {versions} n where n.id = v.id) as newest
      from {versions} v
      left join {versions} b on b.id = v.id and b.version = v.version - 1 and b.op <> 'D'
      cross join lateral (select {_project_of(kind)} as project) p
      where {wanted}
      order by lower(v.valid) desc limit :most)
    """  # noqa: S608  built from constants of this module and of the model


def find_changes(session: Session, wanted: HistoryFilter) -> list[Change]:
    """The changes that `wanted` lets through, the newest first."""
    kinds = wanted.kinds or tuple(kept_tables())
    conditions: list[str] = []
    if wanted.project_id is not None:
        conditions.append("p.project = :project")
    if wanted.unit_id is not None:
        conditions.append("p.project in (select id from jiantu.project where lead_unit_id = :unit)")
    if wanted.row_id is not None:
        conditions.append("v.id = :row")
    if wanted.actor:
        conditions.append(
            "(position(:actor in v.actor) > 0"
            " or split_part(v.actor, ':', 2) = any(cast(:accounts as text[])))"
        )
    if wanted.since is not None:
        conditions.append("lower(v.valid) >= :since")
    if wanted.until is not None:
        conditions.append("lower(v.valid) < :until")
    readable = _readable(session)
    numbered = [kind for kind in kinds if versions_of(kind) in readable]
    if wanted.project_id is not None or wanted.unit_id is not None:
        numbered = [kind for kind in numbered if _project_of(kind) != "cast(null as bigint)"]
    if not numbered:
        return []
    source = " union all ".join(_query(kind, tuple(conditions)) for kind in numbered)
    found = session.execute(
        text(
            f"select f.*, j.code as project_code from ({source}) f"  # noqa: S608  constants, see `_query`
            " left join jiantu.project j on j.id = f.project"
            " order by f.at desc, f.kind, f.id limit :most"
        ),
        {
            "project": wanted.project_id,
            "unit": wanted.unit_id,
            "row": wanted.row_id,
            "actor": wanted.actor,
            "accounts": list(wanted.accounts),
            "since": wanted.since,
            "until": wanted.until,
            "most": wanted.most,
        },
    )
    return [
        Change(
            row.kind,
            row.id,
            row.version,
            row.op,
            row.at,
            row.actor,
            row.request_id,
            row.row,
            row.before,
            row.shape,
            row.shape_before,
            row.present and row.op != "D",
            row.newest,
            row.project_code,
            tuple(find_differences(row.kind, row.before, row.row, gone=row.op == "D")),
        )
        for row in found
    ]


def find_differences(
    kind: str, before: dict[str, Any] | None, after: dict[str, Any], *, gone: bool = False
) -> Iterable[Difference]:
    """What differs between two versions, field by field; of a new record all that it says."""
    if gone:
        return
    for name, new in after.items():
        if name in UNTOLD:
            continue
        old = None if before is None else before.get(name)
        if old != new and not (before is None and new in (None, False, [])):
            yield Difference(field_of(kind, name), old, new)


def read_version(session: Session, kind: str, row_id: int, version: int) -> dict[str, Any] | None:
    """What a record said in one version, as JSON values; None if it never had that version."""
    found: dict[str, Any] | None = session.execute(
        text(
            f"select row from {versions_of(kind)}"  # noqa: S608  a table of the model
            " where id = :id and version = :version and op <> 'D'"
        ),
        {"id": row_id, "version": version},
    ).scalar()
    return found


def find_sent(session: Session, kind: str, request_id: str) -> int | None:
    """The record that a sending with this name added; None if it did not come yet."""
    return next(iter(list_sent(session, kind, request_id)), None)


def list_sent(session: Session, kind: str, request_id: str) -> list[int]:
    """The records that a sending with this name added, in their order."""
    found = session.scalars(
        text(
            f"select id from {versions_of(kind)}"  # noqa: S608  a table of the model
            " where request_id = :request and op = 'I' order by id"
        ),
        {"request": request_id},
    )
    return list(found)
