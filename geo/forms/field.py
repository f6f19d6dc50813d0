"""The parts of a form: fields of a few kinds, and rules that bind several of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Language = Literal["zh", "en"]


class Words(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The words in one language."""
        return self.en if language == "en" else self.zh


class Kind(StrEnum):
    """How a value is written: what keyboard a phone shows, what is checked, what the value becomes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DAY = "day"
    MONEY = "money"
    """Written in 万元, kept in yuan."""
    PERCENT = "percent"
    NUMBER = "number"
    COUNT = "count"
    """A whole number, not negative."""
    YES_NO = "yes_no"
    CHOICE = "choice"
    """One of the options that the form is given."""
    REFERENCE = "reference"
    """As CHOICE; the options are records, named by their ids."""


class Choice(NamedTuple):
    """An option of a choice: what is sent, and what it is called in the reader's language."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `name` is the column it fills; `options` names the list that its choices come from."""

    name: str
    label: Words
    kind: Kind = Kind.TEXT
    required: bool = False
    longest: int = 200
    least: float | None = None
    most: float | None = None
    places: int = 0
    until_today: bool = False
    """A day that has come: not after today."""
    options: str | None = None
    hint: Words | None = None
    wide: bool = False
    group: Words | None = None
    """Boxes that stand together under one title."""


class Rule(NamedTuple):
    """What must hold between fields.

    `order`: the first is not after the second. `some`: one of them is filled in. `together`: all or none.
    `needs`: if the first says anything but `unless`, the others are filled in.
    """

    kind: Literal["order", "some", "together", "needs"]
    fields: tuple[str, ...]
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What is filled in at once: fields of one record, and the rules between them."""

    name: str
    record: str
    """The kind of record: the name of its table."""
    title: Words
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    about: Words | None = None

    def field(self, name: str) -> Field:
        """The field of that name; raises KeyError."""
        return self.by_name[name]

    @property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    def narrowed(self, names: Collection[str]) -> Form:
        """The form with those of its fields that are named, and the rules that hold between them."""
        fields = tuple(field for field in self.fields if field.name in names)
        kept = {field.name for field in fields}
        return replace(
            self,
            fields=fields,
            rules=tuple(rule for rule in self.rules if kept.issuperset(rule.fields)),
        )
