"""What flows into the city: one plain record for each kind of fact, the same from a file, a form or the demo.

Readers (`geo.importers`, `geo.demo`) make records; `geo.changes.intake` brings the database to what they say. A record
names other records by their keys (a project by its code, a unit by its name), never by database ids. Days are local
days, money is whole yuan, percents are 0..100, shapes are shapely geometries in WGS84 longitude/latitude (EPSG:4326).
`None` means "the source does not say" and leaves what is known as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, time

    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record was read, so that a refusal can name it: sheet (or layer) and row as a person counts them."""

    sheet: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A planned day with its precision: `on` is the last day of the period meant (2026年3月 -> 31 March, "month")."""

    on: date
    precision: str = "day"  # day | month | quarter | half | year
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class DistrictRecord:
    """A district of the city (区县, 开发区)."""

    code: str
    name: str
    shape: BaseGeometry | None
    name_en: str | None = None
    kind: str = "district"  # district | county | zone
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class RoadRecord:
    """A stretch of road: a (multi)line with its name and class."""

    code: str
    name: str | None
    road_class: str  # motorway | trunk | primary | secondary | tertiary | residential | other
    shape: BaseGeometry
    name_en: str | None = None
    oneway: bool = False
    lanes: int | None = None
    width_m: float | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class GroundRecord:
    """A piece of the base map that is not a road: water, green, built-up land, railway."""

    code: str
    kind: str  # water | green | built | railway | boundary
    shape: BaseGeometry
    name: str | None = None
    name_en: str | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit (责任单位): department, district, platform company, utility, police, command or company."""

    name: str
    kind: str  # department | district | zone | platform | utility | police | urban_management | command | company
    code: str | None = None
    short_name: str | None = None
    name_en: str | None = None
    utility: str | None = None
    aliases: tuple[str, ...] = ()
    crews: int | None = None  # in how many places it can dig at once
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class LeaderRecord:
    """A sponsor leader (分包市领导)."""

    name: str
    post: str | None = None
    rank: int | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """A project (项目). `districts`, units and leaders are given by name; parent by code (打包项目/子项)."""

    code: str
    name: str
    category: str | None = None
    nature: str | None = None
    lead_unit: str | None = None
    employer: str | None = None
    contractor: str | None = None
    districts: tuple[str, ...] | None = None
    headquarters: str | None = None
    sponsor_leader: str | None = None
    manager: str | None = None
    task_force: str | None = None
    total_investment_yuan: int | None = None
    green_channel: bool | None = None
    public: bool | None = None
    introduction: str | None = None
    name_en: str | None = None
    parent: str | None = None
    standing: str | None = None  # active | postponed | moved_out | ended
    standing_document: str | None = None
    standing_from: date | None = None
    actual_start_on: date | None = None
    start_permit: str | None = None
    completed_on: date | None = None
    accepted_on: date | None = None
    in_use_on: date | None = None
    in_production_on: date | None = None
    at_capacity_on: date | None = None
    report_period: str | None = None  # week | ten_days | month
    source_key: str | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan version (年初计划 is number 0, each approved change the next) of a project, or of one of its sites.

    `percents` is the monthly plan in percent reached by the end of each month ("2026-03" -> 35.0), `investments` the
    investment planned within that month in yuan, `year_investments` that of the whole year.
    """

    project: str
    number: int = 0
    site: str | None = None
    in_force_from: date | None = None
    document: str | None = None
    start: Day | None = None
    finish: Day | None = None
    percents: Mapping[str, float] = field(default_factory=dict)
    investments: Mapping[str, int] = field(default_factory=dict)
    year_investments: Mapping[int, int] = field(default_factory=dict)
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class MilestoneRecord:
    """A milestone (节点) of a plan version (the newest when `plan_number` is None)."""

    project: str
    name: str
    due: Day
    site: str | None = None
    plan_number: int | None = None
    percent: float | None = None
    reached_on: date | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A progress report (进展填报) of a project or one of its sites for one period (both days included)."""

    project: str
    period: str  # week | ten_days | month
    first_on: date
    last_on: date
    site: str | None = None
    narrative: str | None = None
    step: str | None = None
    percent: float | None = None
    percent_source: str | None = None
    invested_in_period_yuan: int | None = None
    invested_to_date_yuan: int | None = None
    next_step: str | None = None
    reporter: str | None = None
    checker: str | None = None
    reported_on: date | None = None
    verification: str | None = None  # self_reported | verified | contradicted
    origin: str | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class ProcedureRecord:
    """A preliminary procedure (前期手续)."""

    project: str
    kind: str
    required: bool = True
    started_on: date | None = None
    statutory_days: int | None = None
    promised_days: int | None = None
    used_days: int | None = None
    lies_with: str | None = None
    due_on: date | None = None
    obtained_on: date | None = None
    tolerance: str | None = None  # deferred (容缺) | promised (告知承诺) | parallel (并联)
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class FundingRecord:
    """A funding line (资金): source with planned, arrived and paid yuan."""

    project: str
    funding_source: str
    planned_yuan: int | None = None
    arrived_yuan: int | None = None
    arrived_on: date | None = None
    paid_yuan: int | None = None
    paid_on: date | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class LandRecord:
    """Land or demolition (用地, 征拆): area in m² and households; total, signed, cleared, as of a day."""

    project: str
    kind: str  # land | demolition
    as_of_on: date
    area_total_m2: float | None = None
    area_signed_m2: float | None = None
    area_cleared_m2: float | None = None
    households_total: int | None = None
    households_signed: int | None = None
    households_cleared: int | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class BlockerRecord:
    """A blocker (制约问题). Without a `code` it is known by project, site, cause, text and the day it was raised."""

    project: str
    cause: str
    text: str
    raised_on: date
    code: str | None = None
    site: str | None = None
    responsible_unit: str | None = None
    awaited_unit: str | None = None
    due_on: date | None = None
    resolved_on: date | None = None
    resolution: str | None = None
    stops_work: bool | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class SuspensionRecord:
    """A suspension (停工) of a project or site; justified when approved."""

    project: str
    first_on: date
    reason: str
    site: str | None = None
    last_on: date | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class HoursWindow:
    """Daily hours of a zone, half-open; `until` at or before `since` runs past midnight. ISO weekdays 1..7."""

    since: time
    until: time
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One shape of a zone with its role; a detour names the mode it is for."""

    shape: BaseGeometry
    role: str = "footprint"  # footprint | taken | centre_line | detour
    mode: str | None = None  # motor | ebike | foot | bus | emergency, for detours
    name: str | None = None
    width_m: float | None = None
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """A zone: site, relocation, diversion, haul_route, control_area or event.

    For a site `project` is required and `code` is unique within it; for the others `code` is unique in its kind.
    First and last days are plan or fact as named; both days are included; None is unknown.
    """

    kind: str
    code: str
    name: str | None = None
    project: str | None = None
    unit: str | None = None
    state: str | None = None  # draft | planned | confirmed | finished | withdrawn
    planned_start: Day | None = None
    planned_finish: Day | None = None
    actual_start_on: date | None = None
    actual_finish_on: date | None = None
    tentative: bool | None = None
    emergency: bool | None = None
    location_text: str | None = None
    note: str | None = None
    hours: tuple[HoursWindow, ...] = ()
    parts: tuple[PartRecord, ...] = ()
    source_crs: str | None = None
    # utility relocation
    utility: str | None = None
    placement: str | None = None  # underground | overhead
    step: str | None = None
    dig_plan_state: str | None = None
    hands_over_to: str | None = None  # code of the site that waits for the ground, "PROJECT/SITE"
    hands_over_on: date | None = None
    # traffic diversion
    taken: tuple[str, ...] | None = None  # full | half | motor_lane | cycle_lane | footway
    side: str | None = None
    lanes_before: int | None = None
    lanes_open: int | None = None
    passing: str | None = None  # detour | contraflow | one_way | alternating | temporary_road
    still_pass: tuple[str, ...] | None = None
    permit_step: str | None = None
    approval_number: str | None = None
    approved_until_on: date | None = None
    announced_on: date | None = None
    extended_until_on: date | None = None
    extension_reason: str | None = None
    made_for: str | None = None  # "PROJECT/SITE" or a relocation's code
    # control area
    level: str | None = None
    stops: tuple[str, ...] | None = None
    exempt: tuple[str, ...] | None = None
    source_key: str | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class PavementRecord:
    """A part of a road with the days its pavement was laid and last overhauled."""

    code: str
    road: str
    shape: BaseGeometry | None = None
    laid_on: date | None = None
    overhauled_on: date | None = None
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class PauseRecord:
    """Days on which plans stand still: the winter stop (冬歇期) or a holiday."""

    name: str
    kind: str  # winter_stop | holiday
    first_on: date
    last_on: date
    source: Source = Source()


@dataclass(slots=True)
class Batch:
    """Records of every kind, in the order in which they depend on one another."""

    districts: list[DistrictRecord] = field(default_factory=list)
    ground: list[GroundRecord] = field(default_factory=list)
    roads: list[RoadRecord] = field(default_factory=list)
    units: list[UnitRecord] = field(default_factory=list)
    leaders: list[LeaderRecord] = field(default_factory=list)
    pauses: list[PauseRecord] = field(default_factory=list)
    projects: list[ProjectRecord] = field(default_factory=list)
    zones: list[ZoneRecord] = field(default_factory=list)
    plans: list[PlanRecord] = field(default_factory=list)
    milestones: list[MilestoneRecord] = field(default_factory=list)
    reports: list[ReportRecord] = field(default_factory=list)
    procedures: list[ProcedureRecord] = field(default_factory=list)
    funding: list[FundingRecord] = field(default_factory=list)
    land: list[LandRecord] = field(default_factory=list)
    blockers: list[BlockerRecord] = field(default_factory=list)
    suspensions: list[SuspensionRecord] = field(default_factory=list)
    pavements: list[PavementRecord] = field(default_factory=list)
