"""A filled sheet judged: which project each row is, what its cells say, what must be asked and what looks doubtful.

Pure: the same cells, facts and answers give the same findings. Nothing here is kept; it is done again on each view.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from geo.exporters.collection.columns import BY_FIELD
from geo.exporters.collection.keys import read_key
from geo.importers.collection.cells import read_row
from geo.importers.collection.doubts import find_doubts
from geo.importers.collection.findings import Finding, Row
from geo.importers.collection.identity import identify
from geo.importers.collection.readings import SKIP, TAKE, Choice
from geo.importers.values import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.importers.collection.findings import Answers
    from geo.importers.collection.sheet import GivenRow, GivenSheet
    from geo.queries.collection_facts import RoundFacts

FILE = 0
"""The row of a finding about the whole file."""
_NEEDED = ("percent", "narrative")


@dataclass(slots=True)
class Assessed:
    """A sheet with its rows and findings. `left_out`: somebody decided that none of it counts."""

    file_id: int
    unit_id: int
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: bool = False

    @property
    def open(self) -> list[Finding]:
        """Questions without an answer: while there is one, the sheet is not taken in."""
        return [one for one in self.findings if one.must and one.answer is None]

    @property
    def doubtful(self) -> list[Finding]:
        """What is shown and has not been looked at yet."""
        return [one for one in self.findings if not one.must and one.answer is None]

    @property
    def taken(self) -> list[Row]:
        """The rows that will be taken in."""
        if self.left_out:
            return []
        return [row for row in self.rows if row.project is not None and not row.skipped]


def assess_sheet(
    file_id: int, unit_id: int, given: GivenSheet, facts: RoundFacts, answers: Answers
) -> Assessed:
    """Judge one file of a unit. Rows that other files speak of too are judged by `assess_round`."""
    found = Assessed(file_id, unit_id)
    facts = facts.of_unit(unit_id)
    for finding in _of_file(given, facts, unit_id):
        answered = replace(finding, answer=answers.get(finding.mark))
        found.findings.append(answered)
        found.left_out = found.left_out or answered.answer == "skip"
    expected = [
        one.code for one in facts.projects.values() if one.active and one.unit_id == unit_id
    ]
    above: dict[str, str] = {}
    for given_row in given.rows:
        row = identify(given_row, unit_id, facts, expected, answers)
        if row.project is not None:
            read_row(row, given_row, above, facts, answers)
            find_doubts(row, facts)
        above = _said(given_row)
        found.rows.append(row)
    _find_duplicates(found.rows, answers)
    for row in found.rows:
        for one in row.findings:
            answer = one.answer or (None if one.again else answers.get(one.mark))
            if not row.skipped or answer is not None:
                found.findings.append(replace(one, answer=answer))
    if not found.left_out:
        found.findings += (
            replace(one, answer=answers.get(one.mark))
            for one in _missing(found, given, facts, expected)
        )
    return found


def assess_round(
    files: Mapping[int, tuple[int, GivenSheet]], facts: RoundFacts, answers: Mapping[int, Answers]
) -> dict[int, Assessed]:
    """Judge all current files of a round (file → unit and sheet) together, by file."""
    found = {
        file_id: assess_sheet(file_id, unit_id, given, facts, answers.get(file_id, {}))
        for file_id, (unit_id, given) in files.items()
    }
    by_project: dict[str, list[tuple[Assessed, Row]]] = {}
    for assessed in found.values():
        for row in assessed.taken:
            by_project.setdefault(row.project or "", []).append((assessed, row))
    for code, told in by_project.items():
        _settle_units(code, told, facts, answers)
    return found


def _of_file(given: GivenSheet, facts: RoundFacts, unit_id: int) -> Iterator[Finding]:
    keys = [read_key(text(row.cells.get("key")), facts.salt) for row in given.rows]
    known = [key for key in keys if key is not None]
    rounds = Counter(key.round_id for key in known)
    if rounds and rounds.most_common(1)[0][0] != facts.id:
        zh = "行标识属于另一期:这是别期的填报表"
        en = "the row keys belong to another round: this is the sheet of another round"
        yes = Choice("take", "就是本期的内容", "It is this round's content")
        no = Choice("skip", "不是本期,整表不录", "Not this round: leave it out")
        yield Finding(FILE, "key", "wrong_round", given.name, zh, en, (no, yes))
    if given.period is not None and given.period != (facts.first_on, facts.last_on):
        first, last = given.period
        zh = f"表头填报期是 {first}至{last},本期是 {facts.first_on}至{facts.last_on}"
        en = (
            f"the heading says {first} to {last}; this round is {facts.first_on} to {facts.last_on}"
        )
        yes = Choice("take", "内容是本期的,按本期录入", "It is about this round: take it")
        no = Choice("skip", "不是本期,整表不录", "Not this round: leave it out")
        yield Finding(FILE, "period", "period_differs", f"{first}至{last}", zh, en, (yes, no))
    units = Counter(key.unit_id for key in known if key.round_id == facts.id)
    wrong = units and units.most_common(1)[0][0] != unit_id
    named = facts.unit_names.get(given.unit or "", unit_id)
    if wrong or named != unit_id:
        said = given.unit or facts.units.get(units.most_common(1)[0][0], "")
        ours = facts.units.get(unit_id, "")
        zh = f"表头写的是“{said}”,这份表按行标识是“{ours}”的"
        en = f"the heading says “{said}”; by its keys the sheet is that of “{ours}”"
        yes = Choice("take", f"是{ours}的表", f"It is {ours}'s")
        no = Choice("skip", "整表不录", "Leave it out")
        yield Finding(FILE, "unit", "unit_differs", said, zh, en, (yes, no))
    lacking = [BY_FIELD[name].header for name in _NEEDED if name not in given.places]
    if lacking:
        listed = "、".join(lacking)
        zh, en = f"缺少“{listed}”列", f"the columns {listed} are missing"
        yield Finding(
            *(FILE, "columns", "columns_missing", listed, zh, en),
            (Choice("take", "没有就算了,其余照录", "Take the rest"), SKIP),
        )


def _said(row: GivenRow) -> dict[str, str]:
    return {name: word for name, cell in row.cells.items() if (word := text(cell)) is not None}


def _find_duplicates(rows: list[Row], answers: Answers) -> None:
    """Of two rows of one project that say the same the later is left out; if they differ, somebody must choose."""
    first: dict[str, Row] = {}
    for row in rows:
        if row.project is None or row.skipped:
            continue
        earlier = first.setdefault(row.project, row)
        if earlier is row:
            continue
        if earlier.values == row.values:
            row.skipped = True
            continue
        zh = f"与第 {earlier.number} 行是同一项目,内容不同"
        en = f"the same project as row {earlier.number}, with other content"
        finding = Finding(
            *(row.number, "name", "duplicate_row", row.name, zh, en),
            (
                Choice("skip", f"以第 {earlier.number} 行为准", f"Row {earlier.number} holds"),
                Choice("take", "以本行为准", "This row holds"),
            ),
        )
        row.findings.append(finding)
        answer = answers.get(finding.mark)
        if answer == "skip":
            row.skipped = True
        elif answer == "take":
            earlier.skipped = True
            first[row.project] = row


def _missing(
    found: Assessed, given: GivenSheet, facts: RoundFacts, expected: list[str]
) -> Iterator[Finding]:
    told = {row.project for row in found.rows} | {row.may_be for row in found.rows}
    for code in expected:
        if code not in told:
            name = facts.projects[code].name
            zh = f"表中没有“{name}”({code})这一行"
            en = f"there is no row of “{name}” ({code})"
            take = Choice("take", "本期不报", "Not reported this time")
            yield Finding(FILE, code, "row_missing", name, zh, en, (take,))
    for number, words in given.skipped:
        zh, en = (
            f"“{words}”看来是合计或说明,未读入",
            f"“{words}” looks like a total or note: not read",
        )
        yield Finding(number, "name", "row_skipped", words, zh, en, (TAKE,))


def _settle_units(
    code: str,
    told: list[tuple[Assessed, Row]],
    facts: RoundFacts,
    answers: Mapping[int, Answers],
) -> None:
    """A project in the sheets of two units: the lead unit's holds, unless somebody says otherwise."""
    lead = facts.projects[code].unit_id
    told.sort(key=lambda one: (one[0].unit_id != lead, one[0].file_id))
    holder, held = told[0]
    for assessed, row in told[1:]:
        if assessed.unit_id == holder.unit_id and _asked_already(row):
            continue
        if row.values == held.values:
            row.skipped = True
            _drop(assessed, row, "foreign_project")
            continue
        others = "、".join(
            f"{BY_FIELD[name].header}:{_shown(held.values.get(name))}/{_shown(row.values.get(name))}"
            for name in BY_FIELD
            if held.values.get(name) != row.values.get(name)
        )
        ours, theirs = facts.units[holder.unit_id], facts.units[assessed.unit_id]
        zh = f"“{facts.projects[code].name}”{ours}与{theirs}说法不一({others})"
        en = f"“{facts.projects[code].name}”: {ours} and {theirs} disagree ({others})"
        finding = Finding(
            *(row.number, "name", "units_disagree", row.name, zh, en),
            (
                Choice("skip", f"以{ours}为准", f"{ours} holds"),
                Choice("take", f"以{theirs}为准", f"{theirs} holds"),
            ),
        )
        answer = answers.get(assessed.file_id, {}).get(finding.mark)
        _drop(assessed, row, "foreign_project")
        assessed.findings.append(replace(finding, answer=answer))
        if answer == "skip":
            row.skipped = True
        elif answer == "take":
            held.skipped = True
            holder, held = assessed, row


def _asked_already(row: Row) -> bool:
    """Whether the unit itself is asked which of its two rows holds."""
    return any(finding.kind == "duplicate_row" for finding in row.findings)


def _drop(assessed: Assessed, row: Row, kind: str) -> None:
    assessed.findings = [
        one for one in assessed.findings if not (one.row == row.number and one.kind == kind)
    ]


def _shown(value: Any) -> str:  # noqa: ANN401  any field's value
    if value is None:
        return "—"
    on = getattr(value, "on", None)
    return str(on if on is not None else value)
