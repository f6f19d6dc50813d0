"""What else happens in a collection: files of nobody, old formats, sheets sent back, corrections, undoing refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from geo.changes.batches import take_batch
from geo.changes.collection import RoundWords, list_merges, open_round, return_sheet, undo_merges
from geo.errors import ChangeRefusedError
from geo.exporters.collection.columns import COLUMNS, HEADING_ROW, PLACE, SHEET
from geo.exporters.collection.workbook import write_sheet, write_sheets
from geo.importers.collection.judged import get_judged_sheet, judge_round
from geo.importers.collection.receiving import offer_units, place, receive_file
from geo.importers.collection.returned import comment_sheet
from geo.importers.collection.settling import settle
from geo.importers.collection.sheet import from_json
from geo.importers.collection.taking import take_in
from geo.model.collection import NameAlias
from geo.model.lamps import StatusSpan
from geo.model.projects import PlanVersion, Project
from geo.model.records import ProgressReport
from geo.queries.collection import get_round
from geo.queries.collection_facts import read_round_facts
from geo.queries.files import get_file
from geo.records import Batch
from tests import factories as made
from tests.collecting import NOW, TODAY, WEEK

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from sqlalchemy.orm import Session

    from geo.importers.collection.judged import Judged
    from geo.queries.collection import SheetLine

ACTOR = "command:1"
BEFORE = date(2026, 11, 9)
OLD_SHEET = Path(__file__).resolve().parents[1] / "files" / "collection.xls"


@pytest.fixture
def round_id(session: Session) -> int:
    """A city of two projects of one unit that reported a week before, and the round of this week."""
    batch = made.small_city()
    batch.projects[0] = replace(
        batch.projects[0], name="东风路道路改造工程", total_investment_yuan=200_000_000
    )
    batch.projects[1] = replace(batch.projects[1], name="锦绣学校新建工程")
    batch.reports[:] = [
        made.report(
            code, BEFORE, invested_to_date_yuan=30_000_000, reporter="赵某", next_step="封顶"
        )
        for code in ("P1", "P2")
    ]
    take_batch(session, batch, TODAY)
    return open_round(session, WEEK, ACTOR, NOW)


def sheet_of(session: Session, round_id: int) -> tuple[bytes, SheetLine]:
    facts = read_round_facts(session, round_id)
    line = get_round(session, round_id).sheets[0]
    return write_sheet(facts, line.unit_id), line


def filled(content: bytes, cells: dict[tuple[int, str], Any], heading: str | None = None) -> bytes:
    """The workbook with these cells (place from 1 among the projects, field) and, perhaps, another heading."""
    book = load_workbook(io.BytesIO(content))
    sheet: Worksheet = book[SHEET]
    for (number, field), value in cells.items():
        sheet.cell(HEADING_ROW + number, PLACE[field]).value = value
    if heading is not None:
        sheet.cell(2, PLACE["number"]).value = heading
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = {
    (1, "percent"): 42,
    (1, "narrative"): "主体施工至三层",
    (1, "invested"): 100,
    (1, "to_date"): 3100,
    (2, "percent"): 43,
    (2, "narrative"): "主体施工至五层",
    (2, "invested"): 50,
    (2, "to_date"): 3050,
}


def receive(session: Session, round_id: int, content: bytes, name: str = "a.xlsx") -> Judged:
    receive_file(session, round_id, name, content, ACTOR, NOW)
    return judge_round(session, round_id)


def kinds(judged: Judged) -> list[str]:
    return [one.kind for _, assessed in judged.waiting() for one in assessed.findings]


def percents(session: Session) -> dict[str, float]:
    """The newest percent of the week by project."""
    rows = session.execute(
        select(Project.code, ProgressReport.percent)
        .join(Project, Project.id == ProgressReport.project_id)
        .where(ProgressReport.first_on == WEEK.first_on)
        .order_by(ProgressReport.revision)
    )
    return {code: float(percent or 0) for code, percent in rows}


def test_a_sheet_goes_out_with_last_periods_values_locked_keys_help_and_validation(
    session: Session, round_id: int
) -> None:
    content, _ = sheet_of(session, round_id)
    sheet = load_workbook(io.BytesIO(content))[SHEET]
    row = HEADING_ROW + 1
    assert sheet.cell(row, PLACE["percent"]).value == 40
    assert sheet.cell(row, PLACE["to_date"]).value == 3000
    assert sheet.cell(row, PLACE["reporter"]).value == "赵某"
    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "E5"
    assert sheet.data_validations.count >= 3
    for column in COLUMNS:
        assert sheet.cell(row, PLACE[column.field]).protection.locked is not column.fill
        assert (sheet.cell(HEADING_ROW, PLACE[column.field]).comment is not None) == bool(
            column.help
        )


def test_all_sheets_come_in_one_zip_named_after_their_units(
    session: Session, round_id: int
) -> None:
    facts = read_round_facts(session, round_id)
    units = [sheet.unit_id for sheet in get_round(session, round_id).sheets]
    with zipfile.ZipFile(io.BytesIO(write_sheets(facts, units))) as archive:
        assert archive.namelist() == ["测试住建局-周报-20261122.xlsx"]
        assert archive.read(archive.namelist()[0]).startswith(b"PK")


def test_a_round_that_does_not_fit_its_kind_or_is_open_already_is_refused(
    session: Session, round_id: int
) -> None:
    assert round_id
    for words in (WEEK, RoundWords("week", WEEK.first_on, date(2026, 12, 5), WEEK.due_at)):
        with pytest.raises(ChangeRefusedError):
            open_round(session, words, ACTOR, NOW)


def test_a_good_sheet_is_taken_in_told_whose_it_is_and_undone_with_its_lamps(
    session: Session, round_id: int
) -> None:
    content, line = sheet_of(session, round_id)
    spans = session.execute(_SPANS).all()
    judged = receive(session, round_id, filled(content, GOOD))
    assert kinds(judged) == []
    assert take_in(session, round_id, {line.id}, TODAY, ACTOR, NOW) == 1
    assert percents(session) == {"P1": 42.0, "P2": 43.0}
    report = session.scalars(
        select(ProgressReport).where(ProgressReport.first_on == WEEK.first_on)
    ).first()
    assert report is not None
    assert report.origin is not None
    assert report.origin.startswith("收表(代录):测试住建局")
    assert session.execute(_SPANS).all() != spans
    undo_merges(session, list_merges(session, round_id=round_id), TODAY, ACTOR, NOW)
    assert percents(session) == {}
    assert session.execute(_SPANS).all() == spans
    assert get_round(session, round_id).sheets[0].state == "received"


_SPANS = select(
    StatusSpan.project_id, StatusSpan.days, StatusSpan.lamp, StatusSpan.reasons
).order_by(StatusSpan.project_id, StatusSpan.site_id, StatusSpan.days)


def test_undoing_is_refused_with_a_sentence_once_something_builds_on_it(
    session: Session, round_id: int
) -> None:
    content, _ = sheet_of(session, round_id)
    receive(session, round_id, filled(content, GOOD))
    take_in(session, round_id, None, TODAY, ACTOR, NOW)
    correction = Batch(reports=[made.report("P1", WEEK.first_on, percent=50.0)])
    take_batch(session, correction, TODAY)
    with pytest.raises(ChangeRefusedError, match="更正"):
        undo_merges(session, list_merges(session, round_id=round_id), TODAY, ACTOR, NOW)


def test_a_second_file_of_a_unit_holds_instead_and_corrects_what_was_taken_in(
    session: Session, round_id: int
) -> None:
    content, line = sheet_of(session, round_id)
    receive(session, round_id, filled(content, GOOD))
    take_in(session, round_id, None, TODAY, ACTOR, NOW)
    judged = receive(session, round_id, filled(content, {**GOOD, (1, "percent"): 44}), "b.xlsx")
    assert [sheet.state for sheet in judged.round.sheets] == ["received"]
    take_in(session, round_id, {line.id}, TODAY, ACTOR, NOW)
    assert percents(session) == {"P1": 44.0, "P2": 43.0}
    files = get_round(session, round_id).sheets[0].files
    assert [(one.file_name, one.current) for one in files] == [("a.xlsx", False), ("b.xlsx", True)]
    undo_merges(session, list_merges(session, round_id=round_id), TODAY, ACTOR, NOW)
    assert percents(session) == {}


def test_a_sheet_with_an_open_question_is_not_taken_in(session: Session, round_id: int) -> None:
    content, line = sheet_of(session, round_id)
    receive(session, round_id, filled(content, {**GOOD, (1, "percent"): 0.42}))
    with pytest.raises(ChangeRefusedError, match="1 个问题"):
        take_in(session, round_id, {line.id}, TODAY, ACTOR, NOW)
    assert percents(session) == {}


def test_an_answer_that_was_not_offered_is_refused_and_a_typed_one_is_read_again(
    session: Session, round_id: int
) -> None:
    content, _ = sheet_of(session, round_id)
    judged = receive(session, round_id, filled(content, {**GOOD, (1, "percent"): "快了"}))
    [(_, assessed)] = judged.waiting()
    [finding] = assessed.open
    with pytest.raises(ChangeRefusedError):
        settle(session, assessed.file_id, finding.mark, "value:99", ACTOR, NOW)
    settle(session, assessed.file_id, finding.mark, "set:也许", ACTOR, NOW)
    [(_, assessed)] = judge_round(session, round_id).waiting()
    assert [one.kind for one in assessed.open] == ["value_unread"]
    settle(session, assessed.file_id, finding.mark, "set:45%", ACTOR, NOW)
    [(_, assessed)] = judge_round(session, round_id).waiting()
    assert assessed.open == []
    assert assessed.rows[0].values["percent"] == 45.0


def test_a_confirmed_name_is_remembered_for_the_next_sheet(session: Session, round_id: int) -> None:
    content, _ = sheet_of(session, round_id)
    misspelt = {(2, "key"): None, (2, "code"): None, (2, "name"): "锦秀学校新建"}
    judged = receive(session, round_id, filled(content, {**GOOD, **misspelt}))
    [(_, assessed)] = judged.waiting()
    [finding] = assessed.open
    assert finding.kind == "name_unsure"
    assert finding.choices[0].code == "project:P2"
    settle(session, assessed.file_id, finding.mark, "project:P2", ACTOR, NOW)
    assert session.scalars(select(NameAlias.alias)).all() == ["锦秀学校新建"]
    again = receive(session, round_id, filled(content, {**GOOD, **misspelt, (1, "percent"): 41.5}))
    [(_, assessed)] = again.waiting()
    assert assessed.open == []
    assert [(row.project, row.how) for row in assessed.rows] == [("P1", "key"), ("P2", "alias")]


def test_a_file_of_nobody_waits_until_somebody_says_whose_it_is(
    session: Session, round_id: int
) -> None:
    content, line = sheet_of(session, round_id)
    keyless = {(number, "key"): None for number in (1, 2)}
    file = filled(
        content, {**GOOD, **keyless}, "填报单位:测试住房局  填报期:2026-11-16至2026-11-22"
    )
    judged = receive(session, round_id, file)
    assert judged.assessed == {}
    [unplaced] = judged.round.unplaced
    assert unplaced.cells is not None
    assert offer_units(from_json(unplaced.cells), "a.xlsx", judged.facts)[0] == line.unit_id
    place(session, unplaced.id, line.id, ACTOR, NOW)
    judged = judge_round(session, round_id)
    assert [row.how for row in judged.assessed[line.id].rows] == ["code", "code"]
    receive_file(session, round_id, "b.xlsx", filled(file, {(1, "percent"): 44}), ACTOR, NOW)
    assert judge_round(session, round_id).round.unplaced == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 nothing"),
        ("a.xlsx", b"PK\x03\x04 torn"),
        ("a.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 torn"),
    ],
)
def test_a_file_that_cannot_be_read_is_kept_and_told_of(
    session: Session, round_id: int, name: str, content: bytes
) -> None:
    received = receive_file(session, round_id, name, content, ACTOR, NOW)
    assert received.state == "refused"
    assert received.refusal
    [kept] = get_round(session, round_id).unplaced
    assert get_file(session, kept.sha256).content == content


def test_a_wps_file_is_known_by_its_content_and_comes_back_with_comments(
    session: Session, round_id: int
) -> None:
    received = receive_file(session, round_id, "报表.et", OLD_SHEET.read_bytes(), ACTOR, NOW)
    assert (received.state, received.unit) == ("placed", "测试住建局")
    judged = judge_round(session, round_id)
    [(sheet, assessed)] = judged.waiting()
    assert [row.project for row in assessed.rows] == ["P1", "P2"]
    assert assessed.rows[0].values["percent"] == 42.0
    assert sheet.current is not None
    assert sheet.current.cells is not None
    given = from_json(sheet.current.cells)
    book = load_workbook(
        io.BytesIO(comment_sheet(OLD_SHEET.read_bytes(), given, assessed.findings))
    )
    assert any(cell.comment for row in book[SHEET].iter_rows() for cell in row)


def test_a_sheet_sent_back_has_its_faults_on_their_cells_and_keeps_its_looks(
    session: Session, round_id: int
) -> None:
    content, line = sheet_of(session, round_id)
    sent = filled(content, {**GOOD, (1, "percent"): "快了", (2, "to_date"): 2000})
    receive(session, round_id, sent)
    judged, sheet = get_judged_sheet(session, line.id, round_id)
    assert sheet.current is not None
    assert sheet.current.cells is not None
    given = from_json(sheet.current.cells)
    returned = comment_sheet(sent, given, judged.assessed[line.id].findings)
    found = load_workbook(io.BytesIO(returned))[SHEET]
    percent = found.cell(HEADING_ROW + 1, PLACE["percent"])
    assert percent.comment is not None
    assert "快了" in percent.comment.text
    assert found.cell(HEADING_ROW + 2, PLACE["to_date"]).comment is not None
    assert found.cell(HEADING_ROW + 2, PLACE["percent"]).comment is None
    assert found.column_dimensions["A"].hidden
    assert found.freeze_panes == "E5"
    assert found.cell(1, PLACE["number"]).font.bold
    return_sheet(session, line.id, NOW)
    assert get_round(session, round_id).sheets[0].state == "returned"


def test_a_plan_moved_with_its_document_becomes_a_version_and_without_is_shown(
    session: Session, round_id: int
) -> None:
    content, _ = sheet_of(session, round_id)
    moved = {(1, "finish"): "2028年6月底"}
    assert kinds(receive(session, round_id, filled(content, {**GOOD, **moved}))) == ["date_moved"]
    documented = {**GOOD, **moved, (1, "document"): "建指〔2026〕9号"}
    judged = receive(session, round_id, filled(content, documented))
    assert kinds(judged) == []
    take_in(session, round_id, None, TODAY, ACTOR, NOW)
    plans = select(PlanVersion.number, PlanVersion.finish_on, PlanVersion.document).join(Project)
    mine = plans.where(Project.code == "P1").order_by(PlanVersion.number)
    first = (0, date(2027, 12, 31), None)
    assert [tuple(row) for row in session.execute(mine)] == [
        first,
        (1, date(2028, 6, 30), "建指〔2026〕9号"),
    ]
    undo_merges(session, list_merges(session, round_id=round_id), TODAY, ACTOR, NOW)
    assert [tuple(row) for row in session.execute(mine)] == [first]
