"""City files (`data/cities/*.toml`): the frame in which a city's database is made."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import RuleError

if TYPE_CHECKING:
    from pathlib import Path

WEST, SOUTH, EAST, NORTH = -180, -90, 180, 90
"""The bounds of longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class CityConfig:
    """A city's frame. `bbox` is west, south, east, north in WGS84 degrees; `metric_srid` an EPSG code in metres."""

    code: str
    name: str
    name_en: str
    metric_srid: int
    bbox: tuple[float, float, float, float]
    time_zone: str


def load_city(path: Path) -> CityConfig:
    """Read a city file.

    Raises `RuleError` naming the key that is missing or cannot hold.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"城市文件不存在 / no such city file: {path}"
        raise RuleError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"城市文件不是有效的 TOML / not valid TOML: {path}: {error}"
        raise RuleError(message) from error
    return city_from(raw, str(path))


def city_from(raw: dict[str, Any], where: str) -> CityConfig:
    """The city that a parsed file describes; `where` names it in errors."""

    def text(key: str) -> str:
        value = raw.get(key)
        if not isinstance(value, str) or not value.strip():
            message = f"{where}: {key} 应为文字 / {key} must be text"
            raise RuleError(message)
        return value

    box = raw.get("bbox")
    if not isinstance(box, list) or not _is_box(box):
        message = (
            f"{where}: bbox 应为 [西, 南, 东, 北](度) / bbox must be [west, south, east, north]"
        )
        raise RuleError(message)
    srid = raw.get("metric_srid")
    try:
        crs = CRS.from_epsg(int(str(srid)))
    except (CRSError, ValueError) as error:
        message = f"{where}: metric_srid 不是已知的 EPSG 代码 / not a known EPSG code: {srid}"
        raise RuleError(message) from error
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        message = f"{where}: metric_srid 应为以米为单位的投影坐标系 / must be projected, in metres: {srid}"
        raise RuleError(message)
    zone = text("time_zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"{where}: time_zone 不是已知的时区 / not a known time zone: {zone}"
        raise RuleError(message) from error
    return CityConfig(
        code=text("code"),
        name=text("name"),
        name_en=text("name_en"),
        metric_srid=int(str(srid)),
        bbox=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
        time_zone=zone,
    )


def _is_box(found: object) -> bool:
    """Whether `found` is [west, south, east, north] in degrees."""
    if not isinstance(found, list) or not all(isinstance(number, int | float) for number in found):
        return False
    match found:
        case [west, south, east, north]:
            return bool(WEST <= west < east <= EAST and SOUTH <= south < north <= NORTH)
        case _:
            return False
