"""The declarative base, naming rules for constraints, and column types shared by all tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    Identity,
    Integer,
    MetaData,
    Text,
    any_,
    cast,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from geo.crs import WEB_MERCATOR, WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

SCHEMA = "jiantu"

MAX_VERTICES = 10_000
"""Most vertices one shape may have; mending and intersecting larger ones can take minutes."""

Key = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Code = Annotated[str, mapped_column(Text)]
Words = Annotated[str, mapped_column(Text)]
Yuan = Annotated[int, mapped_column(BigInteger)]
Day = Annotated[date, mapped_column(Date)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
WordList = Annotated[list[str], mapped_column(ARRAY(Text))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
Days = Annotated[Range[date], mapped_column(DATERANGE)]


class Base(DeclarativeBase):
    """Every table lies in schema `jiantu`; constraint names are predictable, so migrations can name them."""

    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


class Recorded:
    """A row that people or imports write: numbered, versioned, with its history kept by triggers."""

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class SinceWhen:
    """A row of a table of so many that it says itself since when it stands and which change made it (docs/history.md).

    Not read with the rest: at a moment (`moment.<table>`) nobody may ask.
    """

    made_at: Mapped[Instant] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()"), deferred=True
    )
    made_in: Mapped[int] = mapped_column(
        BigInteger, server_default=text("history.this_change()"), deferred=True
    )


class CodeList:
    """One entry of a code list: data that a city reorders and extends, never deletes (`retired_on`)."""

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[Words]
    name_en: Mapped[Words | None]
    position: Mapped[int] = mapped_column(Integer)
    synonyms: Mapped[WordList] = mapped_column(server_default=text("'{}'"))
    retired_on: Mapped[Day | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        """A code is lower-case ASCII, so that it can stand in file names, URLs and mappings."""
        return (CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name="code_form"),)


def one_of(members: type[StrEnum], name: str | None = None) -> Enum:
    """A text column that takes only the values of `members`, by a CHECK (a native enum could not shrink).

    `name` tells two such columns of one table apart.
    """
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=f"{name or members.__name__.lower()}_known",
        values_callable=lambda kind: [member.value for member in kind],
    )


def among(
    column: ColumnElement[int] | InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    ids: Iterable[int],
) -> ColumnElement[bool]:
    """Whether a column is one of these ids, however many: they go as one array, where `in_` may name 65,535 at most."""
    return column == any_(cast(sorted(ids), ARRAY(BigInteger)))


def lonlat_shape(geometry_type: str = "GEOMETRY") -> Geometry:
    """A shape as people see it: WGS84 longitude/latitude."""
    return Geometry(geometry_type, srid=WGS84, spatial_index=False)


def web_shape() -> Geometry:
    """A shape for map tiles: web Mercator."""
    return Geometry("GEOMETRY", srid=WEB_MERCATOR, spatial_index=False)


def metric_shape() -> Geometry:
    """A shape in the city's metric CRS. Its SRID differs by city, so a CHECK made at set-up holds it, not the type."""
    return Geometry(geometry_type=None, srid=-1, spatial_index=False)


def sound_shape() -> tuple[CheckConstraint, CheckConstraint]:
    """What importers and forms see to, held by the table as well: few vertices, valid (so all finite), not empty."""
    return (
        CheckConstraint(f"st_npoints(shape) <= {MAX_VERTICES}", name="shape_vertices"),
        CheckConstraint("st_isvalid(shape) and not st_isempty(shape)", name="shape_valid"),
    )


def days_in_order(first: str, last: str, name: str | None = None) -> CheckConstraint:
    """`first` is not after `last` where both are known."""
    return CheckConstraint(f"{first} <= {last}", name=name or f"{last}_not_before_{first}")
