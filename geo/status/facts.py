"""What is known of one project or site: the facts that the lamp is judged by, and the words for what is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from geo.status.calendar import WEEKS_ONLY, Pause, WorkCalendar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Lamp(StrEnum):
    """The lamp (亮灯) of a project or site on a day."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    BLUE = "blue"
    PAUSED = "paused"


class Stage(StrEnum):
    """未开工 → 在建 (停工) → 完工 → 交付使用; industry: 投产 → 达效."""

    NOT_STARTED = "not_started"
    UNDER_CONSTRUCTION = "under_construction"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    IN_USE = "in_use"
    IN_PRODUCTION = "in_production"
    AT_CAPACITY = "at_capacity"


class Aspect(StrEnum):
    """What is judged, in the order in which equally bad reasons are told."""

    START = "start"
    FINISH = "finish"
    SUSPENSION = "suspension"
    PROGRESS = "progress"
    MILESTONE = "milestone"
    INVESTMENT = "investment"
    BLOCKER = "blocker"
    RULING = "ruling"
    """Not judged: the command office's ruling (核定), told before what was computed."""


class Mark(StrEnum):
    """What is told beside the lamp and never colours it."""

    AT_RISK = "at_risk"
    NOT_REPORTED = "not_reported"
    HOLLOW = "hollow"
    """Not reported for so long that the symbol is drawn hollow."""
    RESTRICTED = "restricted"
    NO_PLAN = "no_plan"
    NO_LOCATION = "no_location"
    UNVERIFIED = "unverified"
    RULED = "ruled"
    """The lamp is the ruled one (核定); the first reason names the computed one (拟亮灯)."""


class Precision(StrEnum):
    """How exact a planned day is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class Verification(StrEnum):
    """自报, 已核实, 与现场不符."""

    SELF_REPORTED = "self_reported"
    VERIFIED = "verified"
    CONTRADICTED = "contradicted"


class ReportPeriod(StrEnum):
    """How often progress is reported: 周报, 旬报, 月报."""

    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"


class Standing(StrEnum):
    """Whether a project counts: active, or by document 缓建, 调出, 终止."""

    ACTIVE = "active"
    POSTPONED = "postponed"
    MOVED_OUT = "moved_out"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A planned day. `on` is the last day of the period meant, so it is late on every day after `on`."""

    on: date
    precision: Precision = Precision.DAY
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone (节点) of a plan. On `reached_on` itself it is made up, however late."""

    name: str
    due: PlannedDay
    percent: float | None = None
    reached_on: date | None = None
    id: int | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan as it stands from a day on: complete, not a difference to the version before it.

    `percents` is the monthly plan (any day of the month, percent reached by its end), `investments` the yuan planned
    within a month, `year_investments` the yuan of a year. Without `in_force_from` it has always been in force. Of two
    versions in force from the same day the higher `number` holds.
    """

    start: PlannedDay | None = None
    finish: PlannedDay | None = None
    percents: tuple[tuple[date, float], ...] = ()
    investments: tuple[tuple[date, int], ...] = ()
    year_investments: tuple[tuple[int, int], ...] = ()
    milestones: tuple[Milestone, ...] = ()
    number: int = 0
    in_force_from: date | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A progress report (进展填报) as of a day.

    `percent` is what was reported, `step_percent` what the ladder says of the reported step; the first counts where
    both are there. Of two reports as of the same day the one known later holds, then the one with the higher id.
    """

    as_of_on: date
    percent: float | None = None
    step_percent: float | None = None
    invested_to_date_yuan: int | None = None
    verification: Verification = Verification.SELF_REPORTED
    id: int | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Blocker:
    """A blocker (制约问题), open from `raised_on` to the day before `resolved_on`.

    `site_id` names the site it holds up (None: the whole project); `awaited_unit` is whose act is awaited (卡点单位).
    """

    raised_on: date
    text: str
    id: int | None = None
    site_id: int | None = None
    due_on: date | None = None
    resolved_on: date | None = None
    stops_work: bool = False
    cause: str = "other"
    awaited_unit: str | None = None
    awaited_unit_en: str | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension (停工), both days included; without `last_on` it goes on.

    It is justified from `approved_on`, and, when a control area caused it (`by_control`), until `control_last_on`, the
    area's last day (None: the area is still in force).
    """

    first_on: date
    last_on: date | None = None
    approved_on: date | None = None
    by_control: bool = False
    control_last_on: date | None = None
    reason: str | None = None
    id: int | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class ControlPeriod:
    """Days (both included) inside a control area (管控区), and whether it stops the subject's present work.

    The plan stands still only on the days of an `approved` one that stops work.
    """

    first_on: date
    last_on: date | None
    stops_work: bool
    name: str = ""
    approved: bool = True
    id: int | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A preliminary procedure (前期手续); `tolerated` when work may begin without it (容缺, 告知承诺, 并联)."""

    kind: str
    required: bool = True
    tolerated: bool = False
    obtained_on: date | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A ruling (核定): the lamp shown from `first_on` to `last_on`, both included, instead of the computed one.

    `computed` is the lamp that was ruled on. With `only_over_computed` it holds only on days on which that lamp is
    computed: so a project's ruling reaches those of its sites that stand as the project does.
    """

    first_on: date
    last_on: date
    lamp: Lamp
    computed: Lamp
    id: int | None = None
    only_over_computed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one subject: a project, or a site after `site_facts`.

    The order within a tuple never matters. A fact counts on a day when it is known by then: from its `known_on`, or,
    without one, from its own day. A project's blockers include those of its sites (each names its `site_id`); its
    suspensions are those of the project as a whole.
    """

    actual_start_on: date | None = None
    completed_on: date | None = None
    accepted_on: date | None = None
    in_use_on: date | None = None
    in_production_on: date | None = None
    at_capacity_on: date | None = None
    industrial: bool = False
    located: bool = True
    plans: tuple[PlanVersion, ...] = ()
    reports: tuple[Report, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    controls: tuple[ControlPeriod, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    pauses: tuple[Pause, ...] = ()
    calendar: WorkCalendar = WEEKS_ONLY
    report_period: ReportPeriod = ReportPeriod.WEEK
    standing: Standing = Standing.ACTIVE
    standing_from: date | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a lamp is not green: the aspect, how bad it is, a code, and what a sentence needs to be made of it.

    `anchors` holds plain JSON values (days as ISO text); it does not grow with the days, so that one reason serves a
    whole span: `explain(reason, day)` counts the days.
    """

    aspect: Aspect
    severity: Lamp
    code: str
    anchors: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give the reason as plain JSON values."""
        return {
            "aspect": self.aspect.value,
            "lamp": self.severity.value,
            "code": self.code,
            **({"anchors": dict(self.anchors)} if self.anchors else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Make the reason again from what `to_json` gave."""
        return cls(
            Aspect(data["aspect"]), Lamp(data["lamp"]), data["code"], data.get("anchors", {})
        )


@dataclass(frozen=True, slots=True)
class Status:
    """What the rule says of a subject on one day: its reasons are worst first, after the ruling if one holds."""

    lamp: Lamp
    stage: Stage
    reasons: tuple[Reason, ...] = ()
    marks: frozenset[Mark] = frozenset()

    @property
    def is_ruled(self) -> bool:
        """Whether the lamp is a ruling's."""
        return bool(self.reasons) and self.reasons[0].aspect is Aspect.RULING

    @property
    def computed(self) -> Status:
        """What it would be without a ruling (拟亮灯): itself where none holds."""
        if not self.is_ruled:
            return self
        ruling, *reasons = self.reasons
        lamp = Lamp(ruling.anchors.get("computed", self.lamp))
        return Status(lamp, self.stage, tuple(reasons), self.marks - {Mark.RULED})


@dataclass(frozen=True, slots=True)
class Span:
    """A run of days, both included, with the same status. See `marks_on` for the marks of a day."""

    first_on: date
    last_on: date
    lamp: Lamp
    stage: Stage
    reasons: tuple[Reason, ...] = ()
    marks: frozenset[Mark] = frozenset()

    @property
    def status(self) -> Status:
        """The status that holds on each of its days."""
        return Status(self.lamp, self.stage, self.reasons, self.marks)


def counts_on(facts: Facts, day: date) -> bool:
    """Tell whether the project counts in rates on `day`: one postponed, moved out or ended by document does not."""
    if facts.standing is Standing.ACTIVE:
        return True
    return facts.standing_from is not None and day < facts.standing_from
