"""Changing one record by hand: added, edited, taken away or restored, and with it all that follows from it.

An edit says which version it saw; where somebody else has changed the record since, nothing is written and
ChangeConflictError is raised. Emptying a value (None) is an edit like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from geo.changes.intake import lock_out_intake
from geo.changes.lamps import lock_lamps, refresh_lamps
from geo.changes.map_layers import NAMED_ON, raise_layers
from geo.changes.overlaps import lock_overlaps, refresh_overlaps
from geo.changes.zone_parts import true_up_parts
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.forms import FORMS
from geo.model.city import City
from geo.model.kept import kept_tables
from geo.model.zones import Zone
from geo.queries.facts import read_rules
from geo.queries.owners import find_owner
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from geo.queries.owners import Owner

_ON_THE_MAP = frozenset({"project", "plan_version", "zone", "zone_part", "zone_hours", "zone_link"})
"""Kinds of record that shapes, periods or pairs of zones follow from."""
_JUDGED_BY = frozenset({"service_window"})
"""Kinds of record by which zones are judged that stay where they are."""
_NAMED = frozenset({"district"})
"""Kinds of record whose names and shapes stand on every layer."""
_LISTED = frozenset({"project", "project_district"})
"""Kinds of record of which the list of projects is made."""
_ORDER = re.compile(r"ck_(?P<table>[a-z_]+?)_(?P<last>[a-z]+(_[a-z]+)*)_not_before_(?P<first>\w+)")

BROKEN = (
    "与已有数据不一致({}),未保存。请核对后重填。",
    "This does not agree with what is known ({}); nothing was saved. Check it and send it again.",
)
TWICE = (
    "同样的记录已经有了,未重复保存。请打开原记录修改。",
    "There is such a record already; nothing was saved. Open that one and change it.",
)
STALE = (
    "这条记录在您打开之后已被他人修改,您的改动没有保存。",
    "Somebody else has changed this record since; yours was not saved.",
)


def begin_change(session: Session, kind: str, project_ids: set[int]) -> None:
    """Wait for imports and for others who change these projects. The first thing a change does."""
    lock_out_intake(session)
    if kind in _ON_THE_MAP or kind in _NAMED or kind in _JUDGED_BY:
        lock_overlaps(session)
    lock_lamps(session, project_ids)


def add_record(session: Session, day: date, kind: str, values: Mapping[str, Any]) -> int:
    """Add a record known from `day`; its id. Raises ChangeRefusedError when the database finds it contradictory."""
    table = _table(kind)
    filled = dict(values)
    owner = find_owner(session, kind, filled)
    begin_change(session, kind, owner.projects)
    if "known_on" in table.c:
        filled.setdefault("known_on", day)
    row_id = _careful(session, insert(table).values(**filled).returning(table.c.id))
    follow_change(session, day, kind, owner)
    return int(row_id)


def edit_record(  # noqa: PLR0913, PLR0917  what an edit says
    session: Session, day: date, kind: str, row_id: int, seen: int, values: Mapping[str, Any]
) -> int:
    """Write `values` into the record whose version `seen` was read; its version from now on.

    Raises ChangeConflictError when it has another version, NotFoundError when it is not there (any more), and
    ChangeRefusedError when the database finds it contradictory.
    """
    table = _table(kind)
    owner = _owner_of(session, table, row_id)
    begin_change(session, kind, owner.projects)
    present = session.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
    if present is None or present["version"] != seen:
        _refuse_stale(session, table, row_id, seen)
    # What stays as it is is not named: a unit has no grant for every column that it reads.
    changed = {name: value for name, value in values.items() if present[name] != value}
    if not changed:
        return seen
    version = _careful(
        session,
        update(table)
        .where(table.c.id == row_id, table.c.version == seen)
        .values(**changed)
        .returning(table.c.version),
    )
    if version is None:
        _refuse_stale(session, table, row_id, seen)
    follow_change(session, day, kind, owner)
    return int(version)


def remove_record(session: Session, day: date, kind: str, row_id: int, seen: int) -> None:
    """Take away a record whose version `seen` was read; its history stays. Raises as `edit_record` does."""
    table = _table(kind)
    owner = _owner_of(session, table, row_id)
    begin_change(session, kind, owner.projects)
    found = _careful(
        session,
        delete(table).where(table.c.id == row_id, table.c.version == seen).returning(table.c.id),
    )
    if found is None:
        _refuse_stale(session, table, row_id, seen)
    follow_change(session, day, kind, owner)


def restore_version(  # noqa: PLR0913, PLR0917  what a restoration says
    session: Session, day: date, kind: str, row_id: int, version: int, seen: int
) -> int:
    """Bring a record back to what it was in `version`, as a new version; its version from now on.

    `seen` is the version that was read, that of the tombstone for a record that was taken away. Raises as
    `edit_record` does; NotFoundError also when there is no such version.
    """
    table = _table(kind)
    kept = session.execute(
        text(
            f"select row from history.{table.name}_version"  # noqa: S608  a table of the model
            " where id = :id and version = :version and op <> 'D'"
        ),
        {"id": row_id, "version": version},
    ).scalar()
    if kept is None:
        message = f"{kind} {row_id} has no version {version}"
        raise NotFoundError(message)
    owner = find_owner(session, kind, kept)
    begin_change(session, kind, owner.projects)
    present = session.execute(
        text(
            f"select op::text as op, version, row from history.{table.name}_version"  # noqa: S608
            " where id = :id and upper_inf(valid)"
        ),
        {"id": row_id},
    ).one_or_none()
    if present is None:
        message = f"{kind} {row_id} is not there"
        raise NotFoundError(message)
    if present.version != seen:
        _refuse_stale(session, table, row_id, seen)
    gone = present.op == "D"
    names = [
        name
        for name in kept
        if name in table.c and name not in {"id", "version", "shape"}
        if gone or kept[name] != present.row.get(name)
    ]
    restored = _restore(session, table, row_id, version, seen, names, gone=gone)
    if restored is None:
        _refuse_stale(session, table, row_id, seen)
    follow_change(session, day, kind, owner)
    return restored


def _restore(  # noqa: PLR0913, PLR0917  what a restoration says
    session: Session,
    table: Table,
    row_id: int,
    version: int,
    seen: int,
    names: list[str],
    *,
    gone: bool,
) -> int | None:
    """Write the kept values of `names`; a shape brings what is derived from it. The new version, or None."""
    shaped = {"shape": "h.geom"} if "shape" in table.c else {}
    if "shape_metric" in table.c:
        shaped |= {"shape_metric": "st_transform(h.geom, cast(:srid as int))"}
    if table.name == "zone_part":
        # Periods, reach and the widened shape are made by `true_up_parts`, which looks for parts without a reach.
        shaped |= {
            "shape_web": "st_transform(h.geom, 3857)",
            "shape_wide": "st_transform(h.geom, cast(:srid as int))",
            "reach_m": "null",
        }
    values = {name: f"k.{name}" for name in names} | shaped
    given = {"id": row_id, "old": version, "seen": seen}
    if "shape_metric" in table.c:
        given["srid"] = session.scalar(select(City.metric_srid)) or 0
    source = (
        f"history.{table.name}_version h, jsonb_populate_record(null::jiantu.{table.name}, h.row) k"
    )
    if gone:
        values |= {"id": ":id", "version": "cast(:seen as int) + 1"}
        if table.name == "zone_part":
            values |= {"period": "daterange(k.first_on, k.last_on, '[]')"}
        statement = (
            f"insert into jiantu.{table.name} ({', '.join(values)})"  # noqa: S608  columns of the model
            f" select {', '.join(values.values())} from {source}"
            " where h.id = :id and h.version = :old and h.op <> 'D' returning version"
        )
    elif values:
        assigned = ", ".join(f"{name} = {value}" for name, value in values.items())
        statement = (
            f"update jiantu.{table.name} t set {assigned} from {source}"  # noqa: S608  columns of the model
            " where h.id = :id and h.version = :old and h.op <> 'D'"
            " and t.id = :id and t.version = :seen returning t.version"
        )
    else:
        return seen
    found = _careful(session, text(statement), given)
    return None if found is None else int(found)


def _table(kind: str) -> Table:
    try:
        return kept_tables()[kind]
    except KeyError:
        message = f"there is no kind of record “{kind}”"
        raise NotFoundError(message) from None


def _owner_of(session: Session, table: Table, row_id: int) -> Owner:
    found = session.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
    if found is None:
        message = f"there is no {table.name} {row_id}"
        raise NotFoundError(message)
    return find_owner(session, table.name, dict(found))


def _refuse_stale(session: Session, table: Table, row_id: int, seen: int) -> NoReturn:
    present = session.scalar(select(table.c.version).where(table.c.id == row_id))
    if present is None or present == seen:
        # It is gone, or it is there and may only be read: both look the same.
        message = f"there is no {table.name} {row_id}"
        raise NotFoundError(message)
    raise ChangeConflictError(*STALE)


def _careful(
    session: Session,
    statement: Any,  # noqa: ANN401  any statement
    given: dict[str, int] | None = None,
) -> Any:  # noqa: ANN401  what the statement returns
    """Run a statement; what the database refuses is told in a sentence."""
    try:
        return session.execute(statement, given or {}).scalar()
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        raise ChangeRefusedError(*_why(name)) from error


def _why(constraint: str) -> tuple[str, str]:
    """What a broken constraint means, in the words of the forms where they have any."""
    if constraint.startswith("uq_"):
        return TWICE
    order = _ORDER.fullmatch(constraint)
    if order:
        labels = {field.name: field.label for form in FORMS.values() for field in form.fields}
        first, last = labels.get(order["first"]), labels.get(order["last"])
        if first and last:
            return (
                f"“{last.zh}”早于“{first.zh}”,未保存。请核对两个日期。",
                f"“{last.en}” is before “{first.en}”; nothing was saved. Check the two days.",
            )
    return BROKEN[0].format(constraint), BROKEN[1].format(constraint)


def follow_change(session: Session, day: date, kind: str, owner: Owner) -> None:
    """Bring lamps, periods, pairs and layers to what the facts of `owner` now say. The last thing a change does."""
    session.flush()
    zones: set[int] = set()
    drawn: set[int] = set()
    if kind in _ON_THE_MAP:
        sites = session.scalars(select(Zone.id).where(Zone.project_id.in_(sorted(owner.projects))))
        rules = rules_on(read_rules(session), day)
        drawn = owner.zones | set(sites)
        zones = owner.zones | true_up_parts(session, day, rules, drawn)
    if kind in _JUDGED_BY:
        zones = owner.zones
    if owner.everywhere:
        refresh_lamps(session, day)
    elif owner.projects:
        refresh_lamps(session, day, owner.projects)
    if zones:
        refresh_overlaps(session, zones, day)
    # The list of projects is read again with the sites, also where a project has none.
    others = NAMED_ON if kind in _NAMED else ["sites"] if kind in _LISTED else []
    raise_layers(session, drawn, others)
