"""Projects and sites with their days, as records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from geo.demo.catalogue import HEADQUARTERS
from geo.demo.stories import NOT_STARTED
from geo.records import PartRecord, ProjectRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from random import Random

    from geo.demo.plane import Plane
    from geo.demo.projects import Scheme, Site
    from geo.demo.stories import Story


def make_project(
    random: Random, scheme: Scheme, story: Story, anchor: date, period: str
) -> ProjectRecord:
    """The project as a record. Its nature follows from how long it has been under way."""
    hectares = (
        sum(site.place.shape.area for site in scheme.sites if site.place is not None) / 10_000
    )
    years = max(1, round(scheme.days / 365))
    words = [f"项目总投资{scheme.investment_yuan / 10_000:,.0f}万元,建设周期约{years}年"]
    if hectares > 1:
        words.insert(0, f"占地约{hectares:.1f}公顷")
    return ProjectRecord(
        code=scheme.code,
        name=scheme.name.zh,
        name_en=scheme.name.en,
        category=scheme.category,
        nature=_nature(random, story, anchor),
        lead_unit=scheme.lead,
        employer=scheme.employer,
        contractor=scheme.contractor
        if story.fate not in {"soon", "later", "postponed_new"}
        else None,
        districts=scheme.districts,
        headquarters=HEADQUARTERS[scheme.category],
        sponsor_leader=scheme.leader,
        manager=scheme.manager,
        task_force=f"{scheme.districts[0]}专班" if scheme.districts else None,
        total_investment_yuan=scheme.investment_yuan,
        green_channel=random.random() < 0.15,
        public=story.standing is None and random.random() < 0.7,
        introduction=",".join(words) + "。",
        parent=scheme.parent,
        standing=story.standing,
        standing_document=story.standing_document,
        standing_from=story.standing_from,
        actual_start_on=story.started_on,
        start_permit=_permit(random, scheme, story),
        completed_on=story.completed_on,
        accepted_on=story.accepted_on,
        in_use_on=story.in_use_on,
        in_production_on=story.in_production_on,
        at_capacity_on=story.at_capacity_on,
        report_period=period,
    )


def _permit(random: Random, scheme: Scheme, story: Story) -> str | None:
    if story.started_on is None:
        return None
    kind = "施工许可" if scheme.kind.place.startswith(("lot", "part")) else "开工令"
    return f"{kind}〔{story.started_on.year}〕{random.randint(1, 400):03d}号"


def _nature(random: Random, story: Story, anchor: date) -> str:
    if story.fate == "later":
        return "reserve" if random.random() < 0.7 else "new"
    if story.fate in NOT_STARTED or story.started_on is None:
        return "new"
    if story.completed_on is not None or story.fate.startswith("finish_"):
        return "finishing"
    if story.started_on > anchor - timedelta(200):
        return "new"
    return (
        "finishing"
        if story.plan is not None and story.plan.finish.on < anchor + timedelta(120)
        else "ongoing"
    )


def make_site(plane: Plane, scheme: Scheme, site: Site, story: Story) -> ZoneRecord:
    """The site as a record. Days that it shares with its project are left to the project."""
    finished_on = story.completed_on
    started_on = story.started_on
    parts: tuple[PartRecord, ...] = ()
    if site.place is not None:
        shape = plane.degrees(site.place.shape)
        parts = (
            PartRecord(
                shape, width_m=site.place.width_m if shape.geom_type == "LineString" else None
            ),
        )
    return ZoneRecord(
        kind="site",
        code=site.code,
        name=site.name,
        project=scheme.code,
        unit=scheme.lead,
        state="finished" if finished_on else "confirmed" if started_on else "planned",
        actual_start_on=started_on,
        actual_finish_on=finished_on,
        location_text=site.where,
        parts=parts,
    )


def own_stories(
    random: Random, schemes: Sequence[Scheme], stories: dict[str, Story], count: int
) -> list[tuple[Scheme, Site]]:
    """Sites that are told apart from their project: the second sites of some that go well."""
    fitting = [
        scheme
        for scheme in schemes
        if len(scheme.sites) > 1
        and stories[scheme.code].fate in {"good", "slow_yellow", "milestone_yellow"}
    ]
    chosen = random.sample(fitting, min(count, len(fitting)))
    chosen.sort(key=lambda scheme: scheme.code)
    return [(scheme, scheme.sites[1]) for scheme in chosen]
