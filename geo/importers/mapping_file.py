"""Mapping files (`data/mappings/*.toml`): how the rows of any table or GIS file become records. Loaded and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, NoReturn

from geo import records
from geo.crs import parse_crs
from geo.errors import RuleError
from geo.importers.sources import FORMATS
from geo.record_fields import FIELDS, Form

if TYPE_CHECKING:
    from pathlib import Path

KINDS: dict[str, tuple[type[Any], str]] = {
    "district": (records.DistrictRecord, "districts"),
    "road": (records.RoadRecord, "roads"),
    "ground": (records.GroundRecord, "ground"),
    "unit": (records.UnitRecord, "units"),
    "leader": (records.LeaderRecord, "leaders"),
    "pause": (records.PauseRecord, "pauses"),
    "project": (records.ProjectRecord, "projects"),
    "plan": (records.PlanRecord, "plans"),
    "milestone": (records.MilestoneRecord, "milestones"),
    "report": (records.ReportRecord, "reports"),
    "procedure": (records.ProcedureRecord, "procedures"),
    "funding": (records.FundingRecord, "funding"),
    "land": (records.LandRecord, "land"),
    "blocker": (records.BlockerRecord, "blockers"),
    "suspension": (records.SuspensionRecord, "suspensions"),
    "pavement": (records.PavementRecord, "pavements"),
    **dict.fromkeys(
        ("site", "relocation", "diversion", "haul_route", "control_area", "event"),
        (records.ZoneRecord, "zones"),
    ),
}
"""What a mapping may make of a row: the record and where a batch keeps it."""

_SHAPE_KEYS = {
    "feature": (),
    "wkt": ("field",),
    "geojson": ("field",),
    "coordinates": ("field", "type_field"),
    "xy": ("x", "y"),
}
FIND = "find"
"""In place of a CRS: the one in which the shapes lie inside the city."""
_DATED = {Form.DATE, Form.UNTIL, Form.PLANNED}
_KEYED = {Form.MONTH_PERCENTS, Form.MONTH_YUAN, Form.YEAR_YUAN}
_PIECE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Text with the fields of a row in braces: "{申請書編號}-{許可證編號}"."""

    text: str
    names: tuple[str, ...] = field(init=False)
    """The fields it speaks of."""
    only: str | None = field(init=False)
    """The one field that it is nothing but; its value is then taken as it is, number or text."""

    def __post_init__(self) -> None:
        """Look once for what every row asks."""
        match = _PIECE.fullmatch(self.text)
        object.__setattr__(self, "names", tuple(_PIECE.findall(self.text)))
        object.__setattr__(self, "only", match[1] if match else None)

    def fill(self, values: dict[str, str]) -> str:
        """The text with the values of its fields."""
        return _PIECE.sub(lambda match: values[match[1]], self.text)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where the value of one field comes from and how it is understood."""

    sources: tuple[Template, ...]
    joint: str = "；"
    values: dict[str, str] = field(default_factory=dict)
    contains: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    empty: frozenset[str] = frozenset()
    date_form: str | None = None
    unit_yuan: int = 1
    first_filled: bool = False
    """Of several sources the first that is filled holds; else all are joined."""
    take: str | None = None
    """"first" or "last" of two days in one cell."""
    as_it_is: str | None = field(init=False)
    """The one field whose value is taken untranslated, of most rules all that there is to do."""

    def __post_init__(self) -> None:
        """Look once for what every row asks."""
        plain = len(self.sources) == 1 and self.otherwise is None
        plain = plain and not (self.values or self.contains or self.empty)
        object.__setattr__(self, "as_it_is", self.sources[0].only if plain else None)

    @property
    def origin(self) -> str:
        """The fields of the file that the value comes from, as a clerk knows them."""
        return "、".join(dict.fromkeys(name for each in self.sources for name in each.names))


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows count: those whose field is one of (`is`), is none of (`is_not`), or is filled or not."""

    field: str
    one_of: frozenset[str] | None = None
    none_of: frozenset[str] | None = None
    filled: bool | None = None


@dataclass(frozen=True, slots=True)
class RecordRule:
    """One kind of record that rows become."""

    kind: str
    fields: dict[str, FieldRule]
    keyed: dict[str, dict[str, FieldRule]] = field(default_factory=dict)
    """Fields of several values, by month ("2026-03") or year."""
    where: tuple[Condition, ...] = ()
    works: tuple[str, ...] = ()
    """Fields whose values rows of one work share."""
    shapes: str = "each"
    """"each" row's shape is kept, or a shape repeated within a work only "once"."""
    role: Template = Template("footprint")
    mode: Template | None = None
    part_name: FieldRule | None = None
    has_shape: bool = field(init=False)
    """Whether its records carry shapes."""

    def __post_init__(self) -> None:
        """Look once for what every row asks."""
        known = FIELDS[self.record]
        object.__setattr__(self, "has_shape", "shape" in known or "parts" in known)

    @property
    def record(self) -> type[Any]:
        """The class of the record."""
        return KINDS[self.kind][0]

    @property
    def collection(self) -> str:
        """Where a batch keeps it."""
        return KINDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """How a row gives its shape. `crs` None: as the file declares, else WGS84 for GeoJSON."""

    origin: str
    field: str | None = None
    type_field: str | None = None
    x: str | None = None
    y: str | None = None
    crs: str | None = None
    outline_m: float | None = None
    """Points and lines become the outline of the work about them, so many metres to each side."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping file."""

    name: str
    title: str
    title_en: str
    records: tuple[RecordRule, ...]
    shape: ShapeRule | None = None
    format: str | None = None
    sheet: str | None = None
    encoding: str | None = None

    def fields_used(self) -> frozenset[str]:
        """All fields of the file that the mapping speaks of."""
        found: set[str] = set()
        for record in self.records:
            rules = [*record.fields.values()]
            rules += [rule for keyed in record.keyed.values() for rule in keyed.values()]
            if record.part_name is not None:
                rules.append(record.part_name)
            found |= {name for rule in rules for each in rule.sources for name in each.names}
            found |= {condition.field for condition in record.where} | set(record.works)
            found |= set(record.role.names) | set(record.mode.names if record.mode else ())
        if self.shape is not None:
            shape = self.shape
            found |= {
                name
                for name in (shape.field, shape.type_field, shape.x, shape.y)
                if name is not None
            }
        return frozenset(found)


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. Raises `RuleError` naming the file and the key that cannot hold."""
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"没有这个映射文件 / no such mapping file: {path.name}"
        raise RuleError(message) from error
    except UnicodeDecodeError as error:
        message = f"映射文件不是有效的 TOML / not valid TOML: {path.name}: {error}"
        raise RuleError(message) from error
    return parse_mapping(path.stem, content)


def parse_mapping(name: str, content: str) -> Mapping:
    """The mapping that a TOML text says. Raises `RuleError` naming the mapping's file and the key that cannot hold."""
    where = f"{name}.toml"
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        message = f"映射文件不是有效的 TOML / not valid TOML: {where}: {error}"
        raise RuleError(message) from error
    return _Loader(where).mapping(name, raw)


_RULE_KEYS = (
    *("from", "join", "first", "with", "values", "contains", "otherwise", "empty"),
    *("date", "take", "unit_yuan"),
)


def _is_width(value: object) -> bool:
    return isinstance(value, int | float) and 0 < value <= _WIDEST_M


_WIDEST_M = 100


class _Loader:
    """Turns parsed TOML into a mapping; every error names the file and the key."""

    def __init__(self, where: str) -> None:
        self._where = where

    def mapping(self, name: str, raw: dict[str, Any]) -> Mapping:
        self._only(raw, "", ("title", "title_en", "file", "shape", "record"))
        file = self._table(raw, "file", "file")
        self._only(file, "file", ("format", "sheet", "encoding"))
        form = self._text(file, "format", "file")
        if form is not None and form not in FORMATS:
            self._refuse("file.format", f"应为 {', '.join(FORMATS)} 之一", "unknown format")
        listed = raw.get("record")
        if not isinstance(listed, list) or not listed:
            self._refuse("record", "至少要有一个 [[record]]", "at least one [[record]] is needed")
        return Mapping(
            name=name,
            title=self._text(raw, "title", "") or name,
            title_en=self._text(raw, "title_en", "") or name,
            records=tuple(
                self._record(each, f"record[{place}]") for place, each in enumerate(listed, 1)
            ),
            shape=self._shape(raw["shape"]) if "shape" in raw else None,
            format=form,
            sheet=self._text(file, "sheet", "file"),
            encoding=self._text(file, "encoding", "file"),
        )

    def _shape(self, raw: object) -> ShapeRule:
        if not isinstance(raw, dict):
            self._refuse("shape", "应为一个表", "must be a table")
        origin = raw.get("from")
        if origin not in _SHAPE_KEYS:
            self._refuse("shape.from", f"应为 {', '.join(_SHAPE_KEYS)} 之一", "unknown origin")
        self._only(raw, "shape", ("from", "crs", "outline_m", *_SHAPE_KEYS[origin]))
        outline = raw.get("outline_m")
        if outline is not None and (isinstance(outline, bool) or not _is_width(outline)):
            self._refuse("shape.outline_m", "应为 0 到 100 之间的米数", "must be metres up to 100")
        needed = {key: self._text(raw, key, "shape") for key in _SHAPE_KEYS[origin]}
        for key, value in needed.items():
            if value is None:
                self._refuse(f"shape.{key}", "缺少", "missing")
        crs = self._text(raw, "crs", "shape")
        if crs is None and origin != "feature":
            self._refuse("shape.crs", "缺少坐标系", "the coordinate system must be stated")
        try:
            known = crs if crs is None or crs == FIND else parse_crs(crs)
            return ShapeRule(origin, crs=known, outline_m=outline, **needed)
        except RuleError as error:
            zh, _, en = str(error).partition(" / ")
            self._refuse("shape.crs", zh, en)

    def _record(self, raw: object, where: str) -> RecordRule:
        if not isinstance(raw, dict):
            self._refuse(where, "应为一个表", "must be a table")
        keys = ("kind", "fields", "where", "works", "shapes", "role", "mode", "part_name")
        self._only(raw, where, keys)
        kind = raw.get("kind")
        if kind not in KINDS:
            self._refuse(f"{where}.kind", f"应为 {', '.join(KINDS)} 之一", "unknown kind")
        shapes = raw.get("shapes", "each")
        if shapes not in {"each", "once"}:
            self._refuse(f"{where}.shapes", "应为 each 或 once", "must be each or once")
        listed = raw.get("where", [])
        conditions = listed if isinstance(listed, list) else [listed]
        part_name = raw.get("part_name")
        plain, keyed = self._fields(kind, self._table(raw, "fields", f"{where}.fields"), where)
        return RecordRule(
            kind=kind,
            fields=plain,
            keyed=keyed,
            where=tuple(self._condition(each, f"{where}.where") for each in conditions),
            works=self._texts(raw, "works", where),
            shapes=shapes,
            role=self._template(raw.get("role", "footprint"), f"{where}.role"),
            mode=self._template(raw["mode"], f"{where}.mode") if "mode" in raw else None,
            part_name=None if part_name is None else self._rule(part_name, f"{where}.part_name"),
        )

    def _fields(
        self, kind: str, raw: dict[str, Any], where: str
    ) -> tuple[dict[str, FieldRule], dict[str, dict[str, FieldRule]]]:
        record = KINDS[kind][0]
        known = FIELDS[record]
        fixed = {"shape", "parts"} | ({"kind"} if record is records.ZoneRecord else set())
        plain: dict[str, FieldRule] = {}
        keyed: dict[str, dict[str, FieldRule]] = {}
        for name, each in raw.items():
            here = f"{where}.fields.{name}"
            if name not in known or name in fixed:
                self._refuse(here, f"{kind} 没有这个字段", f"{kind} has no such field")
            form = known[name].form
            if form in _KEYED:
                table = self._table(raw, name, here)
                keyed[name] = {
                    key: self._rule(rule, f"{here}.{key}") for key, rule in table.items()
                }
                self._check_keys(form, keyed[name], here)
                continue
            plain[name] = self._rule(each, here)
            dated = plain[name].date_form is not None or plain[name].take is not None
            if dated and form not in _DATED:
                self._refuse(f"{here}.date", "不是日期字段", "is no day")
        needed = {
            each.name
            for each in fields(record)
            if each.default is MISSING and each.default_factory is MISSING
        }
        missing = needed - fixed - set(plain)
        if missing:
            listed = ", ".join(sorted(missing))
            self._refuse(f"{where}.fields", f"缺少 {listed}", f"{listed} missing")
        return plain, keyed

    def _check_keys(self, form: Form, rules: dict[str, FieldRule], where: str) -> None:
        pattern = r"\d{4}" if form is Form.YEAR_YUAN else r"\d{4}-(?:0[1-9]|1[0-2])"
        for key in rules:
            if not re.fullmatch(pattern, key):
                self._refuse(f"{where}.{key}", "应为 2026 或 2026-03", "must be 2026 or 2026-03")

    def _rule(self, raw: object, where: str) -> FieldRule:
        if isinstance(raw, str):
            return FieldRule((self._template(raw, where),))
        if not isinstance(raw, dict):
            self._refuse(where, "应为文字或一个表", "must be text or a table")
        self._only(raw, where, _RULE_KEYS)
        origin = [key for key in ("from", "join", "first") if key in raw]
        if len(origin) != 1:
            zh = "from、join、first 须有且只有一个"
            self._refuse(where, zh, "one of from, join and first is needed")
        origins = (raw["from"],) if origin == ["from"] else self._texts(raw, origin[0], where)
        if raw.get("take") not in {None, "first", "last"}:
            self._refuse(f"{where}.take", "应为 first 或 last", "must be first or last")
        unit = raw.get("unit_yuan", 1)
        if not isinstance(unit, int) or isinstance(unit, bool) or unit < 1:
            self._refuse(f"{where}.unit_yuan", "应为正整数", "must be a whole number above 0")
        return FieldRule(
            sources=tuple(self._template(each, f"{where}.from") for each in origins),
            joint=self._text(raw, "with", where) or "；",
            values=self._values(raw, where),
            contains=self._contains(raw.get("contains", []), f"{where}.contains"),
            otherwise=self._text(raw, "otherwise", where),
            empty=frozenset(self._texts(raw, "empty", where)),
            date_form=self._text(raw, "date", where),
            unit_yuan=unit,
            first_filled=origin == ["first"],
            take=self._text(raw, "take", where),
        )

    def _values(self, raw: dict[str, Any], where: str) -> dict[str, str]:
        table = self._table(raw, "values", f"{where}.values")
        for key, value in table.items():
            if not isinstance(value, str):
                self._refuse(f"{where}.values.{key}", "应为文字", "must be text")
        return table

    def _contains(self, raw: object, where: str) -> tuple[tuple[str, str], ...]:
        if not isinstance(raw, list):
            self._refuse(where, "应为 [[片段, 值], …]", "must be [[part, value], …]")
        pairs: list[tuple[str, str]] = []
        for each in raw:
            match each:
                case [str(part), str(value)]:
                    pairs.append((part, value))
                case _:
                    self._refuse(where, "应为 [[片段, 值], …]", "must be [[part, value], …]")
        return tuple(pairs)

    def _condition(self, raw: object, where: str) -> Condition:
        if not isinstance(raw, dict):
            self._refuse(where, "应为一个表", "must be a table")
        self._only(raw, where, ("field", "is", "is_not", "filled"))
        name = self._text(raw, "field", where)
        filled = raw.get("filled")
        if name is None or len(raw) != 2 or not isinstance(filled, bool | None):  # noqa: PLR2004
            zh = "应有 field 和 is、is_not、filled 之一"
            self._refuse(where, zh, "needs field and one of is, is_not, filled")
        return Condition(
            field=name,
            one_of=frozenset(self._texts(raw, "is", where)) if "is" in raw else None,
            none_of=frozenset(self._texts(raw, "is_not", where)) if "is_not" in raw else None,
            filled=filled,
        )

    def _template(self, raw: object, where: str) -> Template:
        if not isinstance(raw, str):
            self._refuse(where, "应为文字", "must be text")
        if set(_PIECE.sub("", raw)) & set("{}"):
            self._refuse(where, "花括号不成对", "braces do not match")
        return Template(raw)

    def _only(self, raw: dict[str, Any], where: str, known: tuple[str, ...]) -> None:
        for key in raw:
            if key not in known:
                here = f"{where}.{key}" if where else key
                self._refuse(here, "未知的键", "unknown key")

    def _table(self, raw: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        table = raw.get(key, {})
        if not isinstance(table, dict):
            self._refuse(where, "应为一个表", "must be a table")
        return table

    def _text(self, raw: dict[str, Any], key: str, where: str) -> str | None:
        value = raw.get(key)
        if value is not None and not isinstance(value, str):
            self._refuse(f"{where}.{key}" if where else key, "应为文字", "must be text")
        return value

    def _texts(self, raw: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = raw.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            self._refuse(f"{where}.{key}", "应为文字或文字的数组", "must be text or a list of text")
        return tuple(listed)

    def _refuse(self, key: str, zh: str, en: str) -> NoReturn:
        message = f"{self._where}: {key}: {zh} / {en}"
        raise RuleError(message)
