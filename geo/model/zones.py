"""Zones: every work with a shape and a period. `zone` is the work, `zone_part` its shapes, `zone_link` what belongs."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from enum import StrEnum

from geoalchemy2 import WKBElement
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Text,
    Time,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import (
    Base,
    Code,
    Day,
    Days,
    Instant,
    Recorded,
    WordList,
    Words,
    days_in_order,
    lonlat_shape,
    metric_shape,
    one_of,
    sound_shape,
    web_shape,
)
from geo.status import Precision


class ZoneKind(StrEnum):
    """What a zone is."""

    SITE = "site"
    RELOCATION = "relocation"
    DIVERSION = "diversion"
    HAUL_ROUTE = "haul_route"
    CONTROL_AREA = "control_area"
    EVENT = "event"


class ZoneState(StrEnum):
    """How firm a zone is. A draft is seen by its owner and the command only."""

    DRAFT = "draft"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


class Placement(StrEnum):
    """Whether a line lies under ground or hangs overhead."""

    UNDERGROUND = "underground"
    OVERHEAD = "overhead"


class Passing(StrEnum):
    """How traffic gets past: 绕行, 借对向双向, 单向, 交替放行, 便道."""

    DETOUR = "detour"
    CONTRAFLOW = "contraflow"
    ONE_WAY = "one_way"
    ALTERNATING = "alternating"
    TEMPORARY_ROAD = "temporary_road"


class Side(StrEnum):
    """Which side of the road is taken."""

    NORTH = "north"
    SOUTH = "south"
    EAST = "east"
    WEST = "west"
    MIDDLE = "middle"
    BOTH = "both"


def _only_for(kinds: tuple[ZoneKind, ...], *columns: str) -> CheckConstraint:
    """The columns stay empty on zones of any other kind."""
    listed = ", ".join(f"'{kind.value}'" for kind in kinds)
    return CheckConstraint(
        f"kind in ({listed}) or num_nonnulls({', '.join(columns)}) = 0",
        name=f"{kinds[0].value}_columns",
    )


TAKEN = ("full", "half", "motor_lane", "cycle_lane", "footway")
"""What a diversion may take: 全幅, 半幅, 机动车道, 非机动车道, 人行道."""

TRAVELLERS = ("motor", "ebike", "foot", "bus", "emergency")
"""Who travels: 机动车, 非机动车, 行人, 公交, 应急车."""


def _listed(words: tuple[str, ...]) -> str:
    return "array[" + ", ".join(f"'{word}'" for word in words) + "]"


class Zone(Recorded, Base):
    """A work with a shape and a period: site, relocation, diversion, haul route, control area or event.

    No column describes a pipe: alignment, depth and diameter of real networks are state secrets and stay elsewhere.
    """

    __tablename__ = "zone"
    kind: Mapped[ZoneKind] = mapped_column(one_of(ZoneKind))
    code: Mapped[Code]
    name: Mapped[Words | None]
    project_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.project.id"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.unit.id"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id"), index=True
    )
    """The work of which this zone is a phase."""
    state: Mapped[ZoneState] = mapped_column(one_of(ZoneState), server_default=text("'planned'"))
    planned_start_on: Mapped[Day | None]
    planned_start_precision: Mapped[Precision | None] = mapped_column(
        one_of(Precision, "planned_start_precision")
    )
    planned_finish_on: Mapped[Day | None]
    planned_finish_precision: Mapped[Precision | None] = mapped_column(
        one_of(Precision, "planned_finish_precision")
    )
    actual_start_on: Mapped[Day | None]
    actual_finish_on: Mapped[Day | None]
    tentative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    window_first_on: Mapped[Day | None]
    """When works are coordinated: the earliest day on which this may begin, and the last on which it may end."""
    window_last_on: Mapped[Day | None]
    emergency: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """抢修: starts now, owes its papers within a day, is counted apart."""
    location_text: Mapped[Words | None]
    note: Mapped[Words | None]
    source_crs: Mapped[Words | None]
    source_key: Mapped[Words | None]
    entered_on: Mapped[Day]

    # utility relocation (杆管线新建/迁改)
    utility: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.utility.code"))
    placement: Mapped[Placement | None] = mapped_column(one_of(Placement))
    step: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.relocation_step.code"))
    dig_plan_state: Mapped[str | None] = mapped_column(
        Text, ForeignKey("jiantu.dig_plan_state.code")
    )

    # traffic diversion (占道施工与交通导行)
    taken: Mapped[WordList | None]
    side: Mapped[Side | None] = mapped_column(one_of(Side))
    lanes_before: Mapped[int | None] = mapped_column(Integer)
    lanes_open: Mapped[int | None] = mapped_column(Integer)
    passing: Mapped[Passing | None] = mapped_column(one_of(Passing))
    still_pass: Mapped[WordList | None]
    permit_step: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.permit_step.code"))
    approval_number: Mapped[Words | None]
    approved_until_on: Mapped[Day | None]
    announced_on: Mapped[Day | None]
    extended_until_on: Mapped[Day | None]
    extension_reason: Mapped[Words | None]

    # control area (管控区)
    level: Mapped[Words | None]
    stops: Mapped[WordList | None]
    exempt: Mapped[WordList | None]

    __table_args__ = (
        CheckConstraint("kind <> 'site' or project_id is not null", name="site_has_project"),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        days_in_order("planned_start_on", "planned_finish_on"),
        days_in_order("actual_start_on", "actual_finish_on"),
        days_in_order("window_first_on", "window_last_on"),
        days_in_order("approved_until_on", "extended_until_on"),
        CheckConstraint(
            "(extended_until_on is null) or (extension_reason is not null)",
            name="extension_has_reason",
        ),
        CheckConstraint(
            "(planned_start_on is null) = (planned_start_precision is null)", name="start_precision"
        ),
        CheckConstraint(
            "(planned_finish_on is null) = (planned_finish_precision is null)",
            name="finish_precision",
        ),
        CheckConstraint(
            "not emergency or kind in ('relocation', 'diversion')", name="emergency_by_kind"
        ),
        CheckConstraint("lanes_open <= lanes_before", name="lanes_open_within"),
        CheckConstraint(f"taken <@ {_listed(TAKEN)}", name="taken_known"),
        CheckConstraint(f"still_pass <@ {_listed(TRAVELLERS)}", name="still_pass_known"),
        _only_for((ZoneKind.RELOCATION,), "utility", "placement", "step", "dig_plan_state"),
        _only_for(
            (ZoneKind.DIVERSION,),
            *("taken", "side", "lanes_before", "lanes_open", "passing", "still_pass"),
            *("permit_step", "approval_number", "approved_until_on", "announced_on"),
            *("extended_until_on", "extension_reason"),
        ),
        _only_for((ZoneKind.CONTROL_AREA,), "level", "stops", "exempt"),
        Index(
            "uq_zone_site",
            "project_id",
            "code",
            unique=True,
            postgresql_where=text("kind = 'site'"),
        ),
        Index("uq_zone_code", "kind", "code", unique=True, postgresql_where=text("kind <> 'site'")),
    )


class PartRole(StrEnum):
    """What a shape of a zone stands for."""

    FOOTPRINT = "footprint"
    TAKEN = "taken"
    CENTRE_LINE = "centre_line"
    DETOUR = "detour"


class Traveller(StrEnum):
    """For whom a detour is."""

    MOTOR = "motor"
    EBIKE = "ebike"
    FOOT = "foot"
    BUS = "bus"
    EMERGENCY = "emergency"


class ZonePart(Recorded, Base):
    """One shape of a zone, in WGS84, in the city's metric CRS, in web Mercator, and widened by its buffer.

    `shape_wide` (metric CRS) is what overlaps are sought with; `period` repeats the part's days, so that one index
    serves both. All are written by `geo.changes`, never by hand; a part not widened yet has no reach.
    """

    __tablename__ = "zone_part"
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE")
    )
    position: Mapped[int] = mapped_column(Integer)
    role: Mapped[PartRole] = mapped_column(one_of(PartRole))
    mode: Mapped[Traveller | None] = mapped_column(one_of(Traveller))
    name: Mapped[Words | None]
    width_m: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    first_on: Mapped[Day | None]
    last_on: Mapped[Day | None]
    shape: Mapped[WKBElement] = mapped_column(lonlat_shape())
    shape_metric: Mapped[WKBElement] = mapped_column(metric_shape())
    shape_web: Mapped[WKBElement] = mapped_column(web_shape())
    shape_wide: Mapped[WKBElement] = mapped_column(metric_shape())
    reach_m: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """How far `shape_wide` reaches beyond the drawn shape: half its width (a point's radius) and its buffer."""
    period: Mapped[Days]
    made_at: Mapped[Instant] = mapped_column(deferred=True)
    made_in: Mapped[int] = mapped_column(BigInteger, deferred=True)
    """Since when the row stands and which change made it, as of `SinceWhen`; a trigger says so, for whoever writes."""

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        CheckConstraint("(role = 'detour') = (mode is not null)", name="mode_of_detour"),
        CheckConstraint("width_m > 0", name="width_positive"),
        *sound_shape(),
        Index("uq_zone_part_position", "zone_id", "position", unique=True),
        Index("ix_zone_part_wide_period", "shape_wide", "period", postgresql_using="gist"),
        Index("ix_zone_part_shape_web", "shape_web", postgresql_using="gist"),
    )


class ZoneHours(Recorded, Base):
    """Daily hours of a zone, half-open; past midnight a window belongs to the day on which it began.

    From 00:00 to 00:00 is the whole day: so a zone can be bound to certain weekdays only.
    """

    __tablename__ = "zone_hours"
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    since: Mapped[time] = mapped_column(Time)
    until: Mapped[time] = mapped_column(Time)
    weekdays: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default=text("'{1,2,3,4,5,6,7}'")
    )

    __table_args__ = (
        CheckConstraint("since <> until or since = '00:00'", name="window_not_empty"),
        CheckConstraint(
            "weekdays <@ array[1, 2, 3, 4, 5, 6, 7] and cardinality(weekdays) > 0",
            name="weekdays_known",
        ),
    )


class LinkKind(StrEnum):
    """Why two zones belong together."""

    BELONGS = "belongs"
    MADE_FOR = "made_for"
    BEFORE = "before"


class ZoneLink(Recorded, Base):
    """Two zones that belong together; `before`: the first must be done by `due_on`, when it hands its ground over."""

    __tablename__ = "zone_link"
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE")
    )
    other_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[LinkKind] = mapped_column(one_of(LinkKind))
    due_on: Mapped[Day | None]

    __table_args__ = (
        CheckConstraint("zone_id <> other_id", name="two_zones"),
        CheckConstraint("kind = 'before' or due_on is null", name="due_of_before"),
        Index("uq_zone_link", "zone_id", "other_id", "kind", unique=True),
    )
