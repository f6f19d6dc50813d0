"""The demo's traffic diversions (占道与导行): what is taken of a street, and ways round it on the road network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypedDict

import shapely.ops
from shapely import LineString

from geo.demo.plane import beside, largest, strip
from geo.demo.routes import MODES
from geo.demo.streets import LANES, WIDTHS_M
from geo.demo.units import POLICE
from geo.records import Day, HoursWindow, PartRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from geo.demo.places import Places
    from geo.demo.plan import Plan
    from geo.demo.projects import Scheme
    from geo.demo.relocations import Dig
    from geo.demo.routes import Link, Routes
    from geo.demo.stories import Story

DIVERSIONS = 90
CLASHING = 5
"""Closures laid on the detour of another one."""

MAIN = ("trunk", "primary", "secondary", "tertiary")


class _Permit(TypedDict, total=False):
    """The fields of a zone record that tell how far its permit is."""

    permit_step: str
    approval_number: str
    approved_until_on: date
    announced_on: date
    extended_until_on: date
    extension_reason: str


@dataclass(frozen=True)
class _Run:
    """Links of one stretch that follow one another, from junction to junction."""

    links: tuple[Link, ...]

    @property
    def line(self) -> LineString:
        """The run's centre line in metres."""
        points = [self.links[0].points[0]]
        for link in self.links:
            points.extend(link.points[1:])
        return LineString(points)


@dataclass(frozen=True)
class _Wish:
    """A diversion to be drawn: where, for what, when, and how much of the street it takes."""

    stretch: int
    made_for: str | None
    project: str | None
    days: tuple[date, date, date | None, date | None]
    taken: str
    run: _Run | None = None


class Diversions:
    """Draws the diversions of one tile, one after the other."""

    def __init__(self, plan: Plan, routes: Routes, anchor: date) -> None:
        """Take the plan, its graph and the anchor."""
        self.plan = plan
        self.routes = routes
        self.anchor = anchor
        self.random: Random = plan.plane.random("diversions")
        self.records: list[ZoneRecord] = []
        self._detours: list[tuple[_Wish, tuple[tuple[float, float], ...]]] = []

    def make(
        self,
        places: Places,
        schemes: Sequence[Scheme],
        stories: Mapping[str, Story],
        digs: Sequence[Dig],
    ) -> list[ZoneRecord]:
        """All diversions: for projects, for relocations, for nothing else, and a few in the way of another's detour."""
        wishes = [*self._for_projects(schemes, stories), *self._for_digs(digs)]
        self.random.shuffle(wishes)
        for wish in wishes:
            if len(self.records) < DIVERSIONS - CLASHING:
                self._add(wish)
        while len(self.records) < DIVERSIONS - CLASHING:
            stretch = places.street("secondary", "tertiary", "primary").stretch or 0
            self._add(_Wish(stretch, None, None, self._some_days(), self._some_taking()))
        for wish, way in list(self._detours):
            if len(self.records) < DIVERSIONS:
                self._clash(wish, way)
        while len(self.records) < DIVERSIONS:
            stretch = places.street("tertiary").stretch or 0
            self._add(_Wish(stretch, None, None, self._some_days(), "half"))
        return self.records

    def _for_projects(
        self, schemes: Sequence[Scheme], stories: Mapping[str, Story]
    ) -> Iterator[_Wish]:
        """Street works close the street or half of it while they are under way, or will when they begin."""
        for scheme in schemes:
            story = stories[scheme.code]
            if (
                scheme.kind.key not in {"street", "sewers", "heat_main", "cables", "bridge"}
                or story.standing
            ):
                continue
            for site in scheme.sites[:2]:
                if site.place is None or site.place.stretch is None:
                    continue
                begin_on = story.started_on or (story.plan.start.on if story.plan else None)
                if begin_on is None:
                    continue
                begin_on = max(begin_on, self.anchor - timedelta(self.random.randint(20, 160)))
                last_on = begin_on + timedelta(self.random.randint(45, 240))
                done_on = min(last_on, story.completed_on) if story.completed_on else None
                if story.started_on and last_on < self.anchor - timedelta(14):
                    done_on = done_on or last_on
                actual = begin_on if story.started_on else None
                if done_on is not None and done_on < begin_on:
                    continue
                taking = self.random.choice(("full", "half", "half", "half"))
                days = (begin_on, last_on, actual, done_on)
                yield _Wish(
                    site.place.stretch, f"{scheme.code}/{site.code}", scheme.code, days, taking
                )

    def _for_digs(self, digs: Sequence[Dig]) -> Iterator[_Wish]:
        """A relocation on a carriageway needs part of it while it lasts; one in five has been forgotten."""
        for dig in digs:
            record = dig.record
            if (
                dig.state in {"draft", "withdrawn"}
                or self.plan.stretches[dig.stretch].road_class not in MAIN
            ):
                continue
            if (
                record.planned_start is None
                or record.planned_finish is None
                or self.random.random() < 0.35
            ):
                continue
            days = (
                record.planned_start.on,
                record.planned_finish.on,
                record.actual_start_on,
                record.actual_finish_on,
            )
            yield _Wish(dig.stretch, record.code, record.project, days, self._some_taking())

    def _some_taking(self) -> str:
        return self.random.choices(
            ("full", "half", "motor_lane", "cycle_lane", "footway"), (3, 5, 2, 3, 2)
        )[0]

    def _some_days(self) -> tuple[date, date, date | None, date | None]:
        first_on = self.anchor + timedelta(self.random.randint(-40, 60))
        last_on = first_on + timedelta(self.random.randint(5, 60))
        begun = first_on if first_on < self.anchor else None
        done = last_on if last_on < self.anchor else None
        return first_on, last_on, begun, done

    def _run(self, stretch: int) -> _Run | None:
        """Links of the stretch, from junction to junction, 90 to 700 metres together."""
        links = self.routes.links_of[stretch]
        start = self.random.randrange(len(links))
        chosen: list[Link] = []
        length_m = 0.0
        for link in links[start:]:
            if chosen and length_m + link.length_m > 700:
                break
            chosen.append(link)
            length_m += link.length_m
            if length_m > 160 and self.random.random() < 0.5:
                break
        ends_meet = chosen[0].points[0] == chosen[-1].points[-1]
        return None if ends_meet or length_m < 60 else _Run(tuple(chosen))

    def _add(self, wish: _Wish) -> None:
        run = wish.run or self._run(wish.stretch)
        if run is None:
            return
        detours = self._ways_round(run, wish.taken)
        if wish.taken == "full" and "motor" not in detours:
            return
        record = self._record(wish, run, detours)
        self.records.append(record)
        if wish.taken == "full" and record.state == "confirmed":
            self._detours.append((wish, detours["motor"]))

    def _ways_round(self, run: _Run, taken: str) -> dict[str, tuple[tuple[float, float], ...]]:
        """Detours by mode: for all when the street is closed, for those whose lane is taken when it is not."""
        modes: Sequence[str] = ()
        if taken == "full":
            modes = MODES
        elif taken == "half" and self.random.random() < 0.4:
            modes = ("motor",)
        elif taken == "cycle_lane" and self.random.random() < 0.6:
            modes = ("ebike",)
        elif taken == "footway" and self.random.random() < 0.6:
            modes = ("foot",)
        closed = {link.ends for link in run.links}
        ways = {}
        for mode in modes:
            way = self.routes.find_way(
                mode, run.links[0].points[0], run.links[-1].points[-1], closed
            )
            if way is not None:
                ways[mode] = way
        return ways

    def _clash(self, wish: _Wish, way: tuple[tuple[float, float], ...]) -> None:
        """A full closure in the middle of another's detour, at the same time."""
        for one, two in list(pairwise(way))[len(way) // 3 :]:
            if not self.routes.graph.has_edge(one, two):
                continue
            link = self.routes.graph.edges[one, two]["link"]
            if link.road_class in {"secondary", "tertiary"} and link.length_m > 90:
                first_on = max(wish.days[0], self.anchor - timedelta(12))
                days = (
                    first_on,
                    first_on + timedelta(40),
                    first_on if first_on < self.anchor else None,
                    None,
                )
                self._add(_Wish(link.stretch, None, None, days, "full", _Run((link,))))
                return

    def _record(
        self, wish: _Wish, run: _Run, detours: dict[str, tuple[tuple[float, float], ...]]
    ) -> ZoneRecord:
        random = self.random
        first_on, last_on, begun_on, done_on = wish.days
        stretch = self.plan.stretches[wish.stretch]
        lanes = LANES[stretch.road_class]
        line = run.line
        taken_shape, side = self._taken(line, wish.taken, WIDTHS_M[stretch.road_class])
        parts = [PartRecord(self.plan.plane.degrees(taken_shape), "taken")]
        halves = self._phases(line, wish, first_on, last_on)
        if halves:
            parts = halves
        parts.append(PartRecord(self.plan.plane.degrees(line), "centre_line"))
        names = {"motor": "机动车绕行", "ebike": "非机动车绕行", "foot": "行人绕行"}
        parts += [
            PartRecord(self.plan.plane.degrees(LineString(way)), "detour", mode, names[mode])
            for mode, way in detours.items()
        ]
        name = self.plan.names[wish.stretch]
        street = name.zh if name else "村道"
        finished = done_on is not None
        state = (
            "finished"
            if finished
            else "confirmed"
            if begun_on or random.random() < 0.5
            else "planned"
        )
        words = {
            "full": "全封闭",
            "half": "半幅封闭",
            "motor_lane": "占用机动车道",
            "cycle_lane": "占用非机动车道",
            "footway": "占用人行道",
        }
        open_lanes = {"full": 0, "half": lanes // 2, "motor_lane": max(1, lanes - 1)}.get(
            wish.taken, lanes
        )
        return ZoneRecord(
            kind="diversion",
            code=self.plan.plane.code(f"DX-{len(self.records) + 1:04d}"),
            name=f"{street}{words[wish.taken]}",
            project=wish.project,
            unit=POLICE,
            state=state,
            planned_start=Day(first_on),
            planned_finish=Day(last_on),
            actual_start_on=begun_on,
            actual_finish_on=done_on,
            tentative=begun_on is None and random.random() < 0.12,
            location_text=f"{street},长{round(line.length)}米",
            hours=(HoursWindow(time(22), time(6)),)
            if wish.taken == "motor_lane" and random.random() < 0.8
            else (),
            parts=tuple(parts),
            taken=(wish.taken,)
            if wish.taken != "cycle_lane" or random.random() < 0.5
            else ("cycle_lane", "footway"),
            side=side,
            lanes_before=lanes,
            lanes_open=open_lanes,
            passing=self._passing(wish.taken),
            still_pass=self._still_pass(wish.taken),
            made_for=wish.made_for,
            **self._permit(
                first_on, last_on, begun_on, finished=finished, full=wish.taken == "full"
            ),
        )

    def _phases(
        self, line: LineString, wish: _Wish, first_on: date, last_on: date
    ) -> list[PartRecord]:
        """Long closures go in two phases, each with its half of the stretch and of the time."""
        if wish.taken != "half" or line.length < 420 or (last_on - first_on).days < 40:
            return []
        middle = first_on + (last_on - first_on) / 2
        width = WIDTHS_M[self.plan.stretches[wish.stretch].road_class]
        phases = []
        for name, share, first, last in (
            ("一期", (0.0, 0.5), first_on, middle),
            ("二期", (0.5, 1.0), middle + timedelta(1), last_on),
        ):
            half = LineString(shapely.ops.substring(line, *share, normalized=True).coords)
            shape, _ = self._taken(half, "half", width)
            phases.append(
                PartRecord(
                    self.plan.plane.degrees(shape), "taken", name=name, first_on=first, last_on=last
                )
            )
        return phases

    def _taken(self, line: LineString, taken: str, width_m: float) -> tuple[shapely.Polygon, str]:
        """The ground that is taken: the whole width, one half, or a strip along one edge; and on which side it lies."""
        if taken == "full":
            shape = strip(line, width_m)
        elif taken in {"half", "motor_lane"}:
            reach = width_m / 2 if taken == "half" else 3.75
            shape = largest(
                line.buffer(-reach, cap_style="flat", join_style="mitre", single_sided=True)
            )
        else:
            edge = beside(line, -(width_m / 2 - (5.0 if taken == "cycle_lane" else 1.5)))
            shape = strip(edge, 3.5 if taken == "cycle_lane" else 2.5)
        if taken == "full":
            return shape, "both"
        start, end = line.coords[0], line.coords[-1]
        east, north = end[0] - start[0], end[1] - start[1]
        # A negative distance is the right hand of the direction in which the line runs.
        if abs(east) > abs(north):
            return shape, "south" if east > 0 else "north"
        return shape, "east" if north > 0 else "west"

    def _passing(self, taken: str) -> str:
        if taken == "full":
            return "detour"
        if taken == "half":
            return self.random.choice(
                ("contraflow", "contraflow", "one_way", "alternating", "temporary_road")
            )
        return (
            "one_way" if taken == "motor_lane" and self.random.random() < 0.2 else "temporary_road"
        )

    def _still_pass(self, taken: str) -> tuple[str, ...]:
        if taken == "full":
            return self.random.choice(
                (("foot",), ("foot", "emergency"), ("ebike", "foot", "emergency"), ())
            )
        if taken == "footway":
            return ("motor", "ebike", "bus", "emergency")
        if taken == "cycle_lane":
            return ("motor", "foot", "bus", "emergency")
        return ("motor", "ebike", "foot", "bus", "emergency")

    def _permit(
        self, first_on: date, last_on: date, begun_on: date | None, *, finished: bool, full: bool
    ) -> _Permit:
        """How far the permit is. Some begin without one, some outstay it, some are announced late, some extended."""
        random = self.random
        drawn = random.random()
        if begun_on is None and drawn < 0.55:
            return _Permit(permit_step=random.choice(("applied", "site_visit", "scheme_review")))
        if begun_on is not None and not finished and drawn < 0.08:
            return _Permit(permit_step="scheme_review")
        until = last_on
        step = random.choice(("accepted", "reopened")) if finished else "in_force"
        permit = _Permit(
            permit_step=step if begun_on else "approved",
            approval_number=f"安公交占〔{first_on.year}〕{random.randint(1, 320):03d}号",
        )
        ahead = random.randint(1, 3) if full and drawn > 0.85 else random.randint(5, 12)
        if first_on - timedelta(ahead) < self.anchor:
            permit["announced_on"] = first_on - timedelta(ahead)
            permit["permit_step"] = step if begun_on else "announced"
        if begun_on is not None and not finished and drawn > 0.9:
            until = min(last_on, self.anchor - timedelta(random.randint(3, 20)))
        elif drawn > 0.78:
            permit["extended_until_on"] = last_on + timedelta(random.randint(7, 30))
            permit["extension_reason"] = random.choice(("管线迁改滞后", "雨季影响工期", "设计变更"))
        permit["approved_until_on"] = max(until, first_on)
        return permit
