"""The demo's haul routes, control areas, public events, and the days its pavements were laid."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from shapely import LineString, Point

from geo.demo import units
from geo.demo.streets import WIDTHS_M
from geo.records import Day, HoursWindow, PartRecord, PavementRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo.demo.plan import Plan
    from geo.demo.projects import Scheme
    from geo.demo.relocations import Dig
    from geo.demo.routes import Routes
    from geo.demo.stories import Story

HAUL_ROUTES = 14
PAVEMENTS = 60

_NIGHT = (HoursWindow(time(22), time(5)),)


def make_haul_routes(
    plan: Plan,
    routes: Routes,
    schemes: Sequence[Scheme],
    stories: Mapping[str, Story],
    anchor: date,
) -> list[ZoneRecord]:
    """Muck routes by night from sites that dig to villages where the earth is wanted."""
    random = plan.plane.random("haul routes")
    dumps = [area.representative_point() for _, area in plan.country.villages]
    dumps = [dump for dump in dumps if 9_000 < abs(dump.x) + abs(dump.y) < 15_000]
    wanted = [
        (scheme, site)
        for scheme in schemes
        for site in scheme.sites[:1]
        if scheme.kind.place.startswith("lot:city")
        and stories[scheme.code].started_on is not None
        and stories[scheme.code].completed_on is None
    ]
    records: list[ZoneRecord] = []
    for scheme, site in wanted:
        if len(records) == HAUL_ROUTES or site.place is None:
            break
        start, end = site.place.shape.representative_point(), random.choice(dumps)
        way = routes.find_way(
            "motor", routes.nearest(start.x, start.y), routes.nearest(end.x, end.y), ()
        )
        if way is None:
            continue
        first_on = anchor - timedelta(random.randint(5, 70))
        records.append(
            ZoneRecord(
                kind="haul_route",
                code=plan.plane.code(f"ZT-{len(records) + 1:03d}"),
                name=f"{scheme.name.zh}渣土运输线路",
                project=scheme.code,
                unit=units.URBAN_MANAGEMENT,
                state="confirmed",
                planned_start=Day(first_on),
                planned_finish=Day(first_on + timedelta(random.randint(80, 160))),
                actual_start_on=first_on,
                hours=_NIGHT,
                parts=(PartRecord(plan.plane.degrees(LineString(way)), width_m=8.0),),
                made_for=f"{scheme.code}/{site.code}",
            )
        )
    return records


def make_control_areas(plan: Plan, schemes: Sequence[Scheme], anchor: date) -> list[ZoneRecord]:
    """Areas in which some operations must stop: past, present and to come."""
    random = plan.plane.random("control areas")
    place = plan.plane.place
    ring = plan.skeleton.ring
    exempt = tuple(scheme.code for scheme in random.sample(list(schemes), 4))
    core = ring.buffer(-1_500).simplify(60)
    middle = plan.skeleton.old_town.buffer(350, join_style="mitre")
    school = Point(place(1_700, 2_700)).buffer(520, quad_segs=6)
    square = Point(place(4_900, 900)).buffer(640, quad_segs=6)
    station = Point(place(-2_300, 1_800)).buffer(700, quad_segs=6)
    bank = plan.waters.river.intersection(ring).buffer(95, quad_segs=2).simplify(3)
    listed: tuple[tuple[str, BaseGeometry, int, int, str, tuple[str, ...], str], ...] = (
        (
            "核心区扬尘管控区",
            core,
            -46,
            -41,
            "orange",
            ("earthwork", "demolition", "haulage", "spraying"),
            "finished",
        ),
        ("古城渣土运输管控区", middle, -20, 45, "yellow", ("haulage",), "confirmed"),
        (
            "考点周边静音管控区",
            school,
            -1,
            9,
            "yellow",
            ("concrete", "dig", "demolition"),
            "confirmed",
        ),
        ("会展中心周边管控区", square, 16, 22, "yellow", ("all",), "planned"),
        ("站前广场安全管控区", station, -9, 24, "orange", ("earthwork", "demolition"), "confirmed"),
        ("安河汛期管控区", bank, 35, 96, "yellow", ("earthwork", "dig"), "planned"),
    )
    return [
        ZoneRecord(
            kind="control_area",
            code=plan.plane.code(f"GK-{number:02d}"),
            name=plan.plane.prefix + name,
            unit=units.ECOLOGY if "扬尘" in name else units.EMERGENCY,
            state=state,
            planned_start=Day(anchor + timedelta(first)),
            planned_finish=Day(anchor + timedelta(last)),
            actual_start_on=anchor + timedelta(first) if state != "planned" else None,
            actual_finish_on=anchor + timedelta(last) if state == "finished" else None,
            parts=(PartRecord(plan.plane.degrees(shape)),),
            level=level,
            stops=stops,
            exempt=exempt if "扬尘" in name else (),
        )
        for number, (name, shape, first, last, level, stops, state) in enumerate(listed, 1)
    ]


def make_events(plan: Plan, routes: Routes, anchor: date) -> list[ZoneRecord]:
    """Public events with what they close, on weekends and evenings."""
    course = _course(plan, routes)
    park = plan.skeleton.park.buffer(-60)
    square = Point(plan.plane.place(4_900, 900)).buffer(260, quad_segs=5)
    old_town = plan.waters.moat.envelope.buffer(-180)
    listed: tuple[tuple[str, BaseGeometry, int, int, time, time, float | None], ...] = (
        ("安河半程马拉松", course, 19, 19, time(6), time(12), 20.0),
        ("明湖灯会", park, 11, 20, time(18), time(22, 30), None),
        ("古城夜市节", old_town, -3, 12, time(17), time(23), None),
        ("秋季车展", square, 32, 36, time(9), time(18), None),
    )
    return [
        ZoneRecord(
            kind="event",
            code=plan.plane.code(f"HD-{number:02d}"),
            name=plan.plane.prefix + name,
            unit=units.POLICE,
            state="confirmed" if first < 15 else "planned",
            planned_start=Day(anchor + timedelta(first)),
            planned_finish=Day(anchor + timedelta(last)),
            actual_start_on=anchor + timedelta(first) if first < 0 else None,
            hours=(HoursWindow(since, until),),
            parts=(PartRecord(plan.plane.degrees(shape), width_m=width),),
        )
        for number, (name, shape, first, last, since, until, width) in enumerate(listed, 1)
    ]


def _course(plan: Plan, routes: Routes) -> LineString:
    """A run from the lake park over the river and along its banks, on the street network."""
    turns = ((200, -2_500), (2_400, 1_300), (3_950, 1_300), (3_950, -500), (200, -500))
    stops = [routes.nearest(*plan.plane.place(u, v)) for u, v in turns]
    course = [stops[0]]
    for one, two in pairwise(stops):
        course.extend((routes.find_way("motor", one, two, ()) or (one, two))[1:])
    return LineString(course)


def make_pavements(plan: Plan, digs: Sequence[Dig], anchor: date) -> Iterator[PavementRecord]:
    """When pavements were laid and last overhauled: of many main streets, and, all too new, of some that are dug up."""
    random = plan.plane.random("pavements")
    dug = list(dict.fromkeys(dig.stretch for dig in digs))
    main = [
        number
        for number, stretch in enumerate(plan.stretches)
        if stretch.road_class in {"primary", "secondary"}
        and plan.names[number]
        and number not in set(dug)
    ]
    chosen = [*random.sample(dug, PAVEMENTS // 3), *random.sample(main, PAVEMENTS - PAVEMENTS // 3)]
    for place, number in enumerate(chosen):
        name = plan.names[number]
        years = random.uniform(0.5, 4.5) if place < PAVEMENTS // 3 else random.uniform(1, 14)
        laid_on = anchor - timedelta(round(365 * years))
        overhauled = years > 6 and random.random() < 0.5
        stretch = plan.stretches[number]
        shape = stretch.line.buffer(
            WIDTHS_M[stretch.road_class] / 2, cap_style="flat", join_style="bevel"
        )
        yield PavementRecord(
            code=plan.plane.code(f"LM-{place + 1:03d}"),
            road=name.zh if name else "村道",
            shape=plan.plane.degrees(shape),
            laid_on=laid_on,
            overhauled_on=laid_on + timedelta(round(365 * years * random.uniform(0.5, 0.9)))
            if overhauled
            else None,
        )
