"""The city itself: its frame, its ground, its roads, its calendar and its rules."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from geoalchemy2 import WKBElement
from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, Numeric, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import (
    Base,
    Code,
    Day,
    Instant,
    Json,
    Recorded,
    Words,
    days_in_order,
    lonlat_shape,
    metric_shape,
    one_of,
    sound_shape,
)


class City(Base):
    """The one city of this database, fixed when it was set up; only the closing of its ledger comes later."""

    __tablename__ = "city"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    code: Mapped[Code]
    name: Mapped[Words]
    name_en: Mapped[Words]
    metric_srid: Mapped[int] = mapped_column(Integer)
    bbox: Mapped[list[float]] = mapped_column(ARRAY(DOUBLE_PRECISION))
    time_zone: Mapped[Words]
    ledger_closed_on: Mapped[Day | None]
    """Before this day (or while it is empty) imports date facts by their own day; after it the past stays."""

    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint(
            "cardinality(bbox) = 4 and bbox[1] < bbox[3] and bbox[2] < bbox[4]", name="bbox_form"
        ),
    )


class DistrictKind(StrEnum):
    """What a part of the city is called."""

    DISTRICT = "district"
    COUNTY = "county"
    ZONE = "zone"


class District(Recorded, Base):
    """A district, county or development zone (属地)."""

    __tablename__ = "district"
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words] = mapped_column(unique=True)
    name_en: Mapped[Words | None]
    kind: Mapped[DistrictKind] = mapped_column(one_of(DistrictKind))
    position: Mapped[int] = mapped_column(Integer, server_default=text("10000"))
    """In which order districts are listed; those that nobody has put in order come last, by code."""
    shape: Mapped[WKBElement | None] = mapped_column(lonlat_shape("MULTIPOLYGON"))
    shape_metric: Mapped[WKBElement | None] = mapped_column(metric_shape())

    __table_args__ = (
        *sound_shape(),
        Index("ix_district_shape_metric", "shape_metric", postgresql_using="gist"),
    )


class GroundKind(StrEnum):
    """What the base map draws besides roads."""

    WATER = "water"
    GREEN = "green"
    BUILT = "built"
    RAILWAY = "railway"
    BOUNDARY = "boundary"


class Ground(Recorded, Base):
    """A piece of the base map: water, green, built-up land, railway, boundary."""

    __tablename__ = "ground"
    code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[GroundKind] = mapped_column(one_of(GroundKind))
    name: Mapped[Words | None]
    name_en: Mapped[Words | None]
    shape: Mapped[WKBElement] = mapped_column(lonlat_shape())
    shape_metric: Mapped[WKBElement] = mapped_column(metric_shape())

    __table_args__ = (
        *sound_shape(),
        Index("ix_ground_shape_metric", "shape_metric", postgresql_using="gist"),
    )


class Road(Recorded, Base):
    """A stretch of road between junctions, with its name and class."""

    __tablename__ = "road"
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words | None]
    name_en: Mapped[Words | None]
    road_class: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.road_class.code"))
    oneway: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    lanes: Mapped[int | None] = mapped_column(Integer)
    width_m: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    shape: Mapped[WKBElement] = mapped_column(lonlat_shape())
    shape_metric: Mapped[WKBElement] = mapped_column(metric_shape())

    __table_args__ = (
        CheckConstraint("lanes > 0", name="lanes_positive"),
        CheckConstraint("width_m > 0", name="width_positive"),
        *sound_shape(),
        Index("ix_road_shape_metric", "shape_metric", postgresql_using="gist"),
        Index("ix_road_name", "name"),
    )


class Pavement(Recorded, Base):
    """A part of a road with the days its pavement was laid and last overhauled (路面)."""

    __tablename__ = "pavement"
    code: Mapped[Code] = mapped_column(unique=True)
    road_name: Mapped[Words]
    laid_on: Mapped[Day | None]
    overhauled_on: Mapped[Day | None]
    shape: Mapped[WKBElement | None] = mapped_column(lonlat_shape())
    shape_metric: Mapped[WKBElement | None] = mapped_column(metric_shape())

    __table_args__ = (
        days_in_order("laid_on", "overhauled_on"),
        *sound_shape(),
        Index("ix_pavement_shape_metric", "shape_metric", postgresql_using="gist"),
    )


class CalendarDayKind(StrEnum):
    """How a day differs from what its weekday says."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


class CalendarDay(Recorded, Base):
    """A day off on a weekday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"
    on_day: Mapped[Day] = mapped_column(unique=True)
    kind: Mapped[CalendarDayKind] = mapped_column(one_of(CalendarDayKind))
    name: Mapped[Words | None]


class PauseKind(StrEnum):
    """Why plans stand still."""

    WINTER_STOP = "winter_stop"
    HOLIDAY = "holiday"


class Pause(Recorded, Base):
    """Days on which no progress is planned: the winter stop (冬歇期) and holidays."""

    __tablename__ = "pause"
    name: Mapped[Words]
    kind: Mapped[PauseKind] = mapped_column(one_of(PauseKind))
    first_on: Mapped[Day]
    last_on: Mapped[Day]

    __table_args__ = (
        days_in_order("first_on", "last_on"),
        Index("uq_pause_name_first_on", "name", "first_on", unique=True),
    )


class RulesVersion(Recorded, Base):
    """The city's rules from a day on; a changed rule is a new version and never touches past days."""

    __tablename__ = "rules_version"
    effective_on: Mapped[Day] = mapped_column(unique=True)
    rules: Mapped[Json]
    note: Mapped[Words | None]


class Revision(Base):
    """A counter for each (audience, layer), raised as a change's last statement: the source of ETags."""

    __tablename__ = "revision"
    audience: Mapped[str] = mapped_column(Text, primary_key=True)
    layer: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    changed_at: Mapped[Instant] = mapped_column(server_default=text("now()"))
