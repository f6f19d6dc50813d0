"""What readers are given and what they hand back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from geo.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from geo.records import Batch, Source

Progress: TypeAlias = Callable[[str, int], None]
"""Called now and then with the sheet being read and the rows read of it so far."""

_SHOWN = 120
"""Characters of a refused value that a notice repeats."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader must know of the city it reads for.

    `bbox` is west, south, east, north in WGS84 degrees. `day` is the day of the import. `codes` gives for each code
    list (named as its file in `data/codes`) the code of each label: names in both languages, codes and synonyms.
    """

    bbox: tuple[float, float, float, float]
    day: date
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)
    """Codes of projects already known, by name: for rows that give only a project's name."""
    metric_srid: int | None = None
    """The city's metric CRS: the first that a file in metres without a word of its CRS is tried in."""
    time_zone: str = "Asia/Shanghai"
    """Where the city's days begin, for instants."""


@dataclass(slots=True)
class Notices:
    """Collects what the clerk is to be told."""

    found: list[Notice] = field(default_factory=list)

    def add(  # noqa: PLR0913, PLR0917  a notice has this many parts
        self,
        level: str,
        source: Source,
        field_name: str | None,
        value: object,
        zh: str,
        en: str,
    ) -> None:
        """Keep one notice; a long value is cut."""
        shown = None if value is None else str(value)
        if shown is not None and len(shown) > _SHOWN:
            shown = shown[:_SHOWN] + "…"
        self.found.append(Notice(level, source.sheet, source.row, field_name, shown, zh, en))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: its records, what the clerk is to be told, and the rows read of each sheet or layer."""

    batch: Batch
    notices: list[Notice]
    rows_read: dict[str, int]

    @property
    def rows_refused(self) -> int:
        """How many rows were left out; a row may have several notices."""
        return len({(each.sheet, each.row) for each in self.notices if each.level == "refused"})
