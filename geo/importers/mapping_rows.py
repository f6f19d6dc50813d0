"""Values of one row through a mapping: templates filled, values translated, each understood as its field wants."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from geo.importers import values
from geo.importers.days import actual_day, one_of_two, planned_day, until_day
from geo.importers.hours import hours
from geo.importers.problems import ValueProblem
from geo.record_fields import FIELDS, Field, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from geo.importers.mapping_file import Condition, FieldRule, RecordRule
    from geo.importers.reading import Context
    from geo.importers.values import Cell

_PLAIN: dict[Form, Callable[[Cell], Any]] = {
    Form.TEXT: values.text,
    Form.KEY: values.key,
    Form.WORDS: values.words,
    Form.NUMBER: values.amount,
    Form.COUNT: values.count,
    Form.YES_NO: values.yes_no,
    Form.HOURS: hours,
}
_DATED = {Form.DATE: actual_day, Form.UNTIL: until_day, Form.PLANNED: planned_day}


def cell_of(value: object) -> Cell:
    """A value of JSON or GIS as a cell: a list parted by 、; what else is neither text nor number as its text."""
    if value is None or isinstance(value, str | float | int | bool):
        return value
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return "、".join(map(str, value)) or None
    return str(value)


@dataclass(slots=True)
class RowProblems:
    """Problems found in one row: the field of the record, the value, and why."""

    found: list[tuple[str, object, ValueProblem]] = field(default_factory=list)


class RuleReader:
    """Reads the fields of one kind of record from rows."""

    def __init__(
        self, rule: RecordRule, context: Context, rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """`rows` are all rows of the file: percents are judged by their whole column."""
        self.rule = rule
        self.never_empty = tuple(
            each.name
            for each in fields(rule.record)
            if each.default is MISSING
            and each.default_factory is MISSING
            and "None" not in str(each.type)  # It must be given and may be None: `gather` does so.
            and each.name in rule.fields
        )
        """The fields without which a row makes no record."""
        known = FIELDS[rule.record]
        listed = list(rows) if any(each.form is Form.PERCENT for each in known.values()) else []
        self._parsers = {
            name: self._parser(known[name], each, context, listed)
            for name, each in rule.fields.items()
        }

    def read(self, row: Mapping[str, Any], problems: RowProblems) -> dict[str, Any]:
        """The record's values by field, without those that the row does not give."""
        found: dict[str, Any] = {}
        for name, rule in self.rule.fields.items():
            cell = raw_value(rule, row)
            if cell is None:
                continue
            try:
                value = self._parsers[name](cell)
            except ValueProblem as problem:
                problems.found.append((rule.origin or name, cell, problem))
                continue
            if value is not None:
                found[name] = value
        for name, keyed in self.rule.keyed.items():
            several = self._several(name, keyed, row, problems)
            if several:
                found[name] = several
        return found

    def _several(
        self,
        name: str,
        keyed: dict[str, FieldRule],
        row: Mapping[str, Any],
        problems: RowProblems,
    ) -> dict[Any, Any]:
        form = FIELDS[self.rule.record][name].form
        found: dict[Any, Any] = {}
        for key, rule in keyed.items():
            cell = raw_value(rule, row)
            try:
                if form is Form.MONTH_PERCENTS:
                    value: float | None = values.PercentColumn(whole=True).percent(cell)
                else:
                    value = values.money(cell, rule.unit_yuan)
            except ValueProblem as problem:
                problems.found.append((rule.origin or name, cell, problem))
                continue
            if value is not None:
                found[int(key) if form is Form.YEAR_YUAN else key] = value
        return found

    @staticmethod
    def _parser(
        kind: Field, rule: FieldRule, context: Context, rows: list[Mapping[str, Any]]
    ) -> Callable[[Cell], Any]:
        if kind.form in _DATED and rule.take is not None:
            parse = _DATED[kind.form]
            return lambda cell: one_of_two(cell, rule.take or "", parse, rule.date_form)
        if kind.form in _DATED:
            return partial(_DATED[kind.form], form=rule.date_form)
        if kind.form is Form.YUAN:
            return partial(values.money, unit_yuan=rule.unit_yuan)
        if kind.form is Form.PERCENT:
            return values.PercentColumn.of(raw_value(rule, row) for row in rows).percent
        if kind.form in {Form.CODE, Form.CODES}:
            labels = context.codes.get(kind.code_list or "", {})
            return partial(values.code if kind.form is Form.CODE else values.codes, labels=labels)
        return _PLAIN[kind.form]


def raw_value(rule: FieldRule, row: Mapping[str, Any]) -> Cell:
    """What a rule takes from a row, translated but not yet understood; None when there is nothing."""
    if rule.as_it_is is not None:
        cell = cell_of(row.get(rule.as_it_is))
        return None if cell is None or values.text(cell) is None else cell
    if rule.first_filled:
        filled = (_filled(rule, place, row) for place in range(len(rule.sources)))
        cell = next((each for each in filled if values.text(each) is not None), None)
    elif len(rule.sources) > 1:
        filled = (_filled(rule, place, row) for place in range(len(rule.sources)))
        words = [word for word in map(values.text, filled) if word is not None]
        cell = rule.joint.join(dict.fromkeys(words)) or None
    else:
        cell = _filled(rule, 0, row)
    word = values.text(cell)
    if word is None or word in rule.empty:
        return rule.otherwise if word is None else None
    if word in rule.values:
        return rule.values[word] or None
    for part, value in rule.contains:
        if part in word:
            return value or None
    return cell if rule.otherwise is None else rule.otherwise or None


def _filled(rule: FieldRule, place: int, row: Mapping[str, Any]) -> Cell:
    """One template of a rule filled; None when a field that it speaks of is empty."""
    template = rule.sources[place]
    if template.only is not None:
        return cell_of(row.get(template.only))
    words: dict[str, str] = {}
    for name in template.names:
        word = values.text(cell_of(row.get(name)))
        if word is None:
            return None
        words[name] = word
    return template.fill(words)


def holds(conditions: Iterable[Condition], row: Mapping[str, Any]) -> bool:
    """Whether a row meets all conditions."""
    for condition in conditions:
        word = values.text(cell_of(row.get(condition.field)))
        if condition.one_of is not None and word not in condition.one_of:
            return False
        if condition.none_of is not None and word in condition.none_of:
            return False
        if condition.filled is not None and (word is not None) is not condition.filled:
            return False
    return True
