"""Undoing an import or a collection as a whole: every row back to what it was before, by the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from geo.changes.intake import lock_intake
from geo.changes.lamps import raise_revisions, refresh_lamps
from geo.changes.overlaps import lock_overlaps, rebuild_overlaps, refresh_overlaps
from geo.changes.zone_parts import true_up_parts
from geo.errors import ChangeRefusedError
from geo.model.base import SCHEMA, Base
from geo.model.city import Revision
from geo.model.zones import Zone
from geo.queries.facts import read_rules
from geo.rules import rules_on

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

_TRACKED = text(
    """
    select c.relname, (select a.attname from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = c.oid and i.indisprimary)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'jiantu' and c.relkind = 'r'
      and exists (select from pg_class h join pg_namespace hn on hn.oid = h.relnamespace
                  where hn.nspname = 'history' and h.relname = c.relname || '_version'
                    and has_table_privilege(h.oid, 'select') and has_table_privilege(c.oid, 'delete'))
    """
)
_ON_THE_MAP = frozenset(
    {"zone", "zone_part", "zone_hours", "zone_link", "road", "pavement", "project", "plan_version"}
)
_NOT_THE_CITYS = ("collection_", "name_alias", "intake_file", "mapping_record", "attachment")
"""Tables that say how something came, not what holds: they stay as they are."""
_MOST_NAMED = 5


def set_request(session: Session, request_id: str) -> None:
    """Name what this transaction changes, so that it can be undone by that name."""
    session.execute(select(func.set_config("app.request_id", request_id, True)))  # noqa: FBT003  PostgreSQL's own order


def undo_requests(
    session: Session,
    request_ids: Collection[str],
    day: date,
    project_ids: Collection[int] | None = None,
) -> dict[str, int]:
    """Bring back what was before these requests; gives the number of rows of each table that were put back.

    `project_ids`: the only projects that they touched, where that is known.

    Lamps, pairs and revisions follow. Raises `ChangeRefusedError`, and the caller's transaction must be rolled back,
    when something was changed or built on since.
    """
    lock_intake(session)
    lock_overlaps(session)
    wanted = sorted(request_ids)
    keys: dict[str, str] = dict(session.execute(_TRACKED).all())
    order = [
        table.name
        for table in Base.metadata.sorted_tables
        if table.name in keys and not table.name.startswith(_NOT_THE_CITYS)
    ]
    _refuse_built_on(session, order, keys, wanted)
    done: dict[str, int] = {}
    try:
        for step, names in (
            (func.history.undo_inserts, reversed(order)),
            (func.history.undo_changes, order),
        ):
            for name in names:
                found = session.scalars(select(step(_regclass(name), keys[name], wanted))).all()
                if found:
                    done[name] = done.get(name, 0) + len(found)
    except IntegrityError as error:
        zh = "撤销不了:后来的记录以它为依据,请先处理那些记录。"
        en = "This cannot be undone: later records build on it. Deal with them first."
        raise ChangeRefusedError(zh, en) from error
    if done:
        _follow(session, done, day, project_ids)
    return done


def _regclass(name: str) -> str:
    return f"{SCHEMA}.{name}"


def _refuse_built_on(
    session: Session, order: list[str], keys: dict[str, str], wanted: list[str]
) -> None:
    later = [
        (name, row)
        for name in order
        for row in session.scalars(
            select(func.history.changed_since(_regclass(name), keys[name], wanted))
        )
    ]
    if later:
        listed = "、".join(f"{name} {row}" for name, row in later[:_MOST_NAMED])
        zh = f"撤销不了:其中 {len(later)} 条记录后来又改过({listed}),请先撤销后来的改动。"
        en = f"This cannot be undone: {len(later)} of its records were changed since ({listed})."
        raise ChangeRefusedError(zh, en)
    corrected = session.scalars(_CORRECTED, {"requests": wanted}).all()
    if corrected:
        listed = "、".join(corrected[:_MOST_NAMED])
        zh = f"撤销不了:其中的进展填报后来有更正({listed}),请先撤销更正。"
        en = f"This cannot be undone: reports in it were corrected since ({listed}). Undo the corrections first."
        raise ChangeRefusedError(zh, en)


_CORRECTED = text(
    """
    select distinct p.code
    from history.progress_report_version v
    join jiantu.progress_report ours on ours.id = v.id
    join jiantu.progress_report later on later.project_id = ours.project_id
      and later.site_id is not distinct from ours.site_id and later.period = ours.period
      and later.first_on = ours.first_on and later.revision > ours.revision
    join jiantu.project p on p.id = ours.project_id
    where v.request_id = any(cast(:requests as text[])) and v.op = 'I'
      and not exists (
        select from history.progress_report_version w
        where w.id = later.id and w.request_id = any(cast(:requests as text[])))
    order by p.code
    """
)


def _follow(
    session: Session, done: dict[str, int], day: date, project_ids: Collection[int] | None
) -> None:
    """Lamps, periods and pairs of what was undone; of everything where it is not known what that touched."""
    session.expire_all()
    zones = (
        None
        if project_ids is None
        else session.scalars(select(Zone.id).where(Zone.project_id.in_(sorted(project_ids)))).all()
    )
    true_up_parts(session, day, rules_on(read_rules(session), day), zones)
    refresh_lamps(session, day, project_ids)
    if zones is not None:
        refresh_overlaps(session, zones, day)
    elif not _ON_THE_MAP.isdisjoint(done):
        rebuild_overlaps(session, day)
    layers = session.scalars(select(Revision.layer).where(Revision.audience == "staff")).all()
    raise_revisions(session, set(layers))
