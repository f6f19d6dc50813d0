"""Base maps that an installation offers besides the built-in one, and the hosts that browsers may ask for them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from geo.errors import RuleError

if TYPE_CHECKING:
    from pathlib import Path

    from app.config import Settings

_CODE = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/%(layer)s_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=%(layer)s"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk="
)
_PMTILES_HEAD = b"PMTiles\x03"
_TILE_TYPE_AT = 99
_VECTOR = 1


@dataclass(frozen=True, slots=True)
class BaseMap:
    """A map to lie under the city's own layers.

    `tiles` are addresses with {z}, {x}, {y} and perhaps {s}, the lowest first; `archive` is a PMTiles file of pictures
    instead. `shifted`: its coordinates are GCJ-02. `approval` is the map's approval number (审图号).
    """

    code: str
    name: str
    name_en: str
    tiles: tuple[str, ...] = ()
    servers: str = ""
    archive: Path | None = None
    shifted: bool = False
    attribution: str = ""
    approval: str = ""
    closest: int = 18
    hosts: tuple[str, ...] = field(default=(), compare=False)


def _tianditu(code: str, name: str, name_en: str, layers: tuple[str, str]) -> BaseMap:
    return BaseMap(
        code,
        name,
        name_en,
        tuple(_TIANDITU % {"layer": layer} for layer in layers),
        servers="01234567",
        attribution="© 天地图 国家地理信息公共服务平台",
    )


KNOWN = {
    base.code: base
    for base in (
        _tianditu("tianditu", "天地图(矢量)", "Tianditu, vector", ("vec", "cva")),
        _tianditu("tianditu-image", "天地图(影像)", "Tianditu, imagery", ("img", "cia")),
        BaseMap(
            "osm",
            "OpenStreetMap",
            "OpenStreetMap",
            ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
            attribution="© OpenStreetMap contributors",
            closest=19,
        ),
        BaseMap(
            "amap",
            "高德地图",
            "Amap",
            (
                "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
            ),
            servers="1234",
            shifted=True,
            attribution="© 高德地图",
        ),
    )
}
"""Those known by name; what they need (a key) comes from the settings."""


def read_base_maps(settings: Settings) -> tuple[BaseMap, ...]:
    """The base maps that the settings name, in their order; raises `RuleError` for what cannot be used."""
    named = [name.strip() for name in settings.base_maps.split(",") if name.strip()]
    key = settings.tianditu_key.get_secret_value() if settings.tianditu_key else ""
    if key and not any(name.startswith("tianditu") for name in named):
        named = ["tianditu", "tianditu-image", *named]
    found = [_known(name, key) for name in named]
    if settings.base_map_file is not None:
        found += read_file(settings.base_map_file, key)
    if len({base.code for base in found}) < len(found):
        message = "底图代号重复 / two base maps have the same code: " + ", ".join(
            base.code for base in found
        )
        raise RuleError(message)
    return tuple(replace(base, hosts=_hosts(base)) for base in found)


def _known(name: str, key: str) -> BaseMap:
    base = KNOWN.get(name)
    if base is None:
        message = (
            f"没有名为“{name}”的底图,可用 / no base map “{name}”; there are: {', '.join(KNOWN)}"
        )
        raise RuleError(message)
    if not name.startswith("tianditu"):
        return base
    if not key:
        message = f"{name}: 天地图需要密钥 JIANTU_TIANDITU_KEY / Tianditu needs its key"
        raise RuleError(message)
    return replace(base, tiles=tuple(address + key for address in base.tiles))


def read_file(path: Path, key: str = "") -> list[BaseMap]:
    """The base maps of a TOML file of `[[base_map]]` tables; raises `RuleError` naming the table and what is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"底图文件无法读取 / the file of base maps cannot be read: {path}: {error}"
        raise RuleError(message) from error
    return [
        _from_table(table, f"{path.name}, base_map {place}", path.parent, key)
        for place, table in enumerate(raw.get("base_map", []), start=1)
    ]


def _from_table(table: dict[str, Any], where: str, folder: Path, key: str) -> BaseMap:
    known = table.get("known")
    if known is not None:
        base = _known(str(known), key)
        return replace(base, approval=str(table.get("approval", "")))
    allowed = {"code", "name", "name_en", "tiles", "servers", "pmtiles", "crs", "attribution"}
    unknown = set(table) - allowed - {"approval", "closest"}
    if unknown:
        _refuse(where, f"不认识的键 {sorted(unknown)}", f"unknown keys {sorted(unknown)}")
    code, name = str(table.get("code", "")), str(table.get("name", ""))
    if not _CODE.fullmatch(code) or not name:
        _refuse(
            where, "须有 code(小写字母、数字、-)和 name", "code (a-z, 0-9, -) and name are needed"
        )
    crs = table.get("crs", "WGS84")
    if crs not in {"WGS84", "CGCS2000", "GCJ-02"}:
        _refuse(
            where, "crs 应为 WGS84、CGCS2000 或 GCJ-02", "crs must be WGS84, CGCS2000 or GCJ-02"
        )
    tiles = table.get("tiles", [])
    tiles = [tiles] if isinstance(tiles, str) else tiles
    archive = (folder / table["pmtiles"]).resolve() if "pmtiles" in table else None
    if bool(tiles) == (archive is not None):
        _refuse(where, "须有 tiles 或 pmtiles 之一", "one of tiles and pmtiles is needed")
    for address in tiles:
        _check_address(address, where)
    if archive is not None:
        _check_archive(archive, where)
    return BaseMap(
        code,
        name,
        str(table.get("name_en", name)),
        tuple(tiles),
        str(table.get("servers", "")),
        archive,
        shifted=crs == "GCJ-02",
        attribution=str(table.get("attribution", "")),
        approval=str(table.get("approval", "")),
        closest=int(table.get("closest", 18)),
    )


def _refuse(where: str, zh: str, en: str) -> NoReturn:
    message = f"{where}: {zh} / {en}"
    raise RuleError(message)


def _check_address(address: str, where: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        _refuse(where, "tiles 应以 https:// 开头", "tiles must begin with https://")
    if any(mark not in address for mark in ("{z}", "{x}", "{y}")):
        _refuse(where, "tiles 须含 {z} {x} {y}", "tiles must have {z}, {x} and {y}")


def _check_archive(archive: Path, where: str) -> None:
    try:
        with archive.open("rb") as file:
            head = file.read(127)
    except OSError as error:
        _refuse(where, f"无法读取 {archive.name}", f"cannot read {archive.name}: {error}")
    if not head.startswith(_PMTILES_HEAD) or len(head) <= _TILE_TYPE_AT:
        _refuse(where, f"{archive.name} 不是 PMTiles 3", f"{archive.name} is no PMTiles 3 file")
    if head[_TILE_TYPE_AT] == _VECTOR:
        _refuse(
            where,
            f"{archive.name} 是矢量瓦片,只支持图片瓦片;请换用图片瓦片(PNG、JPEG、WebP)的 PMTiles 文件",
            f"{archive.name} has vector tiles; give a PMTiles file of pictures (PNG, JPEG or WebP)",
        )


def _hosts(base: BaseMap) -> tuple[str, ...]:
    """Where its tiles come from, as a Content-Security-Policy names it: scheme and host of each address."""
    found: dict[str, None] = {}
    for address in base.tiles:
        parts = urlsplit(address)
        for server in base.servers or " ":
            found[f"{parts.scheme}://{parts.netloc.replace('{s}', server)}"] = None
    return tuple(found)
