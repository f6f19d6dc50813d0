"""Telling those who watch a place what happened there, in the transaction in which it happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.database.acting import by_engine
from geo.overlap import Finding, Severity, explain_finding, severity_name
from geo.saying import format_days, format_period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from geo.overlap import Language

Pair = tuple[int, int]
MOST_LINES = 40
"""What is told of one transaction at one place; an import can change hundreds."""

_CHANGED = text(
    """
    with versions as (
      select v.id, v.op, v.version, v.row,
        lag(v.row) over (partition by v.id order by v.version) as before, lower(v.valid) as at
      from history.zone_version v where v.id = any(cast(:zones as bigint[]))
    ), now as (
      select v.id, bool_or(v.op = 'I') as is_new,
        bool_or(v.before is not null and v.before ->> 'state' is distinct from v.row ->> 'state') as state,
        bool_or(v.before is not null and jsonb_build_array(v.before -> 'planned_start_on',
            v.before -> 'planned_finish_on', v.before -> 'actual_start_on', v.before -> 'actual_finish_on')
          is distinct from jsonb_build_array(v.row -> 'planned_start_on', v.row -> 'planned_finish_on',
            v.row -> 'actual_start_on', v.row -> 'actual_finish_on')) as days
      from versions v where v.at >= transaction_timestamp() group by v.id
    ), shapes as (
      select distinct (v.row ->> 'zone_id')::bigint as id from history.zone_part_version v
      where (v.row ->> 'zone_id')::bigint = any(cast(:zones as bigint[]))
        and lower(v.valid) >= transaction_timestamp()
    )
    select z.id, z.kind, z.state, coalesce(z.name, j.name, z.code) as name,
      coalesce(z.name, j.name_en, j.name, z.code) as name_en, z.unit_id,
      coalesce(u.short_name, u.name) as unit, u.name_en as unit_en,
      lower(d.days) as first_on, upper(d.days) - 1 as last_on,
      case when now.is_new then 'new' when now.state then 'state' when now.days then 'days'
        when shapes.id is not null then 'shape' end as what
    from jiantu.zone z left join now on now.id = z.id left join shapes on shapes.id = z.id
    left join jiantu.project j on j.id = z.project_id left join jiantu.unit u on u.id = z.unit_id
    left join lateral (select range_merge(range_agg(p.period)) as days from jiantu.zone_part p
      where p.zone_id = z.id and p.role <> 'centre_line') d on true
    where z.id = any(cast(:zones as bigint[]))
    """
)
_PAIRS = text(
    """
    select t.zone_a, t.zone_b, o.severity, o.findings
    from json_to_recordset(cast(:pairs as json)) as t(zone_a bigint, zone_b bigint)
    left join jiantu.overlap o on o.zone_a = t.zone_a and o.zone_b = t.zone_b
    """
)
_THERE = text(
    """
    select distinct s.id, s.unit_id, p.zone_id
    from jiantu.watch_subscription s join jiantu.zone_part p
      on p.shape_metric && s.shape_metric and st_intersects(p.shape_metric, s.shape_metric)
    where s.active and p.zone_id = any(cast(:zones as bigint[]))
      and jiantu.still_watches(s.account_id, s.unit_id)
    """
)
_TELL = text(
    """
    insert into jiantu.notification as n (subscription_id, change_id, lines)
    values (:subscription, pg_current_xact_id() || ' ' || transaction_timestamp(), cast(:lines as jsonb))
    on conflict (subscription_id, change_id) do update
    set lines = (select jsonb_agg(distinct line) from jsonb_array_elements(n.lines || excluded.lines) line)
    returning n.id
    """
)
"""Numbers of transactions begin anew where a city is restored into another cluster, so the moment stands with them."""
_SEND = text(
    """
    insert into jiantu.delivery (notification_id, channel)
    select :notification, c.channel from jiantu.watch_subscription s
    cross join lateral (values ('webhook', s.webhook_url), ('email', s.email)) c(channel, target)
    where s.id = :subscription and c.target is not null
    on conflict (notification_id, channel) do nothing
    """
)


@by_engine
def tell_watchers(session: Session, zone_ids: Collection[int], pairs: Collection[Pair]) -> int:
    """Write down for every watched place what changed there; the number of places told.

    `zone_ids` may have changed in this transaction, `pairs` have: what is told of them is looked up. Drafts are told
    to their own unit and the command; a pair, to the command and to units that have a side in it.
    """
    every = set(zone_ids) | {zone for pair in pairs for zone in pair}
    if not every:
        return 0
    zones = {row.id: row for row in session.execute(_CHANGED, {"zones": sorted(every)})}
    given = [{"zone_a": a, "zone_b": b} for a, b in sorted(pairs)]
    found = session.execute(_PAIRS, {"pairs": json.dumps(given)}).all()
    there: dict[tuple[int, int | None], set[int]] = {}
    for row in session.execute(_THERE, {"zones": sorted(every)}):
        there.setdefault((row.id, row.unit_id), set()).add(row.zone_id)
    told = 0
    for (subscription, unit_id), here in sorted(there.items(), key=lambda item: item[0][0]):
        lines = [*_zone_lines(zones, here, unit_id), *_pair_lines(zones, found, here, unit_id)]
        if lines:
            _tell(session, subscription, lines[:MOST_LINES])
            told += 1
    return told


def _tell(session: Session, subscription: int, lines: list[dict[str, Any]]) -> None:
    said = json.dumps(lines, ensure_ascii=False)
    notification = session.scalars(_TELL, {"subscription": subscription, "lines": said}).one()
    session.execute(_SEND, {"notification": notification, "subscription": subscription})


def _may_see(zone: Any, unit_id: int | None) -> bool:  # noqa: ANN401  a row
    return unit_id is None or zone.state != "draft" or zone.unit_id == unit_id


def _zone_lines(
    zones: dict[int, Any], here: set[int], unit_id: int | None
) -> Iterable[dict[str, Any]]:
    for zone_id in sorted(here):
        zone = zones.get(zone_id)
        if zone is None or zone.what is None or not _may_see(zone, unit_id):
            continue
        yield {
            "kind": "zone",
            "zones": [zone.id],
            "zh": _zone_sentence(zone, "zh"),
            "en": _zone_sentence(zone, "en"),
        }


_WHAT: dict[str, tuple[str, str]] = {
    "new": ("新增", "new"),
    "state": ("状态变更", "another state"),
    "days": ("日期变更", "other days"),
    "shape": ("范围变更", "another shape"),
}
_STATES: dict[str, tuple[str, str]] = {
    "draft": ("草稿", "draft"),
    "planned": ("计划", "planned"),
    "confirmed": ("已确认", "confirmed"),
    "finished": ("已完工", "finished"),
    "withdrawn": ("已撤回", "withdrawn"),
}


def _zone_sentence(zone: Any, language: Language) -> str:  # noqa: ANN401  a row
    place = language == "en"
    name = zone.name_en if place else zone.name
    unit = (zone.unit_en if place else None) or zone.unit
    what, state = _WHAT[zone.what][place], _STATES[zone.state][place]
    if zone.first_on and zone.last_on:
        days = format_days(zone.first_on, zone.last_on, language)
    elif zone.first_on or zone.last_on:
        days = format_period(zone.first_on, zone.last_on, language)
    else:
        days = "days unknown" if place else "工期未定"
    if place:
        by = f" ({unit})" if unit else ""
        return f"{name}{by}: {what}; {state}, {days}"
    by = f"({unit})" if unit else ""
    return f"{what}:{name}{by},{state},{days}"


def _pair_lines(
    zones: dict[int, Any], pairs: Iterable[Any], here: set[int], unit_id: int | None
) -> Iterable[dict[str, Any]]:
    for row in pairs:
        both = (zones.get(row.zone_a), zones.get(row.zone_b))
        a, b = both
        if a is None or b is None or not {a.id, b.id} & here:
            continue
        owned = unit_id is None or unit_id in {a.unit_id, b.unit_id}
        if not owned or not all(_may_see(zone, unit_id) for zone in both):
            continue
        yield {
            "kind": "pair",
            "zones": [a.id, b.id],
            "zh": _pair_sentence(row, a, b, "zh"),
            "en": _pair_sentence(row, a, b, "en"),
        }


def _pair_sentence(row: Any, a: Any, b: Any, language: Language) -> str:  # noqa: ANN401  rows
    english = language == "en"
    names = {zone.id: zone.name_en if english else zone.name for zone in (a, b)}
    pair = f"{names[a.id]} × {names[b.id]}"
    if row.severity is None:
        return f"{pair}: no longer meet" if english else f"{pair}:已不再重叠"
    severity = severity_name(Severity(row.severity), language)
    finding = explain_finding(Finding.from_json(row.findings[0]), names, language)
    return f"{pair}: {severity}. {finding}" if english else f"{pair}:{severity},{finding}"
