"""The cells of a row whose project is known: read into values, with an answer given before put in their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from geo.codelists import plain
from geo.importers.collection.findings import Finding
from geo.importers.collection.names import match_name
from geo.importers.collection.readings import (
    BLANK,
    SKIP,
    Ask,
    Choice,
    Read,
    is_blank,
    read_actual_day,
    read_money,
    read_percent,
    read_planned_day,
    read_text,
    word_of,
)
from geo.importers.problems import ValueProblem
from geo.importers.values import money, text
from geo.queries.collection_facts import LastReport

if TYPE_CHECKING:
    from geo.importers.collection.findings import Answers, Row
    from geo.importers.collection.readings import Answer
    from geo.importers.collection.sheet import GivenRow
    from geo.importers.values import Cell
    from geo.queries.collection_facts import ProjectFacts, RoundFacts

READ = (
    *("percent", "narrative", "invested", "to_date", "next_step", "start", "finish", "document"),
    *("completed", "problem", "cause", "awaited", "reporter", "checker"),
)
"""The fields that a unit fills in, in the order in which they are read."""
_PERSONS = frozenset({"reporter", "checker", "document"})
_NO_LAST = LastReport(date.min)
_UNSAID = object()


def read_row(
    row: Row, given: GivenRow, above: dict[str, str], facts: RoundFacts, answers: Answers
) -> None:
    """Fill the row's values; what cannot be understood becomes a finding."""
    project = facts.projects[row.project or ""]
    for name in READ:
        cell = given.cells.get(name)
        value, finding = _read_field(row, name, cell, above, project, facts, answers)
        if finding is not None:
            row.findings.append(finding)
        if value is not None:
            row.values[name] = value
    if project.actual_start_on is not None or project.last is not None:
        _need_something(row, answers)
    problem = row.values.get("problem")
    if problem is not None and "cause" not in row.values:
        _need_cause(row, facts, answers)


def _read_field(  # noqa: PLR0913, PLR0917  where, what, and against what
    row: Row,
    name: str,
    cell: Cell,
    above: dict[str, str],
    project: ProjectFacts,
    facts: RoundFacts,
    answers: Answers,
) -> tuple[Any, Finding | None]:
    """A field's value and, where there is something to ask or show, its finding with the answer it has."""
    last = project.last or _NO_LAST
    asked = _read(name, cell, above.get(name), project, last, facts)
    finding: Finding | None = None
    if isinstance(asked, Ask):
        finding = _finding(row, name, asked)
    elif asked.remark is not None:
        zh, en = _REMARKS.get(asked.remark, ("", ""))
        told = text(cell) or ""
        if zh:
            finding = _finding(
                row, name, Ask(asked.remark, zh.format(told), en.format(told), (_TAKE,))
            )
    answer = _answer_for(row.number, name, answers)
    if answer is None:
        return (None if isinstance(asked, Ask) else asked.value), finding
    value = _settled(name, answer, asked, cell, project, last, facts)
    if value is _UNSAID:  # what was typed cannot be read either
        retry = _read(name, answer.partition(":")[2], None, project, last, facts)
        if isinstance(retry, Ask):
            return None, replace(_finding(row, name, retry), again=True)
        value = retry.value
    if finding is not None:
        finding = replace(finding, answer=answer)
    return value, finding


_TAKE = Choice("take", "照录", "Take as written")
_REMARKS = {
    "approximate": ("“{}”是约数,按该数录入", "“{}” is approximate; taken as that figure"),
}


def _answer_for(number: int, name: str, answers: Answers) -> str | None:
    """What was decided about a field: of several decisions the last, but one that changes the value goes first."""
    found: str | None = None
    for (row, field, _), choice in answers.items():
        if row != number or field != name or choice == "skip":
            continue
        if choice != "take" or found is None:
            found = choice
    return found


def _settled(  # noqa: C901, PLR0911, PLR0913, PLR0917  one way out for each kind of answer
    name: str,
    answer: str,
    asked: Answer,
    cell: Cell,
    project: ProjectFacts,
    last: LastReport,
    facts: RoundFacts,
) -> Any:  # noqa: ANN401  any field's value
    what, _, word = answer.partition(":")
    if what == "blank":
        return None
    if what == "last":
        return last_value(name, project, last)
    if what == "take":
        if isinstance(asked, Read):
            return asked.value
        return _plain_money(word_of(cell)) if asked.kind == "money_unit" else None
    if what == "unit":
        return facts.units.get(int(word)) if word.isdigit() else None
    if what == "new":
        return text(cell)
    if what == "value":
        if name == "percent":
            return float(word)
        if name in {"invested", "to_date"}:
            return _plain_money(word)
        if name in {"start", "completed"}:
            return date.fromisoformat(word)
        return word
    return _UNSAID


def _plain_money(word: str) -> int | None:
    try:
        return money(word, 10_000)
    except ValueProblem:
        return None


def last_value(name: str, project: ProjectFacts, last: LastReport) -> Any:  # noqa: ANN401  any field's value
    """What was known of a field before this round."""
    match name:
        case "to_date":
            return last.to_date_yuan
        case "start":
            return project.actual_start_on
        case "finish":
            return project.planned_finish
        case "completed":
            return project.completed_on
        case _:
            return getattr(last, name, None)


def _read(  # noqa: PLR0911, PLR0913, PLR0917  one way out for each kind of field
    name: str,
    cell: Cell,
    above: str | None,
    project: ProjectFacts,
    last: LastReport,
    facts: RoundFacts,
) -> Answer:
    if is_blank(cell) and name not in {"invested", "to_date"}:
        return Read()
    year = facts.last_on.year
    if name == "percent":
        return read_percent(cell, last.percent, above)
    if name in {"invested", "to_date"}:
        return read_money(
            cell, last.to_date_yuan, project.total_yuan, above, cumulative=name == "to_date"
        )
    if name in {"start", "completed"}:
        return read_actual_day(cell, year)
    if name == "finish":
        return read_planned_day(cell, year)
    if name == "cause":
        found = facts.causes.get(plain(text(cell) or ""))
        return Read(found) if found is not None else _which_cause(text(cell) or "", facts)
    if name == "awaited":
        return _read_unit(text(cell) or "", facts)
    said = last_value(name, project, last)
    kept = said if isinstance(said, str) else None
    return read_text(cell, kept, above, person=name in _PERSONS)


def _which_cause(word: str, facts: RoundFacts) -> Ask:
    zh = f"问题类别“{word}”不在列表中" if word else "没有填问题类别"
    en = f"“{word}” is no kind of problem" if word else "the kind of the problem is not given"
    codes = dict.fromkeys(facts.causes.values())
    names = dict(zip(codes, facts.cause_names, strict=False))
    choices = tuple(Choice(f"value:{code}", name, name) for code, name in names.items())
    return Ask("cause_unclear", zh, en, choices)


def _read_unit(word: str, facts: RoundFacts) -> Answer:
    match = match_name(word, facts.unit_names, facts.unit_aliases)
    if match.key is not None:
        return Read(facts.units[match.key])
    choices = [
        Choice(f"unit:{unit_id}", facts.units[unit_id], facts.units[unit_id])
        for unit_id, _ in match.like
    ]
    zh = f"没有叫“{word}”的单位" + (f",是不是“{choices[0].zh}”?" if choices else "")
    en = f"no unit is called “{word}”" + (f"; is it “{choices[0].en}”?" if choices else "")
    new = Choice("new", "是新的单位,照录", "A new unit: take it")
    return Ask("unit_unsure", zh, en, (*choices, new, BLANK))


def _finding(row: Row, name: str, asked: Ask) -> Finding:
    return Finding(
        *(row.number, name, asked.kind, row.name, asked.zh, asked.en),
        choices=asked.choices,
        typed=asked.kind not in {"cause_unclear", "unit_unsure"},
    )


def _need_something(row: Row, answers: Answers) -> None:
    """A row that says neither how far nor what was done."""
    asked = {one.field for one in row.findings if one.must and one.answer is None}
    if "percent" in row.values or "narrative" in row.values or asked & {"percent", "narrative"}:
        return
    zh, en = "进度和形象进度都没有填", "neither percent nor progress in words is given"
    finding = Finding(
        *(row.number, "percent", "blank_required", row.name, zh, en),
        (Choice("last", "沿用上期", "As last period"), SKIP),
        typed=True,
    )
    answer = answers.get(finding.mark)
    if answer == "skip":
        row.skipped = True
    row.findings.append(replace(finding, answer=answer))


def _need_cause(row: Row, facts: RoundFacts, answers: Answers) -> None:
    if any(one.field == "cause" for one in row.findings):
        return
    finding = _finding(row, "cause", _which_cause("", facts))
    answer = answers.get(finding.mark)
    if answer is not None:
        row.values["cause"] = answer.partition(":")[2]
    row.findings.append(replace(finding, answer=answer))
