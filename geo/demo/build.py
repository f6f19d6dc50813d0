"""The demo city as records: pure, without database or clock, the same for the same arguments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from geo.demo.blockers import make_blockers
from geo.demo.calendar import anchor_of, make_pauses
from geo.demo.controls import make_control_areas, make_events, make_haul_routes, make_pavements
from geo.demo.districts import draw_districts
from geo.demo.diversions import Diversions
from geo.demo.ground import make_districts, make_ground, make_roads
from geo.demo.papers import make_funding, make_land, make_procedures, make_suspensions
from geo.demo.places import Places
from geo.demo.plan import draw_plan
from geo.demo.plane import MOST_TILES, Plane, columns_of, demo_bbox
from geo.demo.plans import Planner, make_milestones
from geo.demo.projects import make_schemes
from geo.demo.records import make_project, make_site, own_stories
from geo.demo.relocations import make_relocations
from geo.demo.reports import Subject, make_reports
from geo.demo.routes import Routes
from geo.demo.stories import Story, Version, assign_fates, tell, tell_bundle
from geo.demo.units import make_leaders, make_units
from geo.records import Batch, Day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from random import Random

    from geo.demo.projects import Scheme

__all__ = ["anchor_of", "build_demo", "demo_bbox", "iter_batches"]

SEED = 20260101

SITES_OF_THEIR_OWN = 25
"""Sites with a plan and reports of their own."""


def build_demo(day: date, *, scale: int = 1, seed: int = SEED) -> Batch:
    """The demo city as it stands on `day`, in one batch; `scale` makes 10 or 100 times as much, at the same density.

    Days are told from the Monday of the week of `day` (`anchor_of`), so the records are the same all week long and
    move on by seven days each Monday. Codes, names and shapes never depend on `day`.
    """
    whole = Batch()
    for batch in iter_batches(day, scale, seed=seed):
        for name in Batch.__dataclass_fields__:
            getattr(whole, name).extend(getattr(batch, name))
    return whole


def iter_batches(day: date, scale: int, *, seed: int = SEED) -> Iterator[Batch]:
    """The same as `build_demo`, tile by tile, so that a hundred cities need the memory of one.

    Raises `ValueError` when `scale` is not within 1 to 100.
    """
    if not 1 <= scale <= MOST_TILES:
        message = f"scale must be 1 to {MOST_TILES}, not {scale}"
        raise ValueError(message)
    for tile in range(scale):
        yield _build_tile(anchor_of(day), Plane(tile=tile, columns=columns_of(scale), seed=seed))


def _build_tile(anchor: date, plane: Plane) -> Batch:
    plan = draw_plan(plane)
    districts = draw_districts(plane, plan.waters, plan.skeleton)
    places = Places(plan, districts, "places")
    schemes = make_schemes(plane, places)
    stories = _tell_stories(plane, schemes, anchor)
    batch = Batch(
        districts=make_districts(plan, districts),
        ground=make_ground(plan, districts),
        roads=make_roads(plan),
        units=make_units(plane),
        leaders=make_leaders(plane),
        pauses=[] if plane.tile else make_pauses(anchor),
    )
    _add_projects(batch, plane, schemes, stories, anchor)
    routes = Routes(plan)
    digs = make_relocations(plan, places, schemes, stories, anchor)
    batch.zones += [dig.record for dig in digs]
    batch.zones += Diversions(plan, routes, anchor).make(places, schemes, stories, digs)
    batch.zones += make_haul_routes(plan, routes, schemes, stories, anchor)
    batch.zones += make_control_areas(plan, schemes, anchor)
    batch.zones += make_events(plan, routes, anchor)
    batch.blockers += make_blockers(plane, schemes, stories, anchor)
    batch.pavements += make_pavements(plan, digs, anchor)
    return batch


def _tell_stories(plane: Plane, schemes: Sequence[Scheme], anchor: date) -> dict[str, Story]:
    """A story for each project; a bundle runs as long as its sub-projects."""
    fates = assign_fates(plane, schemes)
    stories = {}
    for scheme in schemes:
        random = plane.random(f"story {scheme.code}")
        industrial = scheme.category == "industry"
        stories[scheme.code] = tell(
            random, fates[scheme.code], scheme.days, anchor, industrial=industrial
        )
    for bundle in (scheme for scheme in schemes if scheme.is_bundle):
        parts = [stories[scheme.code] for scheme in schemes if scheme.parent == bundle.code]
        stories[bundle.code] = tell_bundle(parts, anchor)
    return stories


def _add_projects(
    batch: Batch, plane: Plane, schemes: Sequence[Scheme], stories: dict[str, Story], anchor: date
) -> None:
    """Projects and sites with plans, milestones, reports and papers. Each project draws from its own randomness."""
    planner = Planner(anchor, make_pauses(anchor))
    own = {
        (scheme.code, site.code)
        for scheme, site in own_stories(
            plane.random("own sites"), schemes, stories, SITES_OF_THEIR_OWN
        )
    }
    for scheme in schemes:
        random = plane.random(f"records {scheme.code}")
        story = stories[scheme.code]
        drawn = random.random()
        period = "month" if drawn < 0.06 else "ten_days" if drawn < 0.1 else "week"
        batch.projects.append(make_project(random, scheme, story, anchor, period))
        whole = Subject(scheme.code, scheme.category, scheme.investment_yuan, period)
        invested = _add_track(batch, planner, random, story, whole)
        batch.procedures += make_procedures(random, scheme, story, anchor)
        batch.funding += make_funding(random, scheme, story, anchor, invested)
        batch.land += make_land(random, scheme, story, anchor)
        batch.suspensions += make_suspensions(random, scheme, story, anchor)
        for site in scheme.sites:
            told = story
            if (scheme.code, site.code) in own:
                told = _story_of_site(story, timedelta(random.randint(3, 15)))
                part = replace(
                    whole, total_yuan=whole.total_yuan // len(scheme.sites), site=site.code
                )
                _add_track(batch, planner, random, told, part)
            batch.zones.append(make_site(plane, scheme, site, told))


def _story_of_site(story: Story, later: timedelta) -> Story:
    """A site that began somewhat later than its project and goes well."""
    plan = story.versions[-1]
    moved = Version(
        0,
        replace(plan.start, on=plan.start.on + later),
        Day(plan.finish.on + later),
    )
    started_on = story.started_on + later if story.started_on else None
    return Story("good", [moved], started_on=started_on)


def _add_track(
    batch: Batch, planner: Planner, random: Random, story: Story, subject: Subject
) -> int:
    """Plan, milestones and reports of a project or site; returns what has been invested to date in yuan."""
    coarse = random.random() < 0.12
    plans = planner.draw(
        random, subject.project, story, subject.total_yuan, site=subject.site, coarse=coarse
    )
    reports = make_reports(random, planner, subject, story, plans)
    batch.plans += [drawn.record for drawn in plans]
    batch.reports += reports
    if plans and story.fate != "no_plan":
        batch.milestones += make_milestones(
            random,
            subject.category,
            story,
            plans[-1],
            anchor=planner.anchor,
            reached_percent=reports[-1].percent if reports else None,
            site=subject.site,
        )
    return (reports[-1].invested_to_date_yuan or 0) if reports else 0
