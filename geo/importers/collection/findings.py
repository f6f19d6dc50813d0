"""What judging a sheet gives: rows with their values, and findings with the ways to settle them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from geo.importers.collection.kinds import KINDS

if TYPE_CHECKING:
    from geo.importers.collection.readings import Choice

Mark: TypeAlias = tuple[int, str, str]
"""What names a finding within a file: row as Excel counts (0 for the file), field, kind."""
Answers: TypeAlias = Mapping[Mark, str]
"""The choice made for each finding that was answered."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to ask or to show about a row."""

    row: int
    field: str
    kind: str
    subject: str
    zh: str
    en: str
    choices: tuple[Choice, ...] = ()
    answer: str | None = None
    typed: bool = False
    """Whether another value may be typed in."""
    again: bool = False
    """What was typed cannot be understood either: the answer there is settles nothing."""

    @property
    def mark(self) -> Mark:
        """What names it within its file."""
        return self.row, self.field, self.kind

    @property
    def must(self) -> bool:
        """Whether the sheet waits for an answer."""
        return KINDS[self.kind].must

    def allows(self, choice: str) -> bool:
        """Whether an answer is one of those offered, or a typed value where that is allowed."""
        if self.typed and choice.startswith("set:"):
            return bool(choice.removeprefix("set:").strip())
        return any(one.code == choice for one in self.choices)


@dataclass(slots=True)
class Row:
    """One row: the project it is about (None while that is not certain), how that was found, what it says."""

    number: int
    name: str
    project: str | None = None
    how: str = "unknown"  # key | code | exact | alias | confirmed
    may_be: str | None = None
    """The likeliest project while it is not certain, so that its row is not called missing."""
    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    skipped: bool = False
