"""Who is responsible: units, and the leaders who sponsor projects."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Code, Recorded, WordList, Words


class Unit(Recorded, Base):
    """A unit (责任单位): department, district, platform company, utility, police, command or company."""

    __tablename__ = "unit"
    code: Mapped[Code | None] = mapped_column(unique=True)
    name: Mapped[Words] = mapped_column(unique=True)
    short_name: Mapped[Words | None]
    name_en: Mapped[Words | None]
    kind: Mapped[str] = mapped_column(Text, ForeignKey("jiantu.unit_kind.code"))
    utility: Mapped[str | None] = mapped_column(Text, ForeignKey("jiantu.utility.code"))
    district_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("jiantu.district.id"))
    aliases: Mapped[WordList] = mapped_column(server_default=text("'{}'"))
    crews: Mapped[int | None] = mapped_column(Integer)
    """In how many places the unit can dig at once; empty means what the rules say."""

    __table_args__ = (
        CheckConstraint("crews > 0", name="crews_positive"),
        CheckConstraint("utility is null or kind = 'utility'", name="utility_by_kind"),
    )


class Leader(Recorded, Base):
    """A sponsor leader (分包市领导)."""

    __tablename__ = "leader"
    name: Mapped[Words] = mapped_column(unique=True)
    post: Mapped[Words | None]
    rank: Mapped[int | None] = mapped_column(Integer)
