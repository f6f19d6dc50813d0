"""Questions of a collection settled, one or all of a kind, and what is remembered of the names that were confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.changes.collection import Meant, forget_aliases, keep_answer, remember_alias
from geo.codelists import plain
from geo.errors import ChangeRefusedError
from geo.importers.collection.judged import Judged, get_judged_sheet, judge_round
from geo.importers.collection.kinds import COMMAND_DECIDES, KINDS
from geo.importers.collection.sheet import from_json
from geo.importers.values import text
from geo.queries.collection import round_of_file, round_of_sheet

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from geo.importers.collection.findings import Finding, Mark
    from geo.importers.collection.readings import Choice
    from geo.queries.collection import SheetLine
    from geo.queries.collection_facts import RoundFacts


def settle(  # noqa: PLR0913, PLR0917  which finding, what, who and when
    session: Session,
    file_id: int,
    mark: tuple[int, str, str],
    choice: str,
    actor: str,
    now: datetime,
    *,
    own: bool = False,
) -> None:
    """Keep an answer to a finding that stands and allows it; a confirmed name is remembered.

    `own`: a unit answers for itself. What lies between it and others is not its to answer, and what it says of names
    is remembered for its own sheets.
    """
    judged = judge_round(session, round_of_file(session, file_id))
    finding = next(
        (
            one
            for assessed in judged.assessed.values()
            if assessed.file_id == file_id
            for one in assessed.findings
            if one.mark == mark
        ),
        None,
    )
    if finding is None or not finding.allows(choice):
        zh, en = "这一条已经变了,请刷新后再看。", "This has changed. Load the page again."
        raise ChangeRefusedError(zh, en)
    if own and finding.kind in COMMAND_DECIDES:
        zh = "这一条由指挥部答复。"
        en = "The command office answers this one."
        raise ChangeRefusedError(zh, en)
    _check_typed(finding, choice, judged.facts)
    keep_answer(session, file_id, mark, choice, actor, now)
    unit_id = next(one.unit_id for one in judged.assessed.values() if one.file_id == file_id)
    _remember(session, finding, choice, judged, Confirming(unit_id, own, actor, now))


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who confirms a name in whose sheet: the unit itself (`own`), for its sheets, or the command, for all."""

    unit_id: int
    own: bool
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings of one kind that one answer settles: all that wait for one and are offered the very same ways."""

    kind: str
    choices: tuple[Choice, ...]
    findings: tuple[tuple[SheetLine, int, Finding], ...]
    """Each with its sheet and file."""


ALIKE_FROM = 2
"""As many findings are offered one answer for all."""


def group_alike(judged: Judged, *, own: bool = False) -> list[Alike]:
    """Findings without an answer that may be settled together, in the order of the kinds.

    A way to settle them is shared when it reads the same for all and names nothing of its own (no project, unit or
    value): else the same answer would mean different things. `own`: for a unit, without what the command answers.
    """
    sharing: dict[tuple[str, Choice], list[tuple[SheetLine, int, Finding]]] = {}
    for sheet, assessed in judged.waiting():
        for one in assessed.findings:
            if one.answer is not None or (own and one.kind in COMMAND_DECIDES):
                continue
            for choice in one.choices:
                if ":" not in choice.code:
                    entry = (sheet, assessed.file_id, one)
                    sharing.setdefault((one.kind, choice), []).append(entry)
    merged: dict[tuple[str, tuple[tuple[int, Mark], ...]], tuple[list[Choice], Any]] = {}
    for (kind, choice), listed in sharing.items():
        if len(listed) >= ALIKE_FROM:
            marks = tuple((file_id, one.mark) for _, file_id, one in listed)
            merged.setdefault((kind, marks), ([], tuple(listed)))[0].append(choice)
    order = list(KINDS)
    found = [Alike(kind, tuple(choices), listed) for (kind, _), (choices, listed) in merged.items()]
    return sorted(found, key=lambda group: order.index(group.kind))


def settle_alike(  # noqa: PLR0913, PLR0917  which round and kind, what, who and when
    session: Session,
    round_id: int,
    kind: str,
    choice: str,
    marks: Collection[tuple[int, Mark]],
    actor: str,
    now: datetime,
    *,
    own: bool = False,
) -> int:
    """Give one answer to those findings of one kind that were shown together. How many there were.

    `marks` name them, each with its file: what came after the page was shown is not among them and is not answered.
    """
    done = 0
    judged = judge_round(session, round_id)
    for group in group_alike(judged, own=own):
        if group.kind != kind or choice not in {each.code for each in group.choices}:
            continue
        for sheet, file_id, one in group.findings:
            if (file_id, one.mark) in marks:
                keep_answer(session, file_id, one.mark, choice, actor, now)
                confirming = Confirming(sheet.unit_id, own, actor, now)
                _remember(session, one, choice, judged, confirming)
                done += 1
    if not done:
        zh, en = "这些问题已经变了,请刷新后再看。", "These have changed. Load the page again."
        raise ChangeRefusedError(zh, en)
    return done


def _check_typed(finding: Finding, choice: str, facts: RoundFacts) -> None:
    if finding.field == "name" and choice.startswith("set:"):
        code = choice.removeprefix("set:").strip()
        if code not in facts.projects:
            zh, en = f"没有编号为“{code}”的项目。", f"There is no project with code “{code}”."
            raise ChangeRefusedError(zh, en)


def _remember(
    session: Session, finding: Finding, choice: str, judged: Judged, confirming: Confirming
) -> None:
    what, _, word = choice.partition(":")
    word = word.strip()
    for_unit = confirming.unit_id if confirming.own else None
    said: str | None = None
    meant = Meant()
    if finding.kind in {"name_unsure", "name_unknown"} and what in {"project", "set"}:
        project = judged.facts.projects[word]
        if confirming.own and project.unit_id != confirming.unit_id:
            return  # another unit's project is the command's to confirm
        said, meant = finding.subject, Meant(project_id=project.id, for_unit_id=for_unit)
    if finding.kind == "unit_unsure" and what == "unit":
        said = _awaited_of(finding, judged)
        meant = Meant(unit_id=int(word), for_unit_id=for_unit)
    if not said:
        return
    if not confirming.own:
        # The command's word is the last one: what the unit took the name for before holds no more.
        forget_aliases(session, said, [confirming.unit_id], of_units=meant.unit_id is not None)
    remember_alias(session, said, meant, confirming.actor, confirming.now)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A name in a sheet that was read by what somebody confirmed before."""

    name: str
    project: str
    """The project's name."""
    own: bool
    """Whether the unit confirmed it itself; else it holds for everybody's sheets."""


def find_remembered(judged: Judged, sheet: SheetLine) -> list[Remembered]:
    """The names of a sheet that were read by memory, each once."""
    assessed = judged.assessed.get(sheet.id)
    if assessed is None:
        return []
    own = judged.facts.own_names.get(sheet.unit_id)
    found = {
        row.name: Remembered(
            row.name,
            judged.facts.projects[row.project].name,
            own is not None and plain(row.name) in own.projects,
        )
        for row in assessed.rows
        if row.how == "alias" and row.project is not None
    }
    return list(found.values())


def forget(session: Session, sheet_id: int, name: str, *, own: bool) -> None:
    """Forget a name by which a row of a sheet was read: a unit its own, the command also what holds for all.

    Raises `ChangeRefusedError` when there is nothing to forget.
    """
    _, sheet = get_judged_sheet(session, sheet_id, round_of_sheet(session, sheet_id))
    scopes: list[int | None] = [sheet.unit_id] if own else [sheet.unit_id, None]
    if not forget_aliases(session, name, scopes):
        zh = "没有可忘记的名称:可能已被忘记,或由指挥部确认。"
        en = "There is no such name to forget: it was forgotten already, or the command office confirmed it."
        raise ChangeRefusedError(zh, en)


def _awaited_of(finding: Finding, judged: Judged) -> str | None:
    """What stands in the cell of the awaited unit that a finding is about."""
    return next(
        (
            text(row.cells.get("awaited"))
            for sheet in judged.round.sheets
            if sheet.current is not None
            and sheet.current.cells is not None
            and judged.assessed[sheet.id].findings
            and finding in judged.assessed[sheet.id].findings
            for row in from_json(sheet.current.cells).rows
            if row.number == finding.row
        ),
        None,
    )
