"""A made-up city full of works along the streets of the demo city, as many and as dense as a benchmark asks."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.ops import substring
from sqlalchemy import text

from geo.database.acting import Identity, Role, acting_session
from geo.demo.plan import draw_plan
from geo.demo.plane import Plane
from geo.demo.streets import WIDTHS_M

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import Engine

DAY = date(2026, 11, 23)
METRIC = 4548
FULL = 140_000
"""A large city's works: 20,000 sites, 100,000 relocations and 20,000 diversions."""
CORE_M = 10_000.0
"""Sixty in a hundred of them lie in a core so wide; the others, in a square three times as wide."""
MIDDLE = (438_060.0, 4_146_680.0)
COMMAND = Identity(Role.COMMAND, "system:bench")

_WORKS = """
create temporary table work (n int, kind text, project int, first_on date, last_on date, taken text,
  tentative boolean, shape text, made_for int) on commit drop
"""
_ZONES = """
insert into jiantu.zone (kind, code, name, project_id, placement, taken, entered_on, tentative,
  planned_start_on, planned_start_precision, planned_finish_on, planned_finish_precision)
select w.kind, 'Z' || w.n, 'Z' || w.n, p.id, case when w.kind = 'relocation' then 'underground' end,
  case when w.taken is not null then array[w.taken] end, cast(:day as date), w.tentative,
  w.first_on, 'day', w.last_on, 'day'
from work w left join jiantu.project p on p.code = 'P' || w.project order by w.n
"""
_PARTS = """
insert into jiantu.zone_part (zone_id, position, role, shape, shape_metric, shape_web, shape_wide, period)
select z.id, 0, case when w.kind = 'diversion' then 'taken' else 'footprint' end,
  st_transform(s.shape, 4326), s.shape, st_transform(s.shape, 3857), s.shape, daterange(:day, null)
from work w join jiantu.zone z on z.code = 'Z' || w.n
cross join lateral (select st_setsrid(st_geomfromwkb(decode(w.shape, 'hex')), :srid) as shape) s
"""
_LINKS = """
insert into jiantu.zone_link (zone_id, other_id, kind)
select z.id, y.id, 'made_for' from work w join jiantu.zone z on z.code = 'Z' || w.n
join jiantu.zone y on y.code = 'Z' || w.made_for
"""

_ROADS = """
insert into jiantu.road (code, name, road_class, shape, shape_metric)
select :code, :name, :road_class, st_transform(s.shape, 4326), s.shape
from (select st_setsrid(st_geomfromwkb(decode(:shape, 'hex')), :srid) as shape) s
"""


def core_of(zones: int) -> float:
    """The width of the core, in metres, that gives so many zones the density of the full city."""
    return CORE_M * sqrt(zones / FULL)


class Streets:
    """The demo city's streets within a square about its middle, and places on them by length."""

    def __init__(self, width_m: float) -> None:
        plan = draw_plan(Plane())
        half = width_m / 2
        square = shapely.box(-half, -half, half, half)
        whole = np.array([stretch.line for stretch in plan.stretches])
        pieces, places = shapely.get_parts(shapely.intersection(whole, square), return_index=True)
        keep = (shapely.get_type_id(pieces) == 1) & (shapely.length(pieces) > 1)
        self.lines = shapely.transform(pieces[keep], lambda xy: xy + np.array(MIDDLE))
        self.widths = [WIDTHS_M[plan.stretches[place].road_class] for place in places[keep]]
        lengths = shapely.length(self.lines)
        self.lengths = lengths
        self.reached = np.cumsum(lengths)

    def strip(
        self, dice: np.random.Generator, kind: str, taken: str | None
    ) -> shapely.geometry.base.BaseGeometry:
        """Ground that a work takes along some street: beside it, under one side of it, or of its carriageway."""
        while True:
            at = dice.uniform(0, self.reached[-1])
            place = min(int(np.searchsorted(self.reached, at)), len(self.lines) - 1)
            half, side = self.widths[place] / 2, dice.choice([-1.0, 1.0])
            if kind == "site":
                length, wide = dice.uniform(40, 120), dice.uniform(40, 120)
                off = half + 5 + wide / 2
            elif kind == "diversion":
                length, wide = dice.uniform(40, 250), half * (2 if taken == "full" else 1)
                off = 0.0 if taken == "full" else half / 2
            else:
                length, wide = dice.uniform(20, 200), dice.uniform(1.5, 6)
                off = max(half + dice.uniform(-6, 3), 0.0)
            begin = dice.uniform(-length / 2, self.lengths[place] - length / 2)
            run = substring(self.lines[place], max(begin, 0.0), max(begin, 0.0) + length)
            if run.length < 10:
                continue
            beside = shapely.offset_curve(run, side * off) if off else run
            shape = shapely.buffer(beside, wide / 2, cap_style="flat", join_style="mitre")
            if shape.geom_type == "Polygon" and shape.is_valid and not shape.is_empty:
                return shape


def make_works(zones: int) -> list[dict[str, Any]]:
    """So many works: a seventh sites, a seventh diversions, the rest relocations, over two years.

    Every other diversion is made for the relocation before it and lies about it; a tenth of all are tentative.
    """
    dice = np.random.default_rng(7)
    core = core_of(zones)
    rings = (Streets(core), Streets(3 * core))
    works: list[dict[str, Any]] = []
    for n in range(zones):
        kind = {0: "site", 1: "diversion"}.get(n % 7, "relocation")
        first = DAY + timedelta(days=int(dice.integers(-365, 365)))
        last = first + timedelta(days=int(dice.integers(5, 115)))
        taken = str(dice.choice(["full", "half", "half"])) if kind == "diversion" else None
        shape = rings[int(dice.random() >= 0.6)].strip(dice, kind, taken)
        work = {"n": n, "kind": kind, "taken": taken, "first_on": first, "last_on": last}
        work |= {"project": n // 7 if kind == "site" or n % 7 == 2 else None, "made_for": None}
        if kind == "diversion" and n % 2 and n > 7:
            other = works[n - 2]
            shape = shapely.buffer(other["drawn"], 2, cap_style="flat", join_style="mitre")
            work |= {key: other[key] for key in ("first_on", "last_on")} | {"made_for": other["n"]}
        works.append(work | {"tentative": bool(dice.random() < 0.1), "drawn": shape})
    return works


def fill(engine: Engine, zones: int) -> list[dict[str, Any]]:
    """Write a city of so many works, at the density of the full one; the works."""
    works = make_works(zones)
    shapes: NDArray[Any] = shapely.to_wkb(np.array([work["drawn"] for work in works]), hex=True)
    names = "n, kind, project, first_on, last_on, taken, tentative, made_for"
    columns = names.split(", ")
    with acting_session(engine, COMMAND) as session:
        session.execute(text(_WORKS))
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor().copy(f"copy work ({names}, shape) from stdin") as copy:
            for work, shape in zip(works, shapes, strict=True):
                copy.write_row([*(work[name] for name in columns), shape])
        session.execute(
            text(
                "insert into jiantu.project (code, name, entered_on)"
                " select distinct 'P' || project, 'P' || project, cast(:day as date) from work"
                " where project is not null"
            ),
            {"day": DAY},
        )
        session.execute(text("analyze work"))
        session.execute(text(_ZONES), {"day": DAY})
        session.execute(text("analyze jiantu.zone"))
        session.execute(text(_PARTS), {"day": DAY, "srid": METRIC})
        session.execute(text(_LINKS))
    return works


def lay_roads(engine: Engine) -> None:
    """Load the demo city's streets as the road layer; what hangs on roads is not found before all is made anew."""
    plan = draw_plan(Plane())
    lines = np.array([stretch.line for stretch in plan.stretches])
    shapes = shapely.to_wkb(shapely.transform(lines, lambda xy: xy + np.array(MIDDLE)), hex=True)
    rows = [
        {
            "code": f"R{n}",
            "name": name.zh if name else None,
            "road_class": stretch.road_class,
            "shape": shape,
            "srid": METRIC,
        }
        for n, (stretch, name, shape) in enumerate(
            zip(plan.stretches, plan.names, shapes, strict=True)
        )
    ]
    with acting_session(engine, COMMAND) as session:
        session.execute(text(_ROADS), rows)


def settle(url: str) -> None:
    """Leave tables as a running city has them: vacuumed, their statistics gathered, what was written on the disk."""
    from sqlalchemy import create_engine  # noqa: PLC0415

    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("vacuum (analyze)"))
        connection.execute(text("checkpoint"))
    owner.dispose()
