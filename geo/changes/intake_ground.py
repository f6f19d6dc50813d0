"""Taking in the city's ground: districts, roads, water and land, pavements, pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.changes.directory import read_districts
from geo.changes.intake import Intake, distinct
from geo.changes.merge import Target, merge_rows
from geo.changes.shapes import (
    given_shape,
    read_shape,
    to_bytes,
    to_metric,
    to_multipolygon,
)
from geo.model.city import District, Ground, Pause, Pavement, Road

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.model.base import Base
    from geo.records import (
        DistrictRecord,
        GroundRecord,
        PauseRecord,
        PavementRecord,
        RoadRecord,
    )


def _shaped(intake: Intake, table: type[Base], key: tuple[str, ...]) -> Target:
    return Target(
        table,
        key,
        readers={"shape": read_shape(table.__table__.c.shape)},
        writers={"shape": given_shape},
        derived={"shape_metric": to_metric(intake.metric_srid)},
    )


def _take(
    intake: Intake, kind: str, target: Target, rows: dict[Any, dict[str, Any]], layer: str | None
) -> None:
    merged = merge_rows(intake.session, target, rows)
    intake.count(kind, merged)
    if layer and (merged.new or merged.changed):
        intake.touched_layers.add(layer)


def take_districts(intake: Intake, records: Iterable[DistrictRecord]) -> None:
    """Districts by code."""
    rows = {
        (record.code,): {
            "code": record.code,
            "name": record.name,
            "name_en": record.name_en,
            "kind": record.kind,
            "shape": to_bytes(to_multipolygon(record.shape)),
        }
        for record in distinct(intake, "districts", records, lambda record: record.code).values()
    }
    _take(intake, "districts", _shaped(intake, District, ("code",)), rows, "districts")
    read_districts(intake.session, intake.directory)


def take_ground(intake: Intake, records: Iterable[GroundRecord]) -> None:
    """Water, green, built-up land, railways by code."""
    rows = {
        (record.code,): {
            "code": record.code,
            "kind": record.kind,
            "name": record.name,
            "name_en": record.name_en,
            "shape": to_bytes(record.shape),
        }
        for record in distinct(intake, "ground", records, lambda record: record.code).values()
    }
    _take(intake, "ground", _shaped(intake, Ground, ("code",)), rows, "ground")


def take_roads(intake: Intake, records: Iterable[RoadRecord]) -> None:
    """Roads by code."""
    rows = {}
    for record in distinct(intake, "roads", records, lambda record: record.code).values():
        if not intake.check_code(
            "roads", record.source, "道路等级", record.road_class, "road_class"
        ):
            continue
        rows[(record.code,)] = {
            "code": record.code,
            "name": record.name,
            "name_en": record.name_en,
            "road_class": record.road_class,
            "oneway": record.oneway,
            "lanes": record.lanes,
            "width_m": record.width_m,
            "shape": to_bytes(record.shape),
        }
    _take(intake, "roads", _shaped(intake, Road, ("code",)), rows, "roads")


def take_pavements(intake: Intake, records: Iterable[PavementRecord]) -> None:
    """Pavement records by code."""
    rows = {}
    for record in distinct(intake, "pavements", records, lambda record: record.code).values():
        if intake.days_in_order(
            "pavements",
            record.source,
            record.laid_on,
            record.overhauled_on,
            ("铺筑日期", "大修日期"),
            ("laid", "overhauled"),
        ):
            rows[(record.code,)] = {
                "code": record.code,
                "road_name": record.road,
                "laid_on": record.laid_on,
                "overhauled_on": record.overhauled_on,
                "shape": to_bytes(record.shape),
            }
    _take(intake, "pavements", _shaped(intake, Pavement, ("code",)), rows, None)


def take_pauses(intake: Intake, records: Iterable[PauseRecord]) -> None:
    """Winter stops and holidays by name and first day. They change plans, so every lamp is looked at again."""
    rows = {}
    keyed = distinct(intake, "pauses", records, lambda record: (record.name, record.first_on))
    for key, record in keyed.items():
        if intake.days_in_order(
            "pauses",
            record.source,
            record.first_on,
            record.last_on,
            ("起始日", "截止日"),
            ("first day", "last day"),
        ):
            rows[key] = {
                "name": record.name,
                "kind": record.kind,
                "first_on": record.first_on,
                "last_on": record.last_on,
            }
    target = Target(Pause, ("name", "first_on"))
    merged = merge_rows(intake.session, target, rows)
    intake.count("pauses", merged)
    if merged.new or merged.changed:
        intake.touched_projects.update(intake.directory.projects.values())
