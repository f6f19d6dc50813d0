"""Facts of zones and pairs as the rules of space and time see them, and what the rules find in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo.overlap.times import Days, Hours
    from geo.rules import ServiceWindow


class Severity(StrEnum):
    """How much a pair matters: 重叠 needs both sides' answer, 邻近 is a notice, `none` an opportunity."""

    HEAVY = "heavy"
    LIGHT = "light"
    NONE = "none"


class Code(StrEnum):
    """What is found in a pair."""

    OVERLAP = "overlap"
    """重叠: the drawn shapes share at least 1 m² and their times a moment."""
    NEAR = "near"
    """邻近: they meet within their buffers, or share ground without its being a clash yet."""
    DETOUR_BLOCKED = "detour_blocked"
    """导行受阻: a detour runs through a stretch that another diversion closes, or against its one-way."""
    DETOURS_STACKED = "detours_stacked"
    """导行叠加: two detours send traffic the same way along the same road."""
    PARALLEL_CLOSED = "parallel_closed"
    """平行道路同时封闭: the nearest alternative to a closure is closed too."""
    RELOCATION_LATE = "relocation_late"
    """迁改滞后: a relocation runs past the day on which it must hand its ground over."""
    SHARED_TRENCH = "shared_trench"
    """同槽同期: two digs along one road that could be one."""
    CONTROL_STOP = "control_stop"
    """停工管控: a site inside a control area that stops work."""
    ROUTE_BLOCKED = "route_blocked"
    """线路受阻: a haul route that meets a diversion."""


class WatchCode(StrEnum):
    """What is found on one side alone."""

    UNAPPROVED = "unapproved"
    """无批复占道: road taken without approval."""
    OVERSTAYED = "overstayed"
    """超期占道: road taken past the approved end."""
    NO_DIVERSION = "no_diversion"
    """未报导行: work on a carriageway without a diversion."""
    SLOW_CUT = "slow_cut"
    """慢行中断: no way left for people on foot or on e-bikes."""
    LATE_NOTICE = "late_notice"
    """公告不足: a full closure announced too late or not at all."""
    SERVICE_WINDOW = "service_window"
    """Outside a service window (作业窗口)."""
    REPEAT_DIG = "repeat_dig"
    """重复开挖: a dig in protected pavement."""


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """A zone as far as its pairs and watches depend on it. Codes are those of the records."""

    id: int
    kind: str
    name: str
    state: str = "planned"
    tentative: bool = False
    emergency: bool = False
    work: int = 0
    """The zone at the top of its phases; its own id when it has none above it."""
    project: int | None = None
    """The project it names, else that of what it was made for."""
    project_code: str | None = None
    unit: int | None = None
    hours: Hours = ()
    actual_start_on: date | None = None
    actual_finish_on: date | None = None
    days: Days | None = None
    """From the first to the last day of all its parts."""
    taken: frozenset[str] = frozenset()
    side: str | None = None
    lanes_before: int | None = None
    lanes_open: int | None = None
    passing: str | None = None
    still_pass: frozenset[str] = frozenset()
    detours_for: frozenset[str] = frozenset()
    permit_step: str | None = None
    approval_number: str | None = None
    approved_until_on: date | None = None
    extended_until_on: date | None = None
    announced_on: date | None = None
    utility: str | None = None
    placement: str | None = None
    step: str | None = None
    stops: tuple[str, ...] = ()
    exempt: frozenset[str] = frozenset()
    windows: tuple[ServiceWindow, ...] = ()
    """The service windows that its unit keeps for its own works."""

    @property
    def closed_to_motors(self) -> bool:
        """Whether the whole width is taken and motor vehicles do not get through."""
        return self.closed_to("motor")

    def closed_to(self, mode: str) -> bool:
        """Whether the whole width is taken and `mode` does not get through."""
        return self.kind == "diversion" and "full" in self.taken and mode not in self.still_pass

    @property
    def digs(self) -> bool:
        """Whether the ground is opened."""
        return self.kind == "relocation" and self.placement != "overhead"


@dataclass(frozen=True, slots=True)
class Contact:
    """A part of one zone and a part of the other that are near enough to meet; `a` is the zone of the lower id.

    `a_days` and `b_days` are the parts' own periods. Distance and area are of the shapes with their stated widths, in
    metres and square metres; `shape` is what they share (metric CRS). `area_m2` is None when the shapes have too many
    vertices to be intersected. `inside_m` is how far a detour or haul route runs through the inside of the other
    side's stretch, `against_m` how far a detour runs against its one-way, `together_m` how far two detours run
    together.
    """

    a_role: str
    b_role: str
    a_days: Days
    b_days: Days
    distance_m: float
    area_m2: float | None = 0.0
    shape: BaseGeometry | None = None
    a_mode: str | None = None
    b_mode: str | None = None
    inside_m: float = 0.0
    against_m: float = 0.0
    together_m: float = 0.0


@dataclass(frozen=True, slots=True)
class HandOver:
    """`zone` must be done by `due_on`, when it hands its ground to the other zone of the pair."""

    zone: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Alternative:
    """The nearest way round the closure `closure` (metres) leads over road that the other zone of the pair closes."""

    closure: int
    alternative_m: float


@dataclass(frozen=True, slots=True)
class Trench:
    """Two digs along one road: how far along it together, and how far apart, in metres."""

    road: str | None
    along_m: float
    apart_m: float


@dataclass(frozen=True, slots=True)
class PairFacts:
    """All that is known of two zones together; `a` has the lower id."""

    a: ZoneFacts
    b: ZoneFacts
    linked: bool = False
    contacts: tuple[Contact, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    trench: Trench | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the numbers and days that its sentence is made from."""

    code: Code
    severity: Severity
    anchors: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the database."""
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "anchors": dict(self.anchors),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """What `to_json` gave."""
        return cls(Code(data["code"]), Severity(data["severity"]), data["anchors"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a pair: None in its place when they say nothing.

    `days` are the first and last day on which both are there (an opportunity has none); `met` are the places in
    `PairFacts.contacts` that count, so that the shared shape is theirs alone.
    """

    severity: Severity
    findings: tuple[Finding, ...]
    days: Days | None
    met: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """What was found on one zone alone, and the days for which it holds (forecast on days to come)."""

    code: WatchCode
    days: Days
    anchors: Mapping[str, Any] = field(default_factory=dict)
