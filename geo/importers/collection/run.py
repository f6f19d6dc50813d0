"""A collection from dropped files to the ledger: files read and placed, the round judged, sheets taken in."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.changes.collection import (
    Came,
    Meant,
    forget_aliases,
    forget_file,
    keep_answer,
    keep_collected,
    keep_handed_in,
    place_file,
    remember_alias,
    take_sheet,
)
from geo.codelists import plain
from geo.errors import ChangeRefusedError, ImportRefusedError, NotFoundError
from geo.exporters.collection.keys import read_key
from geo.importers.collection.judge import assess_round
from geo.importers.collection.kinds import COMMAND_DECIDES, KINDS
from geo.importers.collection.names import match_name
from geo.importers.collection.records import make_batch
from geo.importers.collection.sheet import from_json, read_sheet, to_json
from geo.importers.values import text
from geo.queries.collection import get_file_line, get_round, round_of_file, round_of_sheet
from geo.queries.collection_facts import read_round_facts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.importers.collection.findings import Finding, Mark
    from geo.importers.collection.judge import Assessed
    from geo.importers.collection.readings import Choice
    from geo.importers.collection.sheet import GivenSheet
    from geo.queries.collection import RoundSheets, SheetLine
    from geo.queries.collection_facts import RoundFacts

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLS = "application/vnd.ms-excel"
OFFERED_UNITS = 4


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a dropped file: `placed` with a sheet, `unplaced` (whose is it?), or `refused` with why."""

    file_id: int
    state: str
    sheet_id: int | None = None
    unit: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A round with everything that came, judged; `assessed` by sheet."""

    round: RoundSheets
    facts: RoundFacts
    assessed: dict[int, Assessed]

    @property
    def open(self) -> int:
        """Questions without an answer, of sheets that were not taken in."""
        return sum(len(one.open) for _, one in self.waiting())

    @property
    def doubtful(self) -> int:
        """Doubtful values nobody looked at yet, of sheets that were not taken in."""
        return sum(len(one.doubtful) for _, one in self.waiting())

    def waiting(self) -> list[tuple[SheetLine, Assessed]]:
        """Sheets that came and were not taken in or sent back."""
        return [
            (sheet, self.assessed[sheet.id])
            for sheet in self.round.sheets
            if sheet.state == "received" and sheet.id in self.assessed
        ]

    def ready(self) -> list[tuple[SheetLine, Assessed]]:
        """Those of them that have no open question."""
        return [(sheet, one) for sheet, one in self.waiting() if not one.open]


def read_content(content: bytes) -> tuple[str, str]:
    """The suffix and media type that a workbook's first bytes say, whatever its name. Raises `ImportRefusedError`."""
    if content.startswith(_ZIP):
        return ".xlsx", _XLSX
    if content.startswith(_OLE):
        return ".xls", _XLS
    message = (
        "不是 Excel 或 WPS 表格文件(可收 .xlsx、.xls、.et),请另存后再传 /"
        " this is no spreadsheet (.xlsx, .xls, .et): save it as one and send it again"
    )
    raise ImportRefusedError(message)


def receive_file(  # noqa: PLR0913, PLR0917  the file, where to, who and when
    session: Session,
    round_id: int,
    file_name: str,
    content: bytes,
    actor: str,
    now: datetime,
    *,
    typed_for: bool = True,
) -> Received:
    """Read a dropped file in a limited child process, find whose it is, and keep it, also when it is refused."""
    facts = read_round_facts(session, round_id)
    media_type = "application/octet-stream"
    given: GivenSheet | None = None
    refusal: str | None = None
    try:
        suffix, media_type = read_content(content)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"sheet{suffix}"
            path.write_bytes(content)
            given = read_sheet(path, "workbook")
    except ImportRefusedError as error:
        refusal = str(error)
    sheets = {sheet.unit_id: sheet for sheet in get_round(session, round_id).sheets}
    unit_id = None if given is None else find_unit(given, facts)
    sheet = sheets.get(unit_id or 0)
    came = Came(
        file_name,
        content,
        media_type,
        None if given is None else to_json(given),
        refusal,
        typed_for,
    )
    file_id = keep_collected(
        session, round_id, None if sheet is None else sheet.id, came, actor, now
    )
    if refusal is not None:
        return Received(file_id, "refused", refusal=refusal)
    if sheet is None:
        return Received(file_id, "unplaced")
    return Received(file_id, "placed", sheet.id, sheet.unit)


def hand_in(  # noqa: PLR0913, PLR0917  whose sheet, the file, who and when
    session: Session, sheet_id: int, file_name: str, content: bytes, actor: str, now: datetime
) -> int:
    """Read the file that a unit hands in as its own sheet, and keep it. Its id.

    Raises `ChangeRefusedError`, with nothing kept, when it cannot be read or its keys say that it is another unit's.
    """
    found, sheet = get_judged_sheet(session, sheet_id, round_of_sheet(session, sheet_id))
    try:
        suffix, media_type = read_content(content)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"sheet{suffix}"
            path.write_bytes(content)
            given = read_sheet(path, "workbook")
    except ImportRefusedError as error:
        zh, _, en = str(error).partition(" / ")
        raise ChangeRefusedError(zh, en or zh) from error
    owner = find_unit(given, found.facts)
    if owner is not None and owner != sheet.unit_id:
        name = found.facts.units.get(owner, "")
        zh = f"这份表是“{name}”的,不能作为“{sheet.unit}”的表上报。"
        en = f"This sheet is that of “{name}”; it cannot be handed in for “{sheet.unit}”."
        raise ChangeRefusedError(zh, en)
    came = Came(file_name, content, media_type, to_json(given), typed_for=False)
    return keep_handed_in(session, sheet_id, came, actor, now)


def find_unit(given: GivenSheet, facts: RoundFacts) -> int | None:
    """Whose sheet it is: by its keys, else by the unit that its heading names exactly or by a confirmed alias."""
    keys = (read_key(text(row.cells.get("key")), facts.salt) for row in given.rows)
    units = Counter(
        key.unit_id for key in keys if key is not None and key.genuine and key.round_id == facts.id
    )
    if units:
        return units.most_common(1)[0][0]
    if given.unit is None:
        return None
    return match_name(given.unit, facts.unit_names, facts.unit_aliases).key


def offer_units(given: GivenSheet, file_name: str, facts: RoundFacts) -> list[int]:
    """Units whose sheet it may be, likeliest first: by name, by the file's name, by whose projects stand in it."""
    found: list[int] = []
    if given.unit is not None:
        found += [key for key, _ in match_name(given.unit, facts.unit_names, {}).like]
    in_name = plain(file_name)
    found += [
        unit
        for name, unit in sorted(facts.unit_names.items(), key=lambda one: -len(one[0]))
        if len(name) > 2 and name in in_name  # noqa: PLR2004  shorter ones stand in any name
    ]
    by_name = {plain(one.name): one.unit_id for one in facts.projects.values()}
    leads = Counter(by_name.get(plain(text(row.cells.get("name")) or "")) for row in given.rows)
    found += [unit for unit, _ in leads.most_common() if unit is not None]
    return list(dict.fromkeys(found))[:OFFERED_UNITS]


def judge_round(session: Session, round_id: int) -> Judged:
    """Everything that came in a round, judged together."""
    found = get_round(session, round_id)
    facts = read_round_facts(session, round_id)
    files: dict[int, tuple[int, GivenSheet]] = {}
    sheet_of: dict[int, int] = {}
    for sheet in found.sheets:
        current = sheet.current
        if current is not None and current.cells is not None:
            files[current.id] = (sheet.unit_id, from_json(current.cells))
            sheet_of[current.id] = sheet.id
    assessed = assess_round(files, facts, found.answers)
    return Judged(found, facts, {sheet_of[file_id]: one for file_id, one in assessed.items()})


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


def place(session: Session, file_id: int, sheet_id: int | None, actor: str, now: datetime) -> None:
    """Say whose a file is (the unit's name in it is remembered), or that it is nobody's (None)."""
    if sheet_id is None:
        forget_file(session, file_id)
        return
    line = get_file_line(session, file_id)
    place_file(session, file_id, sheet_id)
    if line.cells and line.cells.get("unit"):
        found = get_round(session, round_of_file(session, file_id))
        sheet = next(one for one in found.sheets if one.id == sheet_id)
        meant = Meant(unit_id=sheet.unit_id)
        remember_alias(session, str(line.cells["unit"]), meant, actor, now)


def take_in(  # noqa: PLR0913, PLR0917  what, as of when, who
    session: Session,
    round_id: int,
    sheet_ids: set[int] | None,
    day: date,
    actor: str,
    now: datetime,
) -> int:
    """Take sheets of a round into the ledger (None: all that have no open question). How many were taken.

    Raises `ChangeRefusedError` when one of those named cannot be taken, and then none may be kept.
    """
    judged = judge_round(session, round_id)
    ready = judged.ready()
    if sheet_ids is not None:
        ready = [(sheet, one) for sheet, one in ready if sheet.id in sheet_ids]
        if len(ready) != len(sheet_ids):
            raise ChangeRefusedError(*_why_not(judged, sheet_ids))
    if not ready:
        zh = "没有可以入库的表:都已入库,或者还有待答的问题。"
        en = "No sheet can be taken in: all were, or have open questions."
        raise ChangeRefusedError(zh, en)
    for sheet, assessed in ready:
        current = sheet.current
        assert current is not None  # noqa: S101  only sheets with a file are judged
        origin = f"收表{'(代录)' if current.typed_for else ''}:{sheet.unit} {current.file_name}"
        batch = make_batch(assessed.taken, judged.facts, day, origin)
        take_sheet(session, sheet.id, current.id, batch, day, actor, now)
    return len(ready)


def _why_not(judged: Judged, sheet_ids: set[int]) -> tuple[str, str]:
    for sheet in judged.round.sheets:
        if sheet.id in sheet_ids and sheet.state == "received" and sheet.id in judged.assessed:
            count = len(judged.assessed[sheet.id].open)
            if count:
                return (
                    f"{sheet.unit}的表还有 {count} 个问题没有答复,答完才能入库。",
                    f"The sheet of {sheet.unit} has {count} open questions. Answer them first.",
                )
    return (
        "这份表现在不能入库,请刷新后再看。",
        "This sheet cannot be taken in now. Load the page again.",
    )


def get_judged_sheet(session: Session, sheet_id: int, round_id: int) -> tuple[Judged, SheetLine]:
    """A round judged, and one sheet of it; raises `NotFoundError`."""
    judged = judge_round(session, round_id)
    sheet = next((one for one in judged.round.sheets if one.id == sheet_id), None)
    if sheet is None:
        message = f"no sheet {sheet_id}"
        raise NotFoundError(message)
    return judged, sheet
