"""The demo city's records: the same for the same day, told relative to it, and nothing in them hangs in the air."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geo import record_fields, records
from geo.demo.calendar import anchor_of
from geo.demo.narratives import steps_of
from geo.demo.stories import FATES
from geo.record_fields import Form
from geo.records import Batch
from geo.status import Lamp, Stage
from tests.unit.demo_lamps import judge_projects
from tests.unit.test_demo_city import DAY, demo

if TYPE_CHECKING:
    from collections.abc import Callable

CODES = Path(__file__).parents[2] / "data" / "codes"
DAYS = [date(2025, 1, 6), date(2026, 2, 14), date(2026, 9, 30), date(2028, 2, 29)]


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a code list."""
    with (CODES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(batch: Batch) -> str:
    """A fingerprint of all that a batch says."""
    said = hashlib.sha256()
    for name in Batch.__dataclass_fields__:
        for record in getattr(batch, name):
            said.update(repr(record).encode())
    for zone in batch.zones:
        for part in zone.parts:
            said.update(part.shape.wkb)
    return said.hexdigest()


def test_the_same_arguments_give_the_same_city_in_another_process() -> None:
    script = (
        "from datetime import date; from geo.demo.build import build_demo;"
        "from tests.unit.test_demo_records import digest; print(digest(build_demo(date(2026, 5, 13))))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == digest(demo())


def test_the_city_is_the_same_all_week_and_moves_on_by_seven_days_on_monday() -> None:
    monday, sunday = anchor_of(DAY), anchor_of(DAY) + timedelta(days=6)
    assert digest(demo(sunday)) == digest(demo())
    later = demo(monday + timedelta(days=7))
    moved = {
        after.actual_start_on - before.actual_start_on
        for before, after in zip(demo().projects, later.projects, strict=True)
        if before.actual_start_on is not None and after.actual_start_on is not None
    }
    assert moved == {timedelta(days=7)}


def test_codes_names_and_shapes_do_not_depend_on_the_day() -> None:
    other = demo(date(2028, 2, 29))
    for kind in ("projects", "zones", "blockers", "pavements"):
        codes = [record.code for record in getattr(demo(), kind)]
        assert codes == [record.code for record in getattr(other, kind)]
    assert [p.name for p in demo().projects] == [p.name for p in other.projects]
    shapes = [
        [part.shape.wkb for zone in batch.zones for part in zone.parts] for batch in (demo(), other)
    ]
    assert shapes[0] == shapes[1]


def test_another_seed_is_another_city() -> None:
    other = demo(DAY, 7)
    assert [p.name for p in demo().projects] != [p.name for p in other.projects]
    assert len(other.projects) == 300


@pytest.mark.parametrize("day", DAYS)
def test_twenty_two_projects_have_not_started_and_the_lamps_are_a_well_run_citys(day: date) -> None:
    batch = demo(day)
    statuses = judge_projects(batch, day)
    counting = [statuses[p.code] for p in batch.projects if p.standing is None]
    lamps = Counter(status.lamp for status in counting)
    late = [
        s for s in counting if s.stage is Stage.NOT_STARTED and s.lamp in {Lamp.RED, Lamp.YELLOW}
    ]
    assert sum(status.stage is Stage.NOT_STARTED for status in counting) == 22
    assert len(late) == 9
    assert lamps[Lamp.GREEN] > len(counting) / 2
    assert 0.08 <= lamps[Lamp.RED] / len(counting) <= 0.13
    assert 0.10 <= lamps[Lamp.YELLOW] / len(counting) <= 0.18
    assert lamps[Lamp.BLUE] == 34
    assert lamps[Lamp.GREY] == 13
    assert lamps[Lamp.PAUSED] == 4


@pytest.mark.parametrize("day", DAYS)
def test_nothing_that_has_happened_lies_in_the_future(day: date) -> None:
    batch = demo(day)
    happened = {
        "projects": (
            "actual_start_on",
            "completed_on",
            "accepted_on",
            "in_use_on",
            "in_production_on",
            "at_capacity_on",
            "standing_from",
        ),
        "zones": ("actual_start_on", "actual_finish_on", "announced_on"),
        "reports": ("last_on", "reported_on"),
        "blockers": ("raised_on", "resolved_on"),
        "milestones": ("reached_on",),
        "procedures": ("started_on", "obtained_on"),
        "funding": ("arrived_on", "paid_on"),
        "land": ("as_of_on",),
        "suspensions": ("first_on", "approved_on"),
        "plans": ("in_force_from",),
        "pavements": ("laid_on", "overhauled_on"),
    }
    ahead = [
        (kind, record)
        for kind, names in happened.items()
        for record in getattr(batch, kind)
        for name in names
        if (on := getattr(record, name)) is not None and on > day
    ]
    assert ahead == []


def test_reports_cover_half_a_year_of_whole_weeks() -> None:
    weekly = [report for report in demo().reports if report.period == "week"]
    assert all(
        report.first_on.weekday() == 0 and (report.last_on - report.first_on).days == 6
        for report in weekly
    )
    assert len({report.first_on for report in weekly}) == 26
    assert max(report.last_on for report in weekly) == anchor_of(DAY) - timedelta(days=1)
    assert {report.period for report in demo().reports} == {"week", "ten_days", "month"}


def test_percents_and_sums_never_fall_from_one_report_to_the_next() -> None:
    series: dict[tuple[str, str | None], list[tuple[date, float, int]]] = defaultdict(list)
    for report in demo().reports:
        assert report.percent is not None
        assert report.invested_to_date_yuan is not None
        key = (report.project, report.site)
        series[key].append((report.last_on, report.percent, report.invested_to_date_yuan))
    for listed in series.values():
        listed.sort()
        assert [percent for _, percent, _ in listed] == sorted(percent for _, percent, _ in listed)
        assert [yuan for _, _, yuan in listed] == sorted(yuan for _, _, yuan in listed)


def test_every_code_stands_in_its_code_list() -> None:
    lists = {path.stem: {row["code"] for row in rows_of(path.name)} for path in CODES.glob("*.csv")}
    unknown = set()

    def look(record: Any) -> None:
        for name, field in record_fields.FIELDS[type(record)].items():
            value = getattr(record, name)
            if value is None or field.code_list is None:
                continue
            for code in value if field.form is Form.CODES else (value,):
                if code not in lists[field.code_list]:
                    unknown.add((type(record).__name__, name, code))

    for name in Batch.__dataclass_fields__:
        for record in getattr(demo(), name):
            look(record)
            if isinstance(record, records.ZoneRecord):
                for part in record.parts:
                    look(part)
    assert unknown == set()


def test_the_ladder_is_the_citys_own() -> None:
    ladder: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for row in rows_of("ladder_steps.csv"):
        ladder[row["category"]].append((float(row["percent"]), row["name"]))
    assert {category: steps_of(category) for category in ladder} == ladder


def test_all_that_records_name_is_there() -> None:
    batch = demo()
    units = {unit.name for unit in batch.units}
    districts = {district.name for district in batch.districts}
    leaders = {leader.name for leader in batch.leaders}
    projects = {project.code for project in batch.projects}
    sites = {(zone.project, zone.code) for zone in batch.zones if zone.kind == "site"}
    relocations = {zone.code for zone in batch.zones if zone.kind == "relocation"}
    road_names = {road.name for road in batch.roads}
    for project in batch.projects:
        assert project.lead_unit in units
        assert project.sponsor_leader in leaders
        assert set(project.districts or ()) <= districts
        assert project.parent is None or project.parent in projects
    for zone in batch.zones:
        assert zone.unit in units
        assert zone.project is None or zone.project in projects
        for name in (zone.made_for, zone.hands_over_to):
            assert name is None or name in relocations or tuple(name.split("/")) in sites
    for kind in (
        "plans",
        "milestones",
        "reports",
        "procedures",
        "funding",
        "land",
        "blockers",
        "suspensions",
    ):
        for record in getattr(batch, kind):
            assert record.project in projects
            site = getattr(record, "site", None)
            assert site is None or (record.project, site) in sites
    for blocker in batch.blockers:
        assert {blocker.responsible_unit, blocker.awaited_unit} <= units
    assert {procedure.lies_with for procedure in batch.procedures} <= units
    assert {pavement.road for pavement in batch.pavements} <= road_names | {"村道"}


def test_no_key_comes_twice() -> None:
    batch = demo()
    keys: dict[str, Callable[[Any], Any]] = {
        "projects": lambda r: r.code,
        "zones": lambda r: (r.kind, r.project if r.kind == "site" else None, r.code),
        "plans": lambda r: (r.project, r.site, r.number),
        "milestones": lambda r: (r.project, r.site, r.plan_number, r.name),
        "reports": lambda r: (r.project, r.site, r.period, r.first_on),
        "procedures": lambda r: (r.project, r.kind),
        "funding": lambda r: (r.project, r.funding_source),
        "land": lambda r: (r.project, r.kind, r.as_of_on),
        "blockers": lambda r: r.code,
        "suspensions": lambda r: (r.project, r.site, r.first_on),
        "pauses": lambda r: (r.name, r.first_on),
        "units": lambda r: r.name,
        "roads": lambda r: r.code,
        "ground": lambda r: r.code,
    }
    for kind, key in keys.items():
        seen = [key(record) for record in getattr(batch, kind)]
        assert len(seen) == len(set(seen)), kind
    names = [project.name for project in batch.projects]
    assert len(names) == len(set(names))


def test_every_cause_and_every_utility_occurs() -> None:
    causes = Counter(blocker.cause for blocker in demo().blockers)
    utilities = Counter(zone.utility for zone in demo().zones if zone.kind == "relocation")
    assert len(causes) == 15
    assert len(utilities) == 11
    assert sum(blocker.resolved_on is None for blocker in demo().blockers) == 61
    assert sum(bool(zone.emergency) for zone in demo().zones) == 6


def test_plans_rise_to_a_hundred_and_their_years_are_the_sums_of_their_months() -> None:
    for plan in demo().plans:
        percents = [plan.percents[month] for month in sorted(plan.percents)]
        assert percents == sorted(percents)
        assert not percents or percents[-1] == 100
        for year, yuan in plan.year_investments.items():
            months = [
                value for month, value in plan.investments.items() if month.startswith(str(year))
            ]
            assert not months or sum(months) == yuan
    changed = {plan.project for plan in demo().plans if plan.number > 0}
    assert len(changed) >= 20
    assert all(plan.document and plan.in_force_from for plan in demo().plans if plan.number > 0)


def test_some_things_are_missing_as_in_every_ledger() -> None:
    batch = demo()
    located = {zone.project for zone in batch.zones if zone.kind == "site" and zone.parts}
    planned = {plan.project for plan in batch.plans}
    bundles = {project.parent for project in batch.projects if project.parent}
    unplaced = {project.code for project in batch.projects} - located
    assert len(bundles) == 4
    assert bundles <= unplaced
    assert 5 <= len(unplaced - bundles) <= 12
    assert len({project.code for project in batch.projects} - planned) == FATES["no_plan"]
    assert Counter(project.standing for project in batch.projects)["postponed"] == 3
