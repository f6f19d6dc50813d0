"""Code lists: what a city may reorder and extend. Seeded from `data/codes/*.csv`."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, CodeList, Recorded, WordList, Words


class Category(CodeList, Base):
    """省市重点, 工业技改, 重大交通, 重点招商, 中心城区城建. An industrial one also goes into production."""

    __tablename__ = "category"
    industrial: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class Nature(CodeList, Base):
    """建设性质: 新开工, 续建, 竣工, 预备."""

    __tablename__ = "nature"


class Cause(CodeList, Base):
    """What a blocker comes from (制约原因). A reserved one is set by the command only (推进乏力)."""

    __tablename__ = "cause"
    command_only: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class Utility(CodeList, Base):
    """A kind of line (产权): 供电, 供水, … with the letter that stands for it on the map."""

    __tablename__ = "utility"
    letter: Mapped[Words | None]


class UnitKind(CodeList, Base):
    """Kinds of unit; `ranking_group` says among which units it is ranked in a bulletin."""

    __tablename__ = "unit_kind"
    ranking_group: Mapped[Words | None]


class ProcedureKind(CodeList, Base):
    """A preliminary procedure (前期手续); `before_start` ones are required before work may begin."""

    __tablename__ = "procedure_kind"
    statutory_days: Mapped[int | None] = mapped_column(Integer)
    before_start: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class FundingSource(CodeList, Base):
    """Where money comes from: 财政, 专项债, 国债, 银行, 自筹."""

    __tablename__ = "funding_source"


class RelocationStep(CodeList, Base):
    """Steps of a utility relocation: 物探 → … → 旧管废弃."""

    __tablename__ = "relocation_step"


class PermitStep(CodeList, Base):
    """Permit steps of a traffic diversion: 申请 → … → 恢复通行."""

    __tablename__ = "permit_step"


class DigPlanState(CodeList, Base):
    """States in the year's dig plan: 申报, 会审, 下达, 增补, 抢修."""

    __tablename__ = "dig_plan_state"


class RoadClass(CodeList, Base):
    """Classes of road, most important first."""

    __tablename__ = "road_class"


class Operation(CodeList, Base):
    """Kinds of work that a control area may stop: 土石方, 混凝土浇筑, 沥青摊铺, 拆除, 渣土运输."""

    __tablename__ = "operation"


class LadderStep(Recorded, Base):
    """A step of a category's ladder (形象进度): its place, its name and the percent it stands for."""

    __tablename__ = "ladder_step"
    code: Mapped[str] = mapped_column(Text, unique=True)
    category: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.category.code"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[Words]
    name_en: Mapped[Words | None]
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    operation: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.operation.code"))
    """What is done during the step, so that a control area which stops it stops the work."""
    synonyms: Mapped[WordList] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (
        CheckConstraint("percent between 0 and 100", name="percent_range"),
        UniqueConstraint("category", "position", name="uq_ladder_step_position"),
        UniqueConstraint("category", "name", name="uq_ladder_step_name"),
    )
