"""Reading what the sides of pairs have answered, and whether a zone has moved since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text, tuple_

from geo.database.acting import by_engine
from geo.model.answers import Answer, OverlapAnswer

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

Pair = tuple[int, int]
"""A pair by the ids of its zones, the lower first."""

_DATES = """
    select lower(v.valid) as since, d.dates is distinct from lag(d.dates) over (order by v.version) as moved
    from history.zone_version v
    cross join lateral (
      select jsonb_build_array(v.row -> 'planned_start_on', v.row -> 'planned_finish_on',
        v.row -> 'actual_start_on', v.row -> 'actual_finish_on') as dates
    ) d
    where v.id = z.id
"""
"""The versions of a zone, and whether each moved its dates: another name or step moves nothing."""
_MOVES = text(
    f"""
    select z.id, md5(concat_ws(';',
      (select string_agg(concat_ws(':', p.id, p.version, p.period), ',' order by p.id)
       from jiantu.zone_part p where p.zone_id = z.id),
      (select string_agg(concat_ws(':', h.id, h.version), ',' order by h.id)
       from jiantu.zone_hours h where h.zone_id = z.id),
      (select count(*) from ({_DATES}) m where m.moved))) as moves
    from jiantu.zone z where z.id = any(cast(:zones as bigint[]))
    """  # noqa: S608  built from a constant
)
_LAST_MOVES = text(
    f"""
    select z.id, cast(timezone(c.time_zone, greatest(
      (select max(lower(v.valid)) from jiantu.zone_part p join history.zone_part_version v on v.id = p.id
       where p.zone_id = z.id),
      (select max(lower(v.valid)) from jiantu.zone_hours h join history.zone_hours_version v on v.id = h.id
       where h.zone_id = z.id),
      (select max(m.since) from ({_DATES}) m where m.moved))) as date) as moved_on
    from jiantu.zone z cross join jiantu.city c where z.id = any(cast(:zones as bigint[]))
    """  # noqa: S608  built from a constant
)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What one side has answered.

    `outdated`: a shape or a date in the pair has changed since (需重新研判), last on `moved_on`.
    """

    answer: Answer
    note: str | None
    proposed_first_on: date | None
    proposed_last_on: date | None
    answered_by: str | None
    answered_at: datetime
    by_command: bool
    outdated: bool
    moved_on: date | None


@by_engine
def read_moves(session: Session, zone_ids: Collection[int]) -> dict[int, str]:
    """A mark for each zone that is another whenever its shape, dates or hours have changed.

    It is made from versions, not from the values: a zone that was moved away and back has moved. The versions are
    looked at as the engine: who answers for one side may not see the other's history, but whether it moved.
    """
    found = session.execute(_MOVES, {"zones": sorted(set(zone_ids))})
    return {row.id: row.moves for row in found}


@by_engine
def read_last_moves(session: Session, zone_ids: Collection[int]) -> dict[int, date]:
    """The day on which each zone's shape, dates or hours last changed, by the city's clock."""
    found = session.execute(_LAST_MOVES, {"zones": sorted(set(zone_ids))})
    return {row.id: row.moved_on for row in found}


def seen_of(pair: Pair, moves: dict[int, str]) -> str:
    """What an answer to `pair` keeps of the present shapes and dates of both zones."""
    return " ".join(moves[zone] for zone in pair)


def find_answers(session: Session, pairs: Collection[Pair]) -> dict[tuple[Pair, int], GivenAnswer]:
    """The answers given to these pairs, by pair and side."""
    if not pairs:
        return {}
    rows = session.scalars(
        select(OverlapAnswer).where(
            tuple_(OverlapAnswer.zone_a, OverlapAnswer.zone_b).in_(sorted(pairs))
        )
    ).all()
    pairs_of = {row.id: (row.zone_a, row.zone_b) for row in rows}
    moves = read_moves(session, {zone for pair in pairs_of.values() for zone in pair})
    outdated = {row.id for row in rows if row.seen != seen_of(pairs_of[row.id], moves)}
    moved = {zone for row in outdated for zone in pairs_of[row]}
    last_moves = read_last_moves(session, moved) if moved else {}
    return {
        (pairs_of[row.id], row.side_zone): GivenAnswer(
            Answer(row.answer),
            row.note,
            row.proposed_first_on,
            row.proposed_last_on,
            row.answered_by,
            row.answered_at,
            row.by_command,
            row.id in outdated,
            max(last_moves[zone] for zone in pairs_of[row.id]) if row.id in outdated else None,
        )
        for row in rows
    }
