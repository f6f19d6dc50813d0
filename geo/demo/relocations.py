"""The demo's utility relocations (杆管线迁改): outlines along the streets where works wait for their ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import shapely.ops
from shapely import LineString

from geo.demo.plane import beside, strip
from geo.demo.streets import WIDTHS_M
from geo.demo.units import OWNER
from geo.records import Day, HoursWindow, PartRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from geo.demo.places import Places
    from geo.demo.plan import Plan
    from geo.demo.projects import Scheme, Site
    from geo.demo.stories import Story

RELOCATIONS = 160
EMERGENCIES = 6
FOR_PROJECTS = 100
BUSY_STREETS = 8
"""Streets on which several owners dig at about the same time."""

UTILITY_NAMES = {
    "electricity": "供电",
    "water": "供水",
    "heat": "供热",
    "gas": "燃气",
    "drainage": "排水",
    "china_mobile": "移动",
    "china_unicom": "联通",
    "china_telecom": "电信",
    "broadcast": "广电",
    "street_light": "路灯",
    "traffic_signal": "信号灯",
}
_OVERHEAD = {"electricity", "china_unicom", "china_telecom", "broadcast", "street_light"}
_CABLES = ("china_mobile", "china_unicom", "china_telecom", "broadcast")
_WAITING = ("survey", "scheme", "joint_review", "agreement", "materials")


@dataclass(frozen=True)
class Dig:
    """A relocation with what diversions need to know of it."""

    record: ZoneRecord
    stretch: int
    share: tuple[float, float]
    state: str


@dataclass(frozen=True)
class _Task:
    """What is to be moved, and for whom."""

    stretch: int
    utility: str
    mood: str  # finished | running | late | waiting | draft | withdrawn | emergency
    scheme: Scheme | None = None
    site: Site | None = None
    trench: tuple[float, int] | None = None
    """Where along the stretch (share of its length) and on which side, where several share the ground."""


def make_relocations(
    plan: Plan,
    places: Places,
    schemes: Sequence[Scheme],
    stories: Mapping[str, Story],
    anchor: date,
) -> list[Dig]:
    """All relocations of a tile, in the order of their codes."""
    random = plan.plane.random("relocations")
    tasks = list(_for_projects(random, places, schemes, stories))
    random.shuffle(tasks)
    tasks[FOR_PROJECTS:] = _busy(random, places)
    while len(tasks) < RELOCATIONS - EMERGENCIES:
        stretch = places.street("primary", "secondary", "tertiary").stretch or 0
        mood = random.choice(("finished", "running", "waiting", "waiting", "late", "draft"))
        tasks.append(_Task(stretch, random.choice(tuple(OWNER)), mood))
    del tasks[RELOCATIONS - EMERGENCIES :]
    tasks[-3:] = [_Task(task.stretch, task.utility, "withdrawn") for task in tasks[-3:]]
    for _ in range(EMERGENCIES):
        stretch = places.street("secondary", "tertiary").stretch or 0
        tasks.append(
            _Task(stretch, random.choice(("water", "gas", "heat", "drainage")), "emergency")
        )
    return [
        _draw(plan, random, task, number, stories, anchor) for number, task in enumerate(tasks, 1)
    ]


def _for_projects(
    random: Random, places: Places, schemes: Sequence[Scheme], stories: Mapping[str, Story]
) -> Iterator[_Task]:
    """Lines that lie in the way of projects: under the street that is rebuilt, or along the lot that is built on."""
    for scheme in schemes:
        story = stories[scheme.code]
        if story.standing is not None or not scheme.sites:
            continue
        utilities = list(scheme.kind.utilities)
        if not utilities and (scheme.kind.place.startswith("lot:city") and random.random() < 0.5):
            utilities = random.sample(tuple(OWNER), 3)
        if not utilities:
            continue
        for site in scheme.sites[:2]:
            if site.place is None:
                continue
            stretch = site.place.stretch
            if stretch is None:
                stretch = places.stretch_near(site.place.shape)
            for utility in random.sample(utilities, min(len(utilities), random.randint(1, 2))):
                yield _Task(stretch, utility, _mood(random, story), scheme, site)


def _mood(random: Random, story: Story) -> str:
    if story.completed_on is not None:
        return "finished"
    if story.started_on is None:
        return random.choice(("waiting", "waiting", "running"))
    return random.choices(("finished", "running", "late", "waiting"), (5, 3, 1, 2))[0]


def _busy(random: Random, places: Places) -> Iterator[_Task]:
    """Streets that several owners dig up: at the same time, or one soon after the other."""
    for _ in range(BUSY_STREETS):
        stretch = places.street("primary", "secondary").stretch or 0
        trench = (random.uniform(0.05, 0.4), random.choice((-1, 1)))
        for utility in random.sample(
            ("water", "gas", "heat", "drainage", "electricity", "china_telecom"), 3
        ):
            mood = random.choice(("waiting", "waiting", "running"))
            yield _Task(stretch, utility, mood, trench=trench)


def _draw(  # noqa: PLR0913, PLR0917  what a relocation is made of
    plan: Plan,
    random: Random,
    task: _Task,
    number: int,
    stories: Mapping[str, Story],
    anchor: date,
) -> Dig:
    stretch = plan.stretches[task.stretch]
    line = stretch.line
    length_m = min(line.length * 0.9, random.uniform(70, 420))
    if task.mood == "emergency":
        length_m = random.uniform(12, 40)
    start = random.uniform(0.03, max(0.04, 0.97 - length_m / line.length))
    side = random.choice((-1, 1))
    reach = random.uniform(0.12, 0.42)
    if task.trench is not None:
        start, side = task.trench
        length_m, reach = max(length_m, 160.0), 0.25 + 0.4 * (reach - 0.27)
    share = (start, min(0.99, start + length_m / line.length))
    offset = side * reach * WIDTHS_M[stretch.road_class]
    part = shapely.ops.substring(line, *share, normalized=True)
    straight = LineString(LineString(part.coords).simplify(0.5).coords)
    shape = strip(beside(straight, offset), random.uniform(3.0, 7.0))
    name = plan.names[task.stretch]
    street = name.zh if name else "村道"
    first_on, last_on, begun_on, done_on = _days(random, task.mood, anchor)
    emergency = task.mood == "emergency"
    states = {"finished": "finished", "draft": "draft", "withdrawn": "withdrawn"}
    state = states.get(
        task.mood, "confirmed" if begun_on else random.choice(("planned", "confirmed"))
    )
    handover = None
    if task.scheme and task.site and task.mood != "finished":
        handover = f"{task.scheme.code}/{task.site.code}"
    words = (
        "抢修"
        if emergency
        else "入地"
        if task.scheme and task.scheme.kind.key == "cables"
        else "迁改"
    )
    record = ZoneRecord(
        kind="relocation",
        code=plan.plane.code(f"QG-{number:04d}"),
        name=f"{street}{UTILITY_NAMES[task.utility]}{'管线' if task.utility not in _CABLES else '线路'}{words}",
        project=task.scheme.code if task.scheme else None,
        unit=OWNER[task.utility],
        state=state,
        planned_start=Day(first_on),
        planned_finish=Day(last_on),
        actual_start_on=begun_on,
        actual_finish_on=done_on,
        tentative=not emergency and begun_on is None and random.random() < 0.15,
        emergency=emergency,
        location_text=f"{street}{'东北' if side > 0 else '西南'}侧,长约{round(length_m)}米",
        parts=(PartRecord(plan.plane.degrees(shape)),),
        hours=_hours(random, task),
        utility=task.utility,
        placement="overhead"
        if task.utility in _OVERHEAD and random.random() < 0.4
        else "underground",
        step=_step(random, task.mood),
        dig_plan_state="emergency" if emergency else _dig_plan(random, task.mood),
        hands_over_to=handover,
        hands_over_on=_handover_day(random, task, stories, last_on, anchor) if handover else None,
    )
    return Dig(record, task.stretch, share, task.mood)


def _days(random: Random, mood: str, anchor: date) -> tuple[date, date, date | None, date | None]:
    """Planned first and last day, and the actual ones as far as they have come."""
    length = random.randint(12, 60)

    def before(first: int, last: int) -> date:
        return anchor - timedelta(random.randint(first, last))

    if mood == "finished":
        last_on = before(10, 150)
        first_on = last_on - timedelta(length)
        return first_on, last_on, first_on, last_on + timedelta(random.randint(-3, 6))
    if mood == "running":
        first_on = before(1, min(30, length - 6))
        return first_on, max(first_on + timedelta(length), anchor + timedelta(7)), first_on, None
    if mood == "late":
        last_on = before(4, 25)
        return last_on - timedelta(length), last_on, last_on - timedelta(length), None
    if mood == "emergency":
        first_on = before(0, 3)
        return first_on, first_on + timedelta(random.randint(2, 6)), first_on, None
    first_on = anchor + timedelta(random.randint(7, 150))
    return first_on, first_on + timedelta(length), None, None


def _handover_day(
    random: Random, task: _Task, stories: Mapping[str, Story], last_on: date, anchor: date
) -> date:
    """When the ground must be handed over: after the work, but for one in six, which will be late."""
    story = stories[task.scheme.code] if task.scheme else None
    if story is not None and story.plan is not None and story.started_on is None:
        return max(story.plan.start.on, anchor)
    return (
        last_on - timedelta(random.randint(3, 12))
        if random.random() < 0.17
        else last_on + timedelta(5)
    )


def _step(random: Random, mood: str) -> str:
    if mood == "finished":
        return random.choice(("handover", "old_line_retired"))
    if mood in {"running", "late"}:
        return random.choice(("cut_over", "construction", "construction"))
    return "construction" if mood == "emergency" else random.choice(_WAITING)


def _dig_plan(random: Random, mood: str) -> str:
    if mood in {"finished", "running", "late"}:
        return random.choice(("issued", "issued", "issued", "supplemented"))
    return random.choice(("declared", "reviewed", "issued"))


def _hours(random: Random, task: _Task) -> tuple[HoursWindow, ...]:
    """Cut-overs of cables are night work; some others work by day only."""
    if task.utility in _CABLES and random.random() < 0.5:
        return (HoursWindow(time(0), time(6)),)
    if task.mood != "emergency" and random.random() < 0.1:
        return (HoursWindow(time(8, 30), time(17)),)
    return ()
