"""What is found about zones in space and time: pairs, what is watched on one side, and what a closure does to roads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Days, Key, SinceWhen, Words, metric_shape, one_of
from geo.overlap import Severity, WatchCode


class Overlap(SinceWhen, Base):
    """A pair of zones in which something was found. Written by the engine only, kept in step with every change.

    Triggers see to it that both zones are there, for all rows of a statement at once, and that a pair goes with them.
    `days` are those on which both are there (an opportunity has none). The shape is what they share, or for zones that
    are only near, what their widened shapes share; `area_m2` is of the unwidened shapes.
    """

    __tablename__ = "overlap"
    id: Mapped[Key]
    zone_a: Mapped[int] = mapped_column(BigInteger)
    zone_b: Mapped[int] = mapped_column(BigInteger, index=True)
    severity: Mapped[Severity] = mapped_column(one_of(Severity))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    days: Mapped[Days | None]
    shape_metric: Mapped[WKBElement | None] = mapped_column(metric_shape())
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    length_m: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    distance_m: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))

    __table_args__ = (
        CheckConstraint("zone_a < zone_b", name="lower_first"),
        CheckConstraint("jsonb_array_length(findings) > 0", name="something_found"),
        CheckConstraint("not isempty(days)", name="days_not_empty"),
        Index("uq_overlap_zones", "zone_a", "zone_b", unique=True),
    )


class Watch(SinceWhen, Base):
    """Something found on one zone alone, and the days for which it holds. Written by the engine only."""

    __tablename__ = "watch"
    id: Mapped[Key]
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[WatchCode] = mapped_column(one_of(WatchCode))
    anchors: Mapped[dict[str, Any]] = mapped_column(JSONB)
    days: Mapped[Days]

    __table_args__ = (
        CheckConstraint("not isempty(days)", name="days_not_empty"),
        Index("ix_watch_days", "days", postgresql_using="gist"),
    )


class DiversionEffect(Base):
    """What a diversion does to the road graph, and its impact (0 to 5). Written by the engine only.

    Pieces are stretches of road between two vertices: the road's id times 2^20 plus the piece's place in it.
    """

    __tablename__ = "diversion_effect"
    zone_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.zone.id", ondelete="CASCADE"), primary_key=True
    )
    made_of: Mapped[Words]
    """A mark of the ground taken, how, and the road layer: while it is the same, so is what follows but the impact."""
    used_class: Mapped[Words | None]
    """The class of the most important road taken, shut or not."""
    road_class: Mapped[Words | None]
    shut_m: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    shut_pieces: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    way_round_m: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    way_round_pieces: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    impact: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    impact_points: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint("impact between 0 and 5", name="impact_range"),
        Index("ix_diversion_effect_shut_pieces", "shut_pieces", postgresql_using="gin"),
        Index("ix_diversion_effect_way_round_pieces", "way_round_pieces", postgresql_using="gin"),
    )
