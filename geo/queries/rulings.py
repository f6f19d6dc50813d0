"""Reading lamps as they may be contested: since when each is shown, objections (申诉) and rulings (核定)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.queries.facts import read_calendar, read_rules
from geo.rules import rules_on
from geo.status import Lamp, working_day_after, working_days_between

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ShownLamp:
    """The lamp of a project or site on a day: shown and computed, since when, and until when it may be contested."""

    lamp: Lamp
    computed: Lamp
    ruled: bool
    began_on: date
    object_until_on: date


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection; `ruling_id` is the ruling that answered it, None while it is open."""

    id: int
    version: int
    code: str
    project: str
    project_en: str | None
    site_id: int | None
    site: str | None
    lamp: Lamp
    on_day: date
    unit: str
    unit_en: str | None
    text: str
    ruling_id: int | None
    waiting_days: int
    """Working days since it was raised."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A ruling as it stands; `days_left` counts the days on which it still holds, the asked one included."""

    id: int
    version: int
    code: str
    project: str
    project_en: str | None
    site_id: int | None
    site: str | None
    computed: Lamp
    ruled: Lamp
    first_on: date
    last_on: date
    reason: str
    signer: str
    days_left: int

    @property
    def holds(self) -> bool:
        """Whether it holds on the asked day."""
        return self.days_left > 0


_SHOWN = text(
    """
    select s.site_id, s.lamp, 'ruled' = any(s.marks) as ruled, s.reasons -> 0 -> 'anchors' ->> 'computed' as computed,
      (select lower(run) from (
        select unnest(range_agg(o.days)) as run from jiantu.status_span o
        where o.project_id = s.project_id and o.site_id is not distinct from s.site_id
          and o.lamp = s.lamp and ('ruled' = any(o.marks)) = ('ruled' = any(s.marks))) as runs
       where run @> cast(:day as date)) as began_on
    from jiantu.status_span s where s.project_id = :project and s.days @> cast(:day as date)
    """
)
_OBJECTIONS = text(
    """
    select o.id, o.version, j.code, j.name as project, j.name_en as project_en, o.site_id,
      coalesce(z.name, z.code) as site, o.lamp, o.on_day, coalesce(u.short_name, u.name) as unit,
      u.name_en as unit_en, o.text, (select max(r.id) from jiantu.ruling r where r.objection_id = o.id) as ruling_id
    from jiantu.objection o
    join jiantu.project j on j.id = o.project_id
    join jiantu.unit u on u.id = o.unit_id
    left join jiantu.zone z on z.id = o.site_id
    where cast(:project as bigint) is null or o.project_id = :project
    order by o.on_day desc, o.id desc
    """
)
_OPEN = text(
    """
    select count(*) from jiantu.objection o
    where not exists (select from jiantu.ruling r where r.objection_id = o.id)
    """
)
_RULINGS = text(
    """
    select r.id, r.version, j.code, j.name as project, j.name_en as project_en, r.site_id,
      coalesce(z.name, z.code) as site, r.computed, r.ruled, r.first_on, r.last_on, r.reason, r.signer
    from jiantu.ruling r
    join jiantu.project j on j.id = r.project_id
    left join jiantu.zone z on z.id = r.site_id
    where cast(:project as bigint) is null or r.project_id = :project
    order by r.last_on desc, r.id desc
    """
)


def find_shown_lamps(session: Session, project_id: int, day: date) -> dict[int | None, ShownLamp]:
    """The lamps of a project (None) and of its sites (zone id) on `day`, with the days for objecting to each."""
    rule = rules_on(read_rules(session), day).ruling
    calendar = read_calendar(session)
    found = {}
    for row in session.execute(_SHOWN, {"project": project_id, "day": day}):
        until = working_day_after(row.began_on, rule.objection_working_days, calendar)
        computed = row.computed if row.ruled else row.lamp
        found[row.site_id] = ShownLamp(
            Lamp(row.lamp), Lamp(computed), row.ruled, row.began_on, until
        )
    return found


def list_objections(session: Session, day: date, project_id: int | None = None) -> list[Objection]:
    """Objections to the lamps of one project, or of all that the asker may read; the newest first."""
    calendar = read_calendar(session)
    return [
        Objection(
            **{**row, "lamp": Lamp(row["lamp"])},
            waiting_days=max(working_days_between(row["on_day"], day, calendar), 0),
        )
        for row in session.execute(_OBJECTIONS, {"project": project_id}).mappings()
    ]


def count_open_objections(session: Session) -> int:
    """How many objections that the asker may read wait for a ruling."""
    return int(session.execute(_OPEN).scalar_one())


def list_rulings(session: Session, day: date, project_id: int | None = None) -> list[Ruling]:
    """Rulings on the lamps of one project, or of all that the asker may read; those that hold longest first."""
    return [
        Ruling(
            **{**row, "computed": Lamp(row["computed"]), "ruled": Lamp(row["ruled"])},
            days_left=max((row["last_on"] - max(day, row["first_on"])).days + 1, 0),
        )
        for row in session.execute(_RULINGS, {"project": project_id}).mappings()
    ]


def latest_ruling_day(session: Session, day: date) -> date:
    """The last day that a ruling made on `day` may hold."""
    allowed = rules_on(read_rules(session), day).ruling.expires_after_days
    return day + timedelta(days=allowed - 1)
