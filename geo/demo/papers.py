"""What goes with a project on paper: procedures, funding, land, suspensions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo.demo import units
from geo.demo.stories import NOT_STARTED
from geo.records import FundingRecord, LandRecord, ProcedureRecord, SuspensionRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from geo.demo.projects import Scheme
    from geo.demo.stories import Story

# Procedure, with whom it lies, statutory and promised working days.
_CLOCKS: dict[str, tuple[str, int, int]] = {
    "approval": (units.DEVELOPMENT, 20, 5),
    "feasibility": (units.DEVELOPMENT, 20, 7),
    "land_pre_review": (units.NATURAL_RESOURCES, 20, 8),
    "environment": (units.ECOLOGY, 30, 12),
    "energy": (units.APPROVAL, 20, 7),
    "water_soil": (units.APPROVAL, 10, 5),
    "stability": (units.COMMAND, 20, 10),
    "flood": (units.WATER_BUREAU, 20, 9),
    "preliminary_design": (units.APPROVAL, 20, 8),
    "land_planning_permit": (units.NATURAL_RESOURCES, 20, 5),
    "land_supply": (units.NATURAL_RESOURCES, 30, 15),
    "works_planning_permit": (units.NATURAL_RESOURCES, 20, 7),
    "drawing_review": (units.HOUSING, 15, 7),
    "tender": (units.APPROVAL, 45, 30),
    "construction_permit": (units.APPROVAL, 7, 3),
    "road_dig_permit": (units.URBAN_MANAGEMENT, 20, 5),
    "greenery_permit": (units.URBAN_MANAGEMENT, 20, 6),
    "fire": (units.HOUSING, 15, 7),
    "acceptance": (units.HOUSING, 15, 5),
}

_NEEDED: dict[str, tuple[str, ...]] = {
    "lot": (
        *("approval", "feasibility", "land_pre_review", "environment", "land_planning_permit"),
        *("works_planning_permit", "drawing_review", "tender", "construction_permit"),
    ),
    "industry": (
        "approval",
        "environment",
        "energy",
        "drawing_review",
        "fire",
        "construction_permit",
    ),
    "investment": (
        *("approval", "land_supply", "land_planning_permit", "works_planning_permit"),
        *("environment", "drawing_review", "construction_permit"),
    ),
    "street": (
        "approval",
        "preliminary_design",
        "tender",
        "greenery_permit",
        "road_dig_permit",
        "construction_permit",
    ),
    "highway": (
        *("approval", "feasibility", "land_pre_review", "stability", "preliminary_design"),
        *("water_soil", "tender", "construction_permit"),
    ),
    "bank": ("approval", "feasibility", "flood", "water_soil", "tender", "construction_permit"),
    "small": ("approval", "tender", "road_dig_permit"),
}

_SOURCES: dict[str, tuple[str, ...]] = {
    "key": ("fiscal", "special_bond", "bank", "treasury_bond"),
    "industry": ("own", "bank"),
    "transport": ("fiscal", "special_bond", "treasury_bond"),
    "investment": ("own", "bank"),
    "urban": ("fiscal", "special_bond"),
}


def make_procedures(
    random: Random, scheme: Scheme, story: Story, anchor: date
) -> Iterator[ProcedureRecord]:
    """Procedures in their order. A project that has begun has all it needed, or leave to go without."""
    how = scheme.kind.place.partition(":")[0]
    track = scheme.category if scheme.category in {"industry", "investment"} else _track(how)
    kinds = _NEEDED[track]
    start_on = story.started_on or (story.plan.start.on if story.plan else anchor)
    missing = random.randint(1, 3) if story.fate in NOT_STARTED else 0
    lead_days = random.randint(150, 320)
    for place, kind in enumerate(kinds):
        lies_with, statutory, promised = _CLOCKS[kind]
        began_on = start_on - timedelta(round(lead_days * (1 - place / len(kinds))))
        used = random.randint(2, promised + 4)
        obtained_on = min(began_on + timedelta(round(used * 1.45)), start_on)
        open_ = place >= len(kinds) - missing or obtained_on >= anchor
        begun = began_on < anchor
        tolerance = None
        if story.started_on is not None and place >= len(kinds) - 2 and random.random() < 0.08:
            tolerance, open_ = random.choice(("deferred", "promised")), True
        elif open_ and story.fate in {"soon", "start_yellow"} and random.random() < 0.25:
            tolerance = "parallel"
        yield ProcedureRecord(
            project=scheme.code,
            kind=kind,
            started_on=began_on if begun else None,
            statutory_days=statutory,
            promised_days=promised,
            used_days=None
            if not begun
            else round((anchor - began_on).days / 1.45)
            if open_
            else used,
            lies_with=lies_with,
            due_on=began_on + timedelta(round(promised * 1.45)),
            obtained_on=None if open_ else obtained_on,
            tolerance=tolerance,
        )
    if story.accepted_on is not None:
        yield ProcedureRecord(
            project=scheme.code,
            kind="acceptance",
            started_on=story.accepted_on,
            statutory_days=15,
            promised_days=5,
            used_days=4,
            lies_with=units.HOUSING,
            due_on=story.accepted_on + timedelta(7),
            obtained_on=min(story.accepted_on + timedelta(6), anchor),
        )


def _track(how: str) -> str:
    if how in {"street", "bridge"}:
        return "street"
    if how in {"bank", "canal", "greenway"}:
        return "bank"
    return {"highway": "highway", "spot": "small", "park": "small"}.get(how, "lot")


def make_funding(
    random: Random, scheme: Scheme, story: Story, anchor: date, invested_yuan: int
) -> Iterator[FundingRecord]:
    """Funding lines whose arrived money covers, mostly, what has been invested."""
    sources = _SOURCES[scheme.category]
    chosen = sources[: random.randint(1, len(sources))]
    shares = [random.uniform(0.5, 1.5) for _ in chosen]
    ahead = random.uniform(0.95, 1.3)
    for source, share in zip(chosen, shares, strict=True):
        part = share / sum(shares)
        planned = round(scheme.investment_yuan * part / 10_000) * 10_000
        arrived = min(planned, round(invested_yuan * part * ahead / 10_000) * 10_000)
        paid = min(arrived, round(invested_yuan * part * 0.9 / 10_000) * 10_000)
        begun = story.started_on is not None and arrived > 0
        yield FundingRecord(
            project=scheme.code,
            funding_source=source,
            planned_yuan=planned,
            arrived_yuan=arrived if begun else 0,
            arrived_on=anchor - timedelta(random.randint(8, 60)) if begun else None,
            paid_yuan=paid if begun else 0,
            paid_on=anchor - timedelta(random.randint(1, 7)) if begun and paid else None,
        )


def make_land(random: Random, scheme: Scheme, story: Story, anchor: date) -> Iterator[LandRecord]:
    """Land, and where people live on it demolition, as of the ends of the last three months."""
    how = scheme.kind.place.partition(":")[0]
    areas = [site.place.shape.area for site in scheme.sites if site.place is not None]
    if how in {"spot", "park", "street"} or sum(areas) < 1_000 or random.random() < 0.3:
        return
    kind = (
        "demolition"
        if scheme.kind.key in {"renewal", "resettlement", "trunk_road", "bridge"}
        else "land"
    )
    total = round(sum(areas) * random.uniform(1.0, 1.15))
    households = random.randint(20, 420) if kind == "demolition" else None
    done = (
        1.0
        if story.completed_on
        else random.uniform(0.82, 1.0)
        if story.started_on
        else random.uniform(0.3, 0.8)
    )
    as_of_on = anchor.replace(day=1) - timedelta(days=1)
    for back in range(3):
        share = min(1.0, done - 0.06 * back) if done < 1 else 1.0
        cleared = max(0.0, share - 0.03) if share < 1 else 1.0
        yield LandRecord(
            project=scheme.code,
            kind=kind,
            as_of_on=as_of_on,
            area_total_m2=float(total),
            area_signed_m2=float(int(total * share)),
            area_cleared_m2=float(int(total * cleared)),
            households_total=households,
            households_signed=int(households * share) if households else None,
            households_cleared=int(households * cleared) if households else None,
        )
        as_of_on = as_of_on.replace(day=1) - timedelta(days=1)


_REASONS = (
    "资金未到位,施工单位撤场",
    "设计重大调整,等待图纸",
    "征拆遗留问题未解决",
    "施工合同纠纷",
    "地下文物勘探",
)


def make_suspensions(
    random: Random, scheme: Scheme, story: Story, anchor: date
) -> Iterator[SuspensionRecord]:
    """The suspension that a fate tells of, and now and then one that is over."""
    if story.suspended_on is not None:
        approved = story.fate == "paused"
        approved_on = story.suspended_on + timedelta(random.randint(0, 6))
        yield SuspensionRecord(
            project=scheme.code,
            first_on=story.suspended_on,
            reason=random.choice(_REASONS),
            approved_by=units.COMMAND if approved else None,
            approved_on=approved_on if approved else None,
        )
    elif story.fate == "good" and story.started_on is not None and random.random() < 0.09:
        first_on = anchor - timedelta(random.randint(60, 150))
        if first_on > story.started_on + timedelta(20):
            yield SuspensionRecord(
                project=scheme.code,
                first_on=first_on,
                last_on=first_on + timedelta(random.randint(6, 30)),
                reason=random.choice(_REASONS),
                approved_by=units.COMMAND,
                approved_on=first_on,
            )
